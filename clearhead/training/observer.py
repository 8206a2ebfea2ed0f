"""Who may watch a training from within: what the floor above introduces to the trainer (`--watch`).

Read with: trainer.py (where it is told), experiments/train.py (who introduces it)
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from torch import Tensor, nn

from clearhead.tasks.base import Task


class Observer(Protocol):
    """Told of a training by its first process. It reads and changes nothing: a run is the same with and without."""

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
        """Learn what is trained, before the first step of this session.

        Args:
            weights: by name, each parameter that learns (it bears the gradient) and its float32 weights.
            rate: the learning rate that the schedule's factor multiplies.
            step: steps made before, by a run that goes on.
            stop: asks the training to save and end, as Ctrl-C does; may be called from another thread.
        """

    def before_update(self, step: int, gradient_scale: float) -> None:
        """Look at the gradients of a step; each counts times the scale."""

    def after_update(self, step: int) -> None:
        """Look at the weights that the step led to."""

    def evaluated(self, step: int) -> None:
        """Look at the model that was scored just now, with the weights that were scored."""

    def saved(self, step: int) -> None:
        """Write down what is to outlast the session: a checkpoint was written just now."""


class Nobody:
    """Watches nothing: what a training has where nobody looks."""

    def begin(self, **told: object) -> None:
        """Learn nothing."""

    def before_update(self, step: int, gradient_scale: float) -> None:
        """Look away."""

    def after_update(self, step: int) -> None:
        """Look away."""

    def evaluated(self, step: int) -> None:
        """Look away."""

    def saved(self, step: int) -> None:
        """Write down nothing."""


class Observers:
    """Tells several what one is told, in their order."""

    def __init__(self, *each: Observer) -> None:
        self.each = each

    def begin(self, **told: Any) -> None:
        """Let each learn what is trained."""
        for observer in self.each:
            observer.begin(**told)

    def before_update(self, step: int, gradient_scale: float) -> None:
        """Let each look at the gradients."""
        for observer in self.each:
            observer.before_update(step, gradient_scale)

    def after_update(self, step: int) -> None:
        """Let each look at the weights."""
        for observer in self.each:
            observer.after_update(step)

    def evaluated(self, step: int) -> None:
        """Let each look at the model that was scored."""
        for observer in self.each:
            observer.evaluated(step)

    def saved(self, step: int) -> None:
        """Let each write down what is to outlast the session."""
        for observer in self.each:
            observer.saved(step)


NOBODY = Nobody()
