"""What a character says together with the one before it and the one after it: pairs, read as two further letters.

A Chinese character alone says little of the word it is in; with its neighbours it says much more.
Source: Chen et al. 2015, "Long short-term memory neural networks for Chinese word segmentation", EMNLP, section 3
(vectors of pairs beside those of characters). Differs: the two pairs are read as letters of the word are.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

UNKNOWN_PAIR, FIRST_ID = 1, 2
EDGE = ""
"""Stands before the first word of a sentence and after its last one."""
MIN_COUNT = 2
Surroundings = tuple[str, str, str]
"""The word before, a word, the word after."""


class Neighbours:
    """A vocabulary of pairs of words that follow each other. Ids: 0 none, 1 unknown, then the pairs.

    Args:
        pairs: what the ids from 2 on stand for.
    """

    def __init__(self, pairs: Iterable[Sequence[str]]) -> None:
        self.pairs = [(str(left), str(right)) for left, right in pairs]
        self._id_of = {pair: index for index, pair in enumerate(self.pairs, start=FIRST_ID)}

    @classmethod
    def of(cls, sentences: Iterable[Sequence[str]]) -> "Neighbours":
        """Count the pairs of sentences and keep those that are not there by chance alone."""
        counts = Counter[tuple[str, str]]()
        for sentence in sentences:
            counts.update(pairwise([EDGE, *sentence, EDGE]))
        kept = [pair for pair, count in counts.items() if count >= MIN_COUNT]
        kept.sort(key=lambda pair: (-counts[pair], pair))
        return cls(kept)

    @property
    def size(self) -> int:
        """How many ids there are."""
        return FIRST_ID + len(self.pairs)

    def encode(self, words: Sequence[Surroundings]) -> NDArray[np.int64]:
        """Return for each word the ids of the pair it ends and of the pair it begins, (words, 2)."""
        find = self._id_of.get
        found = [(find((left, word), UNKNOWN_PAIR), find((word, right), UNKNOWN_PAIR)) for left, word, right in words]
        return np.array(found, dtype=np.int64).reshape(-1, 2)

    def to_json(self) -> dict[str, Any]:
        """Return plain values from which `Neighbours` makes the same vocabulary."""
        return {"pairs": [list(pair) for pair in self.pairs]}


def surroundings(sentence: Sequence[str]) -> list[Surroundings]:
    """Return every word of a sentence between its neighbours."""
    return list(zip([EDGE, *sentence[:-1]], sentence, [*sentence[1:], EDGE], strict=True))
