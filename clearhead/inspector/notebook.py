"""Draw panels as a piece of HTML for a notebook: self-contained, no script, no request, readable in light and dark."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import numpy as np

from clearhead.inspector.legible import (
    GRAPH_COLUMNS,
    drawn_over,
    graph_rows,
    largest,
    lattice_grid,
    lattice_lines,
    log_words,
    number,
    pooled,
    printable,
    strength,
)
from clearhead.inspector.notebook_charts import curves_html, dots_html
from clearhead.panels.bars import Bars
from clearhead.panels.base import Panel
from clearhead.panels.formula import Formula
from clearhead.panels.graph import Graph
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.image import Image
from clearhead.panels.lattice import Lattice
from clearhead.panels.lines import Lines
from clearhead.panels.scatter import Scatter
from clearhead.panels.table import Cell, Table
from clearhead.panels.thumbnails import Thumbnails
from clearhead.panels.tokens import Tokens, token_label

MAX_CELLS = 64
"""More rows or columns of a grid are pooled; the note says so."""
EVERY = 6
"""Of a grid over two axes of numbers, one row and column of so many is named."""


def to_html(panels: Sequence[Panel]) -> str:
    """Return the panels as one `div`, every text of the user escaped."""
    parts = []
    for panel in panels:
        if isinstance(panel, Heatmap):
            panel = pooled(panel, max_rows=MAX_CELLS, max_columns=MAX_CELLS)
        note = f'<div style="opacity:.7;font-size:90%">{_text(panel.note)}</div>' if panel.note else ""
        parts.append(f'<div style="margin:0 0 1em"><b>{_text(panel.title)}</b>{_DRAW[panel.kind](panel)}{note}</div>')
    return f'<div style="font-family:system-ui,sans-serif;overflow-x:auto">{"".join(parts)}</div>'


def _text(text: str) -> str:
    return escape(printable(text))


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of cells that are HTML already."""
    top = "".join(f'<th style="text-align:left;padding:1px 6px">{cell}</th>' for cell in head)
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f'<table style="border-collapse:collapse"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'


def _cell(value: Cell) -> str:
    if isinstance(value, tuple):
        return f'<td style="padding:1px 6px">{_strip(value)}</td>'
    side = "right" if isinstance(value, int | float) else "left"
    return f'<td style="text-align:{side};padding:1px 6px">{_text(number(value))}</td>'


def _strip(values: Sequence[float]) -> str:
    """Draw numbers as small bars, with a line at the middle."""
    most = max(values, default=0.0)
    bars = "".join(
        f'<rect x="{3 * place}" y="{20 * (1 - value / most):.2f}" width="3" height="{20 * value / most:.2f}"></rect>'
        for place, value in enumerate(values)
        if value > 0
    )
    width, middle = 3 * len(values), 1.5 * len(values)
    line = f'<line x1="{middle}" x2="{middle}" y1="0" y2="20" stroke="#8886"></line>'
    told = _text(number(tuple(values)))
    return f'<svg width="{width}" height="20" role="img" aria-label="{told}" fill="rgb(30,110,220)">{line}{bars}</svg>'


def _heatmap(panel: Heatmap) -> str:
    most, over = largest(panel), drawn_over(panel)
    rows = []
    for row, (label, values) in enumerate(zip(panel.rows, panel.values, strict=True)):
        cells = [_cell(label) if not panel.is_plane else _height(label if row % EVERY == 0 else "")]
        for place, (column, value) in enumerate(zip(panel.columns, values, strict=True)):
            power = strength(panel, float(value), most) if np.isfinite(value) else 0.0
            colour = f"rgba(30,110,220,{power:.3f})" if power >= 0 else f"rgba(230,110,20,{-power:.3f})"
            tip = escape(f"{printable(label)} → {printable(column)}: {number(float(value))}", quote=True)
            style = f"background:{colour};min-width:10px;height:{8 if panel.is_plane else 14}px"
            if (row, place) in over:
                tip += f"; {escape(printable(over[row, place]), quote=True)}" if over[row, place] else ""
                frame = "outline:3px solid rgb(190,50,134)" if over[row, place] else "box-shadow:inset 0 0 0 2px"
                style += f";{frame}"
            cells.append(f'<td title="{tip}" style="{style}"></td>')
        rows.append(cells)
    shown = [label if not panel.is_plane or place % EVERY == 0 else "" for place, label in enumerate(panel.columns)]
    upwards = "↑" if panel.is_plane else "↓"
    heads = [_text(f"{panel.row_axis} {upwards} {panel.column_axis} →"), *(_upright(label) for label in shown)]
    return _grid(heads, rows)


def _height(label: str) -> str:
    return f'<td style="text-align:right;padding:0 6px;font-size:70%;line-height:8px">{_text(label)}</td>'


def _upright(label: str) -> str:
    return f'<span style="writing-mode:vertical-rl;font-weight:normal;font-size:80%">{_text(label)}</span>'


def _bar(part: float, *, is_below: bool = False) -> str:
    colour = "rgb(230,110,20)" if is_below else "rgb(30,110,220)"
    return f'<td><div style="background:{colour};height:12px;width:{240 * part:.1f}px"></div></td>'


def _bars(panel: Bars) -> str:
    chosen = panel.largest()
    most = float(panel.values[chosen[0]]) if chosen else 0.0
    rows = []
    for index in chosen:
        value = float(panel.values[index])
        rows.append([_cell(panel.labels[index]), _cell(value), _bar(value / most if most else 0.0)])
    if len(chosen) < len(panel.values):
        rest = float(panel.values.sum() - panel.values[chosen].sum())
        rows.append([_cell(f"{len(panel.values) - len(chosen):,} more"), _cell(max(0.0, rest)), "<td></td>"])
    return _grid(["", _text(panel.axis), ""], rows)


def _table(panel: Table) -> str:
    return _grid([_text(name) for name in panel.columns], [[_cell(cell) for cell in row] for row in panel.rows])


def _lines(panel: Lines) -> str:
    parts = panel.parts()
    head = [""]
    for name in panel.series:
        head += [_text(name), ""]
    rows = []
    for index, point in enumerate(panel.points):
        row = [_cell(point)]
        for name, values in panel.series.items():
            value, part = float(values[index]), float(parts[name][index])
            row += [_cell(value), _bar(part if np.isfinite(part) else 0.0, is_below=value < 0)]
        rows.append(row)
    said = f"<div>{_text(log_words(panel))}</div>" if panel.scale == "log" else ""
    return _grid(head, rows) + said


def _tokens(panel: Tokens) -> str:
    boxes = []
    for token in panel.tokens:
        tip = escape(f"{token.id}: {token.bytes.hex(' ')}", quote=True)
        style = "border:1px solid #8888;border-radius:3px;padding:0 3px;margin:1px;display:inline-block"
        boxes.append(f'<span title="{tip}" style="{style}">{_text(token_label(token.text))}</span>')
    return f"<div>{''.join(boxes)}</div>"


def _formula(panel: Formula) -> str:
    lines = "".join(f"<div>{_text(line)}</div>" for line in panel.lines)
    return f'<div style="font-family:monospace">{lines}</div>'


def _image(panel: Image) -> str:
    most = 255.0 if panel.scale == "pixel" else float(np.abs(panel.values).max(initial=0.0)) or 1.0
    pixel = max(1, min(8, 224 // panel.values.shape[3]))
    pictures = zip(panel.labels, panel.values, strict=True)
    return f"<div>{''.join(_strips(label, image, most, panel.scale, pixel) for label, image in pictures)}</div>"


def _thumbnails(panel: Thumbnails) -> str:
    """Draw every picture as an image of strengths, in at most 32 × 32 spots."""
    grids = [pooled(panel.picture(index), max_rows=32, max_columns=32) for index in range(len(panel.labels))]
    most = max((largest(grid) for grid in grids), default=0.0)
    parts = []
    for grid in grids:
        power = [[strength(grid, float(v), most) if np.isfinite(v) else 0.0 for v in row] for row in grid.values]
        parts.append(_strips(grid.title, np.array(power)[None], 1.0, "signed", max(2, 96 // grid.values.shape[1])))
    return f"<div>{''.join(parts)}</div>"


def _strips(label: str, image: np.ndarray, most: float, scale: str, pixel: int) -> str:
    """Draw each row of pixels as one strip: far less HTML than a cell for each pixel."""
    strips = []
    for row in image.transpose(1, 2, 0):  # (width, channels)
        stops = [
            f"{_pixel_colour(colour, most, scale)} {start * pixel}px {(start + 1) * pixel}px"
            for start, colour in enumerate(row)
        ]
        colours = f"linear-gradient(to right,{','.join(stops)})"
        strips.append(f'<div style="height:{pixel}px;width:{pixel * len(row)}px;background:{colours}"></div>')
    style = "display:inline-block;margin:2px 8px 2px 0;font-size:80%"
    return f'<div style="{style}">{_text(label)}{"".join(strips)}</div>'


def _pixel_colour(colour: np.ndarray, most: float, scale: str) -> str:
    if scale == "pixel":
        red, green, blue = (int(value) for value in np.broadcast_to(colour, 3))
        return f"rgb({red},{green},{blue})"
    part = float(colour.mean()) / most
    return f"rgba(30,110,220,{part:.3f})" if part >= 0 else f"rgba(230,110,20,{-part:.3f})"


def _scatter(panel: Scatter) -> str:
    low, high = panel.points.min(0, initial=0.0), panel.points.max(0, initial=0.0)
    places = (panel.points - low) / np.maximum(high - low, 1e-12) * (400, -260) + (20, 290)
    parts = []
    for source, target in panel.arrows:
        (x1, y1), (x2, y2) = places[source], places[target]
        parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#8888"></line>')
    for index, (label, (x, y)) in enumerate(zip(panel.labels, places, strict=True)):
        faint = ' opacity="0.45"' if index >= len(panel.labels) - panel.num_around else ""
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="rgb(30,110,220)"{faint}></circle>')
        word = f'<text x="{x + 5:.1f}" y="{y - 4:.1f}" font-size="12" fill="currentColor"{faint}>{_text(label)}</text>'
        parts.append(word)
    axes = f"{_text(panel.x_axis)} →, {_text(panel.y_axis)} ↑"
    return f'<div>{axes}</div><svg width="520" height="310">{"".join(parts)}</svg>'


def _lattice(panel: Lattice) -> str:
    said = "".join(f"<div>{_text(line)}</div>" for line in lattice_lines(panel))
    return _heatmap(lattice_grid(panel)) + said


def _graph(panel: Graph) -> str:
    rows = [[_cell(cell) for cell in row] for row in graph_rows(panel)]
    return _grid([_text(name) for name in GRAPH_COLUMNS], rows)


_DRAW: dict[str, Callable[[Any], str]] = {
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
    "curves": curves_html,
    "dots": dots_html,
}
