"""A grid of numbers, one for each row and column: attention weights, similarities, vectors, a surface over a plane."""

from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

import numpy as np

from clearhead.panels.base import Panel


class Mark(NamedTuple):
    """A place to point out; row and column are counted in cells, and may lie between two."""

    row: float
    column: float
    label: str


class Stroke(NamedTuple):
    """A piece of a line, from one place to another, counted in cells: 0 is the middle of the first."""

    row: float
    column: float
    to_row: float
    to_column: float


Edge = tuple[Stroke, ...]
"""A line over the cells, piece by piece, in no order."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Heatmap(Panel):
    """A matrix with a label for every row and column."""

    kind: ClassVar[str] = "heatmap"

    values: np.ndarray
    """(rows, columns); -inf or NaN where there is nothing, for example a key that may not be seen."""
    rows: tuple[str, ...]
    """The label of each row."""
    columns: tuple[str, ...]
    """The label of each column."""
    row_axis: str
    """What the rows are, for example "query"."""
    column_axis: str
    """What the columns are, for example "key"."""
    scale: Literal["share", "signed"] = "share"
    """"share": from 0 up, drawn by its square root so that small shares show. "signed": around `middle`."""
    middle: float = 0.0
    """"signed": the number that has no colour; those above it have one, those below it the other."""
    most: float | None = None
    """How far from the middle the strongest colour is; None: as far as the farthest number."""
    is_gradient: bool = False
    """Whether these numbers run backwards; they then have colours of their own."""
    is_plane: bool = False
    """Whether rows and columns are places along two axes of numbers: the labels are these numbers, at equal distances,
    the largest row at the top."""
    edge: Edge = ()
    """A line drawn over the cells, for example where a decision turns."""
    marks: tuple[Mark, ...] = ()
    """Places to point out."""

    def __post_init__(self) -> None:
        assert self.values.shape == (len(self.rows), len(self.columns)), self.values.shape

    @property
    def array(self) -> np.ndarray:
        """Return the matrix."""
        return self.values
