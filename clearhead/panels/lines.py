"""Numbers along an axis: one line for each series."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from clearhead.panels.base import Panel

WIDE_SPAN = 30.0
"""Where the largest number is this many times the smallest, equal steps of a line hide the small ones."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Lines(Panel):
    """One or more series over the same points."""

    kind: ClassVar[str] = "lines"

    points: tuple[str, ...]
    """The label of each point along the axis, for example "layer 3"."""
    series: Mapping[str, np.ndarray]
    """The numbers of each line by its name, each (points,)."""
    axis: str
    """What the numbers are, with their unit, for example "cosine"."""
    scale: Literal["linear", "log"] = "linear"
    """"log": equal steps up are equal factors; a number that is 0 or below has no place there, and the line a gap."""

    def __post_init__(self) -> None:
        assert all(values.shape == (len(self.points),) for values in self.series.values()), list(self.series)

    @property
    def array(self) -> np.ndarray:
        """Return the numbers, (series, points)."""
        return np.stack(list(self.series.values()))

    @property
    def num_gaps(self) -> int:
        """Count the numbers that a logarithmic axis has no place for; a linear one has a place for all."""
        return sum(int(np.sum(values <= 0)) for values in self.series.values()) if self.scale == "log" else 0

    def parts(self) -> dict[str, np.ndarray]:
        """Return how long a bar for each number is, by its series, from 0 to 1; NaN where there is none to draw.

        Along a logarithmic axis a bar begins at the power of ten below the smallest number.
        """
        sizes = {name: np.abs(np.where(np.isfinite(values), values, np.nan)) for name, values in self.series.items()}
        if self.scale == "linear":
            most = max((float(np.nanmax(each, initial=0.0)) for each in sizes.values()), default=0.0) or 1.0
            return {name: each / most for name, each in sizes.items()}
        low, high = self.decades()
        with np.errstate(invalid="ignore", divide="ignore"):
            return {
                name: np.where(self.series[name] > 0, (np.log10(each) - low) / (high - low), np.nan)
                for name, each in sizes.items()
            }

    def decades(self) -> tuple[int, int]:
        """Return the powers of ten between which the positive numbers lie: (-3, 1) is from 0.001 to 10."""
        positive = _positive(self.series)
        if not positive.size:
            return 0, 1
        low = int(np.floor(np.log10(positive.min())))
        return low, max(low + 1, int(np.ceil(np.log10(positive.max()))))


def fitting_scale(series: Mapping[str, np.ndarray]) -> Literal["linear", "log"]:
    """Return "log" for numbers none of which is below 0 and that span more than `WIDE_SPAN` times the smallest."""
    positive = _positive(series)
    is_below = any(bool(np.any(values < 0)) for values in series.values())
    return "log" if positive.size and not is_below and positive.max() > WIDE_SPAN * positive.min() else "linear"


def _positive(series: Mapping[str, np.ndarray]) -> np.ndarray:
    values = np.concatenate([np.ravel(each).astype(np.float64) for each in series.values()] or [np.zeros(0)])
    return values[np.isfinite(values) & (values > 0)]
