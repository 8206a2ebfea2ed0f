"""Two answers side by side: what each output got, what the second gives to every output, and where they differ."""

import math
from collections.abc import Sequence

import numpy as np
from torch import Tensor

from clearhead.inspector.views._answers import Answers
from clearhead.inspector.views._sides import exact
from clearhead.panels.bars import Bars
from clearhead.panels.base import Check
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.table import Cell, Table


def side_by_side(
    names: Sequence[str],
    first: np.ndarray,
    second: np.ndarray,
    heads: tuple[str, str],
    top: int,
    *,
    title: str,
    note: str,
    name: str = "changes",
) -> Table:
    """List the outputs that either answer holds largest, with both numbers and their difference (NaN: it has none)."""
    order = np.argsort(-np.fmax(first, second), kind="stable")[:top]
    rows: list[tuple[Cell, ...]] = []
    for index in order.tolist():
        numbers = (float(first[index]), float(second[index]), float(second[index] - first[index]))
        rows.append((names[index], *(None if math.isnan(number) else number for number in numbers)))
    if len(order) < len(names):
        note += f" The {len(order)} largest of {len(names):,}."
    return Table(
        name=name, title=title, note=note.strip(), columns=("output", *heads, "difference"), rows=tuple(rows)
    )  # fmt: skip


def changed_probabilities(answers: Answers, raw: Tensor, top: int, *, title: str) -> Bars:
    """Draw what every output got, with the scores from which a reader can compute it again; not for numbers."""
    told = answers.told(raw)
    scores = exact(raw)[None].numpy()
    check = Check(rule="softmax", formula="p = exp(score) / Σ exp(scores)", arrays={"logits": scores})
    return Bars(
        name="probabilities",
        title=title,
        note=f"{answers.count:,} outputs." + (f" They sum to {told.sum():.6f}." if answers.kind == "choice" else ""),
        labels=tuple(map(answers.name, range(answers.count))),
        values=told,
        axis=answers.unit,
        shown=top,
        check=check if answers.kind == "choice" and np.isfinite(scores).all() else None,
    )


def changed_places(answers: Answers, before: Tensor, now: Tensor) -> Heatmap:
    """Show how far the answer moved at each place; both are outputs with their batch axis."""
    distances = [
        answers.distance(*(answers.told(answers.at_place(output, place))[0] for output in (before, now)))
        for place in range(len(answers.places))
    ]
    return Heatmap(
        name="places",
        title="How far the answer moved after each token",
        note=answers.distance_words,
        values=np.array([distances]),
        rows=("change",),
        columns=answers.places,
        row_axis="",
        column_axis="token",
    )
