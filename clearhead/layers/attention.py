"""Attention: each position asks (query), every visible one offers (key, value), the answer is a weighted sum.

    scores  = query · key / √head_dim
    weights = softmax(scores)        over the visible keys; each row sums to 1
    mixed   = Σ weights · value

Source: Vaswani et al. 2017, section 3.2, arXiv 1706.03762. Grouped queries: Ainslie et al. 2023, arXiv 2305.13245.
Read with: positions.py, kv_cache.py
"""

import math
from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from clearhead.layers.kv_cache import KVCache
from clearhead.layers.norms import RMSNorm
from clearhead.layers.positions import rotate
from clearhead.layers.projection import project
from clearhead.layers.tap import Tap


def attention_scores(
    query: Float[Tensor, "batch heads query_len head_dim"],
    key: Float[Tensor, "batch heads key_len head_dim"],
    *,
    is_causal: bool = False,
    visible: Bool[Tensor, "*rows query_len key_len"] | None = None,
) -> Float[Tensor, "batch heads query_len key_len"]:
    """Compare every query with every key; what may not be seen scores −inf, so that visible weights still sum to 1.

    Args:
        is_causal: a query sees the keys up to its own position; the last query stands at the last key.
        visible: True where the query may see the key; None means all (or what `is_causal` says).
    """
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if is_causal:
        query_len, key_len = scores.shape[-2:]
        is_later = torch.ones(query_len, key_len, dtype=torch.bool, device=scores.device).triu(1 + key_len - query_len)
        scores = scores.masked_fill(is_later, -math.inf)
    if visible is not None:
        scores = scores.masked_fill(~visible, -math.inf)
    return scores


def attend(
    query: Float[Tensor, "batch heads query_len head_dim"],
    key: Float[Tensor, "batch kv_heads key_len head_dim"],
    value: Float[Tensor, "batch kv_heads key_len head_dim"],
    *,
    is_causal: bool = False,
    visible: Bool[Tensor, "*rows query_len key_len"] | None = None,
    scores_tap: Tap | None = None,
    weights_tap: Tap | None = None,
) -> Float[Tensor, "batch heads query_len head_dim"]:
    """Mix the values by how well each query fits each key.

    The fused kernels never form the weights. While a tap is open the weights are computed from the same query and
    key and shown; an observer that returns another tensor than it was given changes what the layer computes.
    """
    scores_tap, weights_tap = scores_tap or _CLOSED, weights_tap or _CLOSED
    if key.shape[1] != query.shape[1]:  # grouped queries: neighbouring heads share a key and a value
        key = key.repeat_interleave(query.shape[1] // key.shape[1], dim=1)
        value = value.repeat_interleave(query.shape[1] // value.shape[1], dim=1)
    if scores_tap.is_open or weights_tap.is_open:
        scores = attention_scores(query, key, is_causal=is_causal, visible=visible)
        seen_scores = scores_tap(scores)
        weights = seen_scores.softmax(-1)
        seen_weights = weights_tap(weights)
        if seen_scores is not scores or seen_weights is not weights:
            return seen_weights @ value
    if is_causal and visible is None and _own_kernel_is_faster(query):
        return _CausalAttention.apply(query, key, value)
    return nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=visible, is_causal=is_causal)


_CLOSED = Tap("closed")


def _own_kernel_is_faster(query: Tensor) -> bool:
    """Whether to train through our own kernel: PyTorch's bf16 backward on a CPU takes 2 to 5 times as long as ours."""
    return (
        query.device.type == "cpu"
        and query.dtype == torch.bfloat16
        and query.requires_grad
        and torch.is_grad_enabled()
        and query.shape[2] <= 1024  # the weights are kept for the backward: batch · heads · seq² · 2 bytes
    )


class _CausalAttention(torch.autograd.Function):
    """Causal attention as plain matrix products, which run on a CPU's bf16 matrix units, with its backward.

    Queries are taken in blocks so that the upper triangle, which nobody may see, is mostly not computed.
    """

    BLOCK = 64

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        batch, heads, seq, head_dim = query.shape
        query, key, value = (x.reshape(batch * heads, seq, head_dim) for x in (query, key, value))
        mixed = torch.empty_like(query)
        kept = []
        for start, end, mask in _blocks(seq, query.dtype):
            scores = torch.baddbmm(mask, query[:, start:end], key[:, :end].transpose(1, 2), alpha=head_dim**-0.5)
            weights = torch.softmax(scores, -1)
            torch.bmm(weights, value[:, :end], out=mixed[:, start:end])
            kept.append(weights)
        ctx.save_for_backward(query, key, value, *kept)
        return mixed.view(batch, heads, seq, head_dim)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        query, key, value, *kept = ctx.saved_tensors
        shape = gradients[0].shape
        gradient = gradients[0].reshape(query.shape)
        query_gradient = torch.empty_like(query)
        key_gradient, value_gradient = torch.zeros_like(key), torch.zeros_like(value)
        scale = query.shape[-1] ** -0.5
        for (start, end, _), weights in zip(_blocks(query.shape[1], query.dtype), kept, strict=True):
            block = gradient[:, start:end]
            value_gradient[:, :end] += torch.bmm(weights.transpose(1, 2), block)
            weights_gradient = torch.bmm(block, value[:, :end].transpose(1, 2))
            scores_gradient = torch._softmax_backward_data(weights_gradient, weights, -1, weights.dtype)
            query_gradient[:, start:end] = torch.bmm(scores_gradient, key[:, :end])
            key_gradient[:, :end] += torch.bmm(scores_gradient.transpose(1, 2), query[:, start:end])
        return query_gradient.mul_(scale).view(shape), key_gradient.mul_(scale).view(shape), value_gradient.view(shape)


def _blocks(seq: int, dtype: torch.dtype) -> list[tuple[int, int, Tensor]]:
    """Cut the queries into blocks: (start, end, what to add to the scores of keys 0…end)."""
    size = max(_CausalAttention.BLOCK, -(-seq // 4))
    made = []
    for start in range(0, seq, size):
        end = min(start + size, seq)
        made.append((start, end, torch.full((end - start, end), -math.inf, dtype=dtype).triu(1 + start)))
    return made


class SelfAttention(nn.Module):
    """Causal self-attention with rotary positions, grouped key/value heads and normalised queries and keys.

    Source: Yang et al. 2025 (Qwen3), arXiv 2505.09388. Without `use_qk_norm`: Touvron et al. 2023 (Llama).
    """

    def __init__(
        self, d_model: int, num_heads: int, num_kv_heads: int, head_dim: int, *, use_qk_norm: bool, norm_eps: float
    ) -> None:
        super().__init__()
        self.num_heads, self.num_kv_heads, self.head_dim = num_heads, num_kv_heads, head_dim
        self.query = nn.Linear(d_model, num_heads * head_dim, bias=False)
        self.key = nn.Linear(d_model, num_kv_heads * head_dim, bias=False)
        self.value = nn.Linear(d_model, num_kv_heads * head_dim, bias=False)
        self.output = nn.Linear(num_heads * head_dim, d_model, bias=False)
        self.query_norm = RMSNorm(head_dim, norm_eps) if use_qk_norm else nn.Identity()
        self.key_norm = RMSNorm(head_dim, norm_eps) if use_qk_norm else nn.Identity()
        self.query_tap, self.key_tap, self.value_tap = Tap("query"), Tap("key"), Tap("value")
        self.scores_tap, self.weights_tap = Tap("scores"), Tap("weights")
        self.mixed_tap, self.output_tap = Tap("mixed"), Tap("output")

    def forward(
        self,
        x: Float[Tensor, "batch seq d_model"],
        angles: Float[Tensor, "2 *rows seq head_dim"],
        cache: KVCache | None = None,
        layer_index: int = 0,
    ) -> Float[Tensor, "batch seq d_model"]:
        batch, seq, _ = x.shape
        query, key, value = project(x, self.query, self.key, self.value)
        query = self.query_norm(query.view(batch, seq, self.num_heads, self.head_dim))
        key = self.key_norm(key.view(batch, seq, self.num_kv_heads, self.head_dim))
        value = value.view(batch, seq, self.num_kv_heads, self.head_dim)
        query, key, value = (y.transpose(1, 2) for y in (rotate(query, angles), rotate(key, angles), value))
        query, key, value = (
            self.query_tap(query),
            self.key_tap(key),
            self.value_tap(value),
        )  # (batch, heads, seq, head_dim)
        visible, is_causal = None, seq > 1
        if cache is not None:
            visible = cache.visible(seq)
            is_causal = is_causal and visible is None
            key, value = cache.append(layer_index, key, value)
        mixed = attend(
            query,
            key,
            value,
            is_causal=is_causal,
            visible=visible,
            scores_tap=self.scores_tap,
            weights_tap=self.weights_tap,
        )
        mixed = self.mixed_tap(mixed)
        return self.output_tap(self.output(mixed.transpose(1, 2).reshape(batch, seq, self.num_heads * self.head_dim)))
