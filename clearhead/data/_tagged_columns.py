"""Sentences in files of columns: a word and its tag on each line, a blank line between sentences (CoNLL, CoNLL-U).

Columns are parted by tabs, or by spaces where a line has no tab. A word may be "#": only CoNLL-U has comments.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from clearhead.core import catalog
from clearhead.data._pieces import read_lines
from clearhead.data._read import MAX_ROW_CHARACTERS, Repairs, UnreadableTextError, read_chunks, shown

CONLLU = ("ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC")
ENDINGS = (".conll", ".conllu", ".txt", ".tsv", ".bio", ".iob", ".bmes")
"""How names of such files end, perhaps with `.gz` after it."""
_WORD_NAMES = {"token", "tokens", "word", "words", "form", "char", "character", "text"}
_TAG_NAMES = {"tag", "tags", "label", "labels", "ner", "ner_tag", "ner_tags", "pos", "upos", "xpos"}
_DOCUMENT = "-DOCSTART-"
_SURVEYED_LINES = 200
_SHOWN_CHARACTERS = 40

Line = tuple[int, str]


@dataclass(frozen=True)
class Sentence:
    """The words of a sentence, their tags, and the line each stands on."""

    words: list[str]
    tags: list[str]
    lines: list[int]
    file: str

    @property
    def place(self) -> str:
        """Where it stands: "test.conll line 17"."""
        return f"{self.file} line {self.lines[0]}"


@dataclass(frozen=True)
class Asked:
    """Which columns a user wants: a number from 1, from the end below 0, or a name; None for the usual one."""

    token: str | None = None
    tag: str | None = None
    names: tuple[str, ...] = ()
    """What the columns are called, where that is known."""


@dataclass
class Reading:
    """What was found and left out while files were read."""

    columns: str = ""
    """Which columns were read, in words."""
    num_left_out: dict[str, int] = field(default_factory=dict)
    """Lines left out, by what they are."""
    repairs: Repairs = field(default_factory=Repairs)

    def leave_out(self, what: str) -> None:
        """Count a line that is no word."""
        self.num_left_out[what] = self.num_left_out.get(what, 0) + 1

    def told(self) -> list[str]:
        """Say it in sentences."""
        found = [f"Read {self.columns}."] if self.columns else []
        found += [f"Left out {count:,} {what}." for what, count in self.num_left_out.items()]
        if self.repairs.has_mark:
            found.append("Removed a byte order mark.")
        if self.repairs.num_carriage_returns:
            found.append(f"Turned {self.repairs.num_carriage_returns:,} line ends \\r\\n or \\r into \\n.")
        return found


def has_columns(path: Path) -> bool:
    """Tell by its name whether a file may hold columns."""
    return _ending(path) in ENDINGS


def read_sentences(path: Path, asked: Asked, reading: Reading) -> Iterator[Sentence]:
    """Yield the sentences of a file.

    Raises:
        ValueError: a line with too few or too many columns, or without a word; the message names file and line.
        UnreadableTextError: no text, or no line with two columns.
    """
    name = shown(path.name)
    lines = enumerate(read_lines(read_chunks(path, reading.repairs), limit=MAX_ROW_CHARACTERS), start=1)
    head = list(islice(lines, _SURVEYED_LINES))
    is_conllu = _ending(path) == ".conllu" or any(_opens_conllu(line) for _, line in head)
    layout: _Layout | None = None
    sentence = Sentence([], [], [], name)
    for number, line in chain(head, lines):
        if not line.strip():
            if sentence.words:
                yield sentence
                sentence = Sentence([], [], [], name)
            continue
        fields = _cut(line)
        if is_conllu and not sentence.words and line.startswith("#"):
            continue
        if fields[0] == _DOCUMENT:
            reading.leave_out(f"lines {_DOCUMENT}, which open a document")
            continue
        if layout is None:
            layout = _layout(fields, asked, is_conllu=is_conllu, where=f"{name} line {number}")
            reading.columns = layout.told()
            if layout.is_header:
                reading.leave_out("line with the names of the columns")
                continue
        layout.check(fields, f"{name} line {number}")
        if is_conllu and not fields[0].isdigit():
            reading.leave_out("lines of multiword tokens (1-2) and empty nodes (1.1)")
            continue
        sentence.words.append(fields[layout.token])
        sentence.tags.append(fields[layout.tag])
        sentence.lines.append(number)
    if sentence.words:
        yield sentence
    if layout is None:
        raise UnreadableTextError(
            "empty", f"{shown(path)} must hold a word and its tag on each line, got no such line."
        )


@dataclass(frozen=True)
class _Layout:
    """Which columns a file has, and which two are read; counted from 0."""

    width: int
    token: int
    tag: int
    names: tuple[str, ...]
    is_header: bool
    place: str

    def check(self, fields: Sequence[str], where: str) -> None:
        if len(fields) != self.width:
            raise ValueError(
                f"{where} must have {self.width} columns as {self.place} has, got {len(fields)}: {_shorten(fields)}. "
                "Write a word and its tag on each line, and a blank line between sentences."
            )
        for column, what in ((self.token, "word"), (self.tag, "tag")):
            if not fields[column].strip("\t\n "):
                raise ValueError(f"{where} must have a {what} in column {column + 1}, got {_shorten(fields)}. Mend it.")

    def told(self) -> str:
        said = [f"column {index + 1}{self._name(index)}" for index in (self.token, self.tag)]
        return f"{said[0]} as the word and {said[1]} as its tag"

    def _name(self, index: int) -> str:
        return f" ({self.names[index]})" if self.names else ""


def _layout(fields: list[str], asked: Asked, *, is_conllu: bool, where: str) -> _Layout:
    is_header = not is_conllu and fields[0].lower() in _WORD_NAMES and fields[-1].lower() in _TAG_NAMES
    names = CONLLU if is_conllu else tuple(fields) if is_header else asked.names
    if len(fields) < 2:
        raise ValueError(
            f"{where} must have two columns or more, a word and its tag, got {_shorten(fields)}. "
            "Part them by a tab or a space."
        )
    if names and len(names) != len(fields):
        raise ValueError(
            f"{where} must have {len(names)} columns ({', '.join(names)}), got {len(fields)}: {_shorten(fields)}."
        )
    token = _find(asked.token, names, len(fields), 1 if is_conllu else 0, where)
    tag = _find(asked.tag, names, len(fields), 3 if is_conllu else len(fields) - 1, where)
    if token == tag:
        raise ValueError(f"{where} must have words and tags in different columns, got column {tag + 1} for both.")
    return _Layout(len(fields), token, tag, names, is_header, where)


def _find(wanted: str | None, names: Iterable[str], width: int, usual: int, where: str) -> int:
    """Return the place of the column a user named, counted from 0."""
    if wanted is None:
        return usual
    known = [name.lower() for name in names]
    if wanted.strip().lower() in known:
        return known.index(wanted.strip().lower())
    number = int(wanted) if re.fullmatch(r"\s*[-+]?\d{1,9}\s*", wanted) else 0
    if 1 <= abs(number) <= width:
        return number - 1 if number > 0 else width + number
    near = catalog.nearest(wanted.strip().lower(), known)
    there = f", called {', '.join(names)}" if known else ""
    hint = f" Did you mean {near!r}?" if near else " Count them from 1, or from the end with -1."
    raise ValueError(f"{where} has {width} columns{there}, no column {wanted!r}.{hint}")


def _cut(line: str) -> list[str]:
    text = line.rstrip("\n\t ")
    return [field.strip(" ") for field in text.split("\t")] if "\t" in text else re.split(" +", text.strip(" "))


def _opens_conllu(line: str) -> bool:
    fields = line.rstrip("\n").split("\t")
    return len(fields) == len(CONLLU) and fields[0] in ("1", "1-2") and (fields[6] == "_" or fields[6].isdigit())


def _ending(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _shorten(fields: Sequence[str]) -> str:
    text = " ".join(fields)
    return repr(text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…")
