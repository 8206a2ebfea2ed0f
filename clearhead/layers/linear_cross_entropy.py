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
    hidden: Float[Tensor, "*axes d_model"], weight: Float[Tensor, "vocab d_model"], targets: Int[Tensor, "*axes"]
) -> Float[Tensor, ""]:
    """Sum −log p(target) over all positions whose target is not IGNORE_INDEX, in nats.

    Args:
        hidden: final vectors of a model.
        weight: its output matrix; logits are hidden @ weight.T.
        targets: the token that should follow each position.
    """
    if not torch.is_grad_enabled():  # a parameter asks for a gradient even then, and it would be computed for nothing
        hidden, weight = hidden.detach(), weight.detach()
    total: Tensor = _LinearCrossEntropy.apply(hidden.reshape(-1, hidden.shape[-1]), weight, targets.reshape(-1))
    return total


class _LinearCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
        total = torch.zeros((), dtype=torch.promote_types(hidden.dtype, torch.float32), device=hidden.device)
        needs_hidden, needs_weight = ctx.needs_input_grad[0], ctx.needs_input_grad[1]
        hidden_gradient = torch.empty_like(hidden) if needs_hidden else None
        weight_gradient = torch.zeros_like(weight, dtype=total.dtype) if needs_weight else None
        rows = max(1, SLICE_ELEMENTS // weight.shape[0])
        for start in range(0, hidden.shape[0], rows):
            part, wanted = hidden[start : start + rows], targets[start : start + rows]
            is_counted = wanted != IGNORE_INDEX
            index = wanted.clamp_min(0)[:, None]
            log_probabilities = torch.log_softmax((part @ weight.T).to(total.dtype), -1)
            total -= (log_probabilities.gather(1, index)[:, 0] * is_counted).sum()
            if not (needs_hidden or needs_weight):
                continue
            # d(−log p_target) / d logits = p − [is the target]
            gradient = log_probabilities.exp_()
            gradient.scatter_add_(1, index, torch.full_like(index, -1, dtype=gradient.dtype))
            gradient = (gradient * is_counted[:, None]).to(hidden.dtype)
            if hidden_gradient is not None:
                torch.mm(gradient, weight, out=hidden_gradient[start : start + rows])
            if weight_gradient is not None:
                weight_gradient += gradient.T @ part
        ctx.gradients = hidden_gradient, weight_gradient
        ctx.weight_dtype = weight.dtype
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        hidden_gradient, weight_gradient = ctx.gradients
        if hidden_gradient is not None:
            hidden_gradient = hidden_gradient * gradients[0].to(hidden_gradient.dtype)
        if weight_gradient is not None:
            weight_gradient = (weight_gradient * gradients[0]).to(ctx.weight_dtype)
        return hidden_gradient, weight_gradient, None
