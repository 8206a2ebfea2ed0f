"""Many small grids of one shape side by side: every head of attention at a glance, and any one of them to open."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from clearhead.panels.base import Panel
from clearhead.panels.heatmap import Edge, Heatmap

MOST_WRITTEN = 1_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Thumbnails(Panel):
    """Matrices that share their rows, their columns and one scale, so that they can be compared."""

    kind: ClassVar[str] = "thumbnails"

    values: np.ndarray
    """(pictures, rows, columns); -inf or NaN where there is nothing."""
    labels: tuple[str, ...]
    """What each picture is, for example "layer 3, head 1"."""
    rows: tuple[str, ...]
    """The label of each row of every picture."""
    columns: tuple[str, ...]
    """The label of each column of every picture."""
    row_axis: str
    """What the rows are, for example "query"."""
    column_axis: str
    """What the columns are, for example "key"."""
    scale: Literal["share", "signed"] = "share"
    """As in a heatmap; the largest number of all pictures is the strongest colour of each."""
    middle: float = 0.0
    """As in a heatmap: the number that has no colour."""
    most: float | None = None
    """As in a heatmap; None: as far as the farthest number of all pictures."""
    is_plane: bool = False
    """As in a heatmap: whether rows and columns are places along two axes of numbers."""
    edges: tuple[Edge, ...] = ()
    """A line over each picture, as in a heatmap; may be empty."""
    across: int = 0
    """How many stand side by side, for example the heads of a layer; 0: as many as there is room for."""
    opens: tuple[Mapping[str, int | str], ...] = ()
    """The options of the view that show each picture large, for example {"layer": 3, "head": 1}; may be empty."""

    def __post_init__(self) -> None:
        shape = (len(self.labels), len(self.rows), len(self.columns))
        assert self.values.shape == shape, (self.values.shape, shape)
        assert len(self.opens) in (0, len(self.labels)), len(self.opens)
        assert len(self.edges) in (0, len(self.labels)), len(self.edges)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; more than a million numbers are left out, of which the note tells."""
        if self.values.size <= MOST_WRITTEN:
            return super().to_json()
        said = f"{self.values.size:,} numbers are not written out; each picture can be looked at by itself."
        none = np.zeros((len(self.labels), 0, 0))
        left_out = dataclasses.replace(self, values=none, rows=(), columns=(), note=f"{self.note} {said}".strip())
        return {**Panel.to_json(left_out), "values": None}

    @property
    def array(self) -> np.ndarray:
        """Return the numbers of all pictures."""
        return self.values

    def picture(self, index: int) -> Heatmap:
        """Return one of the pictures as a heatmap of its own."""
        return Heatmap(
            name=self.name,
            title=self.labels[index],
            values=self.values[index],
            rows=self.rows,
            columns=self.columns,
            row_axis=self.row_axis,
            column_axis=self.column_axis,
            scale=self.scale,
            middle=self.middle,
            most=self.most,
            is_plane=self.is_plane,
            edge=self.edges[index] if self.edges else (),
        )
