"""A grid over two axes of numbers, drawn with characters: coarse, its axes named at their ends, the line on top."""

from collections.abc import Iterator

import numpy as np
from rich.text import Text

from clearhead.inspector.legible import drawn_over, largest, number, pooled, printable, strength
from clearhead.inspector.terminal_marks import LESS, MORE, colour, fit, shade, widest
from clearhead.panels.heatmap import Heatmap

LARGEST_SIDE = 24
"""More rows or columns are pooled: a row of characters is as tall as two are wide."""
LINE, PLACE = "++", "()"
EVERY = 4
"""So many rows have a label between them."""


def plane_lines(panel: Heatmap, width: int) -> Iterator[Text]:
    """Yield the lines of a grid over a plane, its note included."""
    label_width = widest(panel.rows, width)
    ends = panel.columns[0], panel.columns[-1]
    side = max(2, min(LARGEST_SIDE, (width - label_width - 1) // 2))
    panel = pooled(panel, max_rows=side, max_columns=side)
    most, over = largest(panel), drawn_over(panel)
    wide = 2 * len(panel.columns)
    yield Text(fit(f"{panel.row_axis} ↑", width).rstrip(), style="dim", no_wrap=True)
    for row, values in enumerate(panel.values.tolist()):
        is_named = row % EVERY == 0 or row == len(panel.rows) - 1
        line = Text(fit(panel.rows[row] if is_named else "", label_width, to_right=True) + " ", no_wrap=True)
        for column, value in enumerate(values):
            power = strength(panel, value, most) if np.isfinite(value) else 0.0
            there = over.get((row, column))
            if there is None:
                line.append(shade(value, power), style=colour(power))
            else:
                line.append(PLACE if there else LINE, style="bold")
        yield line
    gap = max(1, wide - len(ends[0]) - len(ends[1]))
    below = " " * (label_width + 1) + ends[0] + " " * gap + ends[1]
    yield Text(fit(f"{below} {panel.column_axis} →", width).rstrip(), style="dim", no_wrap=True)
    yield Text(" ".join(_key(panel, most)), style="dim")
    if panel.note:
        yield Text(printable(panel.note), style="dim")


def _key(panel: Heatmap, most: float) -> list[str]:
    found = [f"{MORE[1:]} up to {number(panel.middle + most)}."]
    if panel.scale == "signed":
        found = [
            f"{MORE[1:]} above {number(panel.middle)}, up to {number(panel.middle + most)}; "
            f"{LESS[1:].strip()} below, down to {number(panel.middle - most)}."
        ]
    if panel.edge:
        found.append(f"{LINE} the line.")
    return [*found, *(f"{PLACE} {mark.label}." for mark in panel.marks)]
