"""Rows and columns of words and numbers."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearhead.panels.base import Panel

Cell = str | int | float | bool | None
"""One cell of a table; None where there is nothing to say."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Table(Panel):
    """A table; every row has one cell for every column."""

    kind: ClassVar[str] = "table"

    columns: tuple[str, ...]
    """The head of each column."""
    rows: tuple[tuple[Cell, ...], ...]
    """The cells, row by row."""

    def __post_init__(self) -> None:
        assert all(len(row) == len(self.columns) for row in self.rows), self.columns

    @property
    def array(self) -> np.ndarray:
        """Return the cells as an array of objects, (rows, columns)."""
        cells = np.empty((len(self.rows), len(self.columns)), dtype=object)
        for index, row in enumerate(self.rows):
            cells[index] = row
        return cells

    def column(self, name: str) -> list[Cell]:
        """Return the cells of one column, from top to bottom."""
        index = self.columns.index(name)
        return [row[index] for row in self.rows]
