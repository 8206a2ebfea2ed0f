"""A decoder with a learned vector for every position, added to the token's vector.

Source: Radford et al. 2019 (GPT-2), "Language Models are Unsupervised Multitask Learners". Differs: query, key and
value are three matrices here (one, side by side, in saved files); dropout leaves the attention weights alone. Saved
files load as GPT2LMHeadModel.
Read with: layers/attention.py, gpt.py
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from clearhead.layers.attention import attend
from clearhead.layers.dropout import dropout
from clearhead.layers.kv_cache import KVCache
from clearhead.layers.tap import Tap
from clearhead.models.base import LanguageModel


@dataclass(frozen=True, kw_only=True)
class GPT2Config:
    """Sizes of a GPT-2; impossible ones are refused."""

    vocab_size: int
    """Number of different tokens; the tokenizer decides it."""
    context_length: int = 256
    """Longest input, in tokens; each place has its own learned vector."""
    d_model: int = 256
    """Width of the residual stream."""
    num_layers: int = 4
    """Blocks, one after the other."""
    num_heads: int = 4
    """Attention heads in each block."""
    d_ff: int | None = None
    """Inner width of the feed-forward part; none given means 4 · d_model."""
    norm_eps: float = 1e-5
    """Added to the variance before its root."""
    is_tied: bool = True
    """Use the embedding as output head too."""
    dropout: float = 0.0
    """Share of the numbers switched off at random after the embedding and in each block, while training."""

    def __post_init__(self) -> None:
        for name in ("vocab_size", "context_length", "d_model", "num_layers", "num_heads"):
            if getattr(self, name) < 1:
                raise ValueError(f"GPT2Config.{name} must be at least 1, got {getattr(self, name)}. Use 1 or more.")
        if self.d_ff is not None and self.d_ff < 1:
            raise ValueError(f"GPT2Config.d_ff must be at least 1, got {self.d_ff}. Use d_ff={4 * self.d_model}.")
        if self.d_model % self.num_heads != 0:
            below = self.d_model // self.num_heads * self.num_heads
            raise ValueError(
                f"GPT2Config.d_model must be divisible by num_heads, got d_model={self.d_model}, "
                f"num_heads={self.num_heads}. Use d_model={below or self.num_heads} or {below + self.num_heads}."
            )
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"GPT2Config.dropout must be in [0, 1), got {self.dropout}. Use 0.1.")

    @property
    def width_of_head(self) -> int:
        """Width of one head."""
        return self.d_model // self.num_heads

    @property
    def inner_width(self) -> int:
        """Inner width of the feed-forward part, given or derived."""
        return self.d_ff or 4 * self.d_model


class BiasedAttention(nn.Module):
    """Causal self-attention whose positions come in with the vectors, not with the angles of queries and keys."""

    def __init__(self, config: GPT2Config) -> None:
        super().__init__()
        self.num_heads, self.head_dim = config.num_heads, config.width_of_head
        self.query = nn.Linear(config.d_model, config.d_model)
        self.key = nn.Linear(config.d_model, config.d_model)
        self.value = nn.Linear(config.d_model, config.d_model)
        self.output = nn.Linear(config.d_model, config.d_model)
        self.query_tap, self.key_tap, self.value_tap = Tap("query"), Tap("key"), Tap("value")
        self.scores_tap, self.weights_tap = Tap("scores"), Tap("weights")
        self.mixed_tap, self.output_tap = Tap("mixed"), Tap("output")

    def forward(
        self, x: Float[Tensor, "batch seq d_model"], cache: KVCache | None = None, layer_index: int = 0
    ) -> Float[Tensor, "batch seq d_model"]:
        batch, seq, d_model = x.shape
        split = (batch, seq, self.num_heads, self.head_dim)
        query = self.query_tap(self.query(x).view(split).transpose(1, 2))  # each (batch, heads, seq, head_dim)
        key = self.key_tap(self.key(x).view(split).transpose(1, 2))
        value = self.value_tap(self.value(x).view(split).transpose(1, 2))
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
        return self.output_tap(self.output(mixed.transpose(1, 2).reshape(batch, seq, d_model)))


class FeedForward(nn.Module):
    """Widen, bend, narrow; the bend is GELU in its tanh form, which GPT-2 was trained with."""

    def __init__(self, config: GPT2Config) -> None:
        super().__init__()
        self.up = nn.Linear(config.d_model, config.inner_width)
        self.down = nn.Linear(config.inner_width, config.d_model)
        self.hidden_tap, self.output_tap = Tap("hidden"), Tap("output")

    def forward(self, x: Float[Tensor, "batch seq d_model"]) -> Float[Tensor, "batch seq d_model"]:
        hidden = self.hidden_tap(nn.functional.gelu(self.up(x), approximate="tanh"))  # (batch, seq, d_ff)
        return self.output_tap(self.down(hidden))


class Block(nn.Module):
    """Look at earlier tokens, then think about what was seen."""

    def __init__(self, config: GPT2Config) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.d_model, eps=config.norm_eps)
        self.attention = BiasedAttention(config)
        self.feed_forward_norm = nn.LayerNorm(config.d_model, eps=config.norm_eps)
        self.feed_forward = FeedForward(config)
        self.dropout = config.dropout
        self.residual_tap = Tap("residual")

    def forward(
        self, x: Float[Tensor, "batch seq d_model"], cache: KVCache | None = None, layer_index: int = 0
    ) -> Float[Tensor, "batch seq d_model"]:
        x = x + self._drop(self.attention(self.attention_norm(x), cache, layer_index))
        x = x + self._drop(self.feed_forward(self.feed_forward_norm(x)))
        return self.residual_tap(x)

    def _drop(self, x: Tensor) -> Tensor:
        return dropout(x, self.dropout) if self.training else x


class GPT2(LanguageModel):
    """Token vectors + position vectors → blocks → norm → a score for every token of the vocabulary."""

    def __init__(self, config: GPT2Config) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocab_size, config.d_model)
        self.position_embedding = nn.Embedding(config.context_length, config.d_model)
        self.layers = nn.ModuleList(Block(config) for _ in range(config.num_layers))
        self.final_norm = nn.LayerNorm(config.d_model, eps=config.norm_eps)
        self.head = None if config.is_tied else nn.Linear(config.d_model, config.vocab_size, bias=False)
        self.positions_tap, self.embedding_tap, self.final_norm_tap = (
            Tap("positions"),
            Tap("embedding"),
            Tap("final_norm"),
        )
        self._initialise()

    def _initialise(self) -> None:
        """Start small; what each block adds shrinks with depth, so that the sum over all blocks keeps its size."""
        for name, parameter in self.named_parameters():
            if name.endswith(("attention.output.weight", "feed_forward.down.weight")):
                nn.init.normal_(parameter, std=0.02 / math.sqrt(2 * self.config.num_layers))
            elif parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def hidden(
        self, tokens: Int[Tensor, "batch seq"], cache: KVCache | None = None
    ) -> Float[Tensor, "batch seq d_model"]:
        """Return the final vectors, normalised, ready for the output head.

        The tap `positions` shows the vectors added for the places, `embedding` the sum that enters the first block.
        """
        seq = tokens.shape[1]
        start = cache.length if cache else 0
        if start + seq > self.config.context_length:
            raise ValueError(
                f"GPT2.tokens must be at most {self.config.context_length} long (the model's context), "
                f"got {start + seq}. Cut the input or train with a longer --model.context-length."
            )
        if cache is not None and cache.has_padding:
            places = cache.positions(seq)
        else:
            places = torch.arange(start, start + seq, device=tokens.device)[None]
        x = self.embedding(tokens) + self.positions_tap(self.position_embedding(places))
        if self.training:
            x = dropout(x, self.config.dropout)
        x = self.embedding_tap(x)
        for index, layer in enumerate(self.layers):
            x = layer(x, cache, index)
        if cache is not None:
            cache.advance(seq)
        return self.final_norm_tap(self.final_norm(x))

    def head_weight(self) -> Float[Tensor, "vocab d_model"]:
        """Return the output matrix."""
        return self.embedding.weight if self.head is None else self.head.weight

    def new_cache(self, batch_size: int, length: int | None = None) -> KVCache:
        """Allocate an empty cache for `batch_size` sequences of at most `length` tokens (default: the context)."""
        weight = self.embedding.weight
        return KVCache(
            num_layers=self.config.num_layers,
            batch_size=batch_size,
            num_kv_heads=self.config.num_heads,
            length=length or self.config.context_length,
            head_dim=self.config.width_of_head,
            device=weight.device,
            dtype=weight.dtype,
        )

    def blocks(self) -> Sequence[nn.Module]:
        """Return the blocks in order."""
        return list(self.layers)

    def parameter_groups(self) -> dict[str, list[nn.Parameter]]:
        """Split the parameters by how they are best trained."""
        hidden = [p for layer in self.layers for p in layer.parameters()]
        return {
            "matrices": [p for p in hidden if p.dim() == 2],
            "embeddings": [*self.embedding.parameters(), *self.position_embedding.parameters()],
            "head": [] if self.head is None else list(self.head.parameters()),
            "vectors": [p for p in hidden if p.dim() < 2] + [*self.final_norm.parameters()],
        }

    @classmethod
    def sizes(cls, vocab_size: int, context_length: int) -> list[GPT2Config]:
        """Return configurations from small to large; heads are 64 wide, as matrix units like them."""
        ladder = [(2, 64), (3, 128), (4, 192), (4, 256), (6, 256), (6, 384), (8, 512), (12, 768), (24, 1024)]
        return [
            GPT2Config(
                vocab_size=vocab_size,
                context_length=context_length,
                d_model=d_model,
                num_layers=num_layers,
                num_heads=max(1, d_model // 64),
            )
            for num_layers, d_model in ladder
        ]

    @classmethod
    def tiny(cls) -> Self:
        """Return a model small enough for a test to train in a second."""
        return cls(GPT2Config(vocab_size=37, context_length=32, d_model=32, num_layers=2, num_heads=4))


CONFIG = GPT2Config
MODEL = GPT2
