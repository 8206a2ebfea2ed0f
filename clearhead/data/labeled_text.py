"""Labelled texts, to classify them: a known set, TSV, CSV, JSONL or Parquet files, a folder of .txt files a class.

A row holds one text or two, and a class or several labels. A folder whose parts say train, valid, test is taken so;
otherwise a fixed hash of the text sets a tenth aside for validation.
Read with: _labeled_files.py (rows), _labeled_columns.py, _labeled_build.py
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from clearhead.core import catalog
from clearhead.data import _files
from clearhead.data._intents import VARIANTS, make_intents
from clearhead.data._known_labeled import BUILT_IN_LABELED, LABELED, KnownLabeled, find, known_name
from clearhead.data._labeled import LabeledTexts
from clearhead.data._labeled_build import KINDS, Row, Rows, build
from clearhead.data._labeled_columns import TextColumns, choose_text_columns
from clearhead.data._labeled_files import (
    UNLABELED,
    Problems,
    class_folders,
    first_rows,
    is_text_file,
    read_rows,
    read_whole,
)
from clearhead.data._read import EXAMPLES, shown
from clearhead.data._table_files import FORMATS, table_format

_SURROGATE = re.compile("[\ud800-\udfff]")


def open_labeled_texts(
    spec: str | Path,
    *,
    text_columns: Sequence[str] | None = None,
    target: str | None = None,
    valid: str | Path | None = None,
    target_kind: str | None = None,
) -> LabeledTexts:
    """Open texts with what is to be predicted from them.

    Args:
        spec: a known name (sst2, mr, trec, trec:fine, chnsenticorp, semeval2010_task8, intents, intents:en,
            intents:zh), a file, a folder or glob of files, or a folder with a folder of .txt files for each class.
        text_columns: the column of the text, or the two of texts that are read together; None goes by their names.
        target: the column to predict; None takes one called label, class, category or the like.
        valid: another such word; its rows are for validation, and all of `spec` that is for no other part trains.
        target_kind: "class", or "labels" for any number of them (| between, or a JSON list); None goes by the column.
    Raises:
        FileNotFoundError: neither a known name nor a path; the message offers the nearest name.
        ValueError: no usable text, no such column (the message lists those there are), one class only, broken marks.
    """
    if not str(spec).strip():
        raise ValueError(f"open_labeled_texts.spec must name texts, got {str(spec)!r}. Give a known name or a file.")
    if target_kind is not None:
        catalog.choose(target_kind, KINDS, where="the target kinds of texts")
    if isinstance(text_columns, str):
        text_columns = [text_columns]
    rows = _find(spec, text_columns, target)
    if valid is not None:
        columns = (rows.text_columns, rows.label_column) if rows.is_table else (text_columns, target)
        other = _find(valid, *columns)
        chosen = other.parts.get("valid") or [row for part in other.parts.values() for row in part]
        notes = [*rows.notes, *other.notes, f"Validation rows: {other.name}."]
        rows = replace(rows, parts={**rows.parts, "valid": chosen}, notes=notes)
    return build(rows, target_kind)


def _find(spec: str | Path, text_columns: Sequence[str] | None, target: str | None) -> Rows:
    if known := known_name(spec):
        name, variant = known
        if name in BUILT_IN_LABELED:
            return _made(variant, text_columns, target)
        return _known(LABELED[name], variant, text_columns, target)
    path = Path(spec).expanduser()
    try:
        found = _files.find_files(path)
    except FileNotFoundError as error:
        names = [*BUILT_IN_LABELED, *LABELED]
        near = catalog.nearest(str(spec).strip().lower().partition(":")[0], names)
        hint = f" Did you mean the known set {near!r}?" if near else f" Known texts: {', '.join(names)}."
        raise FileNotFoundError(f"{error}{hint}") from None
    name = shown(path.name or path)
    tables = [file for file in found.files if table_format(file)]
    if not tables and path.is_dir():
        return _classes(name, path, found)
    if not tables:
        raise ValueError(
            f"{shown(path)} must be a table that ends in {', '.join(FORMATS)}, or a folder with a folder of .txt files "
            f"for each class, got {shown(found.files[0].name)}. Save it as TSV with the columns text and label."
        )
    notes = [*found.notes]
    if len(tables) < len(found.files):
        notes.append(f"Left out {len(found.files) - len(tables)} files that are no tables.")
    parts = _files.find_parts(tables, path if path.is_dir() else None) or {"train": tables}
    columns = _columns(next(iter(parts["train"])), text_columns, target)
    rows = Rows(name, {}, columns.texts, columns.label, [*notes, *columns.told], is_table=True)
    for part, files in parts.items():
        rows.parts[part] = [row for file in files for row in _table(file, columns, rows.notes)]
    return rows


def _made(variant: str, text_columns: Sequence[str] | None, target: str | None) -> Rows:
    if tuple(text_columns or ("text",)) != ("text",) or target not in (None, "intent"):
        raise ValueError(
            f"intents must be read by its columns text and intent, got {text_columns!r} and {target!r}. "
            "Leave these out."
        )
    chosen = catalog.choose(variant or "both", VARIANTS, where="intents")
    parts = {
        part: [Row(f"intents {part} row {number}", (text,), intent) for number, (text, intent) in enumerate(made, 1)]
        for part, made in make_intents(chosen).items()
    }
    told = "Made-up requests to an assistant, with what is wanted; no text is in two parts, and some names, places and "
    return Rows(
        f"intents:{chosen}", parts, ("text",), "intent", [f"{told}things of the other parts are not in training."]
    )


def _known(known: KnownLabeled, variant: str, text_columns: Sequence[str] | None, target: str | None) -> Rows:
    label = catalog.choose(variant, known.labels, where=f"the labels of {known.name}") if variant else known.labels[0]
    folder = find(known)
    columns = _columns(folder / known.files["train"], text_columns or ("text",), target or label)
    names = known.label_names if columns.label == known.labels[0] else {}
    rows = Rows(f"{known.name}:{variant}" if variant else known.name, {}, columns.texts, columns.label, is_table=True)
    for part, file in known.files.items():
        found = _table(folder / file, columns, rows.notes)
        rows.parts[part] = [
            row._replace(label=names.get(row.label, row.label)) if isinstance(row.label, str) else row for row in found
        ]
    return rows


def _columns(path: Path, text_columns: Sequence[str] | None, target: str | None) -> TextColumns:
    rows = first_rows(path)
    if not rows:
        raise ValueError(
            f"{shown(path)} must hold rows below the names of its columns, got none. Give a file with rows."
        )
    return choose_text_columns(rows, text_columns, target, where=shown(path.name))


def _table(path: Path, columns: TextColumns, notes: list[str]) -> list[Row]:
    problems = Problems()
    rows: list[Row] = []
    name, word = shown(path.name), "row" if table_format(path) == "parquet" else "line"
    for number, values in read_rows(path, problems):
        place = f"{name} {word} {number}"
        if not rows:
            _check_columns(path, columns, values)
        try:
            texts = tuple(_text(values, column) for column in columns.texts)
            rows.append(Row(place, texts, _label(values.get(columns.label))))
        except ValueError as error:
            problems.add_bad(path, number, error)
    if problems.num_bad and not rows:
        raise ValueError(f"{problems.bad_rows[0]} No other row of it is better.")
    notes += problems.told(path)
    return rows


def _check_columns(path: Path, columns: TextColumns, values: dict[str, Any]) -> None:
    """Stop where another file of a set has other columns than the first; objects of JSON may lack some."""
    if table_format(path) != "jsonl" and not {*columns.texts, columns.label} <= set(values):
        choose_text_columns([values], columns.texts, columns.label, where=shown(path.name))


def _text(values: dict[str, Any], column: str) -> str:
    value = values.get(column)
    if value is None or value != value:
        return ""
    if isinstance(value, bool | list | dict):
        raise ValueError(f"must have a string in column {column!r}, got a {type(value).__name__}. Mend the row.")
    text = str(value)
    if "\0" in text or _SURROGATE.search(text):
        raise ValueError("holds a NUL or half of a surrogate pair. Mend or remove the row.")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _label(value: Any) -> str | tuple[str, ...] | None:
    if isinstance(value, list):
        return tuple(name for part in value if isinstance(name := _label(part), str))
    if isinstance(value, dict):
        raise ValueError("must have a word, a number or a list of them as its label, got an object. Mend the row.")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return None if value is None or value != value else str(value).strip() or None


def _classes(name: str, folder: Path, found: _files.Found) -> Rows:
    """Read a folder for each class, perhaps below folders named train, valid, test."""
    children = sorted(child for child in folder.iterdir() if child.is_dir())
    named = {part: child for child in children if (part := _files.part_of(child.name))}
    rows = Rows(name, {}, ("text",), "folder", [*found.notes])
    mended: list[str] = []
    num_read = 0
    for part, place in (named if "train" in named else {"train": folder}).items():
        rows.parts[part] = []
        for child in class_folders(place):
            files = sorted(file for file in child.iterdir() if is_text_file(file))
            if child.name.lower() in UNLABELED:
                rows.notes.append(f"Left out {len(files):,} texts of {shown(child.name)}: they have no class.")
                continue
            for file in files:
                problems = Problems()
                text = read_whole(file, problems).strip()
                rows.parts[part].append(Row(shown(file.relative_to(folder).as_posix()), (text,), child.name))
                mended += problems.told(file)
            num_read += len(files)
    if not num_read:
        raise ValueError(
            f"{shown(folder)} must hold tables ({', '.join(FORMATS)}) or a folder of .txt files for each class, "
            f"got {shown(found.files[0].relative_to(folder))}. Save it as TSV with the columns text and label."
        )
    if num_other := len(found.files) - num_read:
        rows.notes.append(f"Left out {num_other:,} files that are no texts of a class.")
    rows.notes += mended[:EXAMPLES] + ([f"{len(mended):,} files were mended so."] if len(mended) > EXAMPLES else [])
    return rows
