"""Words with tags (names in text, parts of speech): from files of columns, CoNLL-U, a known set, or built in.

Read with: _tagged_columns.py (files), _tagged_schemes.py (what tags mean), _tagged_rows.py (parts and ids)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clearhead.core import catalog
from clearhead.data import _files, _known_tagged
from clearhead.data._known_tagged import BUILT_IN_TAGGED, TAGGED
from clearhead.data._read import shown
from clearhead.data._tagged import SCHEMES, TaggedTexts
from clearhead.data._tagged_columns import ENDINGS, Asked, Reading, Sentence, has_columns, read_sentences
from clearhead.data._tagged_rows import arrange

_NOT_COLUMNS = (".jsonl", ".json", ".csv", ".parquet", ".xlsx", ".xml")


def open_tagged_texts(
    spec: str | Path,
    *,
    token_column: str | None = None,
    tag_column: str | None = None,
    valid: str | Path | None = None,
    scheme: str | None = None,
    repairs_tags: bool = False,
) -> TaggedTexts:
    """Open the tagged sentences that a word of the command line means.

    Args:
        spec: a known set, with another of its columns as "ud_english_ewt:XPOS"; "python_tokens"; a file of columns; a
            folder or a glob of such files, perhaps named train, valid, test.
        token_column: the column of the words: a number from 1 (from the end below 0), or a name where the columns have
            names; None for the first (FORM of CoNLL-U).
        tag_column: that of the tags; None for the last (UPOS of CoNLL-U).
        valid: another such word for files; all its sentences are for validation.
        scheme: "BIO", "BIOES", "BMES", "none"; None to find it from the tags.
        repairs_tags: mend rows of tags that break the scheme, and count them, instead of stopping. Of known sets such
            rows are always mended.
    Raises:
        FileNotFoundError: neither a known name nor a path; the message offers the nearest name.
        ValueError: no usable sentences there; a line without its columns, a tag where it may not stand.
    """
    if not str(spec).strip():
        raise ValueError(
            f"open_tagged_texts.spec must name tagged text, got {str(spec)!r}. Give a known name, a file or a folder."
        )
    if scheme is not None:
        catalog.choose(scheme, SCHEMES, where="the tagging schemes")
    if isinstance(spec, str) and _name(spec) in BUILT_IN_TAGGED:
        return _open_built_in(_name(spec), spec, token_column, tag_column, valid, scheme)
    found = _find(spec, token_column, tag_column)
    if valid is not None:
        if _name(valid) in BUILT_IN_TAGGED:
            raise ValueError(f"open_tagged_texts.valid must be files or a known set, got {valid!r}. Leave it out.")
        other = _find(valid, token_column, tag_column)
        found.parts["valid"] = other.parts.get("valid") or other.parts["train"]
        found.notes += [f"Validation sentences: {other.name}.", *other.notes]
    return arrange(
        found.name,
        found.parts,
        scheme=scheme or found.scheme,
        repairs_tags=repairs_tags or found.is_published,
        notes=found.notes,
    )


@dataclass
class _Found:
    """The sentences of each part as they were read, and what they are called."""

    name: str
    parts: dict[str, list[Sentence]]
    scheme: str | None = None
    is_published: bool = False
    notes: list[str] = field(default_factory=list)


def _name(spec: str | Path) -> str:
    return str(spec).partition(":")[0].strip().lower().replace("-", "_")


def _open_built_in(
    name: str,
    spec: str,
    token_column: str | None,
    tag_column: str | None,
    valid: str | Path | None,
    scheme: str | None,
) -> TaggedTexts:
    texts: TaggedTexts = catalog.load("data", name).open_tagged()
    options = {"token_column": token_column, "tag_column": tag_column, "valid": valid, "scheme": scheme}
    given = {option: value for option, value in options.items() if value is not None and value != texts.scheme}
    if given or ":" in spec:
        told = ", ".join(f"{option}={str(value)!r}" for option, value in given.items()) or repr(spec)
        raise ValueError(f"{name} must be taken as it is made, with its own parts and tags, got {told}. Leave it out.")
    return texts


def _find(spec: str | Path, token_column: str | None, tag_column: str | None) -> _Found:
    if isinstance(spec, str) and _name(spec) in TAGGED:
        known, variant = TAGGED[_name(spec)], spec.partition(":")[2].strip()
        return _find_known(known, variant or None, token_column, tag_column)
    if "://" in str(spec):
        raise FileNotFoundError(f"{str(spec)!r} is an address, not a file here. Download it, then give the file.")
    path = Path(spec).expanduser()
    try:
        files = _files.find_files(path)
    except FileNotFoundError as error:
        names = [*BUILT_IN_TAGGED, *TAGGED]
        near = catalog.nearest(_name(spec), names)
        hint = f" Did you mean the known set {near!r}?" if near else f" Known tagged texts: {', '.join(names)}."
        raise FileNotFoundError(f"{error}{hint}") from None
    usable = _usable(files.files, path)
    parts = _files.find_parts(usable, path if path.is_dir() else None) or {"train": usable}
    beside = [file for file in files.files if not any(file in used for used in parts.values())]
    notes = [*files.notes, *([f"Left out {_some(beside)}: not sentences of the set."] if beside else [])]
    return _read(path.name or str(path), parts, Asked(token_column, tag_column), notes)


def _usable(files: Sequence[Path], path: Path) -> list[Path]:
    """Return the files that may hold columns; one that a user names is taken whatever its name ends with."""
    usable = [file for file in files if has_columns(file)]
    if files == [path] and not any(ending in path.suffixes[-2:] for ending in _NOT_COLUMNS):
        return [path]
    if not usable:
        raise ValueError(
            f"{shown(path)} must hold files of columns ({', '.join(ENDINGS)}; plain or .gz), got {_some(files)}. "
            "Write a word and its tag on each line, and a blank line between sentences."
        )
    return usable


def _find_known(
    known: _known_tagged.KnownTagged, variant: str | None, token_column: str | None, tag_column: str | None
) -> _Found:
    tag = tag_column or variant or known.tag
    if not tag.lstrip("+-").isdigit():
        names = {column.lower(): column for column in known.columns}
        tag = names[catalog.choose(tag.lower(), names, where=f"the columns of {known.name}")]
    folder = _known_tagged.find(known)
    parts = {part: [folder / file] for part, file in known.files.items()}
    found = _read(known.name, parts, Asked(token_column, tag, known.columns), [])
    found.scheme, found.is_published = known.scheme, True
    return found


def _read(name: str, parts: dict[str, list[Path]], asked: Asked, notes: list[str]) -> _Found:
    reading, sentences = Reading(), {}
    for part, files in parts.items():
        sentences[part] = [sentence for file in files for sentence in read_sentences(file, asked, reading)]
        if not sentences[part]:
            raise ValueError(f"{shown(name)} must hold sentences for its {part} part, got none in {_some(files)}.")
    return _Found(name, sentences, notes=[*notes, *reading.told()])


def _some(files: Iterable[Path], limit: int = 5) -> str:
    names = [shown(file.name) for file in files]
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")
