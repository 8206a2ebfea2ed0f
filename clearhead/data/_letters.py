"""The letters words are made of: what a word never seen still tells by its beginning, its end and its capitals."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

NO_LETTER, UNKNOWN_LETTER = 0, 1
FIRST_ID = 2
MAX_LETTERS = 500
LONGEST_WORD = 20
"""Letters of a word that are read."""


class Letters:
    """A vocabulary of letters. Ids: 0 no letter (after the last one), 1 unknown, then the letters.

    Args:
        letters: what the ids from 2 on stand for.
    """

    def __init__(self, letters: Sequence[str]) -> None:
        self.letters = list(letters)
        self._id_of = {letter: index for index, letter in enumerate(self.letters, start=FIRST_ID)}

    @classmethod
    def of(cls, words: Iterable[str], *, max_letters: int = MAX_LETTERS) -> "Letters":
        """Count the letters of words and keep the most frequent ones."""
        if max_letters < 1:
            raise ValueError(f"Letters.max_letters must be at least 1, got {max_letters}. Use {MAX_LETTERS}.")
        counts = Counter[str]()
        for word, number in Counter(words).items():
            for letter in word:
                counts[letter] += number
        return cls(sorted(counts, key=lambda letter: (-counts[letter], letter))[:max_letters])

    @property
    def size(self) -> int:
        """How many ids there are."""
        return FIRST_ID + len(self.letters)

    def encode(self, words: Sequence[str], longest: int = LONGEST_WORD) -> NDArray[np.int64]:
        """Return the ids of each word's letters, 0 after its last one: (words, letters).

        There are as many columns as the longest of the words has letters, at most `longest`; of a longer word the
        beginning and the end are kept, half each, for these tell more than the middle.
        """
        if longest < 2:
            raise ValueError(f"Letters.longest must be at least 2, got {longest}. Use {LONGEST_WORD}.")
        width = min(longest, max((len(word) for word in words), default=1))
        ids = np.zeros((len(words), width), dtype=np.int64)
        for row, word in zip(ids, words, strict=True):
            kept = word if len(word) <= longest else word[: longest - longest // 2] + word[-(longest // 2) :]
            row[: len(kept)] = [self._id_of.get(letter, UNKNOWN_LETTER) for letter in kept]
        return ids

    def to_json(self) -> dict[str, Any]:
        """Return plain values from which `from_json` makes the same vocabulary."""
        return {"letters": self.letters}

    @classmethod
    def from_json(cls, values: Any) -> "Letters":
        """Make the vocabulary of a saved run.

        Raises:
            ValueError: values that are not what `to_json` returns.
        """
        letters = values.get("letters") if isinstance(values, dict) else None
        is_list = isinstance(letters, list) and all(isinstance(each, str) and len(each) == 1 for each in letters)
        if not is_list or len(set(letters or [])) != len(letters or []):
            raise ValueError(f'Letters must be saved as {{"letters": ["e", …]}}, got {values!r:.100}. Train again.')
        return cls(letters or [])
