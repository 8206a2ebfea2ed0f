"""Two columns of numbers span a plane: rows all over it, in the model's numbers and in a person's, and lines on it.

The other columns keep the values of one row. Where there is one column of numbers only, the plane is a line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from clearhead.core import catalog
from clearhead.data._table_columns import feature_names
from clearhead.panels.base import Name
from clearhead.panels.heatmap import Edge, Stroke

REACH = 2.5
"""How far a plane reaches to each side of the mean of the training rows, in standard deviations."""
MARGIN = 0.08
"""How much farther than a row that lies outside, as a share of the way to it."""
DIGITS = 3
"""Of the places of a line, in cells."""


@dataclass(frozen=True)
class Axis:
    """One column of numbers as the direction of a plane; `low` and `high` are scaled, as the model reads them."""

    name: str
    feature: int
    """Which number of a row it is."""
    mean: float = 0.0
    scale: float = 1.0
    missing: int | None = None
    """The feature that says that the value is missing, where there is one."""
    low: float = -REACH
    high: float = REACH

    def around(self, row: Tensor) -> "Axis":
        """Return the axis long enough that a row, (features,), lies on it."""
        at = float(row[self.feature])
        low = self.low if at >= self.low else at - MARGIN * (self.high - at)
        high = self.high if at <= self.high else at + MARGIN * (at - self.low)
        return Axis(self.name, self.feature, self.mean, self.scale, self.missing, low, high)

    def places(self, count: int) -> np.ndarray:
        """Return so many places along it at equal distances, as the model reads them."""
        return np.linspace(self.low, self.high, count)

    def labels(self, count: int) -> tuple[str, ...]:
        """Return the same places in the column's own unit, in as many digits as tell them apart."""
        own = self.mean + self.scale * self.places(count)
        step = abs(self.scale) * (self.high - self.low) / max(1, count - 1)
        digits = max(0, min(12, 1 - int(np.floor(np.log10(step)))))
        return tuple(f"{value:.{digits}f}" for value in own)

    def place_of(self, row: Tensor, count: int) -> float:
        """Return where a row lies, counted in places."""
        return (float(row[self.feature]) - self.low) / (self.high - self.low) * (count - 1)

    @property
    def is_longer(self) -> bool:
        """Whether it had to reach farther than usual."""
        return self.low < -REACH or self.high > REACH

    def holds(self, row: Tensor) -> bool:
        """Whether the row has a value of this column at all."""
        return self.missing is None or not float(row[self.missing])


@dataclass(frozen=True)
class Plane:
    """A row and the one or two columns that are changed."""

    row: Tensor
    """(features,)"""
    x: Axis
    y: Axis | None
    is_scaled: bool = True
    """Whether the numbers of the row are columns of a table brought to mean 0 and deviation 1; else they are plain."""

    def rows(self, side: int) -> Tensor:
        """Return the rows all over the plane, (side · side, features), from the largest y down; of a line (side, …)."""
        xs = self._as_read(self.x.places(side))
        if self.y is None:
            rows = self.row.repeat(side, 1)
            rows[:, self.x.feature] = xs
        else:
            rows = self.row.repeat(side * side, 1)
            rows[:, self.x.feature] = xs.repeat(side)
            ys = self._as_read(self.y.places(side)[::-1].copy())
            rows[:, self.y.feature] = ys.repeat_interleave(side)
        for axis in (self.x, self.y):
            if axis is not None and axis.missing is not None:
                rows[:, axis.missing] = 0.0
        return rows

    def _as_read(self, places: np.ndarray) -> Tensor:
        # In two steps: not every device knows float64.
        return torch.from_numpy(places).to(self.row.dtype).to(self.row.device)

    @property
    def has_row(self) -> bool:
        """Whether the row itself lies on the plane: it has a value in each of its columns."""
        return self.x.holds(self.row) and (self.y is None or self.y.holds(self.row))


def number_axes(columns: Sequence[Mapping[str, Any]]) -> list[Axis]:
    """Return an axis for each column of numbers of a table, as its recipe describes them."""
    found, place = [], 0
    for column in columns:
        width = len(feature_names([dict(column)]))
        if column["kind"] == "number":
            missing = place + 1 if column["has_missing"] else None
            found.append(Axis(Name(column["name"]), place, column["mean"], column["scale"], missing))
        place += width
    return found


NUMBERS = "the columns of numbers"
"""What a name is looked for in, for messages."""


def choose_plane(
    row: Tensor,
    axes: Sequence[Axis],
    *,
    x: str | None,
    y: str | None,
    weight: np.ndarray,
    where: str,
    is_scaled: bool = True,
) -> Plane:
    """Return the plane that was asked for; what was not named is filled in with the columns that weigh most.

    Args:
        axes: every column of numbers there is; at least one.
        weight: how much each of them matters.
        where: the view, for messages.
        is_scaled: whether they are columns of a table.
    Raises:
        ValueError: no such column, one for both, or a second one where there is only one.
    """
    names = [axis.name for axis in axes]
    wanted = [None if name is None else names.index(catalog.choose(name, names, where=NUMBERS)) for name in (x, y)]
    if x is not None and x == y:
        other = next((name for name in names if name != x), None)
        remedy = f"Use {other!r}." if other else "Leave it out: there is one column of numbers only."
        raise ValueError(f"{where}.y must be another column than {where}.x, got {y!r} for both. {remedy}")
    left = [index for index in np.argsort(-weight, kind="stable").tolist() if index not in wanted]
    if wanted == [None, None]:
        first, second = [*sorted(left[:2]), None][:2]
    elif wanted[0] is None:
        first, second = (left[0], wanted[1]) if left else (wanted[1], None)
    else:
        first, second = wanted[0], wanted[1] if wanted[1] is not None else (left[0] if left else None)
    assert first is not None
    upwards = None if second is None else axes[second].around(row)
    return Plane(row, axes[first].around(row), upwards, is_scaled)


def contour(field: np.ndarray) -> Edge:
    """Return where a field over the cells of a grid is 0, piece by piece (marching squares, straight between cells).

    Args:
        field: (rows, columns); a number for the middle of each cell.
    """
    above = field > 0
    corners = above[:-1, :-1].astype(int) + above[:-1, 1:] + above[1:, :-1] + above[1:, 1:]
    strokes = []
    for row, column in np.argwhere((corners > 0) & (corners < 4)).tolist():
        points = _crossings(field, row, column)
        # Where two opposite corners are above there are four: they are joined in pairs, in the order of the sides.
        strokes += [Stroke(*first, *second) for first, second in zip(points[::2], points[1::2], strict=True)]
    return tuple(strokes)


def _crossings(field: np.ndarray, row: int, column: int) -> list[tuple[float, float]]:
    """Return where the sides of the square between four cells cross 0: top, right, bottom, left."""
    corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)]
    found = []
    for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
        a, b = float(field[start]), float(field[end])
        if (a > 0) != (b > 0):
            part = a / (a - b)
            found.append(
                tuple(round(one + part * (other - one), DIGITS) for one, other in zip(start, end, strict=True))
            )
    return found  # type: ignore[return-value]
