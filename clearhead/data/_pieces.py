"""Long text in pieces: where to cut it so that a tokenizer, or a reader, does not notice.

A piece is (text, is_end): the pieces of one document follow each other and the last one says so.
"""

import re
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from hashlib import blake2b

Piece = tuple[str, bool]

PIECE_CHARACTERS = 1 << 18
CUT_WINDOW = 1 << 14
"""How far before its end a piece may be cut, in characters."""
PART_WINDOW = 1 << 12
"""How far after the wanted place a document may be parted into training and validation text."""

NUM_DRAWS = 8

_SENTENCE_END = re.compile(r"""[.!?…。！？][\])"'”’」』）]*[ \t\u3000]*""")
_ARTICLE_TITLE = re.compile(r"= [^=].* =\s*")


def cut_pieces(chunks: Iterable[str], *, size: int = PIECE_CHARACTERS) -> Iterator[Piece]:
    """Cut one document, given in chunks of any length, into pieces of at most `size` characters.

    Joined, the pieces are the document. A document without a character has no piece.
    """
    waiting = ""
    for chunk in chunks:
        waiting += chunk
        while len(waiting) > size:
            cut = find_cut(waiting, size)
            yield waiting[:cut], False
            waiting = waiting[cut:]
    if waiting:
        yield waiting, True


def find_cut(text: str, size: int) -> int:
    """Return where to cut `text`, at most at `size`, so that no tokenizer would have joined the two sides.

    Best is before the space between two words (byte-level BPE keeps a space with the word that follows it), then after
    the end of a line, then after a sentence; a text without any of these is cut between two whole characters.
    """
    start = max(1, size - CUT_WINDOW)
    place = text.rfind(" ", start, size)
    while place > 0:
        if text[place - 1].isalnum() and text[place + 1].isalnum():
            return place
        place = text.rfind(" ", start, place)
    place = text.rfind("\n", start, size)
    while place > 0:
        if not text[place + 1].isspace():
            return place + 1
        place = text.rfind("\n", start, place)
    sentence = max(text.rfind(mark, start, size) for mark in "。！？.!?")
    if sentence > 0:
        return sentence + 1
    place = size
    while place > start and _joins_the_character_before(text[place]):
        place -= 1
    return place


def find_part(text: str) -> int:
    """Return where a document may be parted: after the first line end of `text`, else sentence, else space, else 0."""
    line_end = text.find("\n")
    if line_end >= 0:
        return line_end + 1
    sentence = _SENTENCE_END.search(text)
    if sentence:
        return sentence.end()
    space = re.search(r"\s+", text)
    return space.end() if space else 0


def part_document(
    chunks: Iterable[str], num_characters: int, *, share: float, is_exact: bool
) -> Iterator[tuple[bool, str]]:
    """Part a document by position: its last `share` is for validation.

    Args:
        num_characters: length of the whole document.
        is_exact: part at exactly that character; otherwise at the next end of a line or sentence near it.
    Returns:
        Chunks (is_valid, text) in order; joined, they are the document.
    """
    at = int(num_characters * (1 - share))
    # Never the whole validation part: one line with its line end must still leave some text to validate on.
    window = 0 if is_exact else min(PART_WINDOW, (num_characters - at) // 2)
    position, waiting = 0, ""
    for chunk in chunks:
        if position >= at + window:
            yield True, chunk
            continue
        waiting += chunk
        if position + len(waiting) <= at:
            yield False, waiting
        elif position + len(waiting) < at + window:
            continue
        else:
            part = at - position + find_part(waiting[at - position : at - position + window])
            yield False, waiting[:part]
            yield True, waiting[part:]
            window = 0
        position, waiting = position + len(waiting), ""
    if waiting:
        yield True, waiting


def draw_sides(first_piece: str) -> tuple[float, ...]:
    """Draw numbers in [0, 1) by a fixed hash of the text a document begins with; below the wanted share is validation.

    The same text always draws the same, wherever it stands, and a smaller share only moves documents to training.
    There are several draws because the first may be unlucky for a set of few documents.
    """
    digest = blake2b(first_piece.encode("utf-8")).digest()
    return tuple(number / 2.0**64 for number in struct.unpack(f">{NUM_DRAWS}Q", digest))


def cut_documents(chunks: Iterable[str], rule: str) -> Iterator[str]:
    """Cut one file into its documents.

    Args:
        rule: "article" (each begins with a line `= Title =`) or "poem" (blank lines stand between them).
    """
    lines: list[str] = []
    for line in read_lines(chunks):
        is_border = _ARTICLE_TITLE.fullmatch(line) if rule == "article" else not line.strip()
        if is_border and any(kept.strip() for kept in lines):
            yield "".join(lines).strip("\n") + "\n"
            lines = []
        lines.append(line)
    if any(kept.strip() for kept in lines):
        yield "".join(lines).strip("\n") + "\n"


def read_lines(chunks: Iterable[str], *, limit: int | None = None) -> Iterator[str]:
    r"""Cut chunks at their line ends (\n only), which stay with their lines.

    Args:
        limit: of a longer line only limit + 1 characters are kept, so that it can be told and does not fill the memory.
    """
    waiting = ""
    for chunk in chunks:
        first, *others = chunk.split("\n")
        if limit is None or len(waiting) <= limit:
            waiting = (waiting + first)[: None if limit is None else limit + 1]
        for other in others:
            yield waiting + "\n"
            waiting = other
    if waiting:
        yield waiting


def _joins_the_character_before(character: str) -> bool:
    return bool(unicodedata.combining(character)) or character in "\u200d\ufe0e\ufe0f"
