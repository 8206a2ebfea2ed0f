"""Rows of a CSV, TSV, JSONL or Parquet file, in batches, so that no file is too large.

Values of text files stay as they are written; what is a number and what is missing is decided for a whole column
(`_table_values.py`). Bad rows are left out, counted and told.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from clearhead.data._pieces import read_lines
from clearhead.data._read import EXAMPLES, MAX_ROW_CHARACTERS, UnreadableTextError, read_chunks, shown

BLOCK_BYTES = 1 << 20
"""Text that pyarrow parses at once, and the longest row; it reads about thirty blocks ahead."""
JSON_ROWS = 4_096
PARQUET_ROWS = 8_192
MAX_COLUMNS = 10_000
FORMATS = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}

Columns = dict[str, pa.Array]
"""Values of some rows by column: strings as written, or what a Parquet file holds. A row may lack a column."""


@dataclass
class RowReport:
    """What reading a file left out, and where its rows stand."""

    num_bad: int = 0
    bad_rows: list[str] = field(default_factory=list)
    """One sentence for each of the first bad rows."""
    notes: list[str] = field(default_factory=list)
    first_row: int = 1
    """Number of the first row as a person counts them: a header is row 1."""
    skipped: list[int] = field(default_factory=list)

    def row_number(self, index: int) -> int:
        """Return where in the file the row stands that was delivered as `index`, counted from 0."""
        number = self.first_row + index
        for skipped in sorted(self.skipped):
            number += skipped <= number
        return number

    def add_bad(self, number: int, sentence: str) -> None:
        """Count a row that cannot be used."""
        self.num_bad += 1
        self.skipped.append(number)
        if len(self.bad_rows) < EXAMPLES:
            self.bad_rows.append(sentence)

    def told(self, path: Path) -> list[str]:
        """Say in sentences what was left out."""
        head = f"Skipped {self.num_bad:,} bad rows of {shown(path.name)}:"
        return [*self.notes, *([head, *(f"  {sentence}" for sentence in self.bad_rows)] if self.num_bad else [])]


def table_format(path: Path) -> str | None:
    """Return "csv", "tsv", "jsonl" or "parquet" by a file's ending, None when it is no table."""
    endings = [ending.lower() for ending in path.suffixes[-2:]]
    if endings[-1:] == [".gz"]:
        found = FORMATS.get(endings[0]) if len(endings) == 2 else None
        return None if found == "parquet" else found
    return FORMATS.get(endings[-1]) if endings else None


def read_batches(path: Path, report: RowReport | None = None) -> Iterator[Columns]:
    """Yield the rows of a table in batches, in order.

    Raises:
        ValueError: not a table, no header or one with empty or repeated names, broken UTF-8, damaged or hostile gzip.
    """
    report = report or RowReport()
    kind = table_format(path)
    if kind is None:
        raise ValueError(
            f"{shown(path)} must end in {', '.join(FORMATS)} (perhaps with .gz), "
            f"got {''.join(path.suffixes) or 'none'}. Save the table as CSV."
        )
    try:
        if kind == "parquet":
            yield from _parquet_batches(path, report)
        elif kind == "jsonl":
            yield from _json_batches(path, report)
        else:
            yield from _csv_batches(path, report, "\t" if kind == "tsv" else None)
    except UnreadableTextError:
        raise
    except (pa.ArrowException, OSError) as error:
        if "straddling" in str(error):
            raise ValueError(
                f"{shown(path)} must have rows below {BLOCK_BYTES >> 20} MB, got a longer one. "
                "Perhaps a quotation mark is left open: close or remove it."
            ) from None
        reason = str(error).split("\n")[0]
        raise ValueError(f"{shown(path)} cannot be read as a table: {reason}. Save it again as CSV.") from None


def _csv_batches(path: Path, report: RowReport, delimiter: str | None) -> Iterator[Columns]:
    first = next(iter(read_lines(read_chunks(path), limit=BLOCK_BYTES)), "")
    if not first.strip():
        raise ValueError(f"{shown(path)} must begin with a header, got an empty file or line. Give a table with rows.")
    if delimiter is None:
        delimiter = max(",;\t", key=first.count)
        if delimiter != ",":
            name = "semicolons" if delimiter == ";" else "tabs"
            report.notes.append(f"The columns of {shown(path.name)} are parted by {name}.")
    names = _checked_header(path, next(csv.reader([first], delimiter=delimiter)))
    report.first_row = 2

    def skip(row: pa_csv.InvalidRow) -> str:
        number = row.number or 0
        report.add_bad(
            number,
            f"{shown(path)} row {number} has {row.actual_columns} fields, the header has {row.expected_columns} "
            f"({', '.join(names[:8])}{', …' if len(names) > 8 else ''}). Quote the separator or remove the field.",
        )
        return "skip"

    stream = _Stream(read_chunks(path))
    reader = pa_csv.open_csv(
        pa.PythonFile(stream, mode="r"),
        read_options=pa_csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES, column_names=names, skip_rows=1),
        parse_options=pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=skip),
        convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), check_utf8=False),
    )
    for batch in reader:
        yield dict(zip(names, batch.columns, strict=True))
    if stream.num_quotes % 2:
        report.notes.append(
            f"{shown(path.name)} has an odd number of quotation marks: what follows one that is left open is read as "
            "one value. Check the last rows."
        )


def _checked_header(path: Path, header: list[str]) -> list[str]:
    names = [name.strip() for name in header]
    if len(names) > MAX_COLUMNS:
        raise ValueError(f"{shown(path)} must have at most {MAX_COLUMNS:,} columns, got {len(names):,}. Keep fewer.")
    if all(_is_number(name) for name in names):
        raise ValueError(
            f"{shown(path)} must begin with a row that names the columns, got {', '.join(names[:5])}. "
            "Write the names above the first row."
        )
    if names and not names[0]:  # what pandas writes above its index
        names[0] = "Unnamed: 0"
    _refuse_repeated(path, names)
    return names


def _refuse_repeated(path: Path, names: list[str]) -> None:
    if "" in names:
        raise ValueError(f"{shown(path)} must name every column, got none for column {names.index('') + 1}. Name it.")
    if repeated := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise ValueError(f"{shown(path)} must name each column once, got {repeated[0]!r} twice. Rename one of them.")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


class _Stream:
    """Checked text as the file of bytes that pyarrow reads."""

    def __init__(self, chunks: Iterable[str]) -> None:
        self._chunks = iter(chunks)
        self._waiting = b""
        self.num_quotes = 0
        self.closed = False

    def read(self, size: int) -> bytes:
        while len(self._waiting) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self.num_quotes += chunk.count('"')
            self._waiting += chunk.encode("utf-8")
        data, self._waiting = self._waiting[:size], self._waiting[size:]
        return data

    def close(self) -> None:
        self.closed = True


def _json_batches(path: Path, report: RowReport) -> Iterator[Columns]:
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(read_lines(read_chunks(path), limit=MAX_ROW_CHARACTERS), start=1):
        try:
            row = json.loads(line) if line.strip() else None
        except (ValueError, RecursionError):
            row = "what is not JSON"
        if not isinstance(row, dict):
            if row is None:
                report.skipped.append(number)  # a blank line counts where rows are numbered
            else:
                report.add_bad(number, f"{shown(path)} row {number} must be a JSON object. Mend or remove it.")
            continue
        rows.append(row)
        if len(rows) == JSON_ROWS:
            yield columns_of(rows)
            rows = []
    if rows:
        yield columns_of(rows)


def columns_of(rows: Iterable[dict[str, Any]]) -> Columns:
    """Turn rows of plain values into columns of strings; a list becomes its parts with | between them."""
    rows = list(rows)
    names = dict.fromkeys(str(name) for row in rows for name in row)
    return {name: pa.array([_text(row.get(name)) for row in rows], pa.string()) for name in names}


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple) and all(isinstance(part, str | int | float) for part in value):
        return "|".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list | tuple) else str(value)


def _parquet_batches(path: Path, report: RowReport) -> Iterator[Columns]:
    with pa_parquet.ParquetFile(path, pre_buffer=False) as file:
        names = file.schema_arrow.names
        _refuse_repeated(path, names)
        nested = [field.name for field in file.schema_arrow if pa.types.is_nested(field.type) and not _is_list(field)]
        if nested:
            report.notes.append(f"Left out {', '.join(nested)} of {shown(path.name)}: nested values.")
        for batch in file.iter_batches(PARQUET_ROWS, columns=[name for name in names if name not in nested]):
            yield {name: _plain(batch.column(name)) for name in batch.schema.names}


def _is_list(field: pa.Field) -> bool:
    return (pa.types.is_list(field.type) or pa.types.is_large_list(field.type)) and not pa.types.is_nested(
        field.type.value_type
    )


def _plain(values: pa.Array) -> pa.Array:
    """Keep numbers as they are; everything else becomes strings."""
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type) or pa.types.is_string(values.type):
        return values
    if pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        return pc.binary_join(values.cast(pa.list_(pa.string())), "|")
    return values.cast(pa.string())
