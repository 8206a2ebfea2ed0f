"""What can be switched off in a model, and what the model then says: many changes in one run, each in its own row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor, nn

from clearhead.inspector.edits import Edit
from clearhead.inspector.recorder import Recorder
from clearhead.inspector.views.base import Looked, taps_ending
from clearhead.layers.tap import find_taps

MOST_UNITS = 64
"""Units of a layer that are switched off one at a time: those of the largest values."""
ROWS_AT_ONCE = 16
NUMBERS_AT_ONCE = 1 << 24
"""Outputs that may be held at once."""
PICTURED = ("maps", "before", "after")
"""Labels of taps of an image model whose values are (batch, maps, rows, columns)."""


@dataclass(frozen=True)
class Switch:
    """Parts of one tap that are switched off one at a time."""

    tap: str
    noun: str
    """What each part is: "head", "unit"; "" where the tap is switched off as a whole."""
    units: tuple[int, ...]
    """Which of them; one 0 for the whole."""
    names: tuple[str, ...] = ()
    """How the units are called, where they have names."""

    def named(self, unit: int) -> str:
        """Return how one of them is called."""
        if self.names:
            return self.names[unit]
        return f"{self.tap} {self.noun} {unit}" if self.noun else self.tap


def find_switches(look: Looked) -> list[Switch]:
    """Return what is worth switching off: every head; else the units of the last hidden layer; else every gate."""
    model = look.model
    heads = taps_ending(model, "mixed")
    if heads:
        return [Switch(tap, "head", tuple(range(len(look.value(tap))))) for tap in heads]
    layer = last_layer(model)
    if layer is not None:
        values = look.value(layer).float().abs()
        axis = unit_axis(layer, values.dim() + 1) - 1
        sizes = values.amax([other for other in range(values.dim()) if other != axis]) if values.dim() > 1 else values
        order = sizes.argsort(descending=True, stable=True)[:MOST_UNITS]
        names = look.feature_names if layer == "input" else ()
        return [Switch(layer, "unit", tuple(order.tolist()), names)]
    inside = [name for name in find_taps(model) if ".left_to_right." in name or ".right_to_left." in name]
    gates = [name for name in inside if name.endswith("_gate")] or [name for name in inside if name.endswith("hidden")]
    return [Switch(tap, "", (0,)) for tap in [*gates, *taps_ending(model, "attention.context")]]


WITHIN = ("scores", "weights")
"""Labels of taps that grow with the square of a text, follow from others and cost work of their own."""


def passed(look: Looked, tap: str) -> Tensor | None:
    """Return what passed a tap; None where nothing did, because it is used only after the scores."""
    try:
        return look.value(tap)
    except KeyError:
        return None


def last_layer(model: nn.Module) -> str | None:
    """Return the tap of the last hidden layer, of a neuron its inputs; None where there is none."""
    for ending in ("pooled", "states", "after"):
        found = taps_ending(model, ending)
        if found:
            return found[-1]
    return "input" if "input" in find_taps(model) else None


def unit_axis(tap: str, num_axes: int) -> int:
    """Return the axis of a tap's value, with the batch, along which its units lie."""
    return 1 if num_axes == 4 and tap.rpartition(".")[2] in PICTURED else num_axes - 1


def rows_off(switch: Switch, units: Sequence[int]) -> Edit:
    """Return an edit of a batch of copies that switches one unit off in each: the first in the first, and so on."""

    def change(value: Tensor) -> Tensor:
        value = value.clone()
        axis = 1 if switch.noun == "head" else unit_axis(switch.tap, value.dim())
        for row, unit in enumerate(units):
            part = value[row] if not switch.noun else value[row].select(axis - 1, unit)
            part.zero_()
        return value

    return Edit(switch.tap, change)


def run_rows(
    look: Looked, count: int, edit_of: Callable[[range], Edit], measured: Callable[[Tensor], np.ndarray]
) -> np.ndarray:
    """Run copies of the input side by side, each changed in its own way; return what is measured of each.

    Args:
        count: how many copies.
        edit_of: from the numbers of some copies to the edit of a batch of them.
        measured: from their outputs to what is kept, one row each.
    """
    at_once = max(1, min(ROWS_AT_ONCE, NUMBERS_AT_ONCE // max(1, look.logits.numel())))
    found = []
    for start in range(0, count, at_once):
        rows = range(start, min(start + at_once, count))
        found.append(measured(run_edited(look, [edit_of(rows)], len(rows))))
    return np.concatenate(found)


def run_edited(look: Looked, edits: Sequence[Edit], copies: int = 1) -> Tensor:
    """Return the output of the model with edits in force, for a batch of copies of the input."""
    batch: list[Any] = [part if part is None else part.repeat_interleave(copies, 0) for part in look.batch]
    with Recorder(look.model, (), edits=edits):
        output: Tensor = look.model(*batch)
    return output
