"""What a table is to predict: a class, several labels, or numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clearhead.core import catalog
from clearhead.data._read import shown
from clearhead.data._table_columns import ColumnScan
from clearhead.data._table_files import Columns
from clearhead.data._table_values import in_order, nothing, number_name, read_numbers, read_texts

DEFAULT_NAMES = ("label", "labels", "target")
MAX_WHOLE_CLASSES = 20
"""Whole numbers are classes when there are at most so many different ones…"""
MIN_PER_CLASS = 5
"""…and on average so many rows of each."""
MAX_CLASSES = 1_000
MAX_DISTINCT = 100_000
"""Different values of a target that are counted: combinations of labels may be many."""


@dataclass(frozen=True)
class Target:
    """What is predicted, and how its column is read."""

    columns: list[str]
    kind: str
    """"class", "labels" or "number"."""
    label_names: list[str]
    told: str
    """Why it is of that kind, in a sentence."""
    codes: "dict[str, Any] | None" = None
    """What each value, as written, means: a class id, or a row of 0 and 1."""

    def read(self, batch: Columns, num_rows: int) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Return the targets of a batch, and which rows have one."""
        columns = [batch.get(name) for name in self.columns]
        present = [nothing(num_rows) if column is None else column for column in columns]
        if self.codes is None:
            values = np.stack([read_numbers(column).values for column in present], axis=1)
            has_target = np.asarray(~np.isnan(values).any(axis=1))
            if self.kind == "labels":
                return np.nan_to_num(values).astype(np.uint8), has_target
            return values.astype(np.float32)[:, 0] if len(present) == 1 else values.astype(np.float32), has_target
        texts = read_texts(present[0])
        texts = pc.fill_null(texts, "") if self.kind == "labels" else texts
        index = pc.index_in(texts, value_set=pa.array(list(self.codes), pa.string()))
        place = pc.fill_null(index, -1).to_numpy(zero_copy_only=False)
        codes = np.array(list(self.codes.values()), np.uint8 if self.kind == "labels" else np.int64)
        return codes[place], place >= 0


def choose_columns(wanted: str | Sequence[str] | None, names: Sequence[str], where: str) -> list[str]:
    """Return the target columns a user means; without a word, a column called label, labels or target.

    Raises:
        ValueError: no such column; the message lists those there are.
    """
    if wanted is None:
        found = [name for name in names if name.lower() in DEFAULT_NAMES]
        if len(found) == 1:
            return found
        raise ValueError(
            f"{where} must have a target, got none. Name the column to predict: {', '.join(map(shown, names))}."
        )
    if isinstance(wanted, str):
        wanted = [wanted] if wanted in names else [word.strip() for word in wanted.split(",")]
    for name in wanted:
        if name not in names:
            near = catalog.nearest(name, names)
            hint = f" Did you mean {near!r}?" if near else ""
            raise ValueError(f"{where} has no column {name!r}. Columns: {', '.join(map(shown, names))}.{hint}")
    return list(dict.fromkeys(wanted))


def may_be_empty(columns: Sequence[str], target_kind: str | None) -> bool:
    """Whether a row without a value has a target: no label at all."""
    return len(columns) == 1 and target_kind in (None, "labels") and _is_labels(columns[0], target_kind)


def settle(scans: Sequence[ColumnScan], target_kind: str | None, where: str) -> Target:
    """Settle what a target is from the values of all rows.

    Raises:
        ValueError: one value only, text where numbers are wanted, or so many values that it is no class.
    """
    names = [scan.name for scan in scans]
    for scan in scans:
        if not scan.num_present and not may_be_empty(names, target_kind):
            raise ValueError(f"{where} must have values in the target column {scan.name!r}, got an empty column.")
    if len(scans) > 1:
        return _settle_several(scans, target_kind, where)
    scan = scans[0]
    if may_be_empty(names, target_kind):
        return _settle_labels(scan, where)
    counts: dict[str, int] = dict(scan.counts or {})
    few = scan.is_whole and 0 < len(counts) <= min(MAX_WHOLE_CLASSES, scan.num_present / MIN_PER_CLASS)
    if target_kind == "number" or (target_kind is None and scan.is_number and not few):
        told = f"Target {scan.name!r}: a number."
        return _settle_numbers([scan], where, told)
    classes = in_order({number_name(value) for value in counts})
    if not counts or len(classes) > MAX_CLASSES or len(classes) > max(20, scan.num_present / 2):
        how_many = f"{len(classes):,}" if classes else f"over {MAX_DISTINCT:,}"
        raise ValueError(
            f"{where}: the target {scan.name!r} must repeat its classes, got {how_many} different values in "
            f"{scan.num_present:,} rows. Name a column of classes, or one of plain numbers."
        )
    if len(classes) == 1:
        raise ValueError(
            f"{where}: the target {scan.name!r} must have at least two classes, got only {shown(classes[0])!r}. "
            "Add rows of another class."
        )
    told = f"Target {scan.name!r}: {len(classes)} classes."
    if target_kind is None and scan.is_number:
        told = (
            f"Target {scan.name!r}: {len(classes)} different whole numbers, at most {MAX_WHOLE_CLASSES} and "
            f"{MIN_PER_CLASS} rows or more of each on average, so they are classes (target kind number predicts a "
            "number)."
        )
    elif any("|" in name for name in classes):
        told += " Some hold |: target kind labels reads them as several labels."
    return Target([scan.name], "class", classes, told, {value: classes.index(number_name(value)) for value in counts})


def _is_labels(name: str, target_kind: str | None) -> bool:
    return target_kind == "labels" or name.lower() == "labels"


def _settle_labels(scan: ColumnScan, where: str) -> Target:
    if scan.counts is None:
        raise ValueError(
            f"{where}: the labels in {scan.name!r} must repeat, got over {MAX_DISTINCT:,} combinations. "
            "Write labels with | between them."
        )
    parts = {value: {part.strip() for part in value.split("|")} - {""} for value in scan.counts}
    names = in_order(set().union(*parts.values()))
    if not names or len(names) > MAX_CLASSES:
        raise ValueError(
            f"{where}: the column {scan.name!r} must hold 1 to {MAX_CLASSES:,} labels, got {len(names):,}. "
            "Write labels with | between them."
        )
    codes = {value: [int(name in found) for name in names] for value, found in parts.items()}
    codes.setdefault("", [0] * len(names))
    told = f"Target {scan.name!r}: {len(names)} labels, any number of them a row (| between them)."
    return Target([scan.name], "labels", names, told, codes)


def _settle_several(scans: Sequence[ColumnScan], target_kind: str | None, where: str) -> Target:
    names = [scan.name for scan in scans]
    is_binary = all(scan.is_number and {scan.low, scan.high} <= {0.0, 1.0} and scan.is_whole for scan in scans)
    if target_kind == "class" or (target_kind == "labels" and not is_binary):
        wanted = "one column" if target_kind == "class" else "0 and 1 in every target column"
        raise ValueError(f"{where} must have {wanted} for target kind {target_kind}, got {', '.join(names)}.")
    if is_binary and target_kind != "number":
        return Target(names, "labels", names, f"Targets {', '.join(names)}: labels, each 0 or 1.")
    return _settle_numbers(scans, where, f"Targets {', '.join(names)}: {len(names)} numbers.")


def _settle_numbers(scans: Sequence[ColumnScan], where: str, told: str) -> Target:
    for scan in scans:
        if not scan.is_number:
            text = next((value for value in scan.counts or {} if not _is_number(value)), "text")
            raise ValueError(
                f"{where}: the target {scan.name!r} must be a number in (nearly) every row, got {shown(text[:80])!r} "
                "among others. Mend the column, or predict a class."
            )
        if scan.low == scan.high:
            raise ValueError(
                f"{where}: the target {scan.name!r} must vary, got {scan.low:g} in every row. Name another column."
            )
    names = [scan.name for scan in scans]
    return Target(names, "number", names, told)


def _is_number(text: str) -> bool:
    return not bool(read_numbers(pa.array([text], pa.string())).is_text[0])
