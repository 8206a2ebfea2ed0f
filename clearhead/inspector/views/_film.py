"""How a small model's surface, and the weights of one of its neurons, came about: step by step, as its film tells."""

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np

from clearhead.inspector.views._answers import Answers
from clearhead.inspector.views._history import put_weights, read_frames
from clearhead.inspector.views._plane import Plane
from clearhead.inspector.views._surface import coloured, drawn_over, over, surface_of
from clearhead.inspector.views._units import find_units
from clearhead.inspector.views.base import Looked, numbers
from clearhead.panels.base import Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.lines import Lines
from clearhead.panels.thumbnails import Thumbnails
from clearhead.runs.film import FILM_FILE, MOST_PARAMETERS, Frames

FILM_SIDE = 24
"""Places along each axis of a picture of the film."""
MOST_WEIGHTS = 7
"""With the bias as many lines as there are colours to tell them apart."""
AS_IT_IS = "as it is"
NOW = -1
"""The step that stands for the model as it is."""


class Film:
    """The kept steps of the run that is looked at, and a copy of its model that takes their weights."""

    def __init__(self, look: Looked) -> None:
        self.frames: Frames = {}
        self.problem = ""
        """A sentence that says why there is no film; empty where there is one, or no run."""
        self._now, self._model = look.model, None
        if look.folder is None:
            return
        self.frames, self.problem = read_frames(look.folder)
        for step, weights in self.frames.items():
            self._model = self._model or copy.deepcopy(look.model).eval()
            wrong = put_weights(self._model, weights)
            if wrong:
                self.frames, self.problem = {}, f"{FILM_FILE} is of another model at step {step}: {wrong}."
                return
        if not self.frames and not self.problem:
            self.problem = (
                f"There is no {FILM_FILE} to show how it was learned: the run is older than films are, "
                f"or the model has more than {MOST_PARAMETERS:,} parameters."
            )

    def at(self, step: int | None, *, where: str) -> Any:
        """Return the model with the weights of a kept step; None or -1: as it is.

        Raises:
            ValueError: the step was not kept; the message says which were.
        """
        if step is None or step == NOW:
            return self._now
        if not self.frames:
            raise ValueError(f"{where} must be left out where a run kept no steps of its training, got {step}.")
        if step not in self.frames:
            near = min(self.frames, key=lambda kept: abs(kept - step))
            kept = ", ".join(map(str, self.frames))
            raise ValueError(
                f"{where} must be a step that was kept, got {step}. Kept: {kept}. "
                f"Use {near}, or -1 for the model as it is."
            )
        put_weights(self._model, self.frames[step])  # type: ignore[arg-type]
        return self._model

    def each(self) -> Iterator[tuple[str, Any]]:
        """Yield the model at each kept step with a label, and at last as it is; one at a time."""
        for step in self.frames:
            yield f"step {step}", self.at(step, where="")
        yield AS_IT_IS, self._now


def film_panels(
    film: Film,
    plane: Plane,
    answers: Answers,
    chosen: int,
    *,
    layer: int,
    unit: int,
    who: str,
    names: tuple[str, ...],
) -> list[Panel]:
    """Return the surface at each kept step, and the weights of a neuron over the steps; nothing without a film.

    Args:
        who: what the neuron is called.
        names: what its inputs are called.
    """
    if not film.frames:
        return []
    labels, surfaces, weights, biases = [], [], [], []
    for label, model in film.each():
        units = find_units(model)[layer]
        labels.append(label)
        surfaces.append(surface_of(model, plane, answers, chosen, side=FILM_SIDE))
        weights.append(numbers(units.weight[unit]).copy())
        biases.append(float(numbers(units.bias)[unit]))
    largest = np.argsort(-np.abs(weights[-1]), kind="stable")[:MOST_WEIGHTS]
    series = {names[index]: np.array([each[index] for each in weights], dtype=np.float64) for index in sorted(largest)}
    several: dict[str, Any] = {"name": "film", "title": f"How the surface over {over(plane)} came about"}
    values = np.stack([surface.values for surface in surfaces])
    pictures: Panel
    if plane.y is None:
        pictures = Heatmap(
            **several,
            note="One row for each step that was kept, close together at first.",
            values=values,
            rows=tuple(labels),
            columns=plane.x.labels(FILM_SIDE),
            row_axis="step",
            column_axis=plane.x.name,
            **coloured(answers, chosen),
        )
    else:
        pictures = Thumbnails(
            **several,
            note="One picture for each step that was kept, close together at first.",
            values=values,
            labels=tuple(labels),
            **drawn_over(plane, answers, chosen, FILM_SIDE),
            edges=tuple(surface.edge for surface in surfaces),
            opens=tuple({"step": step} for step in (*film.frames, NOW)),
        )
    left = len(names) - len(series)
    return [
        pictures,
        Lines(
            name="learned",
            title=f"How the weights of {who} came about",
            note=f"The {len(series)} largest as they are, and the bias." if left else "",
            points=tuple(labels),
            series={**series, "bias" if "bias" not in series else "bias of the neuron": np.array(biases)},
            axis="weight",
        ),
    ]
