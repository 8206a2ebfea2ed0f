"""Rows of files that hold pairs: TSV with a header, JSONL, two files line by line; each may be `.gz`.

A row is (line number, source, target), white space around a text taken off. A row that cannot be read is left out and
told in `repairs`; a file that cannot be read stops.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any, Protocol

from clearhead.core import catalog
from clearhead.data._pairs_scripts import LANGUAGES, SURVEYED_LINES, find_parting
from clearhead.data._pieces import read_lines
from clearhead.data._read import EXAMPLES, MAX_ROW_CHARACTERS, Repairs, UnreadableTextError, read_chunks, shown

Row = tuple[int, str, str]

KNOWN_COLUMNS = (
    ("source", "target"),
    ("src", "tgt"),
    ("input", "output"),
    ("text", "summary"),
    ("document", "summary"),
    ("article", "highlights"),
    ("abstract", "title"),
)
MAX_NAME_CHARACTERS = 40
SENTENCE_ENDS = (".", "!", "?", "。", "！", "？")


class Table(Protocol):
    """Where pairs stand."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files, in order."""

    @property
    def name(self) -> str:
        """What a report calls it."""

    def rows(self, repairs: Repairs) -> Iterator[Row]:
        """Yield the rows in order, from the start each time."""


@dataclass(frozen=True)
class Columns:
    """Two columns of a TSV or JSONL file."""

    path: Path
    source: str
    target: str

    @property
    def paths(self) -> tuple[Path, ...]:
        return (self.path,)

    @property
    def name(self) -> str:
        return shown(self.path.name)

    def rows(self, repairs: Repairs) -> Iterator[Row]:
        """Yield the rows; a TSV has no quotes, so a tab always parts two fields."""
        lines = _lines(self.path, repairs)
        header = next(lines)[1].split("\t") if is_tsv(self.path) else None
        for number, line in lines:
            if not line.strip():
                continue
            repairs.num_rows += 1
            try:
                if len(line) > MAX_ROW_CHARACTERS:
                    raise ValueError(f"is longer than {MAX_ROW_CHARACTERS:,} characters. Cut it into several.")
                row = _parse_row(line) if header is None else _parse_fields(line, header)
                source, target = (_text(row, column) for column in (self.source, self.target))
            except ValueError as error:
                repairs.num_bad_rows += 1
                if len(repairs.bad_rows) < EXAMPLES:
                    repairs.bad_rows.append(f"{self.name} line {number} {error}")
                continue
            yield number, source, target
        if repairs.num_rows and repairs.num_rows == repairs.num_bad_rows:
            raise UnreadableTextError("without a good row", f"{repairs.bad_rows[0]} No other row of it is better.")


@dataclass(frozen=True)
class Aligned:
    """Two files: line n of one belongs to line n of the other."""

    source: Path
    target: Path

    @property
    def paths(self) -> tuple[Path, ...]:
        return (self.source, self.target)

    @property
    def name(self) -> str:
        return f"{shown(self.source.name)}, {shown(self.target.name)}"

    def rows(self, repairs: Repairs) -> Iterator[Row]:
        """Yield the lines together; blank lines at the end of one file alone do no harm."""
        sides = (_lines(path, repairs) for path in self.paths)
        for source, target in zip_longest(*sides):
            if source is None or target is None:
                if (source or target)[1].strip():
                    raise self._unequal()
                continue
            repairs.num_rows += 1
            yield source[0], source[1].strip(), target[1].strip()

    def _unequal(self) -> ValueError:
        first, second = (sum(1 for _ in _lines(path, Repairs())) for path in self.paths)
        begun = ([line for _, line in islice(_lines(path, Repairs()), SURVEYED_LINES)] for path in self.paths)
        number, why = find_parting(*begun)
        return ValueError(
            f"{self.name} must have the same number of lines, got {first:,} and {second:,}. "
            f"They seem to part at line {number:,}, {why}. Add or remove a line there."
        )


def is_table(path: Path) -> bool:
    """Tell whether a file is one that holds both sides."""
    return any(ending in (".tsv", ".jsonl") for ending in path.suffixes[-2:])


def is_tsv(path: Path) -> bool:
    """Tell whether a file is one of columns parted by tabs."""
    return ".tsv" in path.suffixes[-2:]


def column_names(path: Path) -> list[str]:
    """Return the columns of a TSV or JSONL file that hold text, as its first line has them.

    Raises:
        UnreadableTextError: an empty file, no text, or a TSV whose first line is no header.
    """
    problem = "must hold pairs, got an empty file. Give another."
    lines = _lines(path, Repairs())
    if is_tsv(path) and (first := next(lines, None)):
        names = first[1].split("\t")
        if not any(len(name) > MAX_NAME_CHARACTERS or name.endswith(SENTENCE_ENDS) for name in names):
            return names
        got = ", ".join(repr(name[:MAX_NAME_CHARACTERS]) for name in names)
        problem = f"must begin with the names of its columns, got {got}. Write them above: source<TAB>target."
    elif not is_tsv(path):
        for number, line in lines:
            if not line.strip():
                continue
            try:
                return [name for name, value in _parse_row(line).items() if isinstance(value, str)]
            except ValueError as error:
                problem = f"line {number} {error}"
    raise UnreadableTextError("without columns", f"{shown(path)} {problem}")


def choose_columns(names: list[str], source: str | None, target: str | None, *, where: str) -> tuple[str, str]:
    """Return which two of some columns, or languages, are source and target.

    Where they are not named: the only two, two that usually go together, or the only two that are languages, in order.

    Raises:
        ValueError: a name that is not there, or too many to choose from; the message lists what there is.
    """
    there = f"it has {', '.join(map(repr, names)) or 'none'}"
    for wanted, option in ((source, "--source"), (target, "--target")):
        if wanted is not None and wanted not in names:
            near = catalog.nearest(wanted, names)
            hint = f" Did you mean {near!r}?" if near else f" Name one of them with {option}."
            raise ValueError(f"{where} has no column {wanted!r} ({there}).{hint}")
    if source and target:
        if source == target:
            raise ValueError(f"{where} must have two different columns, got {source!r} twice ({there}). Name another.")
        return source, target
    languages = [name for name in names if name.split("-")[0].split("_")[0].lower() in LANGUAGES]
    usual = [list(pair) for pair in KNOWN_COLUMNS if set(pair) <= set(names)]
    two = next((found for found in (names, *usual, languages) if len(found) == 2), None)
    named = source or target
    if two is None or (named and named not in two):
        raise ValueError(
            f"{where} must say which two columns are the pair ({there}). Name them: --source NAME --target NAME."
        )
    first, second = two
    return (second, first) if source == second or target == first else (first, second)


def _lines(path: Path, repairs: Repairs) -> Iterator[tuple[int, str]]:
    lines = read_lines(read_chunks(path, repairs), limit=MAX_ROW_CHARACTERS)
    return ((number, line.removesuffix("\n")) for number, line in enumerate(lines, start=1))


def _parse_fields(line: str, header: list[str]) -> dict[str, Any]:
    fields = line.split("\t")
    if len(fields) != len(header):
        raise ValueError(
            f"has {len(fields)} fields, the header has {len(header)} ({', '.join(header)}). "
            "Remove the extra tab, or add what is missing."
        )
    return dict(zip(header, fields, strict=True))


def _parse_row(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not JSON: {str(error).split(':')[0]}. Write one JSON object a line.") from None
    if not isinstance(row, dict):
        raise ValueError(f"holds a {type(row).__name__}, not an object. Write one JSON object a line.")
    return row


def _text(row: dict[str, Any], column: str) -> str:
    text = row.get(column)
    if not isinstance(text, str):
        found = f"is a {type(text).__name__}" if column in row else "is missing"
        raise ValueError(f"must have a string in column {column!r}, which {found}. Mend or remove the row.")
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds a NUL or half of a surrogate pair. Mend or remove the row.")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
