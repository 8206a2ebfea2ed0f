"""Drawings of a comparison as SVG, made by hand: every seed as a dot, and curves. The page colours them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

NUM_COLOURS = 8
DASHES = ("", "7 4", "2 4")
"""Lines of entries beyond the colours there are differ by their dashes."""
STRIP_WIDTH, ROW_HEIGHT = 480, 46
CURVE_WIDTH, CURVE_HEIGHT = 480, 300
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 18, 40
NAME_HEIGHT = 15


@dataclass(frozen=True)
class Dot:
    """One run in a strip."""

    value: float
    title: str


@dataclass(frozen=True)
class Strip:
    """A row of dots with their mean."""

    label: str
    mean: float
    shown: str
    """The mean as the table writes it."""
    dots: tuple[Dot, ...]
    colour: int | None
    """Index of the entry; None for a method without a neural network."""


@dataclass(frozen=True)
class Curve:
    """A line through points, each with what is said when it is pointed at."""

    points: tuple[tuple[float, float, str], ...]
    colour: int


def strips(rows: Sequence[Strip], *, title: str) -> str:
    """Draw a row of dots for each entry and each simple method on one axis.

    The axis spans the entries; a method far off is drawn as a triangle at the edge.
    """
    values = [value for row in rows if row.colour is not None for value in (row.mean, *(dot.value for dot in row.dots))]
    near = [row.mean for row in rows if row.colour is None]
    low, high = min(values), max(values)
    span = (high - low) or abs(high) * 0.01 or 1.0
    reach = [value for value in near if low - 3 * span <= value <= high + 3 * span]
    low, high = min([low, *reach]) - 0.06 * span, max([high, *reach]) + 0.06 * span
    ticks = nice_ticks(low, high, 6)
    height = TOP + ROW_HEIGHT * len(rows) + 26

    def place(value: float) -> float:
        return 16 + (value - low) / (high - low) * (STRIP_WIDTH - 32)

    parts = [_line(place(tick), TOP, place(tick), height - 24, "grid") for tick in ticks]
    parts += [_label(place(tick), height - 8, tick_text(tick, ticks), "middle") for tick in ticks]
    for index, row in enumerate(rows):
        top = TOP + ROW_HEIGHT * index
        middle = top + 30
        style = "simple" if row.colour is None else colour_class(row.colour)
        parts.append(f'<text x="16" y="{top + 15}" class="name">{escape(row.label)}</text>')
        parts.append(_label(STRIP_WIDTH - 16, top + 15, row.shown, "end"))
        parts.append(_line(16, middle, STRIP_WIDTH - 16, middle, "grid"))
        if not low <= row.mean <= high:
            tip, way = (12, 1) if row.mean < low else (STRIP_WIDTH - 12, -1)
            corners = f"{tip},{middle} {tip + 9 * way},{middle - 6} {tip + 9 * way},{middle + 6}"
            parts.append(f'<polygon points="{corners}" class="{style} dot">{_title(row.label, row.shown)}</polygon>')
            continue
        x = place(row.mean)
        parts.append(
            f'<line x1="{x:.1f}" y1="{middle - 9}" x2="{x:.1f}" y2="{middle + 9}" class="{style} mean">'
            f"{_title(row.label, row.shown)}</line>"
        )
        for dot in row.dots:
            parts.append(
                f'<circle cx="{place(dot.value):.1f}" cy="{middle}" r="5.5" class="{style} dot" tabindex="0">'
                f"<title>{escape(dot.title)}</title></circle>"
            )
    return _svg(STRIP_WIDTH, height, title, parts)


def curves(lines: Sequence[Curve], *, title: str, x_axis: str, levels: Sequence[tuple[str, float]] = ()) -> str:
    """Draw lines over an axis that begins at 0, with levels to compare with.

    Args:
        x_axis: what the axis counts, as SVG text that is escaped already.
        levels: (name, value) of dashed lines; those far outside the curves are left out.
    """
    points = [(x, y) for line in lines for x, y, _ in line.points if math.isfinite(y)]
    if not points:
        return ""
    low, high = min(y for _, y in points), max(y for _, y in points)
    span = (high - low) or abs(high) * 0.01 or 1.0
    kept = [(name, value) for name, value in levels if low - 0.3 * span <= value <= high + 0.3 * span]
    low = min([low, *(value for _, value in kept)]) - 0.05 * span
    high = max([high, *(value for _, value in kept)]) + 0.05 * span
    most = max(x for x, _ in points) or 1.0
    wide, tall = CURVE_WIDTH - LEFT - RIGHT, CURVE_HEIGHT - TOP - BOTTOM

    def place(x: float, y: float) -> tuple[float, float]:
        return LEFT + x / most * wide, TOP + (high - y) / (high - low) * tall

    across, up = nice_ticks(0, most, 5), nice_ticks(low, high, 5)
    parts = [_line(LEFT, place(0, tick)[1], CURVE_WIDTH - RIGHT, place(0, tick)[1], "grid") for tick in up]
    parts += [_label(LEFT - 6, place(0, tick)[1] + 4, tick_text(tick, up), "end") for tick in up]
    parts += [_label(place(tick, low)[0], CURVE_HEIGHT - 22, tick_text(tick, across), "middle") for tick in across]
    middle = LEFT + wide / 2
    parts.append(f'<g text-anchor="middle" transform="translate({middle:.0f} {CURVE_HEIGHT - 5})">{x_axis}</g>')
    parts += _levels([(name, place(0, value)[1]) for name, value in kept])
    for line in lines:
        style = colour_class(line.colour)
        there = [(*place(x, y), said) for x, y, said in line.points if math.isfinite(y)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in there)
        dash = DASHES[line.colour // NUM_COLOURS % len(DASHES)]
        parts.append(f'<polyline points="{path}" class="{style} curve" stroke-dasharray="{dash}"></polyline>')
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" class="{style} point"><title>{escape(said)}</title></circle>'
            for x, y, said in there
        ]
    return _svg(CURVE_WIDTH, CURVE_HEIGHT, title, parts)


def _levels(levels: Sequence[tuple[str, float]]) -> list[str]:
    """Draw dashed lines at heights with their names, right or left, so that names of near lines do not meet."""
    parts, free = [], {"end": math.inf, "start": math.inf}
    for name, y in sorted(levels, key=lambda level: -level[1]):
        parts.append(_line(LEFT, y, CURVE_WIDTH - RIGHT, y, "level"))
        for anchor, x in (("end", CURVE_WIDTH - RIGHT), ("start", LEFT + 4)):
            if free[anchor] - y >= NAME_HEIGHT:
                parts.append(_label(x, y - 4, name, anchor))
                free[anchor] = y
                break
    return parts


def swatch(colour: int) -> str:
    """Draw the piece of line by which a legend names an entry."""
    dash = DASHES[colour // NUM_COLOURS % len(DASHES)]
    style = colour_class(colour)
    line = f'<line x1="1" y1="6" x2="25" y2="6" class="{style} curve" stroke-dasharray="{dash}"></line>'
    dot = f'<circle cx="13" cy="6" r="4" class="{style} dot"></circle>'
    return f'<svg width="26" height="12" aria-hidden="true">{line}{dot}</svg>'


def colour_class(colour: int) -> str:
    """Return the style of an entry."""
    return f"c{colour % NUM_COLOURS}"


def nice_ticks(low: float, high: float, count: int) -> list[float]:
    """Return about `count` round numbers from `low` to `high`."""
    rough = (high - low) / count
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * times for times in (1, 2, 5, 10) if size * times >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [index * step for index in range(first, math.floor(high / step + 1e-9) + 1)]


def tick_text(value: float, ticks: Sequence[float]) -> str:
    """Write a tick with as many decimals as tell it from its neighbours."""
    step = ticks[1] - ticks[0] if len(ticks) > 1 else abs(value) or 1.0
    return f"{value:z,.{max(0, -math.floor(math.log10(step) + 1e-9))}f}"


def _svg(width: int, height: int, title: str, parts: Sequence[str]) -> str:
    body = "".join(parts)
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title, quote=True)}">{body}</svg>'


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{style}"></line>'


def _label(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _title(*parts: str) -> str:
    return f"<title>{escape(' · '.join(parts))}</title>"
