"""Attention between two sequences, or of one to itself: several heads, with biases, positions already in the vectors.

    query      = x · W_q + b_q          the one that asks
    key, value = memory · W + b         the one that is asked; in self-attention memory is x
    output     = mixed · W_o + b_o      the heads side by side

Source: Vaswani et al. 2017, section 3.2.2, arXiv 1706.03762. Differs: the maps have biases, as in Marian.
Read with: attention.py
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from clearhead.layers.attention import attend, attention_scores
from clearhead.layers.linear import Linear
from clearhead.layers.tap import Tap


class MultiHeadAttention(nn.Module):
    """Each position of x asks every visible position of the memory, in several heads at once."""

    def __init__(self, d_model: int, num_heads: int) -> None:
        super().__init__()
        self.num_heads, self.head_dim = num_heads, d_model // num_heads
        self.query = Linear(d_model, d_model)
        self.key = Linear(d_model, d_model)
        self.value = Linear(d_model, d_model)
        self.output = Linear(d_model, d_model)
        self.query_tap, self.key_tap, self.value_tap = Tap("query"), Tap("key"), Tap("value")
        self.scores_tap, self.weights_tap = Tap("scores"), Tap("weights")
        self.mixed_tap, self.output_tap = Tap("mixed"), Tap("output")

    def forward(
        self,
        x: Float[Tensor, "batch query_len d_model"],
        memory: Float[Tensor, "batch key_len d_model"],
        *,
        is_causal: bool = False,
        visible: Bool[Tensor, "batch 1 1 key_len"] | None = None,
    ) -> Float[Tensor, "batch query_len d_model"]:
        """Ask and answer in one go; `visible` is True where the memory may be seen, None means everywhere."""
        return self.answer(self.ask(x), *self.offer(memory), is_causal=is_causal, visible=visible)

    def ask(self, x: Float[Tensor, "batch query_len d_model"]) -> Float[Tensor, "batch heads query_len head_dim"]:
        """Return what each position asks."""
        return self.query_tap(self._into_heads(self.query(x)))

    def offer(
        self, memory: Float[Tensor, "batch key_len d_model"]
    ) -> tuple[Float[Tensor, "batch heads key_len head_dim"], Float[Tensor, "batch heads key_len head_dim"]]:
        """Return keys and values; while decoding they are kept, for they do not change any more."""
        key, value = self._into_heads(self.key(memory)), self._into_heads(self.value(memory))
        return self.key_tap(key), self.value_tap(value)

    def answer(
        self,
        query: Float[Tensor, "batch heads query_len head_dim"],
        key: Float[Tensor, "batch heads key_len head_dim"],
        value: Float[Tensor, "batch heads key_len head_dim"],
        *,
        is_causal: bool = False,
        visible: Bool[Tensor, "batch 1 1 key_len"] | None = None,
    ) -> Float[Tensor, "batch query_len d_model"]:
        """Mix the values by how well they fit, and bring the heads together."""
        if visible is not None:
            visible = visible.expand(-1, -1, query.shape[2], -1)  # the same for every query
        is_looked_at = self.scores_tap.is_open or self.weights_tap.is_open
        if not is_causal and not is_looked_at and _plain_is_faster(query):
            mixed = attention_scores(query, key, visible=visible).softmax(-1) @ value
        else:
            mixed = attend(
                query,
                key,
                value,
                is_causal=is_causal,
                visible=visible,
                scores_tap=self.scores_tap,
                weights_tap=self.weights_tap,
            )
        return self.output_tap(self.output(self.mixed_tap(mixed).transpose(1, 2).flatten(2)))

    def _into_heads(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.num_heads, self.head_dim)).transpose(1, 2)


def _plain_is_faster(query: Tensor) -> bool:
    """Whether to train through separate operations: PyTorch's fused bf16 backward on a CPU takes 4 to 6 times as long.

    In float32 the fused way is as fast or faster.
    """
    return (
        query.device.type == "cpu"
        and query.dtype == torch.bfloat16
        and query.requires_grad
        and torch.is_grad_enabled()
        and query.shape[2] <= 1024  # the weights are kept for the backward
    )
