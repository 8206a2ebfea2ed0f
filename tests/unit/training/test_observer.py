"""Several who watch a training are each told everything, in their order."""

from pathlib import Path
from typing import Any

from torch import nn

from clearhead.training.observer import Observers


class Told:
    """An observer that writes down what it is told."""

    def __init__(self, name: str, lines: list[Any]) -> None:
        self.name, self.lines = name, lines

    def begin(self, **told: Any) -> None:
        """Write down the names of what it learns."""
        self.lines.append((self.name, "begin", sorted(told)))

    def before_update(self, step: int, gradient_scale: float) -> None:
        """Write down the step and the scale."""
        self.lines.append((self.name, "before", step, gradient_scale))

    def after_update(self, step: int) -> None:
        """Write down the step."""
        self.lines.append((self.name, "after", step))

    def evaluated(self, step: int) -> None:
        """Write down the step."""
        self.lines.append((self.name, "evaluated", step))

    def saved(self, step: int) -> None:
        """Write down the step."""
        self.lines.append((self.name, "saved", step))


def test_each_observer_is_told_everything_in_order() -> None:
    lines: list[Any] = []
    both: Any = Observers(Told("a", lines), Told("b", lines))
    both.begin(task=None, model=nn.Linear(1, 1), weights={}, rate=0.1, step=0, folder=Path(), stop=print)
    both.before_update(3, 0.5)
    both.after_update(3)
    both.evaluated(4)
    both.saved(5)
    names = ["folder", "model", "rate", "step", "stop", "task", "weights"]
    events = [("begin", names), ("before", 3, 0.5), ("after", 3), ("evaluated", 4), ("saved", 5)]
    assert lines == [(who, *event) for event in events for who in "ab"]
