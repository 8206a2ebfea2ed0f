"""A training that is under way, as panels: replies to the fixed questions, curves, gradients.

Read with: watched.py (what is recorded)
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from clearhead.inspector.probes import Reply
from clearhead.inspector.views._surface import coloured, drawn_over, over, surface_panel
from clearhead.inspector.watched import Record
from clearhead.panels.base import Panel
from clearhead.panels.heatmap import Heatmap, Stroke
from clearhead.panels.lines import Lines
from clearhead.panels.table import Table
from clearhead.panels.thumbnails import Thumbnails

AXES = ("steps", "seconds")
MOST_POINTS = 160
"""More are drawn as means of neighbours."""
MOST_LAYERS = 48
"""Of a deeper model the layers are taken at even distances."""
MOST_PICTURES = 24
"""Of more surfaces so many are shown, at even distances."""
COARSE = 2
"""A picture has every second row and column of its surface."""
NOT_SCORES = ("step", "seconds", "kind", "loss")
ABOUT_MODEL = "probe"
"""What the names of the panels with the replies begin with."""


def make_panels(record: Record, axis: str = "steps") -> list[Panel]:
    """Return what there is to draw so far.

    Args:
        axis: "steps" or "seconds", along which curves are drawn.
    """
    assert axis in AXES, axis
    curves = [*_curves(record, axis), *_gradients(record.gradients, axis)]
    return [*_replies(record.replies, axis), *_surfaces(record, axis), *curves, *_history(record.replies, axis)]


def _replies(asked: Sequence[tuple[int, float, list[Reply]]], axis: str) -> list[Panel]:
    if not asked:
        return []
    step, _, now = asked[-1]
    has_answer = any(reply.wanted for reply in now)
    panels: list[Panel] = [
        Table(
            name=ABOUT_MODEL,
            title=f"What the model says after step {step}",
            note="Always the same examples, which it does not learn from.",
            columns=("input", *(["right answer"] if has_answer else []), "the model"),
            rows=tuple((reply.asked, *([reply.wanted] if has_answer else []), reply.said) for reply in now),
        )
    ]
    points = tuple(_point(row[0], row[1], axis) for row in asked)
    if len(asked) > 1 and all(reply.probability is not None for reply in now):
        series = {
            f"{index + 1}": np.array([replies[index].probability for _, _, replies in asked], dtype=np.float64)
            for index in range(len(now))
        }
        panels.append(
            Lines(
                name="probe_sure",
                title="How probable it holds the right answer",
                note="One line for each row of the first table; of a text, the probability of its next token.",
                points=points,
                series=series,
                axis="probability",
            )
        )
    return panels


def _surfaces(record: Record, axis: str) -> list[Panel]:
    """Return what a model of rows says over a plane as it is now, and what it said before."""
    if record.over is None or not record.surfaces:
        return []
    plane, answers, chosen = record.over.plane, record.over.answers, record.over.chosen
    step, _, now = record.surfaces[-1]
    found = [surface_panel(plane, now, answers, chosen, after=step, row="the first example")]
    if len(record.surfaces) < 2:
        return found
    places = np.linspace(0, len(record.surfaces) - 1, min(MOST_PICTURES, len(record.surfaces)))
    shown = [record.surfaces[round(place)] for place in places]
    labels = tuple(f"step {at}" if axis == "steps" else _point(at, seconds, axis) for at, seconds, _ in shown)
    several: dict[str, Any] = {
        "name": "film",
        "title": f"How the surface over {over(plane)} came about",
        "note": "One picture for each time it was asked.",
    }
    side = len(now.values)
    if plane.y is None:
        line = Heatmap(
            **{**several, "note": "One row for each time it was asked."},
            values=np.stack([surface.values[::COARSE] for _, _, surface in shown]),
            rows=labels,
            columns=plane.x.labels(side)[::COARSE],
            row_axis="step",
            column_axis=plane.x.name,
            **coloured(answers, chosen),
        )
        return [*found, line]
    fields = drawn_over(plane, answers, chosen, side)
    fields |= {name: fields[name][::COARSE] for name in ("rows", "columns")}
    pictures = Thumbnails(
        **several,
        **fields,
        values=np.stack([surface.values[::COARSE, ::COARSE] for _, _, surface in shown]),
        labels=labels,
        edges=tuple(
            tuple(Stroke(*(place / COARSE for place in stroke)) for stroke in surface.edge) for _, _, surface in shown
        ),
    )
    return [*found, pictures]


def _history(asked: Sequence[tuple[int, float, list[Reply]]], axis: str) -> list[Panel]:
    """Return every reply there was, the latest first."""
    if len(asked) < 2:
        return []
    return [
        Table(
            name="probe_history",
            title="How the replies came about",
            note="One column for each row of the first table; the latest first.",
            columns=("when", *(f"{index + 1}" for index in range(len(asked[-1][2])))),
            rows=tuple(
                (_point(step, seconds, axis), *(reply.said for reply in replies))
                for step, seconds, replies in reversed(asked)
            ),
        )
    ]


def _curves(record: Record, axis: str) -> list[Panel]:
    steps = [row for row in record.steps if "train_loss" in row]
    panels = _line(steps, "train_loss", axis, name="loss_training", title="The loss in training", series="training")
    panels += _line(record.evaluations, "loss", axis, name="loss", title="The loss on what it does not learn from")
    scores = dict.fromkeys(name for row in record.evaluations for name in row if isinstance(row[name], float))
    for score in (name for name in scores if name not in NOT_SCORES):
        title = f"The {score.replace('_', ' ')} on what it does not learn from"
        panels += _line(record.evaluations, score, axis, name=f"score_{score}", title=title)
    rates = [{**row, "rate": row["factor"] * record.rate} for row in steps if "factor" in row]
    panels += _line(rates, "rate", axis, name="rate", title="The learning rate", series="rate")
    return [*panels, *_line(steps, "speed", axis, name="speed", title="How much it reads in a second", series="speed")]


def _line(
    rows: Sequence[dict[str, Any]], key: str, axis: str, *, name: str, title: str, series: str = "validation"
) -> list[Panel]:
    """Return one curve, or nothing where there is no point of it yet."""
    found = [row for row in rows if isinstance(row.get(key), int | float)]
    if not found:
        return []
    groups = _groups(len(found))
    values = np.array([np.mean([found[index][key] for index in group]) for group in groups])
    last = [found[group[-1]] for group in groups]
    size = len(groups[0])
    note = f"Each point is the mean of {size} that were logged." if size > 1 else ""
    points = tuple(_point(row["step"], row["seconds"], axis) for row in last)
    unit = {"train_loss": "loss", "rate": "learning rate", "speed": "in a second"}.get(key, key.replace("_", " "))
    return [Lines(name=name, title=title, note=note, points=points, series={series: values}, axis=unit)]


def _gradients(looks: Sequence[dict[str, Any]], axis: str) -> list[Panel]:
    if not looks:
        return []
    points = tuple(_point(look["step"], look["seconds"], axis) for look in looks)
    total = np.array([np.sqrt(sum(length**2 for length in look["gradient"].values())) for look in looks])
    panels: list[Panel] = [
        Lines(
            name="gradient_length",
            title="How long the gradient is",
            note="Of all weights taken as one vector, as it enters the update.",
            points=points,
            series={"gradient": total},
            axis="length",
        ),
        _grid(looks, "gradient", points, title="The gradient of each layer", note="Its length, step by step."),
    ]
    if any(look["update"] for look in looks):
        note = "The length of an update against that of the weights it changes: 0.001 means that they move by a tenth "
        note += "of a percent in a step."
        panels.append(_grid(looks, "update", points, title="How far each layer moves", note=note))
    return panels


def _grid(looks: Sequence[dict[str, Any]], key: str, points: tuple[str, ...], *, title: str, note: str) -> Heatmap:
    layers = _thinned(list(looks[-1]["gradient"]))
    numbers: Callable[[str], list[float]] = lambda layer: [look[key].get(layer, np.nan) for look in looks]  # noqa: E731
    return Heatmap(
        name=f"{key}_layers",
        title=title,
        note=note,
        values=np.array([numbers(layer) for layer in layers], dtype=np.float64),
        rows=tuple(layers),
        columns=points,
        row_axis="layer",
        column_axis="step",
        is_gradient=key == "gradient",
    )


def _thinned(names: list[str]) -> list[str]:
    if len(names) <= MOST_LAYERS:
        return names
    return [names[round(place)] for place in np.linspace(0, len(names) - 1, MOST_LAYERS)]


def _groups(count: int) -> list[range]:
    size = -(-count // MOST_POINTS)
    return [range(start, min(start + size, count)) for start in range(0, count, size)]


def _point(step: int, seconds: float, axis: str) -> str:
    return f"{step}" if axis == "steps" else f"{seconds:.3g} s"
