"""What the columns of a table are: numbers, categories, or of no use as they stand; settled on the training rows.

What is settled is plain JSON (`describe`), kept with a model so that new rows are read in the same way.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clearhead.data._table_values import read_numbers, read_texts

NUMBER_SHARE = 0.9
"""A column is of numbers when at least this share of what is not missing are numbers."""
MAX_CATEGORIES = 50
"""The commonest values of a category that get a feature each; the others share one."""
MAX_DISTINCT = 2_000
"""So many different values are counted; a column with more is text or an id."""
_ID_NAME = re.compile(r"(?i:id|uuid|guid|rowid|.*[_\-. ]id|unnamed: \d+)|.*[a-z]I[dD]")


@dataclass
class ColumnScan:
    """Counts over the training values of one column."""

    name: str
    num_rows: int = 0
    num_missing: int = 0
    num_numbers: int = 0
    mean: float = 0.0
    squares: float = 0.0
    """Sum of squared differences from the mean (Chan, Golub and LeVeque 1979, updating by blocks)."""
    low: float = math.inf
    high: float = -math.inf
    is_whole: bool = True
    counts: "Counter[str] | None" = field(default_factory=Counter)
    """How often each value stands, as written; None when there are more than are worth counting."""

    def read(self, values: pa.Array, *, max_distinct: int = MAX_DISTINCT) -> None:
        """Count the values of a batch."""
        numbers = read_numbers(values)
        found = numbers.values[~np.isnan(numbers.values)]
        self.num_rows += len(values)
        self.num_missing += len(values) - len(found) - int(numbers.is_text.sum())
        if len(found):
            mean, total = float(found.mean()), self.num_numbers + len(found)
            self.squares += float(((found - mean) ** 2).sum())
            self.squares += (mean - self.mean) ** 2 * self.num_numbers * len(found) / total
            self.mean += (mean - self.mean) * len(found) / total
            self.num_numbers = total
            self.low, self.high = min(self.low, float(found.min())), max(self.high, float(found.max()))
            self.is_whole = self.is_whole and bool((found == np.floor(found)).all())
        if self.counts is not None:
            found_here = pc.value_counts(read_texts(values))
            if len(found_here) <= max_distinct + 1:  # one may be the missing value
                for pair in found_here.to_pylist():
                    if pair["values"] is not None:
                        self.counts[pair["values"]] += pair["counts"]
            if max(len(found_here) - 1, len(self.counts)) > max_distinct:
                self.counts = None

    @property
    def num_present(self) -> int:
        """How many values are not missing."""
        return self.num_rows - self.num_missing

    @property
    def is_number(self) -> bool:
        """Whether the column is one of numbers."""
        return 0 < self.num_present * NUMBER_SHARE <= self.num_numbers

    @property
    def scale(self) -> float:
        """The standard deviation; 1 where all numbers are equal."""
        deviation = math.sqrt(self.squares / max(1, self.num_numbers))
        return deviation if deviation > 1e-12 * max(1.0, abs(self.mean)) else 1.0

    @property
    def is_constant(self) -> bool:
        """Whether the column says nothing: one value, and never missing."""
        if self.is_number and self.num_numbers == self.num_present:
            return self.low == self.high and not self.num_missing
        return self.counts is not None and len(self.counts) + (self.num_missing > 0) <= 1


def describe(scan: ColumnScan) -> tuple[dict[str, Any] | None, str]:
    """Settle how a column becomes features.

    Returns:
        Plain JSON values, or None for a column that is left out; and the reason, or what is worth telling.
    """
    if not scan.num_present:
        return None, "empty"
    if _ID_NAME.fullmatch(scan.name):
        return None, "an id by its name"
    if scan.is_constant:
        return None, "the same value in every row"
    missing = f"{scan.num_missing:,} of {scan.num_rows:,} values missing" if scan.num_missing else ""
    if scan.is_number:
        kept = {"name": scan.name, "kind": "number", "mean": scan.mean, "scale": scan.scale}
        told = f"{missing} (the mean stands for them, and a feature tells them apart)" if missing else ""
        return {**kept, "has_missing": bool(missing)}, told
    if scan.counts is None or len(scan.counts) > max(20, scan.num_present / 2):
        how_many = f"over {MAX_DISTINCT:,}" if scan.counts is None else f"{len(scan.counts):,}"
        return None, f"text or an id ({how_many} different values in {scan.num_present:,} rows)"
    order = sorted(scan.counts, key=lambda value: (-scan.counts[value], value))  # type: ignore[index]
    kept = {"name": scan.name, "kind": "category", "categories": sorted(order[:MAX_CATEGORIES])}
    has_others = len(order) > MAX_CATEGORIES
    notes = [f"{missing} (a category of their own)"] if missing else []
    notes += [f"the {MAX_CATEGORIES} commonest of {len(order):,} values; the others are one"] if has_others else []
    return {**kept, "has_missing": bool(missing), "has_others": has_others}, "; ".join(notes)


def feature_names(columns: list[dict[str, Any]]) -> list[str]:
    """Name the features that columns become, in order."""
    names = []
    for column in columns:
        name = column["name"]
        if column["kind"] == "number":
            names.append(name)
        else:
            names += [f"{name}={category}" for category in column["categories"]]
            names += [f"{name}=other"] * column["has_others"]
        names += [f"{name} is missing"] * column["has_missing"]
    return names
