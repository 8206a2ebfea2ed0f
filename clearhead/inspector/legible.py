"""What every drawing needs: numbers in few digits, text without control characters, grids that fit."""

import dataclasses
import math
from collections.abc import Iterable, Sequence

import numpy as np

from clearhead.panels.graph import Graph, Node
from clearhead.panels.heatmap import Heatmap, Mark, Stroke
from clearhead.panels.image import Image
from clearhead.panels.lattice import Lattice
from clearhead.panels.lines import Lines
from clearhead.panels.table import Cell

BLOCKS = "▁▂▃▄▅▆▇█"
MOST_BLOCKS = 13
SERIES = ("#3d7fd9", "#d9772b", "#1f9a92", "#c2509a", "#8670cf", "#a8882a", "#7c8896", "#35a558")
"""Colours of lines in their order, read on light and on dark."""
ROUNDING = 1e-12
"""Numbers nearer to each other than this part of their size differ by rounding alone."""


def number(value: Cell) -> str:
    """Write a cell in about four digits; what is missing or not finite is a dash, several numbers are a strip."""
    if isinstance(value, tuple):
        return strip(value)
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, float):
        return str(value)
    size = abs(value)
    if value == 0:
        return "0"
    if size < 1e-3 or size >= 1e6:
        return f"{value:.1e}"
    return f"{value:.4f}" if size < 10 else f"{value:.2f}"


def strip(values: Sequence[float]) -> str:
    """Draw numbers as blocks of different height, neighbours added up where there are more than 13 numbers."""
    size = max(1, math.ceil(len(values) / MOST_BLOCKS))
    sums = [math.fsum(values[start : start + size]) for start in range(0, len(values), size)]
    most = max(sums, default=0.0)
    if most <= 0:
        return "–"
    # Rounded up: what is there, however little, has a block.
    return "".join(BLOCKS[math.ceil(8 * max(0.0, each) / most) - 1] if each > 0 else " " for each in sums)


def round_numbers(low: float, high: float, count: int) -> list[float]:
    """Return about so many round numbers that enclose a range; of a single number, a range from 0."""
    if high - low <= ROUNDING * max(abs(low), abs(high)):
        low, high = (min(0.0, low), max(0.0, high)) if low else (0.0, 1.0)
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [index * step for index in range(first, last + 1)]


def on_axis(tick: float, ticks: Sequence[float]) -> str:
    """Write a number of an axis in as many digits as tell it from the next."""
    decimals = max(0, math.ceil(-math.log10(ticks[1] - ticks[0]) - 1e-9))
    return f"{tick:,.{decimals}f}" if decimals <= 5 and abs(tick) < 1e7 else f"{tick:.1e}"


def short(value: float) -> str:
    """Write a number in at most six characters; what is not finite is a dot."""
    if not math.isfinite(value):
        return "·"
    size = abs(value)
    if size < 99.995:
        return f"{value:.2f}"
    return f"{value:.0f}" if size < 9999.5 else f"{value:.0e}"


def printable(text: str) -> str:
    """Write control characters and other invisible ones as their bytes: a text must not steer the terminal."""
    return "".join(
        char if char.isprintable() else f"⟨{char.encode('utf-8', 'surrogatepass').hex(' ')}⟩" for char in text
    )


def largest(panel: Heatmap) -> float:
    """Return how far the strongest colour is from the middle: as the grid says, else as far as any number; 0: none."""
    if panel.most is not None:
        return panel.most
    sizes = np.abs(panel.values[np.isfinite(panel.values)] - panel.middle)
    return float(sizes.max()) if sizes.size else 0.0


def strength(panel: Heatmap, value: float, most: float) -> float:
    """Return how strongly to draw a number: from -1 to 1, as a part of `most`; shares by their square root."""
    if most == 0:
        return 0.0
    part = (value - panel.middle) / most
    return math.sqrt(max(0.0, part)) if panel.scale == "share" else part


def pooled(panel: Heatmap, *, max_rows: int, max_columns: int) -> Heatmap:
    """Return a grid of at most this size; a cell that stands for several shows the strongest, and the note says so."""
    num_rows, num_columns = panel.values.shape
    tall, wide = math.ceil(num_rows / max_rows), math.ceil(num_columns / max_columns)
    if tall == wide == 1:
        return panel
    values = np.where(np.isfinite(panel.values), panel.values, np.nan)
    padding = ((0, -num_rows % tall), (0, -num_columns % wide))
    values = np.pad(values, padding, constant_values=np.nan)
    rows, columns = values.shape[0] // tall, values.shape[1] // wide
    blocks = values.reshape(rows, tall, columns, wide).transpose(0, 2, 1, 3).reshape(rows, columns, -1)
    extreme = np.where(np.isnan(blocks), -1, np.abs(blocks - panel.middle)).argmax(-1)
    values = np.take_along_axis(blocks, extreme[..., None], axis=-1)[..., 0]
    said = f"{num_rows:,} × {num_columns:,} numbers drawn as {values.shape[0]} × {values.shape[1]}: "
    said += f"each cell is the largest of {tall} × {wide}."
    return dataclasses.replace(
        panel,
        values=values,
        rows=panel.rows[::tall],
        columns=panel.columns[::wide],
        edge=tuple(_pooled_stroke(stroke, tall, wide) for stroke in panel.edge),
        marks=tuple(
            Mark(_pooled_place(mark.row, tall), _pooled_place(mark.column, wide), mark.label) for mark in panel.marks
        ),
        note=f"{panel.note} {said}".strip(),
    )


def _pooled_place(place: float, size: int) -> float:
    return (place + 0.5) / size - 0.5


def _pooled_stroke(stroke: Stroke, tall: int, wide: int) -> Stroke:
    sizes = (tall, wide, tall, wide)
    return Stroke(*(_pooled_place(place, size) for place, size in zip(stroke, sizes, strict=True)))


def drawn_over(panel: Heatmap) -> dict[tuple[int, int], str]:
    """Return the cells that a line crosses ("") or in which a place is pointed out (its label)."""
    most = np.array(panel.values.shape) - 1
    found: dict[tuple[int, int], str] = {}
    for stroke in panel.edge:
        for end in ((stroke.row, stroke.column), (stroke.to_row, stroke.to_column)):
            row, column = np.clip(np.rint(end), 0, most).astype(int).tolist()
            found[row, column] = ""
    for mark in panel.marks:
        row, column = np.clip(np.rint([mark.row, mark.column]), 0, most).astype(int).tolist()
        found[row, column] = mark.label
    return found


def image_grids(panel: Image, chosen: Iterable[int]) -> list[Heatmap]:
    """Return images as grids of one number a pixel: of three colours the mean."""
    height, width = panel.values.shape[2:]
    rows, columns = tuple(map(str, range(height))), tuple(map(str, range(width)))
    return [
        Heatmap(
            title=panel.labels[index],
            values=panel.values[index].mean(0),
            rows=rows,
            columns=columns,
            row_axis="row",
            column_axis="column",
            scale="signed",
        )
        for index in chosen
    ]


def log_words(panel: Lines) -> str:
    """Say between which numbers the bars of a logarithmic axis run, and how many numbers have none."""
    low, high = panel.decades()
    said = f"By the logarithm: a bar runs from {number(10.0**low)} to {number(10.0**high)}."
    if panel.num_gaps:
        said += f" Numbers of 0 or below: {panel.num_gaps:,}; they have no logarithm, and no bar."
    return said


def lattice_grid(panel: Lattice) -> Heatmap:
    """Return the scores of a lattice as a plain grid, without its note."""
    return Heatmap(
        title=panel.title,
        values=panel.values,
        rows=panel.rows,
        columns=panel.columns,
        row_axis=panel.row_axis,
        column_axis=panel.column_axis,
        scale="signed",
        marks=tuple(Mark(row, column, "") for column, row in enumerate(panel.path)),
    )


def lattice_lines(panel: Lattice) -> list[str]:
    """Say which way a lattice took, and what it says of several columns together."""
    took = " → ".join(panel.rows[row] for row in panel.path)
    joined = [(each.label, ", ".join(panel.columns[each.first : each.last + 1])) for each in panel.brackets]
    return [f"{panel.row_axis}: {took}", *(f"{label}: {columns}" if label else columns for label, columns in joined)]


GRAPH_COLUMNS = ("", "computed", "from", "shape", "value", "gradients backwards")


def graph_rows(panel: Graph) -> list[tuple[str, ...]]:
    """Return one line for each node: what it is, what went into it, and the length of the gradient on each edge."""
    lines: list[tuple[str, ...]] = []
    for index, node in enumerate(panel.nodes):
        into = [edge for edge in panel.edges if edge.target == index]
        sources = ", ".join(str(edge.source) for edge in into)
        gradients = ", ".join(
            f"{edge.source}: {number(edge.gradient_norm)}" for edge in into if edge.gradient_norm is not None
        )
        shape = " × ".join(map(str, node.shape)) or "one number"
        label = f"{node.where}: {node.label}" if node.where else node.label
        lines.append((str(index), label, sources or node.role, shape, _value(node), gradients))
    return lines


def _value(node: Node) -> str:
    if node.values is not None and node.values.size <= 4:
        return " ".join(number(float(value)) for value in node.values)
    if node.smallest is None or node.largest is None:
        return ""
    return f"{number(node.smallest)} to {number(node.largest)}"
