"""What a word of a text is, and which words a vocabulary keeps."""

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from clearhead.core import catalog
from clearhead.data._cache import cache_folder

_LETTERS = re.compile("[a-z]+")
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")
_MARK = re.compile(r"\w")


@dataclass(frozen=True, kw_only=True)
class WordRules:
    """What a word is, and which words are kept."""

    kind: str = "words"
    """What counts as a word: see `KINDS`."""
    min_count: int = 5
    """Words seen less often are left out."""
    max_words: int | None = None
    """Keep at most so many, the most frequent; none given keeps all."""
    phrase_passes: int = 0
    """How often pairs of words that belong together are joined (new_york); twice finds three and four words."""
    phrase_threshold: float = 100.0
    """How much more often than by chance two words must follow each other to be joined."""

    def __post_init__(self) -> None:
        catalog.choose(self.kind, KINDS, where="WordRules.kind")
        for name, least in (("min_count", 1), ("phrase_passes", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"WordRules.{name} must be at least {least}, got {getattr(self, name)}. Use {least}.")
        if self.max_words is not None and self.max_words < 2:
            raise ValueError(f"WordRules.max_words must be at least 2, got {self.max_words}. Use 30000.")


def chinese_words(text: str) -> Iterator[tuple[str, int, int]]:
    """Cut a text by jieba's dictionary: each word, lower-cased, with its place; white space is left out."""
    for word, start, end in _jieba().tokenize(text):
        if not word.isspace():
            yield word.lower(), start, end


def _chinese(line: str) -> list[str]:
    return [word for word in _jieba().cut(line.lower()) if _MARK.search(word)]


KINDS: dict[str, Callable[[str], list[str]]] = {
    "words": lambda line: _WORDS.findall(line.lower()),
    "letters": lambda line: _LETTERS.findall(line.lower()),
    "chinese": _chinese,
}
"""What --kind chooses from.

words: letters of any script with apostrophes inside, or digits; lower-cased. letters: a to z only, as in text8.
chinese: cut by jieba's dictionary, without punctuation.
"""


@cache
def _jieba() -> Any:
    import jieba  # type: ignore[import-untyped, unused-ignore]

    jieba.setLogLevel("WARNING")  # else it tells on stderr how long its dictionary took
    tokenizer = jieba.Tokenizer()
    # It keeps its dictionary in a form that must come from nobody else: not in the folder all users share.
    folder = cache_folder() / "jieba"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        tokenizer.tmp_dir = str(folder)
    except OSError:
        tokenizer.tmp_dir = tempfile.mkdtemp(prefix="clearhead-jieba-")
    return tokenizer
