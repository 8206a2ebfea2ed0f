"""What every drawing needs: numbers in few digits, text without control characters, grids that fit."""

import dataclasses
import math

import numpy as np

from clearhead.panels.heatmap import Heatmap
from clearhead.panels.table import Cell


def number(value: Cell) -> str:
    """Write a cell in about four digits; what is missing or not finite is a dash."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, float):
        return str(value)
    size = abs(value)
    if value == 0:
        return "0"
    if size < 1e-3 or size >= 1e6:
        return f"{value:.1e}"
    return f"{value:.4f}" if size < 10 else f"{value:.2f}"


def short(value: float) -> str:
    """Write a number in at most six characters; what is not finite is a dot."""
    if not math.isfinite(value):
        return "·"
    size = abs(value)
    if size < 99.995:
        return f"{value:.2f}"
    return f"{value:.0f}" if size < 9999.5 else f"{value:.0e}"


def printable(text: str) -> str:
    """Write control characters and other invisible ones as their bytes: a text must not steer the terminal."""
    return "".join(
        char if char.isprintable() else f"⟨{char.encode('utf-8', 'surrogatepass').hex(' ')}⟩" for char in text
    )


def largest(panel: Heatmap) -> float:
    """Return the largest size of any number of the grid; 0 when there is none."""
    sizes = np.abs(panel.values[np.isfinite(panel.values)])
    return float(sizes.max()) if sizes.size else 0.0


def strength(panel: Heatmap, value: float, most: float) -> float:
    """Return how strongly to draw a number: from -1 to 1, as a part of `most`; shares by their square root."""
    if most == 0:
        return 0.0
    part = value / most
    return math.sqrt(max(0.0, part)) if panel.scale == "share" else part


def pooled(panel: Heatmap, *, max_rows: int, max_columns: int) -> Heatmap:
    """Return a grid of at most this size; a cell that stands for several shows the largest, and the note says so."""
    num_rows, num_columns = panel.values.shape
    tall, wide = math.ceil(num_rows / max_rows), math.ceil(num_columns / max_columns)
    if tall == wide == 1:
        return panel
    values = np.where(np.isfinite(panel.values), panel.values, np.nan)
    padding = ((0, -num_rows % tall), (0, -num_columns % wide))
    values = np.pad(values, padding, constant_values=np.nan)
    rows, columns = values.shape[0] // tall, values.shape[1] // wide
    blocks = values.reshape(rows, tall, columns, wide).transpose(0, 2, 1, 3).reshape(rows, columns, -1)
    extreme = np.where(np.isnan(blocks), -1, np.abs(blocks)).argmax(-1)
    values = np.take_along_axis(blocks, extreme[..., None], axis=-1)[..., 0]
    said = f"{num_rows:,} × {num_columns:,} numbers drawn as {values.shape[0]} × {values.shape[1]}: "
    said += f"each cell is the largest of {tall} × {wide}."
    return dataclasses.replace(
        panel,
        values=values,
        rows=panel.rows[::tall],
        columns=panel.columns[::wide],
        note=f"{panel.note} {said}".strip(),
    )
