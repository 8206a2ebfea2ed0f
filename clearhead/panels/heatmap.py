"""A grid of numbers, one for each row and column: attention weights, similarities, vectors."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from clearhead.panels.base import Panel


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
    """"share": from 0 up, drawn by its square root so that small shares show. "signed": around 0."""
    is_gradient: bool = False
    """Whether these numbers run backwards; they then have colours of their own."""

    def __post_init__(self) -> None:
        assert self.values.shape == (len(self.rows), len(self.columns)), self.values.shape

    @property
    def array(self) -> np.ndarray:
        """Return the matrix."""
        return self.values
