"""What the terminal's drawings are made of: texts of a fixed width, bars, shades, and the colours of both."""

from collections.abc import Sequence

import numpy as np
from rich.cells import cell_len, set_cell_size

from clearhead.inspector.legible import printable

MORE, LESS = " ░▒▓█", " -=≡≣"
"""From weak to strong: numbers above 0, and below."""
EIGHTHS = " ▏▎▍▌▋▊▉█"


def fit(text: str, width: int, *, to_right: bool = False) -> str:
    """Cut or fill a text to exactly this many columns; a Chinese character takes two."""
    text = printable(text)
    if cell_len(text) > width:
        text = set_cell_size(text, width - 1).rstrip() + "…"
    gap = " " * (width - cell_len(text))
    return gap + text if to_right else text + gap


def widest(labels: Sequence[str], width: int) -> int:
    """Return the room for labels beside a drawing so wide; longer ones are cut."""
    return min(max((cell_len(printable(label)) for label in labels), default=0), max(6, width // 4), 24)


def shade(value: float, power: float) -> str:
    """Return two characters as dark as a number is strong; a dot where there is none."""
    if not np.isfinite(value):
        return " ·"
    ramp = LESS if power < 0 else MORE
    return ramp[min(4, int(abs(power) * 5))] * 2


def colour(power: float) -> str:
    """Blue for numbers above 0, orange for those below; stronger is brighter."""
    strong = (80, 160, 255) if power >= 0 else (255, 150, 60)
    red, green, blue = (int(110 + (channel - 110) * abs(power)) for channel in strong)
    return f"rgb({red},{green},{blue})"


def bar(part: float, room: int) -> str:
    """Return a bar that takes a part of the room, to the eighth of a column; none where the part is no number."""
    if not np.isfinite(part):
        return ""
    eighths = round(part * room * 8)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()
