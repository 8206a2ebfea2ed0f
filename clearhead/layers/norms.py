"""Normalisation by root mean square: keep a vector's direction, set its length.

Source: Zhang and Sennrich 2019, "Root Mean Square Layer Normalization", arXiv 1910.07467.
"""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """Divide each vector by its root mean square, then scale each component by a learned weight."""

    def __init__(self, size: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x: Float[Tensor, "*axes size"]) -> Float[Tensor, "*axes size"]:
        if x.device.type == "cpu" and not torch.compiler.is_compiling():
            return _RMSNormFunction.apply(x, self.weight, self.eps)
        return nn.functional.rms_norm(x, self.weight.shape, self.weight, self.eps)


class _RMSNormFunction(torch.autograd.Function):
    """The same formula with its backward written out: PyTorch's own runs ten passes over memory on a CPU."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, eps: float) -> Tensor:
        length = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.promote_types(x.dtype, torch.float32))
        inverse_rms = length.square_().div_(x.shape[-1]).add_(eps).rsqrt_().to(x.dtype)
        ctx.save_for_backward(x, weight, inverse_rms)
        return (x * inverse_rms).mul_(weight)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None]:
        (gradient,) = gradients
        x, weight, inverse_rms = ctx.saved_tensors
        normalised = x * inverse_rms
        product = gradient * normalised
        rows = product.reshape(-1, weight.shape[0])
        # Summed as a matrix product: it accumulates in float32 and takes a sixth of the time of sum(0).
        weight_gradient = torch.mv(rows.T, rows.new_ones(rows.shape[0]))
        # d y_i / d x_j = w_i (δ_ij − n_i n_j / size) / rms, with n the normalised vector.
        along = torch.matmul(product, weight).unsqueeze(-1).div_(weight.shape[0])
        x_gradient = (gradient * weight).sub_(normalised.mul_(along)).mul_(inverse_rms)
        return x_gradient, weight_gradient, None
