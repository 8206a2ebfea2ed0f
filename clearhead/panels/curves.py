"""Curves over numbers: each has points of its own, as runs have that were scored at different times."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np

from clearhead.panels.base import Panel


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """One curve."""

    name: str
    """What it shows; curves of one name have one colour and one place in the legend."""
    x: np.ndarray
    """(points,): how far to the right each point lies, rising."""
    y: np.ndarray
    """(points,): how far up; NaN where there is nothing, and the curve has a gap."""
    said: tuple[str, ...] = ()
    """What to say of each point besides its numbers; empty, or one text for each."""

    def __post_init__(self) -> None:
        assert self.x.shape == self.y.shape and self.x.ndim == 1, (self.x.shape, self.y.shape)
        assert not np.any(np.diff(self.x) < 0), f"the points of {self.name} must come in order"
        assert len(self.said) in (0, len(self.x)), (len(self.said), len(self.x))


@dataclass(frozen=True, kw_only=True, eq=False)
class Curves(Panel):
    """Curves in one plane, and levels to compare them with."""

    kind: ClassVar[str] = "curves"

    curves: tuple[Curve, ...]
    x_axis: str
    """What to the right means, with its unit, for example "seconds"."""
    y_axis: str
    """What up means."""
    levels: Mapping[str, float] = field(default_factory=dict)
    """Heights by their names, drawn as dashed lines across: what a simpler method reaches."""
    scale: Literal["linear", "log"] = "linear"
    """"log": equal steps up are equal factors; a number that is 0 or below has no place there, and the curve a gap."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the curves, each once, in the order of the first of each."""
        return tuple(dict.fromkeys(curve.name for curve in self.curves))

    @property
    def array(self) -> np.ndarray:
        """Return every point as (index of its name, x, y), (points, 3)."""
        index = {name: place for place, name in enumerate(self.names)}
        parts = [np.stack([np.full(len(c.x), index[c.name]), c.x, c.y], axis=1) for c in self.curves]
        return np.concatenate([np.zeros((0, 3)), *parts])
