"""How each number of a step of a block follows from those of the step before, for a reader who wants to compute it."""

import dataclasses
from typing import Any, cast

import numpy as np
from torch import Tensor, nn

from clearhead.inspector.views._sides import exact
from clearhead.panels.base import Check

BENDS = {"relu": "relu", "swish": "silu", "gelu": "gelu", "gelu_tanh": "gelu_tanh"}
"""The bends of a block, as a check calls them."""

_BY_ROW = {"left", "logits", "inputs"}
"""Operands with one row for each row of the result; also the weights of a mixture, and both sides of a sum."""


def of_linear(module: Any, x: Tensor, *, rows: slice = slice(None), bend: str = "none", formula: str = "") -> Check:
    """Return how activation(x · Wᵀ + b) is computed.

    Args:
        rows: those of the matrix that make the result, for example the rows of one head.
    """
    arrays = {"inputs": _array(x), "weights": _array(exact(module.weight)[rows])}
    if module.bias is not None:
        arrays["bias"] = _array(exact(module.bias)[rows])
    sum_ = "Σ x · W" + ("" if module.bias is None else " + b")
    bent = "none" if bend == "none" else BENDS[bend]
    written = formula or (sum_ if bent == "none" else f"{bent}({sum_})")
    return Check(rule="affine", formula=written, arrays=arrays, activation=cast(Any, bent))


def of_norm(module: Any, x: Tensor) -> Check | None:
    """Return how a norm is computed; None where there is none."""
    if isinstance(module, nn.Identity):
        return None
    arrays = {"inputs": _array(x), "gain": _array(exact(module.weight))}
    epsilon = {"epsilon": float(module.eps)}
    if not isinstance(module, nn.LayerNorm):
        return Check(rule="rms_norm", formula="x / √(mean of x² + ε) · weight", arrays=arrays, numbers=epsilon)
    arrays["bias"] = _array(exact(module.bias))
    formula = "(x − mean) / √(variance + ε) · weight + bias"
    return Check(rule="layer_norm", formula=formula, arrays=arrays, numbers=epsilon)


def of_pair(rule: str, formula: str, left: Tensor, right: Tensor) -> Check:
    """Return how a sum or a product of two values of one shape is computed, number by number."""
    return Check(rule=cast(Any, rule), formula=formula, arrays={"left": _array(left), "right": _array(right)})


def of_scores(query: Tensor, key: Tensor, *, root: float) -> Check:
    """Return how a matrix of query · key / root is computed."""
    formula = "query · key" if root == 1 else f"query · key / {root:.6g}"
    arrays = {"left": _array(query), "right": _array(key)}
    return Check(rule="dot", formula=formula, arrays=arrays, numbers={"scale": 1 / root})


def of_weights(scores: Tensor) -> Check:
    """Return how weights follow from their scores."""
    return Check(rule="softmax", formula="exp(score) / Σ exp(scores of the row)", arrays={"logits": _array(scores)})


def of_mixture(weights: Tensor, value: Tensor) -> Check:
    """Return how values are mixed by weights."""
    arrays = {"weights": _array(weights), "values": _array(value)}
    return Check(rule="mix", formula="Σ weight · value", arrays=arrays)


def narrowed(check: Check, row: int | None, num_columns: int | None) -> Check:
    """Return the operands of one row only, and of the first columns only; None keeps all."""
    arrays = dict(check.arrays)
    for name, array in arrays.items():
        is_by_row = name in _BY_ROW or (check.rule, name) in (
            ("mix", "weights"),
            ("sum", "right"),
            ("product", "right"),
        )
        if is_by_row:
            array = array if row is None else array[row : row + 1]
            if num_columns is not None and check.rule in ("sum", "product"):
                array = array[:, :num_columns]
        elif num_columns is not None:
            array = array[:, :num_columns] if (check.rule, name) == ("mix", "values") else array[:num_columns]
        arrays[name] = array
    return dataclasses.replace(check, arrays=arrays)


def _array(value: Tensor) -> np.ndarray:
    return value.detach().cpu().numpy()
