"""Lines of a text file whose encoding may change from line to line, as files pasted together have it.

A line is UTF-8 where it can be; otherwise GB18030 where that gives Chinese, or Windows-1252. Every line that was not
UTF-8 is counted and told: a wrong guess must not pass unseen.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from clearhead.data._read import EXAMPLES, UnreadableTextError, read_blocks, shown

MAX_LINE_BYTES = 64 << 20
_MOSTLY = 4
"""A line with so many whole characters beyond ASCII for each broken byte is UTF-8 that was damaged."""
_LEAST_HAN = 2
"""One character may be two Latin letters: ö and ß of Größe are one character of GB18030."""


@dataclass
class Mended:
    """What was mended in the lines of a file."""

    has_mark: bool = False
    """A byte order mark stood before the text and was removed."""
    num_lines: int = 0
    encodings: dict[str, list[int]] = field(default_factory=dict)
    """For each encoding but UTF-8 the numbers of its lines."""

    def told(self, name: str) -> list[str]:
        """Say in sentences what was mended."""
        told = [f"Removed the byte order mark of {name}."] if self.has_mark else []
        for encoding, numbers in self.encodings.items():
            some = ", ".join(map(str, numbers[:EXAMPLES])) + (", …" if len(numbers) > EXAMPLES else "")
            told.append(
                f"{name} must be UTF-8; read {len(numbers):,} of {self.num_lines:,} lines as {encoding} "
                f"(line {some}). Look at them, and save the file as UTF-8."
            )
        return told


def read_mended_lines(path: Path, mended: Mended) -> Iterator[str]:
    r"""Yield the lines of a file with their \n; \r\n and \r become \n.

    Raises:
        UnreadableTextError: binary, a line in no known encoding, one of more than 64 MB, damaged or hostile gzip.
    """
    for number, line in enumerate(_byte_lines(path), start=1):
        if b"\0" in line:
            raise UnreadableTextError(
                "binary", f"{shown(path)} is not text: NUL byte in line {number}. Give UTF-8 text, or remove it."
            )
        if number == 1 and line.startswith(b"\xef\xbb\xbf"):
            mended.has_mark, line = True, line[3:]
        mended.num_lines = number
        text = _decode(path, line, number, mended)
        yield from (f"{part}\n" for part in text.removesuffix("\r").split("\r"))


def _byte_lines(path: Path) -> Iterator[bytes]:
    waiting, number = bytearray(), 1
    for block in read_blocks(path):
        first, *others = block.split(b"\n")
        waiting += first
        for other in others:
            yield bytes(waiting)
            waiting, number = bytearray(other), number + 1
        if len(waiting) > MAX_LINE_BYTES:
            raise UnreadableTextError(
                "long line",
                f"{shown(path)} line {number} must be at most {MAX_LINE_BYTES:,} bytes long, got more. Cut it.",
            )
    if waiting:
        yield bytes(waiting)


def _decode(path: Path, line: bytes, number: int, mended: Mended) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        pass
    found = _guess(line)
    if found is None:
        raise UnreadableTextError(
            "broken UTF-8",
            f"{shown(path)} line {number} must be UTF-8 text, got bytes that are no GB18030 or Windows-1252 either. "
            "Mend or remove the line.",
        )
    encoding, text = found
    mended.encodings.setdefault(encoding, []).append(number)
    return text


def _guess(line: bytes) -> tuple[str, str] | None:
    """Return the likeliest encoding of a line that is not UTF-8, and its text."""
    text = line.decode("utf-8", "replace")
    num_broken = text.count("\ufffd")
    if sum(character > "\x7f" for character in text) - num_broken >= _MOSTLY * num_broken:
        return "damaged UTF-8, each broken byte as \ufffd", text
    try:
        text = line.decode("gb18030")
        beyond = [character for character in text if character > "\x7f"]
        num_common = sum(map(_is_common_chinese, beyond))
        if num_common >= _LEAST_HAN and 2 * num_common > len(beyond):
            return "GB18030", text
    except UnicodeDecodeError:
        pass
    try:
        return "Windows-1252 (Latin-1)", line.decode("cp1252")
    except UnicodeDecodeError:
        return None


def _is_common_chinese(character: str) -> bool:
    """Whether GB2312 has it: the rarer characters of GB18030 are what Latin letters look like in pairs."""
    try:
        return len(character.encode("gb2312")) > 1
    except UnicodeEncodeError:
        return False
