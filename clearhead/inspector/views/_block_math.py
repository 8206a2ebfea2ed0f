"""The formulas of a Transformer block, worked out in float64 from the model's own weights, beside the model.

Source: Vaswani et al. 2017, arXiv 1706.03762; layer norm: Ba et al. 2016, arXiv 1607.06450; RMS norm: Zhang and
Sennrich 2019, arXiv 1910.07467; GELU: Hendrycks and Gimpel 2016, arXiv 1606.08415; rotary positions: Su et al. 2021,
arXiv 2104.09864; grouped heads: Ainslie et al. 2023, arXiv 2305.13245.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn

from clearhead.inspector.views._sides import exact


def linear(module: Any, x: Tensor) -> Tensor:
    """Return x · Wᵀ + b."""
    product = x @ exact(module.weight).T
    return product if module.bias is None else product + exact(module.bias)


def norm(module: Any, x: Tensor) -> Tensor:
    """Return each vector at a set length: layer norm (mean 0 and variance 1 first), or by its root mean square."""
    if isinstance(module, nn.Identity):
        return x
    is_layer_norm = isinstance(module, nn.LayerNorm)
    if is_layer_norm:
        x = x - x.mean(-1, keepdim=True)
    scaled = x / (x.square().mean(-1, keepdim=True) + module.eps).sqrt() * exact(module.weight)
    return scaled + exact(module.bias) if is_layer_norm else scaled


BENDS = {
    "relu": ("max(0, x)", lambda x: x.clamp(min=0)),
    "swish": ("x · σ(x)", lambda x: x / (1 + (-x).exp())),
    "gelu": ("x · Φ(x)", lambda x: x * (1 + torch.erf(x / math.sqrt(2))) / 2),
    "gelu_tanh": (
        "GELU in its tanh form",
        lambda x: x / 2 * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    ),
}
"""How each bend is written, and the function of each number alone."""


def into_heads(x: Tensor, num_heads: int) -> Tensor:
    """Cut each vector into the parts of its heads: (seq, heads · head_dim) becomes (heads, seq, head_dim)."""
    return x.unflatten(-1, (num_heads, -1)).transpose(0, 1)


def side_by_side(x: Tensor) -> Tensor:
    """Put the heads' parts together again: (heads, seq, head_dim) becomes (seq, heads · head_dim)."""
    return x.transpose(0, 1).flatten(1)


def for_every_head(x: Tensor, num_heads: int) -> Tensor:
    """Repeat keys or values that neighbouring query heads share, so that there is one for each head."""
    return x.repeat_interleave(num_heads // len(x), dim=0)


def project(attention: Any, what: str, x: Tensor, theta: float | None = None) -> Tensor:
    """Return the queries, keys or values of every head, (heads, seq, head_dim), as the scores read them.

    Args:
        what: "query", "key" or "value".
        theta: base of the rotary wavelengths; None where positions come in with the vectors.
    """
    heads = into_heads(linear(getattr(attention, what), x), _num_heads(attention, what))
    if what == "value" or theta is None:
        return heads
    return turn(norm(getattr(attention, what + "_norm"), heads), theta)


def _num_heads(attention: Any, what: str) -> int:
    """Return how many heads of queries, keys or values there are."""
    num_heads: int = attention.num_heads
    return num_heads if what == "query" else getattr(attention, "num_kv_heads", num_heads)


def rotary_angles(length: int, head_dim: int, theta: float) -> Tensor:
    """Return by how much each pair of components is turned at each position, in radians, (length, head_dim/2)."""
    frequencies = torch.tensor([theta ** (-2 * pair / head_dim) for pair in range(head_dim // 2)], dtype=torch.float64)
    return torch.arange(length, dtype=torch.float64)[:, None] * frequencies


def turn(x: Tensor, theta: float) -> Tensor:
    """Turn each pair (component i, component i + head_dim/2) by the angle of its position."""
    first, second = x.chunk(2, -1)
    angles = rotary_angles(x.shape[-2], x.shape[-1], theta)
    cosine, sine = angles.cos(), angles.sin()
    return torch.cat([first * cosine - second * sine, first * sine + second * cosine], -1)


def visible(num_asking: int, num_asked: int, *, is_causal: bool) -> Tensor:
    """Return where a token may look: everywhere, or at itself and what stands before it."""
    everywhere = torch.ones(num_asking, num_asked, dtype=torch.bool)
    return everywhere.tril() if is_causal else everywhere
