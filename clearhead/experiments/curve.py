"""A loss curve in characters: any terminal that shows Unicode can draw it."""

import math
from collections.abc import Mapping, Sequence

Points = Sequence[tuple[float, float]]

DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bit of each dot of a Braille character, by column and row."""
EMPTY = 0x2800
LINE, MARK = "┄", "●"


def draw_curve(
    train: Points, valid: Points, *, lines: Mapping[str, float] | None = None, width: int = 72, height: int = 14
) -> list[str]:
    """Draw training loss as fine dots, validation loss as marks, and levels as named lines.

    Args:
        train: (step, loss) in order.
        valid: (step, loss) in order.
        lines: levels to compare with, by name.
        width: columns in all.
        height: rows of the drawing, without the axis.
    Returns:
        The lines of the drawing; none when there is nothing to draw.
    """
    levels = dict(lines or {})
    points = [(x, y) for x, y in (*train, *valid) if math.isfinite(y)]
    if not points:
        return []
    lowest = min(*(y for _, y in points), *levels.values(), points[0][1])
    highest = max(*(y for _, y in points), *levels.values(), points[0][1])
    span = (highest - lowest) or 1.0
    last = max(1.0, max(x for x, _ in points))
    columns = max(10, width - 9)

    def place(x: float, y: float, per_column: int, per_row: int) -> tuple[int, int]:
        """Return column and row, counted from the top left, on a grid finer than the characters."""
        across, down = columns * per_column - 1, height * per_row - 1
        return round(x / last * across), round((highest - y) / span * down)

    cells = [[" "] * columns for _ in range(height)]
    for name, level in levels.items():
        row = cells[place(0, level, 1, 1)[1]]
        row[:] = LINE * columns
        row[-len(name) - 1 :] = f" {name}"
    bits: dict[tuple[int, int], int] = {}
    for x, y in ((x, y) for x, y in train if math.isfinite(y)):
        column, row_index = place(x, y, 2, 4)
        key = (row_index // 4, column // 2)
        bits[key] = bits.get(key, 0) | DOTS[column % 2][row_index % 4]
    for (row_index, column), value in bits.items():
        cells[row_index][column] = chr(EMPTY + value)
    for x, y in ((x, y) for x, y in valid if math.isfinite(y)):
        column, row_index = place(x, y, 1, 1)
        cells[row_index][column] = MARK
    labels = {0: f"{highest:.2f}", height - 1: f"{lowest:.2f}"}
    drawn = [f"{labels.get(index, ''):>7} ┤{''.join(row)}".rstrip() for index, row in enumerate(cells)]
    end = f"{last:,.0f} steps"
    return [*drawn, f"{'':>7} └{'─' * columns}", f"{'':>8}0{end:>{columns}}"]
