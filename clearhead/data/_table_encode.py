"""Columns of a table → rows of float32 features, as the training rows settled it; also for new rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clearhead.core import catalog
from clearhead.data._read import EXAMPLES, shown
from clearhead.data._table_columns import feature_names
from clearhead.data._table_files import Columns, RowReport, columns_of, read_batches
from clearhead.data._table_values import nothing, read_numbers, read_texts


@dataclass
class Surprises:
    """What new rows hold that the training rows did not."""

    texts: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """By column of numbers: row and value of the first texts in it."""
    num_texts: Counter[str] = field(default_factory=Counter)
    num_missing: Counter[str] = field(default_factory=Counter)
    """By column that never missed a value in training."""
    unknown: dict[str, Counter[str]] = field(default_factory=dict)
    """By column: categories that training did not see."""

    def told(self) -> list[str]:
        """Say in sentences what was found and how it is read."""
        lines = []
        for name, count in self.num_texts.items():
            examples = ", ".join(f"row {row}: {shown(text[:40])!r}" for row, text in self.texts[name])
            lines.append(f"Column {name!r} has {count:,} values that are no numbers ({examples}): read as missing.")
        for name, count in self.num_missing.items():
            lines.append(f"Column {name!r} misses {count:,} values, in training none: the mean or no category is read.")
        for name, values in self.unknown.items():
            examples = ", ".join(repr(shown(value[:40])) for value, _ in values.most_common(EXAMPLES))
            lines.append(
                f"Column {name!r} has {values.total():,} values that training did not see ({examples}): "
                "read as no category."
            )
        return lines


def encode(
    columns: Sequence[Mapping[str, Any]],
    batch: Columns,
    num_rows: int,
    surprises: Surprises,
    report: RowReport,
    *,
    first_index: int = 0,
) -> NDArray[np.float32]:
    """Turn a batch of rows into features: scaled numbers, a 1 for each category, a 1 for what is missing.

    Args:
        columns: what `_table_columns.describe` settled.
        report: says how a person calls a row.
        first_index: index in the file of the batch's first row.
    Returns:
        float32 (rows, features), in the order of `feature_names`.
    """
    features = np.zeros((num_rows, len(feature_names([dict(column) for column in columns]))), np.float32)
    place = 0
    for column in columns:
        values = batch.get(column["name"])
        values = nothing(num_rows) if values is None else values
        if column["kind"] == "number":
            numbers = read_numbers(values)
            _note_texts(column["name"], values, numbers.is_text, surprises, report, first_index)
            is_missing = np.isnan(numbers.values)
            scaled = (numbers.values - column["mean"]) / column["scale"]
            features[:, place] = np.where(is_missing, 0.0, scaled)
            place += 1
            is_new_gap = is_missing & ~numbers.is_text
        else:
            texts = read_texts(_as_text(values))
            found = pc.index_in(texts, value_set=pa.array(column["categories"], pa.string()))
            index = pc.fill_null(found, -1).to_numpy(zero_copy_only=False)
            is_missing = pc.is_null(texts).to_numpy(zero_copy_only=False)
            is_known = index >= 0
            features[np.flatnonzero(is_known), place + index[is_known]] = 1.0
            place += len(column["categories"])
            is_other = ~is_known & ~is_missing
            if column["has_others"]:
                features[is_other, place] = 1.0
                place += 1
            elif is_other.any():
                surprises.unknown.setdefault(column["name"], Counter()).update(texts.filter(is_other).to_pylist())
            is_new_gap = is_missing
        if column["has_missing"]:
            features[is_missing, place] = 1.0
            place += 1
        elif is_new_gap.any():
            surprises.num_missing[column["name"]] += int(is_new_gap.sum())
    return features


def read_rows(
    preprocessing: Mapping[str, Any], rows: Sequence[Mapping[str, Any]] | str | Path
) -> tuple[NDArray[np.float32], list[str]]:
    """Read new rows as the training rows were read.

    Args:
        preprocessing: `Examples.preprocessing()` of a table.
        rows: values by column, or a table file. Columns that training did not use are ignored.
    Returns:
        float32 (rows, features), and sentences on what training had not seen.
    Raises:
        ValueError: a column is missing (the message lists those there are), or text stands in a column of numbers.
    """
    columns = preprocessing["columns"]
    report, surprises = RowReport(), Surprises()
    where = "the rows"
    if isinstance(rows, str | Path):
        where = shown(rows)
        batches = read_batches(Path(rows), report)
    else:
        batches = iter([columns_of([dict(row) for row in rows])] if rows else [])
    features, names, num_before = [], dict[str, None](), 0
    for batch in batches:
        names |= dict.fromkeys(batch)
        num_rows = len(next(iter(batch.values()), ()))
        features.append(encode(columns, batch, num_rows, surprises, report, first_index=num_before))
        num_before += num_rows
    if not num_before:
        raise ValueError(f"{where} must hold at least one row, got none. {' '.join(report.bad_rows)}".strip())
    for column in columns:
        if column["name"] not in names:
            near = catalog.nearest(column["name"], names)
            raise ValueError(
                f"{where} must have the column {column['name']!r}, got {', '.join(map(repr, names))}. "
                f"Add it{f', or rename {near!r}' if near else ''}."
            )
    if report.bad_rows:
        raise ValueError(f"{report.bad_rows[0]} Every row to predict must be whole.")
    for name, texts in surprises.texts.items():
        raise ValueError(
            f"{where} row {texts[0][0]} must have a number in column {name!r}, got {shown(texts[0][1][:80])!r}. "
            "Give a number, or leave it empty."
        )
    return np.concatenate(features), surprises.told()


def _as_text(values: pa.Array) -> pa.Array:
    return values if pa.types.is_string(values.type) else pc.cast(values, pa.string())


def _note_texts(
    name: str,
    values: pa.Array,
    is_text: NDArray[np.bool_],
    surprises: Surprises,
    report: RowReport,
    first_index: int,
) -> None:
    if not is_text.any():
        return
    surprises.num_texts[name] += int(is_text.sum())
    examples = surprises.texts.setdefault(name, [])
    for index in np.flatnonzero(is_text)[: EXAMPLES - len(examples)]:
        examples.append((report.row_number(first_index + int(index)), values[int(index)].as_py()))
