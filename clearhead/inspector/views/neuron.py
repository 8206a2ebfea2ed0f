"""One neuron, number by number: inputs times weights, added up, plus a bias, and the bend."""

import numpy as np
from torch import nn

from clearhead.inspector.views._outputs import outputs
from clearhead.inspector.views._units import MODELS, affine_check, find_units, input_names, unit_names
from clearhead.inspector.views.base import Looked, at, numbers
from clearhead.panels.base import Check, Panel
from clearhead.panels.formula import Formula
from clearhead.panels.table import Cell, Table

TITLE = "One neuron"
QUESTION = "How does a neuron come from its inputs and weights to its value?"
ANSWER = "contributions"


def applies(model: nn.Module) -> str | None:
    """Return None for a neuron and for layers of them."""
    if find_units(model):
        return None
    return f"a {type(model).__name__} has more than neurons in rows; this view is for {' and '.join(MODELS)}."


def view(look: Looked, *, layer: int = -1, unit: int | None = None, top: int = 12) -> list[Panel]:
    """Show the sum of one neuron, the largest contributions first.

    Args:
        layer: counted from 0 at the input; -1 is the output layer.
        unit: which neuron of the layer; none given means the one with the largest value.
        top: how many inputs to list; the others are added up in one line.
    """
    layers = find_units(look.model)
    layer = at(layer, len(layers), "neuron.layer", "layer")
    units = layers[layer]
    values = numbers(look.value(units.values_tap))
    unit = at(int(values.argmax()) if unit is None else unit, len(values), "neuron.unit", "neuron")
    if top < 1:
        raise ValueError(f"neuron.top must be at least 1, got {top}. Use 12.")

    inputs, weights = numbers(look.value(units.source_tap)), numbers(units.weight[unit])
    products = inputs * weights
    bias = float(numbers(units.bias)[unit])
    own_sum, value = float(look.value(units.sum_tap)[unit]), float(values[unit])
    recomputed = float(np.sum(inputs.astype(np.float64) * weights)) + bias
    order = np.argsort(-np.abs(products), kind="stable")
    names = input_names(look, layer)
    who = f"{unit_names(look, layer)[unit]} of {units.name}" if len(layers) > 1 else unit_names(look, layer)[unit]
    bend = _bend(look.model) if units.bent_tap else "nothing bends it"
    check = affine_check(look, units, is_bent=True, unit=unit)
    return [
        _contributions(who, order[:top], names, inputs, weights, products, bias),
        _sum(inputs[order[:3]], weights[order[:3]], len(inputs), bias, own_sum, value, bend, check),
        Table(
            name="check",
            title="Recomputed from the numbers above",
            note="The products added up in float64, beside what passed in the model.",
            columns=("what", "recomputed", "in the model", "difference"),
            rows=(("sum", recomputed, own_sum, abs(recomputed - own_sum)),),
        ),
        outputs(look),
    ]


def _contributions(
    who: str,
    shown: np.ndarray,
    names: tuple[str, ...],
    inputs: np.ndarray,
    weights: np.ndarray,
    products: np.ndarray,
    bias: float,
) -> Table:
    rows: list[tuple[Cell, ...]] = []
    total = 0.0
    for index in shown:
        total += float(products[index])
        rows.append((names[index], float(inputs[index]), float(weights[index]), float(products[index]), total))
    left = len(products) - len(shown)
    if left:
        rest = float(products.astype(np.float64).sum()) - total
        total += rest
        rows.append((f"{left} more inputs", None, None, rest, total))
    rows.append(("bias", 1.0, bias, bias, total + bias))
    return Table(
        name="contributions",
        title=f"What adds up in {who}",
        note="Input times weight, the largest first; the last column adds them up, the bias last.",
        columns=("input", "its value", "weight", "product", "so far"),
        rows=tuple(rows),
    )


def _sum(
    inputs: np.ndarray,
    weights: np.ndarray,
    count: int,
    bias: float,
    total: float,
    value: float,
    bend: str,
    check: Check | None,
) -> Formula:
    terms = " + ".join(f"({x:.4g})·({w:.4g})" for x, w in zip(inputs, weights, strict=True))
    terms += f" + {count - len(inputs)} more" if count > len(inputs) else ""
    return Formula(
        name="sum",
        title="The sum, and the bend",
        lines=(f"sum = {terms} + ({bias:.4g}) = {total:.6g}", f"value = {value:.6g}  ({bend})"),
        values={"bias": bias, "sum": total, "value": value},
        check=check,
    )


def _bend(model: nn.Module) -> str:
    name = str(getattr(model.config, "activation", ""))
    return {"identity": "nothing bends it", "relu": "relu: what is below 0 becomes 0"}.get(name, f"{name} of the sum")
