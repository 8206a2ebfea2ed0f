"""One neuron, number by number: inputs times weights, added up, plus a bias, and the bend.

Where a model reads rows of a table, below it: what it says over two columns of numbers, where its decision turns, and
how that and the neuron's weights came about while it learned.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from clearhead.inspector.views import _surface
from clearhead.inspector.views._answers import choose_output, find_answers
from clearhead.inspector.views._film import Film, film_panels
from clearhead.inspector.views._outputs import outputs
from clearhead.inspector.views._plane import Axis, choose_plane, number_axes
from clearhead.inspector.views._units import MODELS, Units, affine_check, find_units, input_names, unit_names
from clearhead.inspector.views.base import Looked, at, numbers
from clearhead.layers.tap import listening
from clearhead.panels.base import Check, Panel
from clearhead.panels.formula import Formula
from clearhead.panels.table import Cell, Table
from clearhead.runs.film import FILM_FILE

TITLE = "One neuron"
QUESTION = "How does a neuron come from its inputs and weights to its value?"
ANSWER = "contributions"


def applies(model: nn.Module) -> str | None:
    """Return None for a neuron and for layers of them."""
    if find_units(model):
        return None
    return f"a {type(model).__name__} has more than neurons in rows; this view is for {' and '.join(MODELS)}."


def offers(look: Looked) -> dict[str, Sequence[str]]:
    """Return the options that not every model has: see `base.py`."""
    axes = _axes(look)
    found: dict[str, Sequence[str]] = {name: () for name in ("x", "y", "step") if not axes}
    if len(axes) == 1:
        found["y"] = ()
    if look.folder is None or not (look.folder / FILM_FILE).is_file():
        found["step"] = ()
    return found


def view(
    look: Looked,
    *,
    layer: int = -1,
    unit: int | None = None,
    top: int = 12,
    x: str | None = None,
    y: str | None = None,
    answer: str | None = None,
    step: int | None = None,
) -> list[Panel]:
    """Show the sum of one neuron, the largest contributions first; of rows, what the model says over two columns.

    Args:
        layer: counted from 0 at the input; -1 is the output layer.
        unit: which neuron of the layer; none given means the one with the largest value.
        top: how many inputs to list; the others are added up in one line.
        x: the column of numbers to go along; none given means one of the two that add most to the neuron.
        y: the same upwards.
        answer: the output that is told over the plane; none given means the neuron named by `unit` where it is an
            output, else the right one where it is known, else the model's own.
        step: whose weights tell, of those kept while it learned; none given or -1 means the model as it is.
    """
    layers = find_units(look.model)
    layer = at(layer, len(layers), "neuron.layer", "layer")
    units = layers[layer]
    values = numbers(look.value(units.values_tap))
    named = unit if layer == len(layers) - 1 else None
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
        *_over_a_plane(look, units, layer, unit, who, answer=_asked(look, answer, named), x=x, y=y, step=step),
        outputs(look),
    ]


def _asked(look: Looked, answer: str | None, named: int | None) -> str | None:
    """Return the output that was asked for, by its name or as the neuron to look at."""
    return look.label_names[named] if answer is None and named is not None and look.label_names else answer


def _over_a_plane(
    look: Looked,
    units: Units,
    layer: int,
    unit: int,
    who: str,
    *,
    answer: str | None,
    x: str | None,
    y: str | None,
    step: int | None,
) -> list[Panel]:
    axes = _axes(look)
    if not axes:
        for name, value in (("x", x), ("y", y), ("step", step)):
            if value is not None:
                raise ValueError(f"neuron.{name} must be left out where no column of numbers is read, got {value!r}.")
        return []
    weight = _contributed(look, units, unit)[[axis.feature for axis in axes]]
    row, is_scaled = look.inputs[0].detach(), look.tokenizer is not None
    plane = choose_plane(row, axes, x=x, y=y, weight=weight, where="neuron", is_scaled=is_scaled)
    answers = find_answers(look)
    chosen = choose_output(look, answers, answer, answers.told(look.logits[None])[0])
    film = Film(look)
    model = film.at(step, where="neuron.step")
    surface = _surface.surface_of(model, plane, answers, chosen)
    check = _surface.affine_check(model, plane, surface, answers, chosen)
    after = None if model is look.model else step
    shown = _surface.surface_panel(plane, surface, answers, chosen, after=after)
    shown = dataclasses.replace(shown, check=check, note=f"{shown.note} {film.problem}".strip())
    names = input_names(look, layer)
    return [shown, *film_panels(film, plane, answers, chosen, layer=layer, unit=unit, who=who, names=names)]


def _axes(look: Looked) -> list[Axis]:
    """Return the columns of numbers that the model reads; of plain numbers all of them, of pictures none."""
    if look.kind != "row" or getattr(look.tokenizer, "is_images", False):
        return []
    if look.tokenizer is None:
        return [Axis(name, place) for place, name in enumerate(look.feature_names)]
    return number_axes(look.tokenizer.recipe["columns"])


def _contributed(look: Looked, units: Units, unit: int) -> np.ndarray:
    """Return how much each input adds to the sum of a neuron, as far as its slope tells: |slope · input|."""
    inputs, caught = look.inputs.detach().clone().requires_grad_(), []

    def catch(name: str, value: torch.Tensor) -> torch.Tensor:
        caught.append(value)
        return value

    with torch.enable_grad(), listening(look.model, catch, units.sum_tap.__eq__):
        look.model(inputs)
        [slope] = torch.autograd.grad(caught[0][0, unit], inputs)
    return np.abs(numbers(slope * inputs)[0])


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
