"""Pairs of texts, to translate or to summarise: from TSV, JSONL, two aligned files, a known set, or built in.

Read with: _pairs.py, _pairs_tables.py
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clearhead.core import catalog
from clearhead.data import _files, _known
from clearhead.data._pairs import MAX_CHARACTERS, MAX_RATIO, SCAN_AT_ONCE_BYTES, PairFiles, PairSource
from clearhead.data._pairs_tables import Aligned, Columns, Table, choose_columns, column_names, is_table
from clearhead.data._read import shown

_PLAIN_ENDINGS = ("gz", "txt")


def open_pairs(
    spec: str | Path,
    *,
    source: str | None = None,
    target: str | None = None,
    valid: str | Path | None = None,
    max_ratio: float | None = MAX_RATIO,
    max_characters: int = MAX_CHARACTERS,
) -> PairSource:
    """Open the pairs that a word of the command line means.

    Args:
        spec: a known set; "dates", "dates:en|zh|both", "dates:100000" (how many), "reversal", "docstrings"; a .tsv
            or .jsonl file; two files as "a.en,b.zh"; or a folder of such files, perhaps named train, valid, test.
        source: the column, or the language at the end of a file's name, to read; None where it is clear.
        target: the same for what is to be written.
        valid: another such word for files; all its pairs are for validation.
        max_ratio: how many times longer or shorter than usual a target may be; None for any.
        max_characters: longest side of a training pair.
    Raises:
        FileNotFoundError: neither a known name nor a path; the message offers the nearest name.
        ValueError: no usable pair there, or it is not clear which columns are the pair.
    """
    if not str(spec).strip():
        raise ValueError(f"open_pairs.spec must name pairs, got {str(spec)!r}. Give a known name, a file or a folder.")
    if max_ratio is not None and not max_ratio > 1:
        raise ValueError(f"open_pairs.max_ratio must be above 1, got {max_ratio}. Use 9, or None for no limit.")
    if max_characters < 1:
        raise ValueError(f"open_pairs.max_characters must be at least 1, got {max_characters}. Use {MAX_CHARACTERS}.")
    if name := _built_in(spec):
        return _open_built_in(name, str(spec), source, target, valid)
    found = _find(spec, source, target)
    if valid is not None:
        if _built_in(valid):
            raise ValueError(f"open_pairs.valid must be files or a known set, got {valid!r}. Leave it out.")
        other = _find(valid, *found.languages)
        found.tables["valid"] = other.tables.get("valid") or other.tables["train"]
        found.notes += [f"Validation pairs: {other.name}.", *other.notes]
    pairs = PairFiles(found.name, found.tables, found.languages, max_ratio, max_characters, found.notes)
    if sum(_text_bytes(path) for tables in found.tables.values() for table in tables for path in table.paths) <= (
        SCAN_AT_ONCE_BYTES
    ):
        _ = pairs.scan
    return pairs


@dataclass
class _Found:
    """The tables of each part, and what they are called."""

    name: str
    tables: dict[str, list[Table]]
    languages: tuple[str, str]
    notes: list[str] = field(default_factory=list)


def _built_in(spec: str | Path) -> str | None:
    name = str(spec).partition(":")[0].strip().lower()
    return name if isinstance(spec, str) and name in _known.BUILT_IN_PAIRS else None


def _open_built_in(
    name: str, spec: str, source: str | None, target: str | None, valid: str | Path | None
) -> PairSource:
    variant = spec.partition(":")[2]
    entry = catalog.load("data", name)
    pairs: PairSource = entry.open_pairs(variant) if variant else entry.open_pairs()
    if valid is not None or (source or pairs.languages[0], target or pairs.languages[1]) != pairs.languages:
        raise ValueError(
            f"{name} must be taken as it is made, {pairs.languages[0]} to {pairs.languages[1]} with its own parts, "
            f"got source={source!r}, target={target!r}, valid={str(valid) if valid else None!r}. Leave these out."
        )
    return pairs


def _find(spec: str | Path, source: str | None, target: str | None) -> _Found:
    name = str(spec).strip().lower().replace("-", "_")
    if isinstance(spec, str) and name in _known.PAIRS:
        return _find_known(_known.PAIRS[name], source, target)
    if isinstance(spec, str) and "," in spec and not Path(spec).expanduser().exists():
        return _find_two(spec, source, target)
    if "://" in str(spec):
        raise FileNotFoundError(f"{str(spec)!r} is an address, not a file here. Download it, then give the file.")
    path = Path(spec).expanduser()
    try:
        found = _files.find_files(path)
    except FileNotFoundError as error:
        names = [*_known.BUILT_IN_PAIRS, *_known.PAIRS]
        near = catalog.nearest(name, names)
        hint = f" Did you mean the known set {near!r}?" if near else f" Known pairs: {', '.join(names)}."
        raise FileNotFoundError(f"{error}{hint}") from None
    parts = _files.find_parts(found.files, path if path.is_dir() else None) or {"train": found.files}
    beside = [shown(file.name) for file in found.files if not any(file in files for files in parts.values())]
    notes = [*found.notes, *([f"Left out {', '.join(beside)}: not pairs of the set."] if beside else [])]
    return _arrange(path.name or str(path), parts, source, target, notes)


def _find_known(known: _known.KnownPairs, source: str | None, target: str | None) -> _Found:
    pair = choose_columns([known.source, known.target], source, target, where=known.name)
    folder = _known.find(known)
    tables: dict[str, list[Table]] = {}
    for part, file in known.files.items():
        choose_columns(column_names(folder / file), *pair, where=shown(folder / file))
        tables[part] = [Columns(folder / file, *pair)]
    return _Found(known.name, tables, pair)


def _find_two(spec: str, source: str | None, target: str | None) -> _Found:
    paths = [Path(word.strip()).expanduser() for word in spec.split(",")]
    if len(paths) != 2:
        raise ValueError(f"open_pairs.spec must name two aligned files, got {len(paths)}. Write them as a.en,b.zh")
    for path in paths:
        if not _files.find_files(path).files == [path]:
            raise ValueError(f"{shown(path)} must be a file, as one of two, got a folder or pattern. Name the file.")
    first, second = (_cut_name(path)[1] for path in paths)
    languages = {first: paths[0], second: paths[1]}
    name = ",".join(path.name for path in paths)
    if not first or not second or first == second:
        # Their names do not tell: the order does, and what the user calls them.
        pair = (source or "source", target or "target")
        return _Found(name, {"train": [Aligned(paths[0], paths[1])]}, pair)
    pair = choose_columns(list(languages), source, target, where=shown(name))
    return _Found(name, {"train": [Aligned(languages[pair[0]], languages[pair[1]])]}, pair)


def _arrange(
    name: str, parts: dict[str, list[Path]], source: str | None, target: str | None, notes: list[str]
) -> _Found:
    """Make tables of the files of each part; the columns of the first file are those of all."""
    tables: dict[str, list[Table]] = {}
    pair: tuple[str, str] | None = None
    for part, files in parts.items():
        tables[part] = []
        for where, columns, make in _candidates(files):
            chosen = choose_columns(columns, *(pair or (source, target)), where=where)
            if pair is None and not (source and target):
                notes.append(
                    f"Read {chosen[0]!r} as source and {chosen[1]!r} as target; --source and --target change it."
                )
            pair = pair or chosen
            tables[part].append(make(*chosen))
    assert pair is not None
    return _Found(name, tables, pair, notes)


@dataclass(frozen=True)
class _Group:
    """Aligned files that differ in the language at the end of their names."""

    languages: dict[str, Path]

    def __call__(self, source: str, target: str) -> Table:
        return Aligned(self.languages[source], self.languages[target])


@dataclass(frozen=True)
class _File:
    """A file of columns."""

    path: Path

    def __call__(self, source: str, target: str) -> Table:
        return Columns(self.path, source, target)


def _candidates(files: Sequence[Path]) -> Iterator[tuple[str, list[str], _Group | _File]]:
    """Yield what can be a table, with its name and the columns or languages it has."""
    groups: dict[str, dict[str, Path]] = {}
    for path in files:
        if is_table(path):
            yield shown(path), column_names(path), _File(path)
        elif path.suffix.lower() in (".csv", ".json", ".parquet", ".xlsx"):
            raise ValueError(
                f"{shown(path)} must be .tsv or .jsonl, plain or .gz, got {path.suffix}. Save it as one of these."
            )
        else:
            stem, language = _cut_name(path)
            groups.setdefault(str(path.parent / stem), {})[language] = path
    for stem, languages in groups.items():
        if len(languages) < 2 or "" in languages:
            (first, *_) = languages.values()
            raise ValueError(
                f"{shown(first)} must be a .tsv or .jsonl file, or one of two aligned files, got one alone. "
                "Give two as a.en,b.zh, or name them train.en and train.zh."
            )
        yield shown(stem), sorted(languages), _Group(languages)


def _cut_name(path: Path) -> tuple[str, str]:
    """Cut the language off a file's name: train.en.txt.gz is (train, en); "" where there is none."""
    words = path.name.split(".")
    while len(words) > 1 and words[-1].lower() in _PLAIN_ENDINGS:
        words.pop()
    return (".".join(words[:-1]), words[-1]) if len(words) > 1 else (words[0], "")


def _text_bytes(path: Path) -> int:
    """Estimate a file's text: packed text is about three times as long."""
    return path.stat().st_size * (3 if path.suffix.lower() == ".gz" else 1)
