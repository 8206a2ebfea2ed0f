"""Where the points of curves lie in a square, for drawings that cannot reckon for themselves: terminal and notebook.

The page does the same in page/panels/curves.js: the levels that are drawn are the same, and the axes begin alike.
"""

import math
from dataclasses import dataclass

import numpy as np

from clearhead.inspector.legible import number, on_axis, round_numbers
from clearhead.panels.curves import Curves

NUM_TICKS = 5
MOST_POWERS = 6


@dataclass(frozen=True, kw_only=True, eq=False)
class CurvePlane:
    """Curves between 0 and 1, to the right and up."""

    curves: tuple[np.ndarray, ...]
    """The points of each curve, (points, 2); NaN where there is nothing to draw."""
    across: tuple[tuple[float, str], ...]
    """Round numbers along the axis to the right: where they lie, and how they are written."""
    up: tuple[tuple[float, str], ...]
    levels: dict[str, float]
    """How high each level lies; those too far from the curves are left out."""
    num_gaps: int
    """Numbers that a logarithmic axis has no place for."""


def plane_of(panel: Curves) -> CurvePlane:
    """Place the points of a panel."""
    points = panel.array
    heights = _scaled(panel, points[:, 2])
    is_there = np.isfinite(heights) & np.isfinite(points[:, 1])
    near = _near_levels(panel, heights[is_there])
    low, high, up = _upwards(panel, [*heights[is_there].tolist(), *near.values()])
    left, right, across = _rightwards(points[is_there, 1])
    curves = [
        np.stack([(curve.x - left) / (right - left), (_scaled(panel, curve.y) - low) / (high - low)], axis=1)
        for curve in panel.curves
    ]
    return CurvePlane(
        curves=tuple(np.where(np.isfinite(each).all(1, keepdims=True), each, np.nan) for each in curves),
        across=across,
        up=up,
        levels={name: (level - low) / (high - low) for name, level in near.items()},
        num_gaps=int(np.sum(np.isfinite(points[:, 2]) & ~np.isfinite(heights))),
    )


def _scaled(panel: Curves, values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, np.float64)
    if panel.scale == "linear":
        return values
    return np.log10(np.where(values > 0, values, np.nan))


def _near_levels(panel: Curves, heights: np.ndarray) -> dict[str, float]:
    """Return the levels that leave the curves at least a third of the height."""
    levels = {name: float(_scaled(panel, np.array(level))) for name, level in panel.levels.items()}
    levels = {name: level for name, level in levels.items() if math.isfinite(level)}
    if heights.size == 0 or np.ptp(heights) == 0:
        return levels
    low, high, span = heights.min(), heights.max(), np.ptp(heights)
    return {name: level for name, level in levels.items() if low - span <= level <= high + span}


def _upwards(panel: Curves, heights: list[float]) -> tuple[float, float, tuple[tuple[float, str], ...]]:
    """Return the ends of the axis that goes up, and the numbers along it."""
    if panel.scale == "linear":
        ticks = round_numbers(min(heights), max(heights), NUM_TICKS) if heights else [0.0, 1.0]
        texts = [on_axis(tick, ticks) for tick in ticks]
    else:
        first = math.floor(min(heights, default=0.0) + 1e-9)
        last = max(first + 1, math.ceil(max(heights, default=1.0) - 1e-9))
        step = math.ceil((last - first) / MOST_POWERS)
        ticks = [float(power) for power in range(first, last + step, step)]
        texts = [number(10.0**power) for power in ticks]
    low, high = ticks[0], ticks[-1]
    places = [(tick - low) / (high - low) for tick in ticks]
    return low, high, tuple(zip(places, texts, strict=True))


def _rightwards(found: np.ndarray) -> tuple[float, float, tuple[tuple[float, str], ...]]:
    """Return the ends of the axis to the right, which begins at 0 where that is near, and round numbers along it."""
    low, high = (float(found.min()), float(found.max())) if found.size else (0.0, 1.0)
    if 0 < low < high / 3:
        low = 0.0
    if low == high:
        low, high = (0.0, 2 * low) if low > 0 else (low - 1, low + 1)
    ticks = round_numbers(low, high, NUM_TICKS)
    slack = 1e-9 * (high - low)
    inside = [tick for tick in ticks if low - slack <= tick <= high + slack]
    return low, high, tuple(((tick - low) / (high - low), on_axis(tick, ticks)) for tick in inside)
