"""Numbers measured several times, drawn with characters: a strip for each row, its mean as a number at the right."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
from rich.cells import cell_len
from rich.text import Text

from clearhead.inspector.legible import SERIES, number, printable
from clearhead.inspector.terminal_marks import fit
from clearhead.panels.dots import Dots

MOST_COLUMNS, NUMBER = 60, 10
EDGE = 2
"""Columns at each end that are kept for what lies too far out."""
ONE, MORE, MEAN, BOTH, ALL, LOWER, HIGHER = "o", "#", "|", "φ", "Φ", "<", ">"
KEY = {
    ONE: f"{ONE} a number",
    MORE: f"2 to 9, {MORE} several in one place",
    MEAN: f"{MEAN} the mean",
    BOTH: f"{BOTH} a number at the mean",
    ALL: f"{ALL} several at the mean",
    LOWER: f"{LOWER} {HIGHER} too far to be drawn to scale",
}
ALIKE = {**dict.fromkeys("23456789", MORE), HIGHER: LOWER}
"""Signs that the key names together with another."""
MOST_TOLD = 6


def dots_lines(panel: Dots, width: int) -> Iterator[Text]:
    """Yield the lines of a panel of dots, its note included."""
    label_width = min(max((cell_len(printable(label)) for label in panel.labels), default=0), max(6, width // 3))
    columns = max(6 + 2 * EDGE, min(MOST_COLUMNS, width - label_width - NUMBER - 2))
    low, high = panel.span()
    head = fit("", label_width + 1) + fit(f"{panel.axis} →", columns) + fit("mean", NUMBER + 1, to_right=True)
    yield Text(head, style="dim", no_wrap=True)
    seen: set[str] = set()
    for index, (label, mean) in enumerate(zip(panel.labels, panel.means.tolist(), strict=True)):
        is_beside = index >= len(panel.labels) - panel.num_beside
        strip = _strip(panel.values[index], mean, (low, high), columns, has_dots=not is_beside)
        seen |= set(strip)
        line = Text(no_wrap=True)
        line.append(fit(label, label_width) + " ", style="dim" if is_beside else "")
        line.append(strip, style="dim" if is_beside else SERIES[index % len(SERIES)])
        yield line.append(" " + fit(number(mean), NUMBER, to_right=True), style="dim" if is_beside else "bold")
    ends = (number(low), number(high)) if low < high else (number(low), "")
    gap = max(1, columns - 2 * EDGE - len(ends[0]) - len(ends[1]))
    yield Text(f"{fit('', label_width + 1 + EDGE)}{ends[0]}{' ' * gap}{ends[1]}".rstrip(), style="dim", no_wrap=True)
    signs = {ALIKE.get(sign, sign) for sign in seen}
    if words := [words for sign, words in KEY.items() if sign in signs]:
        yield Text(f"{', '.join(words)}{_far(panel)}.", style="dim")
    if panel.note:
        yield Text(printable(panel.note), style="dim")


def _strip(values: np.ndarray, mean: float, span: tuple[float, float], columns: int, *, has_dots: bool) -> str:
    """Write the numbers of a row in their places, and their mean among them."""
    dots = Counter(_place(value, *span, columns) for value in values[np.isfinite(values)].tolist() if has_dots)
    signs = [" "] * columns
    for column, count in dots.items():
        signs[column] = ONE if count == 1 else str(count) if count < 10 else MORE
    if np.isfinite(mean) and (len(values) > 1 or not has_dots):
        column = _place(mean, *span, columns)
        signs[column] = (MEAN, BOTH, ALL)[min(2, dots[column])]
    for column, sign in ((0, LOWER), (columns - 1, HIGHER)):
        signs[column] = sign if signs[column] != " " else " "
    return "".join(signs)


def _place(value: float, low: float, high: float, columns: int) -> int:
    """Return the column of a number; the first or the last for one that is too far out."""
    if value < low:
        return 0
    if value > high:
        return columns - 1
    part = (value - low) / (high - low) if high > low else 0.5
    return EDGE + round(part * (columns - 1 - 2 * EDGE))


def _far(panel: Dots) -> str:
    """Return the numbers that no dot shows to scale, with their labels."""
    low, high = panel.span()
    rows = zip(panel.labels, panel.values, strict=True)
    far = [(label, value) for label, row in rows for value in row.tolist() if value < low or value > high]
    told = [f"{printable(label)} {number(value)}" for label, value in far[:MOST_TOLD]]
    told += [f"{len(far) - MOST_TOLD:,} more"] if len(far) > MOST_TOLD else []
    return f": {', '.join(told)}" if told else ""
