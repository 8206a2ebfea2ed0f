"""Tables: CSV, TSV, JSONL (also .gz) and Parquet files as rows of features with a target; larger than memory too.

A folder or file names whose parts say train, valid, test are taken so; otherwise a fixed hash of each row sets a tenth
aside for validation. What the columns are is settled on the training rows and told in the report.
"""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pyarrow as pa

from clearhead.core import catalog
from clearhead.data import _files
from clearhead.data._arrays import keep
from clearhead.data._examples import TARGET_KINDS, Examples, KeptExamples
from clearhead.data._known_examples import TABLES, load_table
from clearhead.data._read import shown
from clearhead.data._table_build import Table, build
from clearhead.data._table_files import FORMATS, Columns, table_format

_RULES_VERSION = 1


def open_table(
    spec: str | Path,
    *,
    target: str | Sequence[str] | None = None,
    valid: str | Path | None = None,
    target_kind: str | None = None,
) -> Examples:
    """Open a table as examples: float32 rows of scaled features, and what is to be predicted from them.

    Args:
        spec: a known name (iris, wine, breast_cancer, diabetes), a file, a folder or a glob.
        target: the column to predict, or several with commas; None takes one called label, labels or target.
        valid: another such word; its rows are for validation, and all of `spec` that is for no other part trains.
        target_kind: "class", "labels" or "number"; None goes by what stands in the column.
    Raises:
        FileNotFoundError: neither a known name nor a path.
        ValueError: no usable table; no such target (the message lists the columns); nothing to predict it from.
    """
    if target_kind is not None:
        catalog.choose(target_kind, TARGET_KINDS, where="the target kinds")
    table, own_target, mark = _find(spec)
    if valid is not None:
        other, _, other_mark = _find(valid)
        rows = other.parts.get("valid") or [row for rows in other.parts.values() for row in rows]
        notes = [*table.notes, *other.notes, f"Validation rows: {other.name}."]
        table, mark = Table(table.name, {**table.parts, "valid": rows}, notes), f"{mark} {other_mark}"
    wanted = target if target is None or isinstance(target, str) else list(target)
    wanted = own_target if wanted is None else wanted
    mark = sha256(f"{_RULES_VERSION} {mark} {wanted!r} {target_kind}".encode()).hexdigest()
    kept = keep("tables", mark, lambda writer: build(table, wanted, target_kind, writer))
    return KeptExamples.of(table.name, mark, kept)


def _find(spec: str | Path) -> tuple[Table, str | None, str]:
    """Return the table a word means, its target where it is known, and a mark of its content."""
    name = str(spec).strip().lower().replace("-", "_")
    if not name:
        raise ValueError(f"open_table.spec must name a table, got {str(spec)!r}. Give a known name or a file.")
    if isinstance(spec, str) and name in TABLES:
        values, target = load_table(name)
        columns: Columns = {column: pa.array(found) for column, found in values.items()}
        content = sha256(repr([(column, found.tolist()) for column, found in columns.items()]).encode()).hexdigest()
        return Table(name, {"train": [columns]}, [f"Built in: {TABLES[name]}."]), target, content
    path = Path(spec).expanduser()
    try:
        found = _files.find_files(path)
    except FileNotFoundError as error:
        near = catalog.nearest(name, TABLES)
        hint = f" Did you mean the known table {near!r}?" if near else f" Known tables: {', '.join(TABLES)}."
        raise FileNotFoundError(f"{error}{hint}") from None
    files = [file for file in found.files if table_format(file)]
    if not files:
        raise ValueError(
            f"{shown(path)} must be a table that ends in {', '.join(FORMATS)}, got {shown(found.files[0].name)}. "
            "Save it as CSV."
        )
    notes = [*found.notes]
    if len(files) < len(found.files):
        notes.append(f"Left out {len(found.files) - len(files)} files that are no tables.")
    parts = _files.find_parts(files, path if path.is_dir() else None) or {"train": files}
    mark = _files.fingerprint(parts, "table")
    return Table(shown(path.name or path), {part: [*rows] for part, rows in parts.items()}, notes), None, mark
