"""Text for word vectors: which kind of words a text has, and its words as ids of a given vocabulary."""

import re
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from clearhead.data._corpus import SENTENCE_END
from clearhead.data._phrases import JOINT
from clearhead.data._words import KINDS, WordRules
from clearhead.data.base import TextSource, read_pieces

LOOKED_AT_CHARACTERS = 50_000
CHINESE_SHARE = 0.1
"""Of the letters of a text: from here on a Chinese dictionary cuts its words; English ones it leaves whole."""
_HAN, _LETTER = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]"), re.compile(r"[^\W\d_]")


def is_chinese(text: str) -> bool:
    """Tell by the script whether a text (or a vocabulary) is Chinese, in good part at least."""
    num_letters = len(_LETTER.findall(text))
    return num_letters > 0 and len(_HAN.findall(text)) > CHINESE_SHARE * num_letters


def kind_of(source: TextSource) -> str:
    """Return the kind of words that fits a text, by the script of its beginning."""
    seen = ""
    for text, _ in read_pieces(source, "train"):
        seen += text[: LOOKED_AT_CHARACTERS - len(seen)]
        if len(seen) >= LOOKED_AT_CHARACTERS:
            break
    return "chinese" if is_chinese(seen) else "words"


def encode_part(
    source: TextSource, split: str, rules: WordRules, id_of: Mapping[str, int], *, limit: int
) -> NDArray[np.int32]:
    """Return the beginning of a part as ids, −1 after each line; words that are not in the vocabulary are left out.

    Args:
        limit: words at most, unknown ones included.
    """
    cut, ids, num_words = KINDS[rules.kind], list[int](), 0
    for text, _ in read_pieces(source, split):
        for line in text.split("\n"):
            words = _joined(cut(line), rules.phrase_passes, id_of.__contains__)
            num_words += len(words)
            known = [id_of[word] for word in words if word in id_of]
            if known:
                ids += [*known, SENTENCE_END]
            if num_words >= limit:
                return np.array(ids, np.int32)
    return np.array(ids, np.int32)


def _joined(words: list[str], num_passes: int, is_known: Callable[[str], bool]) -> list[str]:
    """Join the phrases of the vocabulary, from the left, as often as the training text was gone over."""
    for _ in range(num_passes):
        result, place = [], 0
        while place < len(words):
            phrase = JOINT.join(words[place : place + 2])
            is_phrase = place + 1 < len(words) and is_known(phrase)
            result.append(phrase if is_phrase else words[place])
            place += 1 + is_phrase
        words = result
    return words
