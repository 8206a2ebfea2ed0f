"""What a model of rows says over two columns of numbers while it learns, asked again and again.

The plane is the same each time: the first two columns of numbers, the other columns as in the first of the fixed
examples (probes.py). Nothing here changes a weight or draws a number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import nn

from clearhead.inspector.probes import examples_of, undisturbed
from clearhead.inspector.views._answers import Answers
from clearhead.inspector.views._plane import Plane, number_axes
from clearhead.inspector.views._surface import Surface, surface_of
from clearhead.inspector.views._units import find_units
from clearhead.panels.base import Name

KINDS: dict[str, Any] = {"class": "choice", "labels": "labels", "number": "numbers"}
"""How the outputs for each kind of target are told."""


@dataclass(frozen=True)
class SurfaceProbe:
    """One plane, the output that is asked for, and what asks the model."""

    plane: Plane
    answers: Answers
    chosen: int
    ask: Callable[[], Surface]

    def __call__(self) -> Surface:
        """Ask the model as it is now."""
        return self.ask()


def make_surface(task: Any, model: nn.Module) -> SurfaceProbe | None:
    """Return what asks a neuron, or layers of them, over a plane; None where it reads no column of numbers."""
    if not find_units(model) or getattr(getattr(task, "kind", None), "is_images", True):
        return None
    recipe = task.kind.examples.preprocessing()
    axes = number_axes(recipe["columns"])
    if not axes:
        return None
    rows, read = examples_of(task)
    first = next(model.parameters())
    row = read[0][0].to(first.device, first.dtype)
    plane = Plane(row, axes[0].around(row), axes[1].around(row) if len(axes) > 1 else None)
    kind = KINDS[recipe["target"]["kind"]]
    names: list[str] = [*map(Name, recipe["target"]["label_names"])]
    scale = (task.mean.numpy(), task.deviation.numpy()) if kind == "numbers" else (0.0, 1.0)
    answers = Answers(kind, ("",), len(names), names.__getitem__, names.index, *scale)
    chosen = int(np.asarray(task.examples.targets("valid"))[rows[0]]) if kind == "choice" else 0
    return SurfaceProbe(plane, answers, chosen, undisturbed(lambda: surface_of(model, plane, answers, chosen), model))
