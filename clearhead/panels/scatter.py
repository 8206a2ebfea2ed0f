"""Points in the plane, each with a label: words, examples, states."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearhead.panels.base import Panel


@dataclass(frozen=True, kw_only=True, eq=False)
class Scatter(Panel):
    """Labelled points, and arrows between some of them."""

    kind: ClassVar[str] = "scatter"

    points: np.ndarray
    """(points, 2): how far to the right, and how far up."""
    labels: tuple[str, ...]
    """The name of each point."""
    x_axis: str
    """What to the right means."""
    y_axis: str
    """What up means."""
    arrows: tuple[tuple[int, int], ...] = ()
    """Pairs of points: from, to."""
    num_around: int = 0
    """How many of the points, the last ones, only stand around the others: drawn faint."""

    def __post_init__(self) -> None:
        assert self.points.shape == (len(self.labels), 2), self.points.shape

    @property
    def array(self) -> np.ndarray:
        """Return the places of the points."""
        return self.points
