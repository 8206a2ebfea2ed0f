"""Curves and rows of dots as SVG for a notebook: no script, readable in light and dark; a point tells its numbers."""

from collections.abc import Sequence
from html import escape

import numpy as np

from clearhead.inspector.curve_plane import CurvePlane, plane_of
from clearhead.inspector.legible import SERIES, number, on_axis, printable, round_numbers
from clearhead.panels.curves import Curve, Curves
from clearhead.panels.dots import Dots

WIDE, TALL = 420, 240
LEFT, TOP, RIGHT, BOTTOM = 64, 20, 210, 40
MOST_DOTS = 60
"""A curve of more points has no dots."""
STRIP, ROW, EDGE, RADIUS = 360, 28, 16, 4.5
SHIFTS = (0, -7, 7)
GREY = "#8888"


def curves_html(panel: Curves) -> str:
    """Return a panel of curves as a legend and a picture."""
    plane = plane_of(panel)
    lines = [f'<span style="color:{_colour(index)}">━━</span>' for index in range(len(panel.names))]
    style = "display:inline-block;margin-right:1.2em"
    names = "".join(
        f'<span style="{style}">{line} {_text(name)}</span>' for line, name in zip(lines, panel.names, strict=True)
    )
    parts = [*_axes(panel, plane), *_levels(panel, plane)]
    for curve, points in zip(panel.curves, plane.curves, strict=True):
        parts += _curve(curve, points, _colour(panel.names.index(curve.name)), panel)
    said = f"<div>Numbers of 0 or below, which have no logarithm: {plane.num_gaps:,}.</div>" if plane.num_gaps else ""
    size = f'width="{LEFT + WIDE + RIGHT}" height="{TOP + TALL + BOTTOM}"'
    return f'<div>{names}</div><svg {size} font-size="11" fill="currentColor">{"".join(parts)}</svg>{said}'


def _axes(panel: Curves, plane: CurvePlane) -> list[str]:
    parts = [_label(0, 10, f"{panel.y_axis} ↑"), _label(LEFT + WIDE, TOP + TALL + 34, f"{panel.x_axis} →", "end")]
    for place, text in plane.up:
        y = TOP + (1 - place) * TALL
        parts += [_line(LEFT, y, LEFT + WIDE, y, GREY), _label(LEFT - 6, y + 4, text, "end")]
    for place, text in plane.across:
        x = LEFT + place * WIDE
        parts += [_line(x, TOP + TALL, x, TOP + TALL + 4, GREY), _label(x, TOP + TALL + 17, text, "middle")]
    return parts


def _levels(panel: Curves, plane: CurvePlane) -> list[str]:
    """Draw the levels from the highest down, each name below the one before; those too far away are named last."""
    parts, free = [], TOP - 8.0
    drawn = sorted(plane.levels.items(), key=lambda level: -level[1])
    for name, place in drawn:
        y = TOP + (1 - place) * TALL
        free = max(y + 4, free + 13)
        parts += [_line(LEFT, y, LEFT + WIDE, y, "currentColor", dash="6 4")]
        parts += [_label(LEFT + WIDE + 8, free, f"{name} {number(float(panel.levels[name]))}")]
    for name in panel.levels.keys() - plane.levels.keys():
        free = max(TOP + TALL + 4, free + 13)
        parts += [_label(LEFT + WIDE + 8, free, f"{name} {number(float(panel.levels[name]))} (not drawn)")]
    return parts


def _curve(curve: Curve, points: np.ndarray, colour: str, panel: Curves) -> list[str]:
    """Draw a curve in pieces without gaps; a point alone is a dot."""
    places = points * (WIDE, -TALL) + (LEFT, TOP + TALL)
    is_there = np.asarray(np.isfinite(places).all(1))
    parts = []
    for piece in np.split(np.arange(len(places)), np.flatnonzero(~is_there)):
        spots = [f"{x:.1f},{y:.1f}" for x, y in places[piece[is_there[piece]]]]
        if len(spots) > 1:
            line = f'<polyline points="{" ".join(spots)}" fill="none" stroke="{colour}" stroke-width="1.8"></polyline>'
            parts.append(line)
    lonely = is_there & ~np.r_[False, is_there[:-1]] & ~np.r_[is_there[1:], False]
    for index in np.flatnonzero(is_there if is_there.sum() <= MOST_DOTS else lonely):
        up, right = number(float(curve.y[index])), number(float(curve.x[index]))
        told = (curve.name, f"{panel.y_axis}: {up}", f"{panel.x_axis}: {right}", *curve.said[index : index + 1])
        x, y = places[index].tolist()
        parts.append(_dot(x, y, 3, told, f'fill="{colour}"'))
    return parts


def dots_html(panel: Dots) -> str:
    """Return a panel of dots as a table: a label, a picture of its numbers and their mean in each row."""
    low, high = panel.span()
    rows = []
    for index, (label, mean) in enumerate(zip(panel.labels, panel.means.tolist(), strict=True)):
        is_beside = index >= len(panel.labels) - panel.num_beside
        strip = f'<svg width="{STRIP}" height="{ROW}">{"".join(_row(panel, index, mean, is_beside=is_beside))}</svg>'
        cells = (("left", _text(label)), ("left", strip), ("right", number(mean)))
        row = "".join(f'<td style="text-align:{side};padding:0 6px">{cell}</td>' for side, cell in cells)
        rows.append(f'<tr style="vertical-align:middle{";opacity:.6" if is_beside else ""}">{row}</tr>')
    axis = f'<svg width="{STRIP}" height="16" font-size="11" fill="currentColor">{"".join(_below(low, high))}</svg>'
    rows.append(f'<tr><td></td><td style="padding:0 6px">{axis}</td><td></td></tr>')
    head = f"<tr><th></th><th>{_text(panel.axis)}</th><th>mean</th></tr>"
    return f'<table style="border-collapse:collapse"><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table>'


def _row(panel: Dots, index: int, mean: float, *, is_beside: bool) -> list[str]:
    """Draw the mean of a row and over it its numbers; those that would hide each other are shifted up and down."""
    span, values, label = panel.span(), panel.values[index], panel.labels[index]
    parts = [_line(0, ROW / 2, STRIP, ROW / 2, GREY)]
    if np.isfinite(mean) and (is_beside or len(values) > 1):
        parts.append(_mark(mean, span, (f"mean {number(mean)}", label), 'fill="currentColor"', is_mean=True))
    look = f'fill="none" stroke="{_colour(index)}" stroke-width="2" pointer-events="all"'
    before, place = -np.inf, 0
    for each in [] if is_beside else np.argsort(values).tolist():
        value = float(values[each])
        if np.isfinite(value):
            x = _across(value, *span)
            place = place + 1 if x - before < 2 * RADIUS else 0
            before = x
            said = panel.said[index][each] if panel.said else ""
            parts.append(_mark(value, span, (number(value), label, said), look, shift=SHIFTS[place % len(SHIFTS)]))
    return parts


def _below(low: float, high: float) -> list[str]:
    """Write round numbers under their places."""
    if low == high:
        return [_label(_across(low, low, high), 12, number(low), "middle")]
    ticks = round_numbers(low, high, 5)
    slack = 1e-9 * (high - low)
    inside = [tick for tick in ticks if low - slack <= tick <= high + slack]
    return [_label(_across(tick, low, high), 12, on_axis(tick, ticks), "middle") for tick in inside]


def _across(value: float, low: float, high: float) -> float:
    return EDGE + (STRIP - 2 * EDGE) * ((value - low) / (high - low) if high > low else 0.5)


def _mark(
    value: float, span: tuple[float, float], told: Sequence[str], look: str, *, shift: float = 0, is_mean: bool = False
) -> str:
    """Draw a number: a circle, a bar for a mean, a triangle for one too far out."""
    title, middle = _title(told), ROW / 2 + shift
    if span[0] <= value <= span[1]:
        x = _across(value, *span)
        if is_mean:
            return f'<rect x="{x - 1.5:.1f}" y="2" width="3" height="{ROW - 4}" {look}>{title}</rect>'
        return _dot(x, middle, RADIUS, told, look)
    tip, back = (2, 12) if value < span[0] else (STRIP - 2, STRIP - 12)
    corners = f"{tip},{middle} {back},{middle - 6} {back},{middle + 6}"
    return f'<polygon points="{corners}" {look}>{title}</polygon>'


def _title(told: Sequence[str]) -> str:
    return f"<title>{_text(' · '.join(filter(None, told)))}</title>"


def _dot(x: float, y: float, radius: float, told: Sequence[str], look: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" {look}>{_title(told)}</circle>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, *, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dashes}></line>'


def _label(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{_text(text)}</text>'


def _colour(index: int) -> str:
    return SERIES[index % len(SERIES)]


def _text(text: str) -> str:
    return escape(printable(text))
