"""How each gate and state of a recurrent net follows from numbers beside it, for a reader who wants to compute it."""

from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from clearhead.inspector.views._recurrent_reading import Reading
from clearhead.inspector.views._sides import exact
from clearhead.inspector.views._units import MOST_OPERANDS
from clearhead.layers.recurrent import Recurrent
from clearhead.panels.base import Check

GATE_ORDER = {
    "lstm": (("input_gate", "i", "sigmoid"), ("forget_gate", "f", "sigmoid"), ("candidate", "g", "tanh"),
             ("output_gate", "o", "sigmoid")),
    "gru": (("reset_gate", "r", "sigmoid"), ("update_gate", "z", "sigmoid")),
    "rnn": (("hidden", "", "tanh"),),
}  # fmt: skip
"""The rows of the kernel's matrices: which part, its letter, its bend. The GRU's candidate has its gate inside."""


def checks_of(reading: Reading, net: Recurrent) -> dict[str, Check]:
    """Return how each part is computed; parts for which the operands are not known, or too many, are left out."""
    return {**_from_inputs(reading, net), **_from_gates(reading, net)}


def _from_inputs(reading: Reading, net: Recurrent) -> dict[str, Check]:
    """Gates and candidates: a sum over what was read and the state before, and a bend."""
    x = reading.inputs()
    ways = 1 + net.is_bidirectional
    matrices = net.kernel.all_weights[reading.layer * ways + reading.is_from_right]
    if x is None or net.hidden_size * (matrices[0].shape[1] + net.hidden_size) > MOST_OPERANDS:
        return {}
    w_input, w_hidden, b_input, b_hidden = map(exact, matrices)
    inputs = torch.cat([x, reading.before("hidden")], -1)
    weights, bias = torch.cat([w_input, w_hidden], -1), b_input + b_hidden
    found = {}
    for index, (part, letter, bend) in enumerate(GATE_ORDER[net.cell]):
        own = slice(index * net.hidden_size, (index + 1) * net.hidden_size)
        mark = f"_{letter}" if letter else ""
        found[part] = Check(
            rule="affine",
            formula=f"{'σ' if bend == 'sigmoid' else bend}(W{mark} x + U{mark} h + b); input = x and then h",
            arrays={"inputs": _array(inputs), "weights": _array(weights[own]), "bias": _array(bias[own])},
            activation=cast(Any, bend),
        )
    return found


def _from_gates(reading: Reading, net: Recurrent) -> dict[str, Check]:
    """States: what is kept, and what is let in."""
    if net.cell == "lstm":
        i, f, g, o, cell = (exact(reading.value(part)) for part in _LSTM_PARTS)
        return {
            "cell": _pair("sum", "f · cell before + i · candidate", f * reading.before("cell"), i * g),
            "hidden": _pair("product", "o · tanh(cell)", o, cell.tanh()),
        }
    if net.cell == "gru":
        z, candidate = (exact(reading.value(part)) for part in ("update_gate", "candidate"))
        kept = z * reading.before("hidden")
        return {"hidden": _pair("sum", "(1 − z) · candidate + z · hidden before", (1 - z) * candidate, kept)}
    return {}


_LSTM_PARTS = ("input_gate", "forget_gate", "candidate", "output_gate", "cell")


def _pair(rule: str, formula: str, left: Tensor, right: Tensor) -> Check:
    return Check(rule=cast(Any, rule), formula=formula, arrays={"left": _array(left), "right": _array(right)})


def _array(value: Tensor) -> np.ndarray:
    return value.detach().cpu().numpy()
