"""Output head and cross-entropy in one step, a slice of positions at a time.

The logits of a whole batch (positions × vocabulary, in float32) can be larger than the rest of the step together.
Here only a slice of them exists at any time, and its gradient is formed while it is there.
"""

from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

IGNORE_INDEX = -100
SLICE_ELEMENTS = 1 << 23  # logits held at once: 32 MB in float32


def linear_cross_entropy(
    hidden: Float[Tensor, "*axes d_model"],
    weight: Float[Tensor, "vocab d_model"],
    targets: Int[Tensor, "*axes"],
    *,
    bias: Float[Tensor, "vocab"] | None = None,
    smoothing: float = 0.0,
    excluded: Int[Tensor, "tokens"] | None = None,
) -> Float[Tensor, ""]:
    """Sum −log p(target) over all positions whose target is not IGNORE_INDEX, in nats.

    Args:
        hidden: final vectors of a model.
        weight: its output matrix; logits are hidden @ weight.T.
        targets: the token that should follow each position.
        bias: added to the logits.
        smoothing: share ε of the wish that goes to all tokens alike; the loss is then (1 − ε) · (−log p(target))
            + ε · (the mean of −log p over the tokens that are not excluded). Szegedy et al. 2016, arXiv 1512.00567,
            section 7, as used by Vaswani et al. 2017.
        excluded: tokens that cannot be said: their probability is 0, their rows get no gradient. No target is one.
    """
    if not torch.is_grad_enabled():  # a parameter asks for a gradient even then, and it would be computed for nothing
        hidden, weight = hidden.detach(), weight.detach()
        bias = None if bias is None else bias.detach()
    flat = hidden.reshape(-1, hidden.shape[-1])
    total: Tensor = _LinearCrossEntropy.apply(flat, weight, bias, targets.reshape(-1), smoothing, excluded)
    return total


class _LinearCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        hidden: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        targets: Tensor,
        smoothing: float,
        excluded: Tensor | None,
    ) -> Tensor:
        total = torch.zeros((), dtype=torch.promote_types(hidden.dtype, torch.float32), device=hidden.device)
        needs_hidden, needs_weight, needs_bias = ctx.needs_input_grad[:3]
        hidden_gradient = torch.empty_like(hidden) if needs_hidden else None
        weight_gradient = torch.zeros_like(weight, dtype=total.dtype) if needs_weight else None
        bias_gradient = torch.zeros_like(bias, dtype=total.dtype) if bias is not None and needs_bias else None
        rows = max(1, SLICE_ELEMENTS // weight.shape[0])
        share = smoothing / (weight.shape[0] - (0 if excluded is None else len(excluded)))  # what each token gets of ε
        for start in range(0, hidden.shape[0], rows):
            part, wanted = hidden[start : start + rows], targets[start : start + rows]
            is_counted = wanted != IGNORE_INDEX
            index = wanted.clamp_min(0)[:, None]
            log_probabilities = torch.log_softmax(_logits(part, weight, bias, excluded, total.dtype), -1)
            told = log_probabilities.gather(1, index)[:, 0]
            if smoothing > 0.0:
                if excluded is not None:
                    log_probabilities.index_fill_(1, excluded, 0.0)  # −inf would make the mean −inf
                told = (1 - smoothing) * told + share * log_probabilities.sum(1)
            # Filled, not multiplied: an ignored row points at token 0, whose −inf · 0 would be NaN were it excluded.
            total -= told.masked_fill_(~is_counted, 0.0).sum()
            if not (needs_hidden or needs_weight or needs_bias):
                continue
            # d loss / d logits = p − (1 − ε) [is the target] − ε / tokens
            gradient = log_probabilities.exp_()
            gradient.scatter_add_(1, index, torch.full_like(index, smoothing - 1, dtype=gradient.dtype))
            if smoothing > 0.0:
                gradient -= share
                if excluded is not None:
                    gradient.index_fill_(1, excluded, 0.0)
            gradient = (gradient * is_counted[:, None]).to(hidden.dtype)
            if hidden_gradient is not None:
                torch.mm(gradient, weight, out=hidden_gradient[start : start + rows])
            if weight_gradient is not None:
                weight_gradient += gradient.T @ part
            if bias_gradient is not None:
                bias_gradient += gradient.sum(0)
        ctx.gradients = hidden_gradient, weight_gradient, bias_gradient
        ctx.dtypes = weight.dtype, None if bias is None else bias.dtype
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        hidden_gradient, weight_gradient, bias_gradient = ctx.gradients
        weight_dtype, bias_dtype = ctx.dtypes
        if hidden_gradient is not None:
            hidden_gradient = hidden_gradient * gradients[0].to(hidden_gradient.dtype)
        if weight_gradient is not None:
            weight_gradient = (weight_gradient * gradients[0]).to(weight_dtype)
        if bias_gradient is not None:
            bias_gradient = (bias_gradient * gradients[0]).to(bias_dtype)
        return hidden_gradient, weight_gradient, bias_gradient, None, None, None


def _logits(part: Tensor, weight: Tensor, bias: Tensor | None, excluded: Tensor | None, dtype: torch.dtype) -> Tensor:
    logits = (part @ weight.T).to(dtype)
    if bias is not None:
        logits += bias
    if excluded is not None:
        logits.index_fill_(1, excluded, -torch.inf)
    return logits
