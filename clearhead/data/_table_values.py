"""What is a number, what is missing, what is text: one rule for every table, in training and in prediction."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

MISSING = ("", "na", "n/a", "nan", "null", "none", "?", "-", "missing")
"""What people write for a value they do not have, in any case."""
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"


@dataclass(frozen=True)
class Numbers:
    """A column read as numbers."""

    values: NDArray[np.float64]
    """NaN where there is no number (or an infinite one)."""
    is_text: NDArray[np.bool_]
    """Where something stands that is neither a number nor a sign of a missing value."""


def read_numbers(column: pa.Array) -> Numbers:
    """Read a column as numbers."""
    try:
        values = _floats(column)
        return Numbers(values, np.zeros(len(values), bool))
    except pa.ArrowInvalid:
        pass
    texts = read_texts(column)
    is_number = pc.fill_null(pc.match_substring_regex(texts, _NUMBER), False)
    values = _floats(pc.if_else(is_number, texts, pa.scalar(None, pa.string())))
    is_text = pc.and_(pc.is_valid(texts), pc.invert(is_number))
    return Numbers(values, is_text.to_numpy(zero_copy_only=False))


def read_texts(column: pa.Array) -> pa.Array:
    """Read a column as strings without space around them; null where the value is missing."""
    if not pa.types.is_string(column.type):
        return pc.if_else(pc.is_finite(column), pc.cast(column, pa.string()), pa.scalar(None, pa.string()))
    texts = pc.utf8_trim_whitespace(column)
    is_missing = pc.is_in(pc.utf8_lower(texts), value_set=pa.array(MISSING))
    return pc.if_else(is_missing, pa.scalar(None, pa.string()), texts)


def nothing(num_rows: int) -> pa.Array:
    """Return a column in which every value is missing."""
    return pa.nulls(num_rows, pa.string())


def number_name(text: str) -> str:
    """Return how a number is written as a class: 1.0 is 1, text stays as it is."""
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else text


def in_order(names: set[str]) -> list[str]:
    """Sort names by value where all are numbers, otherwise by letter."""
    try:
        return sorted(names, key=lambda name: (float(name), name))
    except ValueError:
        return sorted(names)


def _floats(column: pa.Array) -> NDArray[np.float64]:
    values = np.array(pc.cast(column, pa.float64(), safe=False).to_numpy(zero_copy_only=False))
    values[~np.isfinite(values)] = np.nan
    return values
