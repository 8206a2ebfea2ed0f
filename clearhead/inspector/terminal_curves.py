"""Curves drawn with characters: a letter for each name at its points, dots between them, the last numbers below."""

import itertools
import string
from collections.abc import Iterator

import numpy as np
from rich.cells import cell_len
from rich.text import Text

from clearhead.inspector.curve_plane import CurvePlane, plane_of
from clearhead.inspector.legible import SERIES, number, printable
from clearhead.inspector.terminal_marks import fit, widest
from clearhead.panels.curves import Curve, Curves

ROWS, MOST_COLUMNS = 14, 84
LETTERS = string.ascii_letters
LEVEL, WAY = "╌", "·"
MAX_LISTED = 24
"""More curves are drawn but not listed; a line says so."""

Canvas = list[list[tuple[str, str]]]
"""Rows of characters, each with its style."""


def curves_lines(panel: Curves, width: int) -> Iterator[Text]:
    """Yield the lines of a panel of curves, its note included."""
    plane = plane_of(panel)
    heads = {round((1 - place) * (ROWS - 1)): text for place, text in plane.up}
    label_width = widest(list(heads.values()), width)
    columns = max(8, min(MOST_COLUMNS, width - label_width - 2))
    yield Text(fit(f"{panel.y_axis} ↑", width).rstrip(), style="dim", no_wrap=True)
    for row, signs in enumerate(_canvas(panel, plane, columns)):
        line = Text(fit(heads.get(row, ""), label_width, to_right=True), no_wrap=True)
        line.append("┤" if row in heads else "│", style="dim")
        for sign, style in signs:
            line.append(sign, style=style)
        yield line
    yield Text(" " * label_width + "└" + "─" * columns, style="dim", no_wrap=True)
    yield Text(fit(" " * (label_width + 1) + _below(plane, columns), width).rstrip(), style="dim", no_wrap=True)
    end = min(width, label_width + 1 + columns)
    yield Text(fit(f"{panel.x_axis} →", end, to_right=True), style="dim", no_wrap=True)
    yield from _list(panel, plane, width)
    if plane.num_gaps:
        yield Text(f"Numbers of 0 or below: {plane.num_gaps:,}; a logarithmic axis has no place for them.", style="dim")
    if panel.note:
        yield Text(printable(panel.note), style="dim")


def _canvas(panel: Curves, plane: CurvePlane, columns: int) -> Canvas:
    """Draw the levels, over them the ways between points, over these the letters."""
    canvas: Canvas = [[(" ", "")] * columns for _ in range(ROWS)]
    for place in plane.levels.values():
        row = round((1 - place) * (ROWS - 1))
        canvas[row] = [(LEVEL, "dim")] * columns
    placed = []
    for curve, points in zip(panel.curves, plane.curves, strict=True):
        name = panel.names.index(curve.name)
        spots = np.rint((points * (1, -1) + (0, 1)) * (columns - 1, ROWS - 1))
        placed.append((LETTERS[name % len(LETTERS)], SERIES[name % len(SERIES)], spots))
    for _, style, spots in placed:
        for start, end in itertools.pairwise(spots):
            if np.isfinite([start, end]).all():
                _join(canvas, start, end, style)
    for letter, style, spots in placed:
        for column, row in spots[np.isfinite(spots).all(1)].astype(int):
            canvas[row][column] = (letter, style)
    return canvas


def _join(canvas: Canvas, start: np.ndarray, end: np.ndarray, style: str) -> None:
    count = int(np.abs(end - start).max())
    for column, row in np.rint(np.linspace(start, end, count + 1)).astype(int):
        canvas[row][column] = (WAY, style)


def _below(plane: CurvePlane, columns: int) -> str:
    """Write the round numbers along the axis to the right, each under its place, where it has room."""
    line = ""
    for place, text in plane.across:
        start = min(round(place * (columns - 1)) - len(text) // 2, columns - len(text))
        if not line or start > len(line):
            line = line.ljust(max(0, start)) + text
    return line


def _list(panel: Curves, plane: CurvePlane, width: int) -> Iterator[Text]:
    """List the last point of each curve, and the levels."""
    shown = [curve for curve in panel.curves if _last(curve) is not None][:MAX_LISTED]
    cell = max(9, min(18, width // 5))
    names = ("last points", *panel.names, *panel.levels)
    name_width = min(max(cell_len(printable(name)) for name in names), max(6, width - 2 * cell - 4))
    heads = (fit(text, cell, to_right=True) for text in (panel.y_axis, panel.x_axis))
    yield Text(f"  {fit('last points', name_width)} {' '.join(heads)}", style="dim", no_wrap=True)
    for curve in shown:
        name = panel.names.index(curve.name)
        last = _last(curve) or 0
        texts = number(float(curve.y[last])), _counted(float(curve.x[last]))
        numbers = (fit(text, cell, to_right=True) for text in texts)
        line = Text(LETTERS[name % len(LETTERS)], style=SERIES[name % len(SERIES)], no_wrap=True)
        yield line.append(f" {fit(curve.name, name_width)} {' '.join(numbers)}", style="default")
    if len(shown) < len(panel.curves):
        yield Text(f"The first {len(shown)} of {len(panel.curves):,} curves.", style="dim")
    for level, value in panel.levels.items():
        sign, told = (LEVEL, "") if level in plane.levels else (" ", " not drawn")
        text = f"{sign} {fit(level, name_width)} {fit(number(float(value)), cell, to_right=True)}{told}"
        yield Text(text, style="dim", no_wrap=True)


def _counted(value: float) -> str:
    """Write a whole number in full: steps are counted."""
    return f"{value:,.0f}" if value.is_integer() and abs(value) < 1e12 else number(value)


def _last(curve: Curve) -> int | None:
    """Return the index of the last point that has a number; None where none has."""
    there = np.flatnonzero(np.isfinite(curve.y))
    return int(there[-1]) if there.size else None
