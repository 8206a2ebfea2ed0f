"""Draw panels with characters: any terminal, any width, with or without colours, Chinese in two columns.

What the user's text holds is shown, never obeyed: control characters and markup come out as text.
"""

import io
import shutil
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table as Grid
from rich.text import Text

from clearhead.inspector.legible import (
    GRAPH_COLUMNS,
    drawn_over,
    graph_rows,
    image_grids,
    largest,
    lattice_grid,
    lattice_lines,
    log_words,
    number,
    pooled,
    printable,
    short,
    strength,
)
from clearhead.inspector.terminal_curves import curves_lines
from clearhead.inspector.terminal_dots import dots_lines
from clearhead.inspector.terminal_marks import LESS, MORE, bar, colour, fit, shade, widest
from clearhead.inspector.terminal_plane import plane_lines
from clearhead.panels.bars import Bars
from clearhead.panels.base import Panel
from clearhead.panels.formula import Formula
from clearhead.panels.graph import Graph
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.image import Image
from clearhead.panels.lattice import Lattice
from clearhead.panels.lines import Lines
from clearhead.panels.scatter import Scatter
from clearhead.panels.table import Table
from clearhead.panels.thumbnails import Thumbnails
from clearhead.panels.tokens import Tokens, token_label

MAX_ROWS = 60
"""More rows of a grid are pooled, of a table left out; the note says so."""
POINTER = "›"
"""Stands before a number that is pointed out."""
MAX_PICTURES = 24
"""More thumbnails are left out; a line says so."""


class Drawn:
    """Panels as something rich can print; it takes the width and the colours of the console it is printed on."""

    def __init__(self, panels: Sequence[Panel]) -> None:
        self.panels = panels

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for index, panel in enumerate(self.panels):
            if index:
                yield Text("")
            yield Text(printable(panel.title), style="bold")
            yield from _DRAW[panel.kind](panel, options.max_width)


def to_text(panels: Panel | Sequence[Panel], *, width: int | None = None) -> str:
    """Return panels drawn as plain text, without colours; by default as wide as the terminal."""
    panels = [panels] if isinstance(panels, Panel) else panels
    width = width or shutil.get_terminal_size(fallback=(100, 24)).columns
    page = io.StringIO()
    console = Console(file=page, width=width, color_system=None, force_terminal=False, legacy_windows=False)
    console.print(Drawn(panels), end="")
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines())


def _note(panel: Panel) -> Iterator[RenderableType]:
    if panel.note:
        yield Text(printable(panel.note), style="dim")


def _heatmap(panel: Heatmap, width: int) -> Iterator[RenderableType]:
    if panel.is_plane:
        return (yield from plane_lines(panel, width))
    label_width = widest(panel.rows, width)
    room = max(2, width - label_width - 1)
    panel = pooled(panel, max_rows=MAX_ROWS, max_columns=room // 2)
    most = largest(panel)
    texts = [[_number(panel, value) for value in row] for row in panel.values]
    cell_width = min(12, room // len(panel.columns))
    has_numbers = cell_width > max((len(text) for row in texts for text in row), default=0)
    if not has_numbers:
        cell_width = 2
    yield Text(fit(f"{panel.row_axis} ↓ {panel.column_axis} →", width).rstrip(), style="dim", no_wrap=True)
    yield Text(" " * (label_width + 1) + _column_heads(panel.columns, cell_width), style="dim", no_wrap=True)
    over = drawn_over(panel)
    for index, (label, row, row_texts) in enumerate(zip(panel.rows, panel.values, texts, strict=True)):
        line = Text(fit(label, label_width) + " ", no_wrap=True)
        for place, (value, text) in enumerate(zip(row, row_texts, strict=True)):
            power = strength(panel, value, most) if np.isfinite(value) else 0.0
            text = f"{POINTER}{text}" if (index, place) in over else text
            cell = fit(text, cell_width, to_right=True) if has_numbers else shade(value, power)
            line.append(cell, style=colour(power) if np.isfinite(value) else "dim")
        yield line
    if not has_numbers:
        negative = "" if panel.scale == "share" else f", {LESS[1:].strip()} down to {number(panel.middle - most)}"
        how = " by the square root" if panel.scale == "share" else ""
        yield Text(f"{MORE[1:]} up to {number(panel.middle + most)}{how}{negative}; · has no number", style="dim")
    yield from _note(panel)


def _number(panel: Heatmap, value: float) -> str:
    """Write a number of a grid; among shares, what got exactly nothing is a dot, so that the rest stands out."""
    return "·" if panel.scale == "share" and value == 0 else short(value)


def _column_heads(columns: Sequence[str], cell_width: int) -> str:
    """Write each label, or the number it begins with where it has no room; over narrow cells, number every fifth."""
    numbers = [head if (head := label.split(" ")[0]).isdigit() else "" for label in columns]
    if cell_width > 2:
        chosen = [
            label if cell_len(printable(label)) < cell_width else own or label
            for label, own in zip(columns, numbers, strict=True)
        ]
        return "".join(" " + fit(label, cell_width - 1, to_right=True) for label in chosen)
    heads = [own or str(5 * index) for index, own in enumerate(numbers[::5])]
    return "".join(fit(head, 10) for head in heads)[: 2 * len(columns)]


def _bars(panel: Bars, width: int) -> Iterator[RenderableType]:
    chosen = panel.largest()
    label_width = widest([panel.labels[index] for index in chosen], width)
    room = max(4, min(50, width - label_width - 11))
    most = float(panel.values[chosen[0]]) if chosen else 0.0
    for index in chosen:
        value = float(panel.values[index])
        line = Text(fit(panel.labels[index], label_width) + " ", no_wrap=True)
        line.append(fit(number(value), 9, to_right=True) + " ", style="dim")
        yield line.append(bar(value / most if most else 0.0, room), style=colour(1.0))
    if len(chosen) < len(panel.values):
        rest = float(panel.values.sum() - panel.values[chosen].sum())
        yield Text(f"{len(panel.values) - len(chosen):,} more with {number(max(0.0, rest))} in all", style="dim")
    yield from _note(panel)


def _table(panel: Table, width: int) -> Iterator[RenderableType]:
    rows = [[printable(number(cell)) for cell in row] for row in panel.rows[:MAX_ROWS]]
    natural = sum(max(map(cell_len, texts)) + 3 for texts in zip(panel.columns, *rows, strict=True)) - 3
    # Less room between columns rather than words that are broken.
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1 if natural <= width else 0))
    for index, name in enumerate(panel.columns):
        is_number = any(isinstance(row[index], int | float) for row in panel.rows)
        is_strip = any(isinstance(row[index], tuple) for row in panel.rows)
        grid.add_column(Text(name), justify="right" if is_number else "left", overflow="fold", no_wrap=is_strip)
    for texts in rows:
        grid.add_row(*map(Text, texts))
    yield grid
    if len(panel.rows) > MAX_ROWS:
        yield Text(f"The first {MAX_ROWS} of {len(panel.rows):,} rows.", style="dim")
    yield from _note(panel)


def _lines(panel: Lines, width: int) -> Iterator[RenderableType]:
    label_width = widest(panel.points, width)
    parts = panel.parts()
    room = max(4, min(40, (width - label_width - 1) // len(panel.series) - 11))
    yield Text(
        " " * (label_width + 1) + "".join(fit(name, 10, to_right=True) + " " * (room + 1) for name in panel.series),
        style="dim",
        no_wrap=True,
    )
    for index, point in enumerate(panel.points):
        line = Text(fit(point, label_width) + " ", no_wrap=True)
        for name, values in panel.series.items():
            value = float(values[index])
            line.append(fit(number(value), 10, to_right=True) + " ")
            line.append(fit(bar(parts[name][index], room), room), style=colour(1.0 if value >= 0 else -1.0))
        yield line
    if panel.scale == "log":
        yield Text(log_words(panel), style="dim")
    yield from _note(panel)


def _tokens(panel: Tokens, width: int) -> Iterator[RenderableType]:
    line = Text(overflow="fold")
    for index, token in enumerate(panel.tokens):
        if index:
            line.append("│", style="dim")
        line.append(printable(token_label(token.text)), style=colour(1.0 if index % 2 else -1.0))
        if "\n" in token.text:
            line.append("\n")
    yield line
    yield from _note(panel)


def _formula(panel: Formula, width: int) -> Iterator[RenderableType]:
    for line in panel.lines:
        yield Text(printable(line), overflow="fold")
    yield from _note(panel)


def _image(panel: Image, width: int) -> Iterator[RenderableType]:
    """Draw as many images side by side as there is room for, two columns a pixel."""
    per_row = max(1, (width + 2) // (2 * min(panel.values.shape[3], width // 2) + 2))
    most = 255.0 if panel.scale == "pixel" else max(map(largest, image_grids(panel, range(len(panel.values)))))
    for start in range(0, len(panel.values), per_row):
        chosen = range(start, min(start + per_row, len(panel.values)))
        grids = [pooled(grid, max_rows=MAX_ROWS, max_columns=max(1, width // 2)) for grid in image_grids(panel, chosen)]
        yield from _side_by_side(grids, most)
    yield from _note(panel)


def _thumbnails(panel: Thumbnails, width: int) -> Iterator[RenderableType]:
    """Draw each picture in at most 8 × 8 spots, the first ones only."""
    count = min(len(panel.labels), MAX_PICTURES)
    shown = [pooled(panel.picture(index), max_rows=8, max_columns=8) for index in range(count)]
    most = max((largest(grid) for grid in shown), default=0.0)
    per_row = max(1, (width + 2) // 18)
    for start in range(0, len(shown), per_row):
        yield from _side_by_side(shown[start : start + per_row], most)
    if count < len(panel.labels):
        yield Text(f"The first {count} of {len(panel.labels):,} pictures.", style="dim")
    yield from _note(panel)


def _side_by_side(grids: Sequence[Heatmap], most: float) -> Iterator[Text]:
    cell = 2 * grids[0].values.shape[1]
    yield Text("  ".join(fit(grid.title, cell) for grid in grids).rstrip(), style="dim", no_wrap=True)
    for row in range(len(grids[0].values)):
        line = Text(no_wrap=True)
        for place, grid in enumerate(grids):
            line.append("  " if place else "")
            for value in grid.values[row]:
                power = strength(grid, float(value), most) if np.isfinite(value) else 0.0
                line.append(shade(value, power), style=colour(power))
        yield line


def _scatter(panel: Scatter, width: int) -> Iterator[RenderableType]:
    """Mark each point with a number; the list below says whose it is."""
    rows, columns = 20, max(10, min(72, width - 2))
    canvas = [[" "] * columns for _ in range(rows)]
    low, high = panel.points.min(0, initial=0.0), panel.points.max(0, initial=0.0)
    span = np.maximum(high - low, 1e-12)
    for index, point in enumerate(panel.points):
        across, up = (point - low) / span
        row, column = round((1 - up) * (rows - 1)), round(across * (columns - len(str(index))))
        for offset, sign in enumerate(str(index)):
            canvas[row][min(columns - 1, column + offset)] = sign
    yield Text(f"{panel.x_axis} →, {panel.y_axis} ↑", style="dim")
    for line in canvas:
        yield Text("".join(line).rstrip(), no_wrap=True)
    yield Text("  ".join(f"{index} {printable(label)}" for index, label in enumerate(panel.labels)), overflow="fold")
    for source, target in panel.arrows:
        yield Text(f"{printable(panel.labels[source])} → {printable(panel.labels[target])}", style="dim")
    yield from _note(panel)


def _lattice(panel: Lattice, width: int) -> Iterator[RenderableType]:
    yield from _heatmap(lattice_grid(panel), width)
    for line in lattice_lines(panel):
        yield Text(printable(line), overflow="fold")
    yield from _note(panel)


def _graph(panel: Graph, width: int) -> Iterator[RenderableType]:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in GRAPH_COLUMNS:
        grid.add_column(Text(name), overflow="fold")
    for row in graph_rows(panel):
        grid.add_row(*(Text(printable(cell)) for cell in row))
    yield grid
    yield from _note(panel)


_DRAW: dict[str, Callable[[Any, int], Iterator[RenderableType]]] = {
    "heatmap": _heatmap,
    "bars": _bars,
    "table": _table,
    "lines": _lines,
    "tokens": _tokens,
    "formula": _formula,
    "image": _image,
    "scatter": _scatter,
    "graph": _graph,
    "lattice": _lattice,
    "thumbnails": _thumbnails,
    "curves": curves_lines,
    "dots": dots_lines,
}
