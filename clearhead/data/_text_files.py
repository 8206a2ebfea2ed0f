r"""Text in files, read in a stream, split into training and validation text.

A document is a file, or a row of a .jsonl file, or what `rule` says. Where the files do not say themselves what is for
validation, we split:

- by document, through a fixed hash of its text, when there are 20 documents or more and one of the hash's draws gives
  a share between a half and twice of what is wanted (one huge document among small ones allows none);
- otherwise the last part of every document, from the end of a line or sentence near it.

Wanted are 10 % up to 10 MB of text, 5 % above, and never more than 10 MB. As a text grows the share only falls, so that
no document moves from training to validation while the same draw serves.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from clearhead.core import catalog
from clearhead.data import _files
from clearhead.data._pieces import NUM_DRAWS, Piece, cut_documents, cut_pieces, draw_sides, part_document
from clearhead.data._read import EXAMPLES, Repairs, UnreadableTextError, read_chunks, read_rows, shown

MIN_DOCUMENTS = 20
SCAN_AT_ONCE_BYTES = 32 << 20
"""Text up to this size is read when it is opened; larger text when its first piece is asked for."""
_RULES_VERSION = 1


def open_parts(
    name: str,
    parts: dict[str, list[Path]],
    *,
    rule: str = "file",
    text_column: str = "text",
    is_whole: bool = False,
    is_exact: bool = False,
    notes: Iterable[str] = (),
) -> "TextFiles":
    """Open files whose parts are known.

    Args:
        parts: files by part ("train", "valid", "test"); without "valid" the training part is split.
        rule: what a document is: "file", "article" (begins with `= Title =`) or "poem" (blank lines between).
        is_exact: split at exactly nine tenths of the characters, as a published measure does.
        notes: sentences that open the report.
    """
    settings = f"{_RULES_VERSION} {rule} {text_column} {is_whole} {is_exact}"
    mark = _files.fingerprint(parts, settings)
    source = TextFiles(name, parts, rule, text_column, is_whole, is_exact, mark, list(notes))
    if sum(map(_text_bytes, parts["train"])) <= SCAN_AT_ONCE_BYTES:
        _ = source.scan
    return source


@dataclass
class _Scan:
    """What one reading of all files found."""

    parts: dict[str, list[Path]]
    """The usable files of each part."""
    num_characters: dict[Path, int] = field(default_factory=dict)
    num_documents: int = 0
    """Documents of the training part, before it is split."""
    num_valid: list[int] = field(default_factory=lambda: [0] * NUM_DRAWS)
    """Characters that each draw gives to validation."""
    draw: int | None = None
    """The draw that splits by document; None splits by position."""
    report: list[str] = field(default_factory=list)


@dataclass
class TextFiles:
    """A `TextSource` over files."""

    name: str
    files: dict[str, list[Path]]
    rule: str
    text_column: str
    is_whole: bool
    is_exact: bool
    fingerprint: str
    notes: list[str]

    @property
    def splits(self) -> tuple[str, ...]:
        """The parts there are, "train" first."""
        parts = set(self.files) | ({"valid"} if self._is_split_here else set())
        return tuple(part for part in ("train", "valid", "test") if part in parts)

    @property
    def report(self) -> list[str]:
        """What was left out, mended and split, in sentences."""
        return self.scan.report

    def documents(self, split: str) -> Iterator[str]:
        """Yield the documents of a part, each whole; `pieces` never holds more than a piece of one."""
        document: list[str] = []
        for text, is_end in self.pieces(split):
            document.append(text)
            if is_end:
                yield "".join(document)
                document = []

    def pieces(self, split: str) -> Iterator[Piece]:
        """Yield the documents of a part in pieces (text, is_end)."""
        catalog.choose(split, self.splits, where=f"the parts of {self.name}")
        is_split = self._is_split_here and split in ("train", "valid")
        for path in self.scan.parts["train" if is_split else split]:
            for text in self._documents(path):
                yield from self._side(path, text, split == "valid") if is_split else cut_pieces(_chunks(path, text))

    @cached_property
    def scan(self) -> _Scan:
        """Read every file once: leave out what is not text, count, decide how to split."""
        repairs: dict[Path, Repairs] = {}
        problems: dict[Path, UnreadableTextError] = {}
        scan = _Scan({part: [] for part in self.files})
        for part, files in self.files.items():
            for path in files:
                repairs[path] = Repairs()
                try:
                    num_documents, num_characters, num_valid = self._count(path, repairs[path])
                except UnreadableTextError as error:
                    problems[path] = error
                    continue
                scan.parts[part].append(path)
                scan.num_characters[path] = num_characters
                if part == "train":
                    scan.num_documents += num_documents
                    scan.num_valid = [sum(numbers) for numbers in zip(scan.num_valid, num_valid, strict=True)]
            if not scan.parts[part]:
                _stop(self.name, part, [problems[path] for path in files])
        if scan.num_documents >= MIN_DOCUMENTS and not self.is_exact:
            wanted = self._valid_share * sum(scan.num_characters[path] for path in scan.parts["train"])
            fair = (draw for draw, number in enumerate(scan.num_valid) if wanted / 2 <= number <= wanted * 2)
            scan.draw = next(fair, None)
        scan.report = [*self.notes, *_tell_problems(problems, len(repairs))]
        scan.report += _tell_repairs({path: repairs[path] for path in scan.num_characters})
        scan.report.append(self._tell_split(scan))
        return scan

    @property
    def _is_split_here(self) -> bool:
        return "valid" not in self.files and not self.is_whole

    @cached_property
    def _valid_share(self) -> float:
        total = sum(map(_text_bytes, self.files["train"]))
        if self.is_exact or total <= 10_000_000:
            return 0.1
        return min(0.05, 10_000_000 / total)

    def _documents(self, path: Path, repairs: Repairs | None = None) -> Iterator[str | None]:
        """Yield the documents of a file; None is the file itself, which need not fit into memory."""
        if self.rule != "file":
            yield from cut_documents(read_chunks(path, repairs), self.rule)
        elif ".jsonl" in path.suffixes[-2:]:
            yield from read_rows(path, self.text_column, repairs)
        else:
            yield None

    def _count(self, path: Path, repairs: Repairs) -> tuple[int, int, list[int]]:
        """Read a file through: its documents, its characters, and those that each draw gives to validation."""
        num_documents, num_characters, num_valid = 0, 0, [0] * NUM_DRAWS
        for text in self._documents(path, repairs):
            length, has_ink, draws = 0, False, (1.0,) * NUM_DRAWS
            for piece, _ in cut_pieces(_chunks(path, text, repairs)):
                draws = draws if length else draw_sides(piece)
                length += len(piece)
                has_ink = has_ink or not piece.isspace()
            if not has_ink:
                what = "only white space" if length else "empty"
                raise UnreadableTextError("empty", f"{shown(path)} must hold text, got {what}. Leave it out.")
            for draw, number in enumerate(draws):
                if number < self._valid_share:
                    num_valid[draw] += length
            num_documents += 1
            num_characters += length
        if not num_documents:
            raise UnreadableTextError("empty", f"{shown(path)} must hold text, got an empty file. Leave it out.")
        return num_documents, num_characters, num_valid

    def _side(self, path: Path, text: str | None, is_valid: bool) -> Iterator[Piece]:
        """Yield what of a document is for training, or for validation."""
        chunks = _chunks(path, text)
        if self.scan.draw is None:
            num_characters = self.scan.num_characters[path] if text is None else len(text)
            sides = part_document(chunks, num_characters, share=self._valid_share, is_exact=self.is_exact)
            yield from cut_pieces(chunk for side, chunk in sides if side == is_valid)
            return
        pieces = cut_pieces(chunks)
        first = next(pieces, None)
        if first and (draw_sides(first[0])[self.scan.draw] < self._valid_share) == is_valid:
            yield first
            yield from pieces

    def _tell_split(self, scan: _Scan) -> str:
        if "valid" in self.files or self.is_whole:
            return f"Parts as the files name them: {', '.join(self.splits)}."
        if scan.draw is not None:
            share = scan.num_valid[scan.draw] / sum(scan.num_characters[path] for path in scan.parts["train"])
            return f"Split by document: {share:.1%} of the text of {scan.num_documents:,} documents is for validation."
        of_what = "the text" if scan.num_documents == 1 else f"each of {scan.num_documents:,} documents"
        where = "counted in characters" if self.is_exact else "from the end of a line or sentence"
        return f"Split by position: the last {self._valid_share:.1%} of {of_what} is for validation, {where}."


def _chunks(path: Path, text: str | None, repairs: Repairs | None = None) -> Iterator[str]:
    return read_chunks(path, repairs) if text is None else iter([text])


def _text_bytes(path: Path) -> int:
    """Estimate a file's text: packed text is about three times as long."""
    return path.stat().st_size * (3 if path.suffix.lower() == ".gz" else 1)


def _stop(name: str, part: str, problems: list[UnreadableTextError]) -> None:
    if len(problems) == 1:
        raise problems[0]
    counts = _counts(Counter(problem.kind for problem in problems))
    raise ValueError(
        f"{shown(name)} must hold text for its {part} part, got {len(problems)} files without any ({counts}). "
        f"The first: {problems[0]}"
    )


def _tell_problems(problems: dict[Path, UnreadableTextError], num_files: int) -> list[str]:
    if not problems:
        return []
    kinds = Counter(problem.kind for problem in problems.values())
    told = [f"Skipped {len(problems)} of {num_files} files: {_counts(kinds)}."]
    for kind, count in kinds.most_common():
        examples = [problem for problem in problems.values() if problem.kind == kind][:EXAMPLES]
        told += [f"  {problem}" for problem in examples]
        told += [f"  … and {count - len(examples)} more."] if count > len(examples) else []
    return told


def _counts(kinds: "Counter[str]") -> str:
    return ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())


def _tell_repairs(repairs: dict[Path, Repairs]) -> list[str]:
    told = []
    if marked := [path for path, repair in repairs.items() if repair.has_mark]:
        told.append(f"Removed the byte order mark of {len(marked)} files ({shown(marked[0].name)}).")
    if mended := [path for path, repair in repairs.items() if repair.num_carriage_returns]:
        total = sum(repairs[path].num_carriage_returns for path in mended)
        told.append(
            f"Turned {total:,} line ends \\r\\n or \\r into \\n in {len(mended)} files ({shown(mended[0].name)})."
        )
    for path, repair in repairs.items():
        if repair.bad_rows:
            told.append(f"Skipped {repair.num_bad_rows:,} of {repair.num_rows:,} rows of {shown(path.name)}:")
            told += [f"  {problem}" for problem in repair.bad_rows]
    return told
