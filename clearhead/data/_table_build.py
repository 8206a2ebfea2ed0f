"""A table read twice: once to learn what its columns are, once to write its rows as arrays.

Only a batch of rows is in memory at a time; scales and categories come from the training rows alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clearhead.data._arrays import ArrayWriter
from clearhead.data._examples import count_classes, never_seen
from clearhead.data._splits import NUM_DRAWS, TOO_FEW, is_fair, is_valid_side
from clearhead.data._table_columns import ColumnScan, describe, feature_names
from clearhead.data._table_encode import Surprises, encode
from clearhead.data._table_files import Columns, RowReport, read_batches
from clearhead.data._table_target import MAX_DISTINCT, choose_columns, may_be_empty, settle
from clearhead.data._table_values import nothing, read_texts


@dataclass(frozen=True)
class Table:
    """Where the rows of each part come from."""

    name: str
    parts: dict[str, list[Path | Columns]]
    """Files, or rows in memory; without "valid" the training rows are split."""
    notes: list[str] = field(default_factory=list)

    @property
    def is_split_here(self) -> bool:
        """Whether validation rows are taken from the training rows."""
        return "valid" not in self.parts

    def batches(self, part: str, reports: dict[Path, RowReport]) -> Iterator[tuple[Columns, int, RowReport, int]]:
        """Yield the rows of a part: columns, number of rows, the report of their file, index of the first in it."""
        for item in self.parts[part]:
            report = reports.setdefault(item, RowReport()) if isinstance(item, Path) else RowReport()
            first = 0
            for batch in read_batches(item, report) if isinstance(item, Path) else [item]:
                num_rows = len(next(iter(batch.values()), ()))
                if num_rows:
                    yield batch, num_rows, report, first
                first += num_rows


@dataclass
class _Scan:
    """What the first reading found."""

    columns: dict[str, ColumnScan] = field(default_factory=dict)
    """Every column, over the training rows."""
    targets: dict[str, ColumnScan] = field(default_factory=dict)
    """The target's columns, over all rows."""
    sides: list[NDArray[np.bool_]] = field(default_factory=list)
    """For each batch of the training part: which rows are for validation."""
    num_train: int = 0
    num_valid: int = 0

    @property
    def is_shared(self) -> bool:
        """Whether the rows are so few that validation uses the training rows too."""
        return not self.num_valid

    @property
    def num_rows(self) -> int:
        """Rows of the training part that have a target."""
        return self.num_train + self.num_valid


def build(table: Table, target: str | list[str] | None, target_kind: str | None, writer: ArrayWriter) -> dict[str, Any]:
    """Read a table and write its arrays.

    Returns:
        The facts to keep: "report", "feature_names" and "recipe" (`Examples.preprocessing`).
    """
    first = next(table.batches("train", {}), None)
    if first is None:
        problems = RowReport()
        for path in (item for item in table.parts["train"] if isinstance(item, Path)):
            for _ in read_batches(path, problems):
                pass
        raise ValueError(f"{table.name} must hold rows, got none. {' '.join(problems.bad_rows)}".strip())
    names = choose_columns(target, list(first[0]), table.name)
    del first
    scan = _scan_fairly(table, names, may_be_empty(names, target_kind))
    found = settle(list(scan.targets.values()), target_kind, table.name)
    columns, told_columns = _settle_columns(table, scan, names)
    reports: dict[Path, RowReport] = {}
    surprises, num_without, train_targets = Surprises(), 0, []
    for part in table.parts:
        sides = iter(scan.sides)
        for batch, num_rows, report, first_index in table.batches(part, reports):
            targets, has_target = found.read(batch, num_rows)
            inputs = encode(columns, batch, num_rows, surprises, report, first_index=first_index)
            num_without += int((~has_target).sum())
            chosen_rows = {part: has_target}
            if part == "train" and table.is_split_here:
                is_valid = next(sides)
                chosen_rows = {"train": has_target & ~is_valid, "valid": has_target & (is_valid | scan.is_shared)}
            for side, chosen in chosen_rows.items():
                writer.append(f"{side}.inputs", inputs[chosen])
                writer.append(f"{side}.targets", targets[chosen])
                if side == "train" and found.kind != "number":
                    train_targets.append(_summed(targets[chosen], len(found.label_names)))
    recipe = {
        "kind": "table",
        "columns": columns,
        "target": {
            "columns": names,
            "kind": found.kind,
            "label_names": found.label_names,
            "means": [scan.columns[name].mean for name in names] if found.kind == "number" else [],
            "scales": [scan.columns[name].scale for name in names] if found.kind == "number" else [],
        },
    }
    told = [*table.notes, found.told]
    if found.kind != "number":
        counts = np.sum(train_targets, axis=0)[None]
        told.append(f"In training: {count_classes(found.label_names, counts)}.")
        if unseen := never_seen(found.label_names, counts):
            told.append(f"Never in training, so never predicted: {', '.join(unseen[:10])}.")
    told += told_columns
    for path, report in reports.items():
        told += report.told(path)
    if num_without:
        told.append(f"Left out {num_without:,} rows without a usable target.")
    told += [*surprises.told(), _tell_split(table, scan)]
    pa.default_memory_pool().release_unused()  # else what reading took stays with the process for the training
    return {"report": told, "feature_names": feature_names(columns), "recipe": recipe}


def _summed(targets: NDArray[Any], num_labels: int) -> NDArray[np.int64]:
    if targets.ndim == 2:
        return targets.sum(0, dtype=np.int64)
    return np.bincount(targets, minlength=num_labels).astype(np.int64)


def _scan_fairly(table: Table, target_names: list[str], target_may_be_empty: bool) -> _Scan:
    """Read the table through; again with another draw when one splits a small table badly."""
    for draw in range(NUM_DRAWS):
        scan = _scan(table, target_names, target_may_be_empty, draw)
        if not table.is_split_here or is_fair(scan.num_valid, scan.num_rows):
            return scan
    return _scan(table, target_names, target_may_be_empty, None)


def _scan(table: Table, target_names: list[str], target_may_be_empty: bool, draw: int | None) -> _Scan:
    scan = _Scan(targets={name: ColumnScan(name) for name in target_names})
    for part in table.parts:
        for batch, num_rows, _, _ in table.batches(part, {}):
            has_target = np.ones(num_rows, bool)
            for name, target in scan.targets.items():
                values = batch.get(name, nothing(num_rows))
                target.read(values, max_distinct=MAX_DISTINCT)
                if not target_may_be_empty:
                    has_target &= pc.is_valid(read_texts(values)).to_numpy(zero_copy_only=False)
            if part != "train":
                continue
            is_valid = np.zeros(num_rows, bool)
            if table.is_split_here:
                is_valid = is_valid if draw is None else is_valid_side(_contents(batch), draw)
                scan.sides.append(is_valid)
            chosen = pa.array(has_target & ~is_valid)
            for name in [name for name in batch if name not in scan.columns]:
                scan.columns[name] = ColumnScan(name, scan.num_train, scan.num_train)
            scan.num_train += int((has_target & ~is_valid).sum())
            scan.num_valid += int((has_target & is_valid).sum())
            for name, column in scan.columns.items():
                column.read(batch.get(name, nothing(num_rows)).filter(chosen))
    return scan


def _contents(batch: Columns) -> list[bytes]:
    """Return each row as one string of bytes, for the hash that splits."""
    texts = [pc.cast(values, pa.string()) for values in batch.values()]
    joined = pc.binary_join_element_wise(*texts, "\x1f", null_handling="replace", null_replacement="")
    return pc.cast(joined, pa.binary()).to_pylist()  # type: ignore[no-any-return]


def _settle_columns(table: Table, scan: _Scan, target_names: list[str]) -> tuple[list[dict[str, Any]], list[str]]:
    columns, told, left_out = [], [], {}
    for name, column in scan.columns.items():
        if name in target_names:
            continue
        settled, why = describe(column)
        if settled is None:
            left_out[name] = why
        else:
            columns.append(settled)
            told += [f"Column {name!r}: {why}."] if why else []
    told += [f"Left out the column {name!r}: {why}." for name, why in left_out.items()]
    if not columns:
        why = "; ".join(f"{name!r} is {reason}" for name, reason in left_out.items()) or "no other column"
        raise ValueError(
            f"{table.name} must have a column to predict {', '.join(target_names)} from, got {why}. Add such columns."
        )
    kinds = [column["kind"] for column in columns]
    head = (
        f"{kinds.count('number')} columns of numbers and {kinds.count('category')} of categories become "
        f"{len(feature_names(columns)):,} features."
    )
    return columns, [head, *told]


def _tell_split(table: Table, scan: _Scan) -> str:
    if not table.is_split_here:
        return f"Parts as the files name them: {', '.join(table.parts)}."
    if scan.is_shared:
        return TOO_FEW
    return (
        f"Split by a hash of each row: {scan.num_valid:,} of {scan.num_rows:,} rows "
        f"({scan.num_valid / scan.num_rows:.1%}) are for validation."
    )
