"""The units a text is read in (words, characters, pieces), and the vocabulary of those that training knew.

vocabulary.json keeps the rules and the units, most frequent first; a vocabulary of pieces keeps its tokenizer.json
beside it. Ids: 0 padding, 1 unknown, 2 the separator of two texts, then the marks of two entities where the texts
have them, then the units.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearhead.core import catalog, config
from clearhead.data._words import chinese_words
from clearhead.tokenizers.base import Piece, Tokenizer, train_tokenizer
from clearhead.tokenizers.base import load as load_tokenizer

VOCABULARY_FILE = "vocabulary.json"
FORMAT = 1
PADDING_ID, UNKNOWN_ID, SEPARATOR_ID = 0, 1, 2
CONTROL = ("<pad>", "<unk>", "<sep>")
MARKS = ("<e1>", "</e1>", "<e2>", "</e2>")
"""What stands around the two entities of a relation; each is a unit of its own."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_LETTERS = rf"(?:(?![{_HAN}])[^\W\d_])+"
_WORD = rf"{_LETTERS}(?:['’]{_LETTERS})*|\d+|[{_HAN}]|\S"
_MARKED = "|".join(map(re.escape, MARKS))
_PATTERNS = {
    "words": re.compile(_WORD),
    "characters": re.compile(r"\S"),
    "words, marked": re.compile(f"{_MARKED}|{_WORD}"),
    "characters, marked": re.compile(rf"{_MARKED}|\S"),
}
KINDS = ("words", "cased_words", "characters", "chinese_words", "pieces")
"""words: lower-cased words, numbers, punctuation marks and Chinese characters, each alone. cased_words: the same, not
lower-cased. characters: all but white space. chinese_words: cut by jieba's dictionary. pieces: byte-level BPE."""

Cut = tuple[str, int, int]
"""A unit and the characters of the text it covers, [start, end)."""


@dataclass(frozen=True, kw_only=True)
class UnitRules:
    """How texts are cut, and which units are kept."""

    kind: str = "words"
    """What is a unit: see `KINDS`."""
    min_count: int = 1
    """Units seen less often are read as unknown."""
    max_units: int | None = None
    """Keep at most so many, the most frequent; none given keeps all (of pieces: 8,000)."""
    has_marks: bool = False
    """Whether texts hold <e1>…</e1> and <e2>…</e2>."""

    def __post_init__(self) -> None:
        catalog.choose(self.kind, KINDS, where="UnitRules.kind")
        if self.min_count < 1:
            raise ValueError(f"UnitRules.min_count must be at least 1, got {self.min_count}. Use 1 to keep all.")
        if self.max_units is not None and self.max_units < 1:
            raise ValueError(f"UnitRules.max_units must be at least 1, got {self.max_units}. Use 20000.")


class Units:
    """A vocabulary of units, and how texts are cut into them.

    Args:
        units: what ids from `first_id` on stand for; none for pieces, whose tokenizer knows.
    """

    def __init__(self, rules: UnitRules, units: Sequence[str], tokenizer: Tokenizer | None = None) -> None:
        self.rules, self.units, self.tokenizer = rules, list(units), tokenizer
        self.control = [*CONTROL, *(MARKS if rules.has_marks else ())]
        self.first_id = len(self.control)
        self._id_of = {unit: index for index, unit in enumerate([*self.control, *self.units])}
        self._cut = _cutter(rules)

    @classmethod
    def learn(cls, texts: Iterable[str], rules: UnitRules, *, seed: int = 0) -> "Units":
        """Count the units of texts and keep the most frequent ones."""
        if rules.kind == "pieces":
            return cls(rules, [], train_tokenizer("bpe", texts, vocab_size=rules.max_units or 8000, seed=seed))
        cut, counts = _cutter(rules), Counter[str]()
        for text in texts:
            counts.update(unit for unit, _, _ in cut(text))
        return cls(rules, _kept(counts, rules))

    @classmethod
    def learn_words(cls, rows: Iterable[Sequence[str]], rules: UnitRules) -> "Units":
        """Count words that are cut already (tagged text), and keep the most frequent ones."""
        fold, counts = _folder(rules), Counter[str]()
        for row in rows:
            counts.update(map(fold, row))
        return cls(rules, _kept(counts, rules))

    def with_words(self, words: Iterable[str]) -> "Units":
        """Return a vocabulary that also knows these words (those with vectors of their own), after its own units."""
        found = dict.fromkeys(map(_folder(self.rules), words))
        return Units(self.rules, [*self.units, *(unit for unit in found if unit not in self._id_of)], self.tokenizer)

    @property
    def vocab_size(self) -> int:
        """How many ids there are."""
        return self.first_id + (self.tokenizer.vocab_size if self.tokenizer else len(self.units))

    def cut(self, text: str) -> list[Cut]:
        """Cut a text; every unit comes with its place, as it stands in the vocabulary (lower-cased, for words)."""
        if self.tokenizer is not None:
            return [(piece.text, piece.start, piece.end) for piece in self.pieces(text)]
        return list(self._cut(text))

    def encode(self, text: str) -> list[int]:
        """Turn a text into ids."""
        if self.tokenizer is not None:
            return [self.first_id + token for token in self.tokenizer.encode(text)]
        find = self._id_of.get
        return [find(unit, UNKNOWN_ID) for unit, _, _ in self._cut(text)]

    def encode_words(self, words: Sequence[str]) -> list[int]:
        """Turn words that are cut already into ids, one each."""
        fold, find = _folder(self.rules), self._id_of.get
        return [find(fold(word), UNKNOWN_ID) for word in words]

    def name(self, index: int) -> str:
        """Return what an id stands for."""
        if index < self.first_id:
            return self.control[index]
        return self.tokenizer.token_text(index - self.first_id) if self.tokenizer else self.units[index - self.first_id]

    def pieces(self, text: str) -> list[Piece]:
        """Return the units of a text, each with its id and its place."""
        if self.tokenizer is not None:
            return [_moved(piece, self.first_id) for piece in self.tokenizer.pieces(text)]
        found = []
        for unit, start, end in self._cut(text):
            said = text[start:end]
            found.append(Piece(self._id_of.get(unit, UNKNOWN_ID), said, start, end, said.encode("utf-8")))
        return found

    def save(self, folder: Path) -> None:
        """Write vocabulary.json, and of pieces tokenizer.json."""
        values = {"format": FORMAT, "rules": config.to_json(self.rules), "units": self.units}
        text = json.dumps(values, ensure_ascii=False)
        (folder / VOCABULARY_FILE).write_text(f"{text}\n", encoding="utf-8", newline="\n")
        if self.tokenizer is not None:
            self.tokenizer.save(folder)


def load_units(folder: Path) -> Units:
    """Open the vocabulary of a run.

    Raises:
        FileNotFoundError: the folder has none.
        ValueError: a file that is not what a training writes.
    """
    path = Path(folder) / VOCABULARY_FILE
    if not path.is_file():
        raise FileNotFoundError(f"{folder} must hold {VOCABULARY_FILE}, which says how texts are cut; got none.")
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        rules = config.from_json(UnitRules, values["rules"], where=f"{VOCABULARY_FILE}.rules")
        units = [str(unit) for unit in values["units"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} must be what a training wrote, got {error!r:.200}. Train again.") from None
    return Units(rules, units, load_tokenizer(folder) if rules.kind == "pieces" else None)


def _cutter(rules: UnitRules) -> Callable[[str], Iterator[Cut]]:
    kind = "words" if rules.kind == "cased_words" else rules.kind
    if kind == "chinese_words":
        return chinese_words
    pattern = _PATTERNS.get(f"{kind}, marked" if rules.has_marks else kind, _PATTERNS["words"])
    fold = _folder(rules)

    def cut(text: str) -> Iterator[Cut]:
        for match in pattern.finditer(text):
            yield fold(match[0]), match.start(), match.end()

    return cut


def _folder(rules: UnitRules) -> Callable[[str], str]:
    return str.lower if rules.kind in ("words", "chinese_words") else str


def _kept(counts: Counter[str], rules: UnitRules) -> list[str]:
    for control in (*CONTROL, *MARKS):
        counts.pop(control, None)
    found = [(unit, count) for unit, count in counts.items() if count >= rules.min_count]
    found.sort(key=lambda each: (-each[1], each[0]))
    return [unit for unit, _ in found[: rules.max_units]]


def _moved(piece: Piece, by: int) -> Piece:
    return Piece(piece.id + by, piece.text, piece.start, piece.end, piece.bytes)
