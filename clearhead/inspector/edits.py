"""Change a value on its way through a model: switch off a head, set, limit, or bring it over from another run.

    with Recorder(model, [], edits=[ablate("layers.3.attention.mixed", head=1)]):
        logits = model(tokens)

Every edit names its tap (with `*` for any part) and may be narrowed to one head and to some positions.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

HEADED = ("query", "key", "value", "scores", "weights", "mixed")
"""Labels of taps whose values are (batch, heads, seq, …); other values are (batch, seq, …)."""


@dataclass(frozen=True)
class Edit:
    """One change at one tap, or at every tap whose name fits."""

    tap: str
    change: Callable[[Tensor], Tensor]
    """Receives the chosen part of the value and returns what stands there instead."""
    head: int | None = None
    """Only this head, or None for all."""
    positions: slice | int | None = None
    """Only these positions of the sequence (of the queries, for scores and weights), or None for all."""

    def apply(self, name: str, value: Tensor) -> Tensor:
        """Return a changed copy; the given tensor stays as it is.

        Raises:
            ValueError: no such head or position, or the change returns another shape.
        """
        has_heads = name.rpartition(".")[2] in HEADED
        if self.head is not None and not has_heads:
            raise ValueError(
                f"Edit.head must be None at {name}, got {self.head}. Leave it out; only {', '.join(HEADED)} have heads."
            )
        seq_axis = 2 if has_heads else 1
        for what, chosen, axis in (("head", self.head, 1), ("positions", self.positions, seq_axis)):
            count = value.shape[axis]
            if isinstance(chosen, int) and not -count <= chosen < count:
                raise ValueError(
                    f"Edit.{what} must be between 0 and {count - 1} at {name}, got {chosen}. Choose one of these."
                )
        index: list[slice | int] = [slice(None)] * value.dim()
        if self.head is not None:
            index[1] = self.head
        if self.positions is not None:
            index[seq_axis] = self.positions
        part = value[tuple(index)]
        new = self.change(part)
        if new.shape != part.shape:
            raise ValueError(
                f"Edit.change must return the shape {list(part.shape)} at {name}, got {list(new.shape)}. "
                "Give a value of that shape; runs that are patched into each other need texts of equal length."
            )
        changed = value.clone()
        changed[tuple(index)] = new.to(value)
        return changed


def ablate(tap: str, *, head: int | None = None, positions: slice | int | None = None) -> Edit:
    """Put zero where a value was: at "layers.3.attention.mixed" this switches a head off."""
    return Edit(tap, torch.zeros_like, head, positions)


def replace(tap: str, value: Tensor | float, *, head: int | None = None, positions: slice | int | None = None) -> Edit:
    """Put a number, or a tensor of the chosen part's shape, where a value was.

    The same call patches an activation of another run into this one: `replace(name, other[name])`.
    """
    if isinstance(value, Tensor):
        return Edit(tap, lambda part: value, head, positions)
    return Edit(tap, lambda part: torch.full_like(part, value), head, positions)


def clamp(
    tap: str,
    *,
    low: float | None = None,
    high: float | None = None,
    head: int | None = None,
    positions: slice | int | None = None,
) -> Edit:
    """Limit a value from below, from above, or both.

    Raises:
        ValueError: neither limit is given, or the lower one is above the upper one.
    """
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        raise ValueError(
            f"clamp.low must be a number that is at most high, got low={low}, high={high}. Give one limit or both."
        )
    return Edit(tap, lambda part: part.clamp(low, high), head, positions)
