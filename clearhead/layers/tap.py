"""Named places in a model where one may look at a value, or change it.

A layer owns a `Tap` for each value worth seeing and passes the value through it:

    self.query_tap = Tap("query")                  in __init__
    query = self.query_tap(query)                  in forward

A tap that nobody looks at returns the very tensor it was given and runs no operation. It is a plain object, not an
`nn.Module`: one attribute test, far below a microsecond, no entry in `state_dict`, no trace in the profiler.
`find_taps` names them by where they live: `layers.3.attention.weights`.
"""

from collections.abc import Callable
from typing import Any, Protocol

from torch import Tensor, nn


class Observer(Protocol):
    """Receive a tap's value by its full name; return the value to go on with (the same one to only look)."""

    def __call__(self, name: str, value: Tensor) -> Tensor: ...


class Tap:
    """One named place. `is_open` tells a layer that someone looks, so that it may compute what it else would not."""

    __slots__ = ("label", "name", "observer")

    def __init__(self, label: str) -> None:
        self.label = label
        self.name = label
        self.observer: Observer | None = None

    def __call__(self, value: Tensor) -> Tensor:
        if self.observer is None:
            return value
        return self.observer(self.name, value)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Tap":
        """Return a tap of its own that the same observer looks through: a copy of a model is edited as the model is."""
        copied = Tap(self.label)
        copied.name, copied.observer = self.name, self.observer
        return copied

    @property
    def is_open(self) -> bool:
        """Whether someone looks here now."""
        return self.observer is not None


def find_taps(model: nn.Module) -> dict[str, Tap]:
    """Return every tap of a model under its full name, in the order in which modules were made."""
    taps: dict[str, Tap] = {}
    for path, module in model.named_modules():
        for value in vars(module).values():
            if isinstance(value, Tap):
                value.name = f"{path}.{value.label}" if path else value.label
                taps[value.name] = value
    return taps


class listening:
    """Open the taps whose name `wanted` accepts, for the length of a `with` block, and put them back after it.

    Blocks may stand in each other: an inner one is given what an outer one returned.
    """

    def __init__(self, model: nn.Module, observer: Observer, wanted: Callable[[str], bool] = lambda name: True) -> None:
        self.taps = [tap for name, tap in find_taps(model).items() if wanted(name)]
        self.observer = observer
        self.outer: list[Observer | None] = []

    def __enter__(self) -> list[Tap]:
        self.outer = [tap.observer for tap in self.taps]
        for tap, outer in zip(self.taps, self.outer, strict=True):
            tap.observer = self.observer if outer is None else _one_after_another(outer, self.observer)
        return self.taps

    def __exit__(self, *error: object) -> None:
        for tap, outer in zip(self.taps, self.outer, strict=True):
            tap.observer = outer


def _one_after_another(first: Observer, second: Observer) -> Observer:
    return lambda name, value: second(name, first(name, value))
