"""What a text source promises, and `open_text`, which finds the source a user means.

An entry of this room that is a source of text exports `open(...)`, which returns a `TextSource`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol, runtime_checkable

from clearhead.core import catalog
from clearhead.data import _known
from clearhead.data._pieces import Piece, cut_pieces
from clearhead.data._text_files import open_parts


class TextSource(Protocol):
    """Text in documents, in parts for training, validation and test."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    @property
    def splits(self) -> tuple[str, ...]:
        """The parts there are: "train" first, then "valid", perhaps "test"."""

    @property
    def fingerprint(self) -> str:
        """The same text read in the same way has the same fingerprint, on any machine and wherever it lies."""

    @property
    def report(self) -> list[str]:
        """What was skipped, mended and split, counted, in sentences."""

    def documents(self, split: str) -> Iterator[str]:
        """Yield the documents of a part, in an order that never changes."""


@runtime_checkable
class PiecewiseText(Protocol):
    """A source whose documents may be larger than memory."""

    def pieces(self, split: str) -> Iterator[Piece]:
        """Yield the documents of a part in pieces (text, is_end), cut where a tokenizer does not notice."""


def open_text(spec: str | Path, *, text_column: str = "text", valid: str | Path | None = None) -> TextSource:
    """Open the text that a word of the command line means.

    Args:
        spec: a known name, "stories", "stories:en|zh|both", "stdlib", or a file, a folder, a glob.
        text_column: which column of a .jsonl file holds the text.
        valid: another such word; its text is the validation part, and all of `spec` that is for no other part trains.
    Raises:
        FileNotFoundError: neither a known name nor a path; the message offers the nearest name.
        ValueError: no usable text there.
    """
    if valid is None:
        return _open(spec, text_column, is_whole=False)
    return _WithValidation(_open(spec, text_column, is_whole=True), _open(valid, text_column, is_whole=True))


def read_pieces(source: TextSource, split: str) -> Iterator[Piece]:
    """Yield a part of any source in pieces (text, is_end); no more than a piece of a large document is in memory."""
    if isinstance(source, PiecewiseText):
        yield from source.pieces(split)
        return
    for document in source.documents(split):
        yield from cut_pieces([document])


def raw_bytes(source: TextSource, split: str, limit: int | None = None) -> Iterator[bytes]:
    """Yield the UTF-8 bytes of a part, the first `limit` of them (for a compressor as baseline)."""
    left = limit
    for text, _ in read_pieces(source, split):
        data = text.encode("utf-8") if left is None else text.encode("utf-8")[:left]
        if not data:
            return
        left = None if left is None else left - len(data)
        yield data


@dataclass
class _WithValidation:
    """One source for training, all of another for validation."""

    train: TextSource
    valid: TextSource

    @property
    def name(self) -> str:
        return self.train.name

    @property
    def splits(self) -> tuple[str, ...]:
        return ("train", "valid", *(("test",) if "test" in self.train.splits else ()))

    @property
    def fingerprint(self) -> str:
        return sha256(f"{self.train.fingerprint} {self.valid.fingerprint}".encode()).hexdigest()

    @property
    def report(self) -> list[str]:
        return [*self.train.report, f"Validation text: {self.valid.name}.", *self.valid.report]

    def documents(self, split: str) -> Iterator[str]:
        for source, part in self._where(split):
            yield from source.documents(part)

    def pieces(self, split: str) -> Iterator[Piece]:
        for source, part in self._where(split):
            yield from read_pieces(source, part)

    def _where(self, split: str) -> list[tuple[TextSource, str]]:
        catalog.choose(split, self.splits, where=f"the parts of {self.name}")
        if split != "valid":
            return [(self.train, split)]
        named = [part for part in self.valid.splits if part == "valid"]
        return [(self.valid, part) for part in named or self.valid.splits]


def _open(spec: str | Path, text_column: str, *, is_whole: bool) -> TextSource:
    if not str(spec).strip():
        raise ValueError(f"open_text.spec must name a text, got {str(spec)!r}. Give a known name, a file or a folder.")
    word, _, variant = str(spec).partition(":")
    name = word.strip().lower().replace("-", "_")
    plain_text = catalog.load("data", "plain_text")
    if isinstance(spec, Path):
        return plain_text.open(spec, text_column=text_column, is_whole=is_whole)
    if name == "stories":
        return catalog.load("data", "stories").open(variant or "both")
    if name == "stdlib" and not variant:
        return catalog.load("data", "stdlib").open(is_whole=is_whole)
    if name in _known.TEXTS and not variant:
        return _open_known(_known.TEXTS[name], is_whole=is_whole)
    if "://" in spec:
        raise FileNotFoundError(f"{spec!r} is an address, not a file on this machine. Download it, then give the file.")
    try:
        return plain_text.open(spec, text_column=text_column, is_whole=is_whole)
    except FileNotFoundError as error:
        names = [*_known.BUILT_IN, *_known.TEXTS]
        near = catalog.nearest(name, names)
        hint = f" Did you mean the known text {near!r}?" if near else f" Known texts: {', '.join(names)}."
        raise FileNotFoundError(f"{error}{hint}") from None


def _open_known(known: _known.KnownText, *, is_whole: bool) -> TextSource:
    folder = _known.find(known)
    parts = {part: [folder / file] for part, file in known.files.items()}
    return open_parts(known.name, parts, rule=known.rule, is_whole=is_whole, is_exact=known.is_exact)
