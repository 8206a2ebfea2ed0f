"""What a model of rows says all over a plane, and where its decision turns: the numbers, and the panels of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from clearhead.inspector.views._answers import Answers
from clearhead.inspector.views._plane import REACH, Plane, contour
from clearhead.inspector.views._sides import exact
from clearhead.inspector.views.base import numbers
from clearhead.panels.base import Check, Panel
from clearhead.panels.heatmap import Edge, Heatmap, Mark
from clearhead.panels.lines import Lines

SIDE = 48
"""Places along each axis of a surface."""


@dataclass(frozen=True)
class Surface:
    """One output of a model over a plane, or over a line."""

    values: np.ndarray
    """(side, side), the largest y first; of a line (side,)."""
    margin: np.ndarray | None
    """Above 0 where this output is the answer, below where another is; None where nothing is decided."""

    @property
    def edge(self) -> Edge:
        """Where the decision turns; nothing over a line."""
        return () if self.margin is None or self.margin.ndim == 1 else contour(self.margin)

    def turns(self, plane: Plane) -> list[float]:
        """Return where along a line the decision turns, in the column's own unit."""
        if self.margin is None or self.margin.ndim == 2:
            return []
        places = plane.x.mean + plane.x.scale * plane.x.places(len(self.margin))
        changes = np.flatnonzero((self.margin[:-1] > 0) != (self.margin[1:] > 0))
        parts = self.margin[changes] / (self.margin[changes] - self.margin[changes + 1])
        found: list[float] = (places[changes] + parts * (places[changes + 1] - places[changes])).tolist()
        return found


@torch.no_grad()
def surface_of(model: Any, plane: Plane, answers: Answers, chosen: int, *, side: int = SIDE) -> Surface:
    """Ask a model all over a plane for one of its outputs."""
    raw = model(plane.rows(side))
    shape = (side,) if plane.y is None else (side, side)
    margin = _margin(exact(raw), answers, chosen)
    return Surface(answers.told(raw)[:, chosen].reshape(shape), None if margin is None else margin.reshape(shape))


def _margin(raw: Tensor, answers: Answers, chosen: int) -> np.ndarray | None:
    """Return how far the score of an output is above the one that it must beat: the best other, or even odds."""
    if answers.kind == "numbers":
        return None
    if answers.kind == "labels":
        return raw[:, chosen].numpy()
    others = raw.clone()
    others[:, chosen] = -torch.inf
    return (raw[:, chosen] - others.amax(-1)).numpy()


def surface_panel(
    plane: Plane, surface: Surface, answers: Answers, chosen: int, *, after: int | None = None, row: str = "this row"
) -> Panel:
    """Return a surface as a panel: colours over a plane with the line of the decision, or a line over one column.

    Args:
        after: the step whose weights were asked; None: the model as it is.
        row: what the row is called that lies on the plane.
    """
    said = f"What the model {'says' if after is None else 'said'} over {over(plane)}"
    title = said if after is None else f"{said} after step {after}"
    what = answers.name(chosen)
    if plane.y is None:
        return Lines(
            name="surface",
            title=title,
            note=" ".join([*_line_note(plane, surface, row), *_plane_note(plane, row)]),
            points=plane.x.labels(len(surface.values)),
            series={what: surface.values},
            axis=answers.unit,
        )
    side = len(surface.values)
    return Heatmap(
        name="surface",
        title=title,
        note=" ".join([*_colour_note(answers, chosen), *_plane_note(plane, row)]),
        values=surface.values,
        **drawn_over(plane, answers, chosen, side),
        edge=surface.edge,
        marks=(_row_mark(plane, side, row),) if plane.has_row else (),
    )


def over(plane: Plane) -> str:
    """Return what a plane is spanned by, as words."""
    return plane.x.name if plane.y is None else f"{plane.x.name} and {plane.y.name}"


def drawn_over(plane: Plane, answers: Answers, chosen: int, side: int) -> dict[str, Any]:
    """Return the fields that a surface, or many, must have to be drawn over a plane of two columns."""
    assert plane.y is not None
    return {
        **coloured(answers, chosen),
        "rows": plane.y.labels(side)[::-1],
        "columns": plane.x.labels(side),
        "row_axis": plane.y.name,
        "column_axis": plane.x.name,
        "is_plane": True,
    }


def coloured(answers: Answers, chosen: int) -> dict[str, Any]:
    """Return what parts the colours, as fields of a grid: even odds, or the mean of the numbers that were learned."""
    if answers.kind != "numbers":
        return {"scale": "signed", "middle": 0.5, "most": 0.5}
    return {"scale": "signed", "middle": _of_output(answers.mean, answers, chosen)}


def _of_output(each: np.ndarray | float, answers: Answers, chosen: int) -> float:
    return float(np.broadcast_to(np.asarray(each, dtype=np.float64), answers.count)[chosen])


def affine_check(model: Any, plane: Plane, surface: Surface, answers: Answers, chosen: int) -> Check | None:
    """Return how the surface of a single neuron follows from its weights; None where more than one sum decides it."""
    is_two = answers.kind == "choice" and answers.count == 2
    if type(model).__name__ != "Neuron" or plane.y is None or not (is_two or answers.kind != "choice"):
        return None
    weight, bias = numbers(model.weight).astype(np.float64), numbers(model.bias).astype(np.float64)
    own, added = weight[chosen], bias[chosen]
    if is_two:  # of two classes only the difference counts
        own, added = own - weight[1 - chosen], added - bias[1 - chosen]
    if answers.kind == "numbers":
        scale, mean = (_of_output(each, answers, chosen) for each in (answers.deviation, answers.mean))
        own, added = own * scale, added * scale + mean
    side = len(surface.values)
    row = numbers(plane.rows(side)[0]).astype(np.float64)
    row[[plane.x.feature, plane.y.feature]] = 0.0
    one, rest = np.ones(side), np.full(side, own @ row + added)
    inputs = np.stack([plane.y.places(side)[::-1], one, one], 1)
    weights = np.stack([np.full(side, own[plane.y.feature]), own[plane.x.feature] * plane.x.places(side), rest], 1)
    sums = inputs @ weights.T
    bent = sums if answers.kind == "numbers" else 1 / (1 + np.exp(-sums))
    if not np.allclose(bent, surface.values, rtol=1e-4, atol=1e-5):  # something else was put in on the way
        return None
    terms = "y · weight + x · weight + all other inputs and the bias"
    return Check(
        rule="affine",
        formula=terms if answers.kind == "numbers" else f"sigmoid({terms})",
        arrays={"inputs": inputs, "weights": weights},
        activation="none" if answers.kind == "numbers" else "sigmoid",
    )


def _row_mark(plane: Plane, side: int, row: str) -> Mark:
    assert plane.y is not None
    return Mark(side - 1 - plane.y.place_of(plane.row, side), plane.x.place_of(plane.row, side), row)


def _colour_note(answers: Answers, chosen: int) -> list[str]:
    what = answers.name(chosen)
    if answers.kind == "numbers":
        mean = _of_output(answers.mean, answers, chosen)
        return [f"Coloured by {what}: blue above {mean:.4g}, the mean in training, orange below."]
    found = [f"Coloured by the probability of {what}: blue above one half, orange below."]
    if answers.kind == "labels":
        return [*found, f"On the line the probability of {what} is one half."]
    return [*found, f"On the line {what} is exactly as probable as the likeliest of the others."]


def _line_note(plane: Plane, surface: Surface, row: str) -> list[str]:
    found = []
    if plane.has_row:
        at = plane.x.mean + plane.x.scale * float(plane.row[plane.x.feature])
        found.append(f"At {at:.4g} stands {row}.")
    turns = surface.turns(plane)
    if turns:
        found.append(f"The decision turns at {_listed(turns)}.")
    return found


def _plane_note(plane: Plane, row: str) -> list[str]:
    axes = [plane.x, *([plane.y] if plane.y else [])]
    found = [f"Each axis reaches {REACH:g} standard deviations to both sides of the mean in training."]
    if not plane.is_scaled:
        found = [f"Each axis reaches from −{REACH:g} to {REACH:g}."]
    if any(axis.is_longer for axis in axes):
        found.append(f"It goes on farther, to where {row} lies.")
    if len(plane.row) > len(axes):
        found.append(f"All other inputs stay as they are in {row}.")
    without = [axis.name for axis in axes if not axis.holds(plane.row)]
    if without:
        found.append(f"There is no value of {', '.join(without)} in {row}, and so no place for it here.")
    return found


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.4g}" for value in values)
