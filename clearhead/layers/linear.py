"""The linear map y = x · Wᵀ + b, by the faster of the two libraries that PyTorch carries for it on a CPU.

PyTorch multiplies float32 matrices on x86 through MKL, which on processors of other makers reaches half of what oneDNN
reaches. Without gradients (decoding, serving) the map may go through oneDNN; which is faster is measured once, on the
machine at hand. While gradients are wanted it is PyTorch's own, always.
"""

import time
from collections.abc import Callable
from functools import cache

import torch
from jaxtyping import Float
from torch import Tensor, nn

SMALLEST_PRODUCT = 3_000_000
"""Multiplications below which calling oneDNN costs more than it saves."""
WORTHWHILE = 1.3


class Linear(nn.Linear):
    """`nn.Linear`, with the same parameters and the same answer up to rounding."""

    def forward(self, x: Float[Tensor, "*axes inputs"]) -> Float[Tensor, "*axes outputs"]:
        return linear(x, self.weight, self.bias)


def linear(
    x: Float[Tensor, "*axes inputs"],
    weight: Float[Tensor, "outputs inputs"],
    bias: Float[Tensor, "outputs"] | None = None,
) -> Float[Tensor, "*axes outputs"]:
    """Return x · weightᵀ + bias."""
    is_plain = torch.is_grad_enabled() or x.device.type != "cpu" or x.dtype != torch.float32
    if is_plain or x.numel() * weight.shape[0] < SMALLEST_PRODUCT or not onednn_is_faster():
        return nn.functional.linear(x, weight, bias)
    return _through_onednn(x, weight, bias)


@cache
def onednn_is_faster() -> bool:
    """Whether oneDNN multiplies float32 matrices clearly faster than PyTorch's own way here; measured once, in ms."""
    if not hasattr(torch.ops.mkldnn, "_linear_pointwise"):  # not in every build, and not for every processor
        return False
    x, weight = torch.ones(128, 256), torch.ones(512, 256)
    try:
        with torch.inference_mode():
            theirs = _best_seconds(lambda: nn.functional.linear(x, weight))
            return theirs > WORTHWHILE * _best_seconds(lambda: _through_onednn(x, weight, None))
    except (RuntimeError, TypeError):  # an operation of PyTorch's own use: it may change
        return False


def _through_onednn(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    result: Tensor = torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")
    return result


def _best_seconds(work: Callable[[], Tensor]) -> float:
    best = float("inf")
    for _ in range(7):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best
