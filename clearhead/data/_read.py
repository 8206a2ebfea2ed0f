"""Bytes of a file → text one can trust: checked, unpacked, without marks of an editor, or one sentence why not."""

import codecs
import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clearhead.core import catalog
from clearhead.data._pieces import read_lines

CHUNK_BYTES = 1 << 20
MAX_UNPACK_RATIO = 200
"""Text shrinks 3 to 20 times; a file that grows more than this was made to fill a disk."""
UNPACK_ALWAYS_BYTES = 64 << 20
MAX_ROW_CHARACTERS = 64 << 20
EXAMPLES = 3
"""How many problems of one kind a report spells out; all are counted."""

_SIGNATURES = {
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": "a zip archive or an Office document",
    b"\x1f\x8b": "gzip data without the ending .gz",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"\xfd7zXZ": "xz data",
    b"\x28\xb5\x2f\xfd": "zstd data",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}


class UnreadableTextError(ValueError):
    """A file that is not usable text.

    `kind` groups such files in a report: "binary", "broken UTF-8"…
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass
class Repairs:
    """What reading a file changed or left out."""

    has_mark: bool = False
    """A byte order mark stood before the text and was removed."""
    num_carriage_returns: int = 0
    r"""Line ends of Windows (\r\n) and of old Macs (\r) that became \n."""
    num_rows: int = 0
    num_bad_rows: int = 0
    bad_rows: list[str] = field(default_factory=list)
    """One sentence for each of the first rows of a .jsonl file that could not be used."""


def shown(path: Path | str) -> str:
    """Return a path as one may print it anywhere: control characters and broken names are escaped."""
    text = str(path).encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)


def read_chunks(path: Path, repairs: Repairs | None = None) -> Iterator[str]:
    r"""Yield the text of a file in chunks of about a megabyte, so that no file is too large.

    A byte order mark is removed; \r\n and \r become \n; nothing else is changed. `.gz` files are unpacked.

    Raises:
        UnreadableTextError: no permission, binary, broken UTF-8 (with line and byte offset), damaged or hostile gzip.
    """
    repairs = repairs or Repairs()
    decoder = codecs.getincrementaldecoder("utf-8")()
    num_bytes, num_lines, held = 0, 0, ""
    for block in read_blocks(path):
        if (place := block.find(b"\0")) >= 0:
            line = num_lines + block.count(b"\n", 0, place) + 1
            raise UnreadableTextError(
                "binary",
                f"{shown(path)} is not text: NUL byte at byte offset {num_bytes + place} (line {line}). "
                "Give UTF-8 text, or remove the NUL bytes.",
            )
        text = held + _decode(path, decoder, block, offset=num_bytes, num_lines=num_lines)
        if num_bytes == 0 and text.startswith("\ufeff"):
            repairs.has_mark, text = True, text[1:]
        num_bytes += len(block)
        num_lines += block.count(b"\n")
        held = "\r" if text.endswith("\r") else ""  # its \n may open the next block
        yield _with_plain_line_ends(text[: len(text) - len(held)], repairs)
    _decode(path, decoder, b"", offset=num_bytes, num_lines=num_lines, is_last=True)
    if held:
        yield _with_plain_line_ends(held, repairs)


def read_rows(path: Path, text_column: str, repairs: Repairs | None = None) -> Iterator[str]:
    """Yield one column of a .jsonl file, row by row. Bad rows are left out and told in `repairs.bad_rows`.

    Raises:
        UnreadableTextError: as `read_chunks`; or no row has text in that column.
    """
    repairs = repairs or Repairs()
    columns: dict[str, None] = {}
    num_good = 0
    lines = read_lines(read_chunks(path, repairs), limit=MAX_ROW_CHARACTERS)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        repairs.num_rows += 1
        try:
            text = _row_text(line, text_column, columns)
        except ValueError as error:
            repairs.num_bad_rows += 1
            if len(repairs.bad_rows) < EXAMPLES:
                repairs.bad_rows.append(f"{shown(path)} line {number} {error}")
            continue
        num_good += 1
        yield text
    if repairs.num_rows and not num_good:
        if columns and text_column not in columns:
            near = catalog.nearest(text_column, columns)
            raise UnreadableTextError(
                "without the column",
                f"{shown(path)} has no column {text_column!r} (it has {', '.join(map(repr, columns))}). "
                f"Name the column that holds the text{f', perhaps {near!r}' if near else ''}.",
            )
        raise UnreadableTextError("without a good row", f"{repairs.bad_rows[0]} No other row of the file is better.")


def _row_text(line: str, text_column: str, columns: dict[str, None]) -> str:
    if len(line) > MAX_ROW_CHARACTERS:
        raise ValueError(f"is longer than {MAX_ROW_CHARACTERS:,} characters. Cut the row into several.")
    try:
        row: Any = json.loads(line)
    except ValueError as error:
        raise ValueError(f"is not JSON: {str(error).split(':')[0]}. Write one JSON object a line.") from None
    except RecursionError:
        raise ValueError("is nested too deeply. Write one flat JSON object a line.") from None
    if not isinstance(row, dict):
        raise ValueError(f"holds a {type(row).__name__}, not an object. Write {{{json.dumps(text_column)}: …}}.")
    columns.update(dict.fromkeys(row))
    text = row.get(text_column)
    if not isinstance(text, str):
        found = "is missing" if text_column not in row else f"is a {type(text).__name__}"
        raise ValueError(f"must have a string in column {text_column!r}, which {found}. Mend or remove the row.")
    if not text.strip():
        raise ValueError(f"has no text in column {text_column!r}. Mend or remove the row.")
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds a NUL or half of a surrogate pair. Mend or remove the row.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_blocks(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file about a megabyte at a time, `.gz` unpacked; what is plainly no UTF-8 text is refused.

    Raises:
        UnreadableTextError: no permission, binary, damaged or hostile gzip.
    """
    is_first = True
    for block in _blocks(path):
        if is_first:
            _refuse_other_formats(path, block)
        is_first = False
        yield block


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            if path.suffix.lower() == ".gz":
                yield from _unpacked_blocks(path, gzip.GzipFile(fileobj=file), path.stat().st_size)
                return
            while block := file.read(CHUNK_BYTES):
                yield block
    except PermissionError:
        raise UnreadableTextError(
            "not permitted", f"{shown(path)} may not be read by this user. Change its permissions, or leave it out."
        ) from None
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        what = "ends too early" if isinstance(error, EOFError) else "is damaged, or no gzip data at all"
        raise UnreadableTextError("damaged gzip", f"{shown(path)} {what}. Fetch or pack it again.") from None
    except OSError as error:
        raise UnreadableTextError(
            "not readable", f"{shown(path)} cannot be read: {error.strerror or error}. Copy it anew."
        ) from None


def _unpacked_blocks(path: Path, file: gzip.GzipFile, packed_bytes: int) -> Iterator[bytes]:
    num_bytes = 0
    while block := file.read(CHUNK_BYTES):
        num_bytes += len(block)
        if num_bytes > max(UNPACK_ALWAYS_BYTES, MAX_UNPACK_RATIO * packed_bytes):
            raise UnreadableTextError(
                "suspicious gzip",
                f"{shown(path)} must not unpack to more than {MAX_UNPACK_RATIO} times its {packed_bytes:,} bytes, "
                f"got {num_bytes:,} and more. If you trust it, unpack it yourself and give the unpacked file.",
            )
        yield block


def _refuse_other_formats(path: Path, block: bytes) -> None:
    for signature, what in _SIGNATURES.items():
        if block.startswith(signature):
            kind = "not UTF-8" if "UTF" in what else "binary"
            remedy = "Save it as UTF-8" if "UTF" in what else "Turn it into plain UTF-8 text first"
            raise UnreadableTextError(kind, f"{shown(path)} is {what}, not UTF-8 text. {remedy}.")


def _decode(
    path: Path, decoder: codecs.IncrementalDecoder, block: bytes, *, offset: int, num_lines: int, is_last: bool = False
) -> str:
    num_pending = len(decoder.getstate()[0])
    try:
        return decoder.decode(block, is_last)
    except UnicodeDecodeError as error:
        broken = error.object[error.start]
        line = num_lines + error.object.count(b"\n", 0, error.start) + 1
        raise UnreadableTextError(
            "broken UTF-8",
            f"{shown(path)} must be UTF-8 text, got byte 0x{broken:02x} at byte offset "
            f"{offset - num_pending + error.start} (line {line}). {_encoding_hint(error.object, error.start)}",
        ) from None


def _encoding_hint(data: bytes, start: int) -> str:
    """Guess what the text was written in, from what stands around the first broken byte."""
    sample = data[max(0, start - 2000) : start + 2000]
    num_control = sum(byte < 32 and byte not in b"\t\n\r\f" for byte in sample)
    if num_control * 20 > len(sample):
        return "It looks like a binary file: leave it out."
    chinese = data[start : start + 2000].decode("gb18030", "replace")
    num_chinese = sum("\u4e00" <= character <= "\u9fff" for character in chinese)
    if num_chinese * 2 > len(chinese) and chinese.count("\ufffd") <= 1:
        return "It reads well as GB18030 (GBK) Chinese: open it so and save it as UTF-8."
    return "Save it as UTF-8 (perhaps it is Latin-1 or Windows-1252), or remove the byte."


def _with_plain_line_ends(text: str, repairs: Repairs) -> str:
    if "\r" not in text:
        return text
    repairs.num_carriage_returns += text.count("\r")
    return text.replace("\r\n", "\n").replace("\r", "\n")
