"""Numbers measured several times: a row for each thing measured, a dot for each time, a bar at the mean."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearhead.panels.base import Panel


@dataclass(frozen=True, kw_only=True, eq=False)
class Dots(Panel):
    """Rows of dots along one axis; all are kept, and what lies far outside is told, not drawn to scale."""

    kind: ClassVar[str] = "dots"

    labels: tuple[str, ...]
    """The name of each row, from top to bottom."""
    values: tuple[np.ndarray, ...]
    """Every measurement of each row, (times,); one number where it was measured once."""
    axis: str
    """What the numbers are, with their unit, for example "accuracy"."""
    said: tuple[tuple[str, ...], ...] = ()
    """What to say of each dot besides its number; empty, or one text for each."""
    num_beside: int = 0
    """How many of the rows, the last ones, only stand beside the others to compare them with: drawn faint."""

    def __post_init__(self) -> None:
        assert len(self.values) == len(self.labels), (len(self.values), len(self.labels))
        assert all(row.ndim == 1 and len(row) for row in self.values), [row.shape for row in self.values]
        assert len(self.said) in (0, len(self.labels)), (len(self.said), len(self.labels))
        assert all(len(texts) == len(row) for texts, row in zip(self.said, self.values, strict=False)), self.labels
        assert 0 <= self.num_beside <= len(self.labels), self.num_beside

    @property
    def array(self) -> np.ndarray:
        """Return the rows below each other, (rows, most times), NaN behind the last of each."""
        times = max((len(row) for row in self.values), default=0)
        return np.array(
            [np.pad(row.astype(np.float64), (0, times - len(row)), constant_values=np.nan) for row in self.values]
        ).reshape(len(self.values), times)

    @property
    def means(self) -> np.ndarray:
        """Return the mean of each row, (rows,)."""
        return np.array([np.mean(row) for row in self.values], dtype=np.float64)

    def span(self) -> tuple[float, float]:
        """Return the range that is drawn to scale, from the smallest to the largest number that is no outlier.

        A number that lies farther from the middle half of all than three times its width is an outlier (Tukey's outer
        fence); it is drawn as a triangle at the edge. Where half of all numbers are equal there is no such width, and
        none is an outlier.
        """
        numbers = np.concatenate([np.zeros(0), *self.values])
        numbers = numbers[np.isfinite(numbers)]
        if not numbers.size:
            return 0.0, 1.0
        low, high = np.quantile(numbers, [0.25, 0.75])
        reach = 3 * (high - low) or np.inf
        kept = numbers[(numbers >= low - reach) & (numbers <= high + reach)]
        return float(kept.min()), float(kept.max())
