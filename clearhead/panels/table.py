"""Rows and columns of words and numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearhead.panels.base import Panel

Cell = str | int | float | bool | tuple[float, ...] | None
"""One cell of a table; None where there is nothing to say. Several numbers are a strip: drawn as small bars."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Table(Panel):
    """A table; every row has one cell for every column."""

    kind: ClassVar[str] = "table"

    columns: tuple[str, ...]
    """The head of each column."""
    rows: tuple[tuple[Cell, ...], ...]
    """The cells, row by row."""
    opens: tuple[Mapping[str, int | str], ...] = ()
    """The options of the view that show the strips of each row large, for example {"part": "head"}; may be empty."""

    def __post_init__(self) -> None:
        assert all(len(row) == len(self.columns) for row in self.rows), self.columns
        assert len(self.opens) in (0, len(self.rows)), len(self.opens)

    @property
    def array(self) -> np.ndarray:
        """Return the cells as an array of objects, (rows, columns)."""
        cells = np.empty((len(self.rows), len(self.columns)), dtype=object)
        for index, row in enumerate(self.rows):
            for place, cell in enumerate(row):  # one by one: numpy would take a strip apart
                cells[index, place] = cell
        return cells

    def column(self, name: str) -> list[Cell]:
        """Return the cells of one column, from top to bottom."""
        index = self.columns.index(name)
        return [row[index] for row in self.rows]
