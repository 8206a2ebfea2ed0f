"""Keep a small model's weights at some steps while it learns, so that its learning can be looked at afterwards.

The steps are close together at the beginning, where most happens, and farther apart later; how long a training will be
need not be known. Taking a frame copies a few thousand numbers; the file is written beside each checkpoint, which takes
longer by itself, and so a run that goes on has the frames up to where it goes on from.
Read with: observer.py (who tells it), runs/film.py (the file)
"""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from clearhead.runs.film import FILM_FILE, MOST_FRAMES, MOST_PARAMETERS, Frames, read_film, write_film
from clearhead.tasks.base import Task

Report = Callable[[str, dict[str, Any]], None]


class Film:
    """An observer that keeps the weights of a small model; of a larger one, or of a task's own update, nothing.

    Args:
        report: is told where the file cannot be written; the training goes on without.
    """

    def __init__(self, report: Report) -> None:
        self.frames: Frames = {}
        self.folder: Path | None = None
        """None where nothing is kept."""
        self._report, self._next_step = report, 0
        self._weights: dict[str, Tensor] = {}
        self._is_new = False

    def begin(
        self,
        *,
        task: Task,
        model: nn.Module,
        weights: Mapping[str, tuple[nn.Parameter, Tensor]],
        rate: float,
        step: int,
        folder: Path,
        stop: Callable[[], None],
    ) -> None:
        """Learn what is trained, and take up the film of a run that goes on; see observer.py."""
        size = sum(parameter.numel() for parameter in model.parameters())
        if size > MOST_PARAMETERS or task.has_own_update:
            return
        self.folder, self._weights = folder, {name: master for name, (_, master) in weights.items()}
        try:
            kept = read_film(folder)
        except ValueError as problem:
            self._report("note", {"text": str(problem)})
            kept = {}
        self.frames = {at: frame for at, frame in kept.items() if at <= step}
        if self.frames:
            self._next_step = next_step(max(self.frames))
        else:
            self._take(step)

    def before_update(self, step: int, gradient_scale: float) -> None:
        """Look away."""

    def after_update(self, step: int) -> None:
        """Keep the weights that a step led to, where it is one of those to keep."""
        if step + 1 >= self._next_step and self.folder is not None:
            self._take(step + 1)

    def evaluated(self, step: int) -> None:
        """Look away."""

    def saved(self, step: int) -> None:
        """Write the film beside a checkpoint."""
        if self.folder is None or not self._is_new:
            return
        try:
            write_film(self.folder, self.frames)
            self._is_new = False
        except OSError as error:
            reason = error.strerror or str(error)
            self._report("note", {"text": f"{FILM_FILE} could not be written: {reason}. The training goes on without."})

    @torch.no_grad()
    def _take(self, step: int) -> None:
        # The copies stay on the device: nobody has to wait for it.
        self.frames[step] = {name: weight.detach().clone() for name, weight in self._weights.items()}
        self._next_step, self._is_new = next_step(step), True
        if len(self.frames) > MOST_FRAMES:
            del self.frames[most_crowded(list(self.frames))]


def next_step(step: int) -> int:
    """Return the step to keep after this one: so much later that as many as are kept lead evenly from 1 to there."""
    return max(step + 1, round(step ** (1 + 1 / (MOST_FRAMES - 1))))


def most_crowded(steps: list[int]) -> int:
    """Return the step between two others that are closest to each other, as a ratio; never the first or the last."""
    ratios = {
        steps[place]: math.log((steps[place + 1] + 1) / (steps[place - 1] + 1)) for place in range(1, len(steps) - 1)
    }
    return min(ratios, key=lambda step: ratios[step])
