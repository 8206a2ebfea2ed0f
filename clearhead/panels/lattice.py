"""A search through columns of choices: what each choice scores, the best way to it, and the way that was taken."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearhead.panels.base import Panel


@dataclass(frozen=True, eq=False)
class Bracket:
    """Neighbouring columns that are one thing, for example the words of a name."""

    first: int
    last: int
    """The column at its right end, itself included."""
    label: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Lattice(Panel):
    """A column for each step, in it a box for each choice; one box of every column is on the path."""

    kind: ClassVar[str] = "lattice"

    values: np.ndarray
    """(rows, columns): the score of each choice by itself; around 0, drawn as a signed heatmap is."""
    rows: tuple[str, ...]
    """The label of each choice."""
    columns: tuple[str, ...]
    """The label of each step."""
    row_axis: str
    """What the choices are, for example "tag"."""
    column_axis: str
    """What the steps are, for example "word"."""
    path: tuple[int, ...]
    """The row that was taken in each column."""
    steps: np.ndarray | None = None
    """(columns,): what getting to each box of the path scores, the first from the start; None where that is nothing."""
    came_from: np.ndarray | None = None
    """(rows, columns): the row before on the best way to each box; -1 where no way leads. None: not searched."""
    brackets: tuple[Bracket, ...] = ()
    """What the path says of several columns together, from left to right."""

    def __post_init__(self) -> None:
        shape = (len(self.rows), len(self.columns))
        assert self.values.shape == shape, (self.values.shape, shape)
        assert len(self.path) == len(self.columns) and all(0 <= row < len(self.rows) for row in self.path), self.path
        assert self.steps is None or self.steps.shape == shape[1:], self.steps.shape
        assert self.came_from is None or self.came_from.shape == shape, self.came_from.shape

    @property
    def array(self) -> np.ndarray:
        """Return the score of each choice by itself."""
        return self.values
