"""The steps of attention inside a block: Q, K, V, scores, scale and mask, weights, Σ weights · V, heads · W_O."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from clearhead.inspector.views._block_checks import of_linear, of_mixture, of_scores, of_weights
from clearhead.inspector.views._block_math import for_every_head, linear, project, side_by_side, visible
from clearhead.inspector.views._block_steps import Steps
from clearhead.panels.base import Check


@dataclass(frozen=True)
class Asking:
    """One attention inside a block, and under which names its steps are shown."""

    place: str
    """Where its taps are."""
    module: Any
    asked: Sequence[str]
    """The labels of the tokens that are looked at."""
    is_causal: bool
    names: tuple[str, str, str, str, str, str]
    """Names of the steps: query (key and value beside it), products, scores, weights, mixed, output."""
    called: str = ""
    """Which of a block's attentions it is, where there are two."""
    theta: float | None = None
    """Base of the rotary wavelengths, where queries and keys are turned."""


def attend(steps: Steps, asking: Asking, x: Tensor, offered: Tensor) -> Tensor:
    """Add the steps of one attention and return what it hands on, (seq, d_model).

    Args:
        x: the vectors that ask.
        offered: the vectors that are asked; x itself in self-attention.
    """
    place, module, asked = asking.place, asking.module, asking.asked
    first, products_name, scores_name, weights_name, mixed_name, output_name = asking.names
    called = asking.called + ", " if asking.called else ""
    bias = "" if module.query.bias is None else " + b"
    turned = "" if asking.theta is None else ", turned by its position"
    query = steps.add(
        first,
        f"{called}what each token asks",
        f"Q = x · W_Q{bias}{turned}",
        project(module, "query", x, asking.theta),
        tap=place + ".query",
        note=f"Head {steps.head} of {module.num_heads}; {module.head_dim} numbers wide.",
        check=_projected(module, "query", x, steps.head, asking.theta),
    )
    key, value = (
        steps.add(
            f"{_number(first)}_{what}",
            title,
            equation,
            project(module, what, offered, asking.theta),
            tap=f"{place}.{what}",
            asked=asked,
            is_of_asked=True,
            check=_projected(module, what, offered, steps.head, asking.theta),
        )
        for what, title, equation in (
            ("key", f"{called}what each token offers to be compared with", f"K = x · W_K{bias}{turned}"),
            ("value", f"{called}what each token hands over", f"V = x · W_V{bias}"),
        )
    )
    keys, values = (for_every_head(part, module.num_heads) for part in (key, value))
    products = query @ keys.mT
    root = math.sqrt(module.head_dim)
    seen = visible(len(x), len(offered), is_causal=asking.is_causal)
    own = steps.head
    steps.add(
        products_name,
        f"{called}how well each query fits each key",
        "Q · Kᵀ",
        products,
        asked=asked,
        check=of_scores(query[own], keys[own], root=1),
    )
    hidden = "what comes later is hidden (−∞)" if asking.is_causal else "nothing is hidden"
    scores = steps.add(
        scores_name,
        f"{called}scores",
        f"Q · Kᵀ / √{module.head_dim}; {hidden}",
        (products / root).masked_fill(~seen, -math.inf),
        tap=place + ".scores",
        asked=asked,
        check=of_scores(query[own], keys[own], root=root),
    )
    weights = steps.add(
        weights_name,
        f"{called}weights",
        "softmax of each row",
        scores.softmax(-1),
        tap=place + ".weights",
        note="Each row sums to 1.",
        asked=asked,
        is_share=True,
        check=of_weights(scores[own]),
    )
    mixed = steps.add(
        mixed_name,
        f"{called}what the head found",
        "Σ weights · V",
        weights @ values,
        tap=place + ".mixed",
        check=of_mixture(weights[own], values[own]),
    )
    heads = side_by_side(mixed)
    steps.add(f"{_number(output_name)}_heads", f"{called}all {module.num_heads} heads side by side", "concat", heads)
    return steps.add(
        output_name,
        f"{called}what attention hands on",
        f"concat · W_O{'' if module.output.bias is None else ' + b'}",
        linear(module.output, heads),
        tap=place + ".output",
        check=of_linear(module.output, heads),
    )


def _projected(module: Any, what: str, x: Tensor, head: int, theta: float | None) -> Check | None:
    """Return how the numbers of one head are made; None where they are turned by their position afterwards."""
    if what != "value" and theta is not None:
        return None
    projection, width = getattr(module, what), module.head_dim
    shared = head * (len(projection.weight) // width) // module.num_heads
    return of_linear(projection, x, rows=slice(shared * width, (shared + 1) * width))


def _number(name: str) -> str:
    """Return which step a part belongs to: "step_6_query" to "step_6"."""
    return "_".join(name.split("_")[:2])
