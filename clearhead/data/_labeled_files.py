"""Rows of files that hold labelled texts: TSV, CSV, JSONL, Parquet, or a folder of .txt files for each class.

In a TSV a quotation mark is a character like others; text files may be .gz. A row that cannot be read is left out and
told; a file that cannot be read stops.
"""

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from clearhead.data._labeled_lines import MAX_LINE_BYTES, Mended, read_mended_lines
from clearhead.data._read import EXAMPLES, UnreadableTextError, shown
from clearhead.data._table_files import read_batches, table_format

TRIED_ROWS = 200
"""Rows of a JSONL file that are looked at for its columns."""
UNLABELED = ("unsup", "unlabeled", "unlabelled")
"""Folders beside those of the classes that hold texts without one."""

Numbered = tuple[int, dict[str, Any]]


@dataclass
class Problems:
    """What reading a file mended and left out."""

    mended: Mended = field(default_factory=Mended)
    num_rows: int = 0
    num_bad: int = 0
    bad_rows: list[str] = field(default_factory=list)
    """One sentence for each of the first bad rows."""

    def add_bad(self, path: Path, number: int, what: object) -> None:
        """Count a row that cannot be used."""
        self.num_bad += 1
        if len(self.bad_rows) < EXAMPLES:
            self.bad_rows.append(f"{shown(path.name)} line {number} {what}")

    def told(self, path: Path) -> list[str]:
        """Say in sentences what was mended and left out."""
        name = shown(path.name)
        head = f"Left out {self.num_bad:,} bad rows of {name}:"
        bad = [head, *(f"  {sentence}" for sentence in self.bad_rows)] if self.num_bad else []
        return [*self.mended.told(name), *bad]


def read_rows(path: Path, problems: Problems) -> Iterator[Numbered]:
    """Yield the rows of a table with the line each begins at (of Parquet: the row's number).

    Raises:
        ValueError: no table; no header, or one that repeats a name; broken text; a quotation mark left open.
    """
    kind = table_format(path)
    if kind == "parquet":
        yield from _parquet_rows(path)
        return
    lines = read_mended_lines(path, problems.mended)
    rows = _json_rows if kind == "jsonl" else _csv_rows if kind == "csv" else _tsv_rows
    for number, row in rows(path, lines, problems):
        problems.num_rows += 1
        yield number, row
    if problems.num_bad and not problems.num_rows:
        raise UnreadableTextError("without a good row", f"{problems.bad_rows[0]} No other row of it is better.")


def first_rows(path: Path, count: int = TRIED_ROWS) -> list[dict[str, Any]]:
    """Return the first rows of a table."""
    return [row for _, row in islice(read_rows(path, Problems()), count)]


def column_names(path: Path) -> list[str]:
    """Return the columns of a table: its header, or what the first objects of a JSONL file have."""
    return list(dict.fromkeys(name for row in first_rows(path) for name in row))


def _tsv_rows(path: Path, lines: Iterator[str], problems: Problems) -> Iterator[Numbered]:
    names = _checked_names(path, next(lines, "").rstrip("\n").split("\t"))
    for number, line in enumerate(lines, start=2):
        if line.strip():
            yield from _row(path, number, line.removesuffix("\n").split("\t"), names, problems)


def _csv_rows(path: Path, lines: Iterator[str], problems: Problems) -> Iterator[Numbered]:
    csv.field_size_limit(MAX_LINE_BYTES)  # the limit Python begins with is below what one long review takes
    first = next(lines, "")
    delimiter = max(",;\t", key=first.count)
    names = _checked_names(path, next(csv.reader([first], delimiter=delimiter), []))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + 2  # the header is line 1
        try:
            fields = next(reader, None)
        except csv.Error as error:
            if "end of data" in str(error):
                raise ValueError(
                    f"{shown(path)} must close every quotation mark, got one left open in the row at line {begins}. "
                    "Close or remove it."
                ) from None
            problems.add_bad(path, begins, f"cannot be read: {error}. Mend its quotation marks.")
            continue
        if fields is None:
            return
        if any(value.strip() for value in fields):
            yield from _row(path, begins, fields, names, problems)


def _row(path: Path, number: int, fields: list[str], names: list[str], problems: Problems) -> Iterator[Numbered]:
    if len(fields) == len(names):
        yield number, dict(zip(names, fields, strict=True))
        return
    problems.add_bad(
        path,
        number,
        f"has {len(fields)} fields, the header has {len(names)} ({', '.join(map(shown, names[:8]))}). "
        f"{'Quote the separator or remove the field' if len(fields) > len(names) else 'Add what is missing'}.",
    )


def _json_rows(path: Path, lines: Iterator[str], problems: Problems) -> Iterator[Numbered]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            problems.add_bad(path, number, f"is not JSON: {str(error).split(':')[0]}. Write one JSON object a line.")
            continue
        if isinstance(row, dict):
            yield number, row
        else:
            problems.add_bad(path, number, f"holds a {type(row).__name__}, not an object. Write one object a line.")


def _parquet_rows(path: Path) -> Iterator[Numbered]:
    number = 0
    for batch in read_batches(path):
        columns = [values.to_pylist() for values in batch.values()]
        for values in zip(*columns, strict=True):
            number += 1
            yield number, dict(zip(batch, values, strict=True))


def _checked_names(path: Path, names: list[str]) -> list[str]:
    names = [name.strip() for name in names]
    if not any(names):
        raise ValueError(f"{shown(path)} must begin with a header, got an empty file or line. Name the columns there.")
    if not names[0]:  # what pandas writes above its index
        names[0] = "Unnamed: 0"
    if "" in names:
        raise ValueError(f"{shown(path)} must name every column, got none for column {names.index('') + 1}. Name it.")
    if repeated := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise ValueError(f"{shown(path)} must name each column once, got {shown(repeated[0])!r} twice. Rename one.")
    return names


def read_whole(path: Path, problems: Problems) -> str:
    """Read a file that holds one text."""
    return "".join(read_mended_lines(path, problems.mended))


def is_text_file(path: Path) -> bool:
    """Tell whether a file's name says that it holds one text."""
    return path.name.lower().endswith((".txt", ".txt.gz"))


def class_folders(folder: Path) -> list[Path]:
    """Return the folders directly in `folder` that hold .txt files, in order; each is a class."""
    with os.scandir(folder) as children:
        found = [Path(child.path) for child in children if child.is_dir() and not child.name.startswith((".", "__"))]
    return [child for child in sorted(found) if any(is_text_file(file) for file in child.iterdir())]
