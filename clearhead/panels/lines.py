"""Numbers along an axis: one line for each series."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearhead.panels.base import Panel


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

    def __post_init__(self) -> None:
        assert all(values.shape == (len(self.points),) for values in self.series.values()), list(self.series)

    @property
    def array(self) -> np.ndarray:
        """Return the numbers, (series, points)."""
        return np.stack(list(self.series.values()))
