"""The neurons of the models that are made of nothing else: where their weights, inputs and values are."""

from dataclasses import dataclass
from typing import Any, cast

from torch import Tensor, nn

from clearhead.inspector.views.base import Looked, numbers
from clearhead.panels.base import Check

MODELS = ("Neuron", "MLP")
MOST_OPERANDS = 250_000
"""Weights beyond this many are too much to be sent with a drawing."""


@dataclass(frozen=True)
class Units:
    """One layer of neurons."""

    name: str
    weight: Tensor
    """(units, inputs)"""
    bias: Tensor
    source_tap: str
    """What goes in."""
    sum_tap: str
    """The sums."""
    bent_tap: str | None
    """What the bend makes of them; None where nothing bends."""

    @property
    def values_tap(self) -> str:
        """What the next layer reads."""
        return self.bent_tap or self.sum_tap


def find_units(model: nn.Module) -> list[Units]:
    """Return the layers of a neuron or an MLP, from the input on; none for other models."""
    kind = type(model).__name__
    if kind == "Neuron":
        return [Units("the neuron", model.weight, model.bias, "input", "sum", None)]  # type: ignore[arg-type]
    if kind != "MLP":
        return []
    found, source = [], "input"
    for index, layer in enumerate(model.layers):  # type: ignore[arg-type, var-annotated]
        place = f"layers.{index}"
        found.append(Units(place, layer.linear.weight, layer.linear.bias, source, f"{place}.before", f"{place}.after"))
        source = f"{place}.after"
    head = model.head
    return [*found, Units("head", head.weight, head.bias, source, "logits", None)]  # type: ignore[arg-type, union-attr]


def affine_check(look: Looked, units: Units, *, is_bent: bool, unit: int | None = None) -> Check | None:
    """Return how the values of a layer (or of one of its neurons) follow from inputs, weights and biases.

    None where the layer has too many weights to be handed on.
    """
    chosen = slice(None) if unit is None else slice(unit, unit + 1)
    weight = numbers(units.weight[chosen])
    if weight.size > MOST_OPERANDS:
        return None
    name = str(look.model.config.activation) if is_bent and units.bent_tap else "identity"
    sum_ = "Σ input · weight + bias"
    return Check(
        rule="affine",
        formula=sum_ if name == "identity" else f"{name}({sum_})",
        arrays={
            "inputs": numbers(look.value(units.source_tap))[None],
            "weights": weight,
            "bias": numbers(units.bias[chosen]),
        },
        activation=cast(Any, "none" if name == "identity" else name),
    )


def input_names(look: Looked, layer: int) -> tuple[str, ...]:
    """Return a name for each input of a layer: the features, or the neurons before."""
    units = find_units(look.model)[layer]
    if layer == 0:
        return look.feature_names or tuple(f"x{index}" for index in range(1, units.weight.shape[1] + 1))
    return tuple(f"neuron {index}" for index in range(units.weight.shape[1]))


def unit_names(look: Looked, layer: int) -> tuple[str, ...]:
    """Return a name for each neuron of a layer: the labels for the last, numbers for the others."""
    layers = find_units(look.model)
    count = layers[layer].weight.shape[0]
    if layer == len(layers) - 1 and len(look.label_names) == count:
        return look.label_names
    return tuple(f"neuron {index}" for index in range(count))
