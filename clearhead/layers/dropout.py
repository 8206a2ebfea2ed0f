"""Dropout: while training, switch off each number with some chance, so that no unit can rely on one other.

Source: Srivastava et al. 2014, JMLR 15. Differs: the chance is rounded to 1/256 on a CPU, where drawing one random
byte for each number instead of one random float takes a third of the time.
"""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn


def dropout(x: Float[Tensor, "*axes"], share: float) -> Float[Tensor, "*axes"]:
    """Set a random share of the numbers to 0 and scale the others up, so that the expected value stays.

    Args:
        share: from 0 (nothing is done) to below 1.
    """
    if share == 0.0:
        return x
    if x.device.type != "cpu":
        return nn.functional.dropout(x, share)
    dropped: Tensor = _ByteDropout.apply(x, share)
    return dropped


class _ByteDropout(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, share: float) -> Tensor:
        threshold = max(1, min(255, round(share * 256)))
        words = torch.empty((x.numel() + 7) // 8, dtype=torch.int64).random_(-(2**63), None)
        is_kept = (words.view(torch.uint8)[: x.numel()] >= threshold).view(x.shape)
        ctx.save_for_backward(is_kept)
        ctx.scale = 256 / (256 - threshold)
        return (x * is_kept).mul_(ctx.scale)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        (is_kept,) = ctx.saved_tensors
        return (gradients[0] * is_kept).mul_(ctx.scale), None
