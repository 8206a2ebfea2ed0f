"""Draw panels as a piece of HTML for a notebook: self-contained, no script, no request, readable in light and dark."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import numpy as np

from clearhead.inspector.legible import largest, number, pooled, printable, strength
from clearhead.panels.bars import Bars
from clearhead.panels.base import Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.lines import Lines
from clearhead.panels.table import Cell, Table
from clearhead.panels.tokens import Tokens, token_label

MAX_CELLS = 64
"""More rows or columns of a grid are pooled; the note says so."""


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
    side = "right" if isinstance(value, int | float) else "left"
    return f'<td style="text-align:{side};padding:1px 6px">{_text(number(value))}</td>'


def _heatmap(panel: Heatmap) -> str:
    most = largest(panel)
    rows = []
    for label, values in zip(panel.rows, panel.values, strict=True):
        cells = [_cell(label)]
        for column, value in zip(panel.columns, values, strict=True):
            power = strength(panel, float(value), most) if np.isfinite(value) else 0.0
            colour = f"rgba(30,110,220,{power:.3f})" if power >= 0 else f"rgba(230,110,20,{-power:.3f})"
            tip = escape(f"{printable(label)} → {printable(column)}: {number(float(value))}", quote=True)
            cells.append(f'<td title="{tip}" style="background:{colour};min-width:10px;height:14px"></td>')
        rows.append(cells)
    heads = [escape(f"{panel.row_axis} ↓ {panel.column_axis} →"), *(_upright(column) for column in panel.columns)]
    return _grid(heads, rows)


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
    most = max((float(np.abs(values).max()) for values in panel.series.values()), default=0.0) or 1.0
    head = [""]
    for name in panel.series:
        head += [_text(name), ""]
    rows = []
    for index, point in enumerate(panel.points):
        row = [_cell(point)]
        for values in panel.series.values():
            value = float(values[index])
            row += [_cell(value), _bar(abs(value) / most, is_below=value < 0)]
        rows.append(row)
    return _grid(head, rows)


def _tokens(panel: Tokens) -> str:
    boxes = []
    for token in panel.tokens:
        tip = escape(f"{token.id}: {token.bytes.hex(' ')}", quote=True)
        style = "border:1px solid #8888;border-radius:3px;padding:0 3px;margin:1px;display:inline-block"
        boxes.append(f'<span title="{tip}" style="{style}">{_text(token_label(token.text))}</span>')
    return f"<div>{''.join(boxes)}</div>"


_DRAW: dict[str, Callable[[Any], str]] = {
    "heatmap": _heatmap,
    "bars": _bars,
    "table": _table,
    "lines": _lines,
    "tokens": _tokens,
}
