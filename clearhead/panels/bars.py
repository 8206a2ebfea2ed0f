"""One bar for each label: probabilities, shares, counts."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearhead.panels.base import Panel


@dataclass(frozen=True, kw_only=True, eq=False)
class Bars(Panel):
    """Labelled numbers that are not negative. All are kept; only the largest are drawn."""

    kind: ClassVar[str] = "bars"

    labels: tuple[str, ...]
    """The name of each bar."""
    values: np.ndarray
    """The length of each bar, (bars,), in the order of the labels."""
    axis: str
    """What the lengths are, with their unit, for example "probability"."""
    shown: int = 12
    """How many of the largest a drawing shows; it says what the rest add up to."""

    def __post_init__(self) -> None:
        assert self.values.shape == (len(self.labels),), (self.values.shape, len(self.labels))

    @property
    def array(self) -> np.ndarray:
        """Return the lengths, in the order of the labels."""
        return self.values

    def largest(self) -> list[int]:
        """Return the indices of the bars to draw, largest first; those of length 0 are left out."""
        order = np.argsort(-self.values, kind="stable")
        return [int(index) for index in order[: self.shown] if self.values[index] > 0]
