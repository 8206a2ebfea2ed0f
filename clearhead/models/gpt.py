"""A decoder that reads left to right and predicts the next token.

Source: Yang et al. 2025 (Qwen3), arXiv 2505.09388. Differs: nothing; saved files load as Qwen3ForCausalLM
(without query and key norms: as LlamaForCausalLM). Dropout, where asked for, exists only while training.
Read with: layers/attention.py
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from jaxtyping import Float, Int
from torch import Tensor, nn

from clearhead.layers.attention import SelfAttention
from clearhead.layers.dropout import dropout
from clearhead.layers.feed_forward import GatedFeedForward
from clearhead.layers.kv_cache import KVCache
from clearhead.layers.norms import RMSNorm
from clearhead.layers.positions import angles_at, rotary_angles
from clearhead.layers.tap import Tap
from clearhead.models.base import LanguageModel


@dataclass(frozen=True, kw_only=True)
class GPTConfig:
    """The shape of a GPT."""

    vocab_size: int
    """Number of different tokens; the tokenizer decides it."""
    context_length: int = 256
    """Longest input, in tokens."""
    d_model: int = 256
    """Width of the residual stream."""
    num_layers: int = 4
    """Blocks, one after the other."""
    num_heads: int = 4
    """Attention heads in each block."""
    num_kv_heads: int | None = None
    """Heads of keys and values, shared by groups of query heads; none given means as many as num_heads."""
    head_dim: int | None = None
    """Width of one head; none given means d_model / num_heads."""
    d_ff: int | None = None
    """Inner width of the feed-forward part; none given means the multiple of 32 nearest to 8/3 · d_model."""
    rope_theta: float = 10000.0
    """Base of the rotary wavelengths."""
    norm_eps: float = 1e-6
    """Added to the mean square before its root."""
    use_qk_norm: bool = True
    """Normalise queries and keys (Qwen3); without it the model is a Llama."""
    is_tied: bool = False
    """Use the embedding as output head too."""
    dropout: float = 0.0
    """Share of the numbers switched off at random after the embedding and in each block, while training."""

    def __post_init__(self) -> None:
        for name in ("vocab_size", "context_length", "d_model", "num_layers", "num_heads"):
            if getattr(self, name) < 1:
                raise ValueError(f"GPTConfig.{name} must be at least 1, got {getattr(self, name)}.")
        for name in ("num_kv_heads", "head_dim", "d_ff"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"GPTConfig.{name} must be at least 1, got {value}. Leave it out to have it derived.")
        if self.head_dim is None and self.d_model % self.num_heads != 0:
            below = self.d_model // self.num_heads * self.num_heads
            raise ValueError(
                f"GPTConfig.d_model must be divisible by num_heads, got d_model={self.d_model}, "
                f"num_heads={self.num_heads}. Use d_model={below or self.num_heads} or {below + self.num_heads}."
            )
        if self.width_of_head % 2 != 0:
            raise ValueError(
                f"GPTConfig.head_dim must be even (rotary positions turn pairs), got {self.width_of_head}. "
                f"Use head_dim={self.width_of_head + 1}."
            )
        if self.num_heads % self.count_of_kv_heads != 0:
            raise ValueError(
                f"GPTConfig.num_heads must be divisible by num_kv_heads, got num_heads={self.num_heads}, "
                f"num_kv_heads={self.num_kv_heads}. "
                f"Use num_kv_heads={math.gcd(self.num_heads, self.count_of_kv_heads)}."
            )
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"GPTConfig.dropout must be in [0, 1), got {self.dropout}. Use 0.1.")

    @property
    def width_of_head(self) -> int:
        """Width of one head, given or derived."""
        return self.head_dim or self.d_model // self.num_heads

    @property
    def count_of_kv_heads(self) -> int:
        """Heads of keys and values, given or derived."""
        return self.num_kv_heads or self.num_heads

    @property
    def inner_width(self) -> int:
        """Inner width of the feed-forward part, given or derived."""
        return self.d_ff or max(32, round(8 / 3 * self.d_model / 32) * 32)


class Block(nn.Module):
    """Look at earlier tokens, then think about what was seen."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.attention_norm = RMSNorm(config.d_model, config.norm_eps)
        self.attention = SelfAttention(
            config.d_model,
            config.num_heads,
            config.count_of_kv_heads,
            config.width_of_head,
            use_qk_norm=config.use_qk_norm,
            norm_eps=config.norm_eps,
        )
        self.feed_forward_norm = RMSNorm(config.d_model, config.norm_eps)
        self.feed_forward = GatedFeedForward(config.d_model, config.inner_width)
        self.dropout = config.dropout
        self.residual_tap = Tap("residual")

    def forward(
        self, x: Float[Tensor, "batch seq d_model"], angles: Tensor, cache: KVCache | None = None, layer_index: int = 0
    ) -> Float[Tensor, "batch seq d_model"]:
        x = x + self._drop(self.attention(self.attention_norm(x), angles, cache, layer_index))
        x = x + self._drop(self.feed_forward(self.feed_forward_norm(x)))
        return self.residual_tap(x)

    def _drop(self, x: Tensor) -> Tensor:
        return dropout(x, self.dropout) if self.training else x


class GPT(LanguageModel):
    """Token vectors → blocks → norm → a score for every token of the vocabulary."""

    angles: Tensor

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocab_size, config.d_model)
        self.layers = nn.ModuleList(Block(config) for _ in range(config.num_layers))
        self.final_norm = RMSNorm(config.d_model, config.norm_eps)
        self.head = None if config.is_tied else nn.Linear(config.d_model, config.vocab_size, bias=False)
        table = rotary_angles(config.context_length, config.width_of_head, config.rope_theta)
        self.register_buffer("angles", table, persistent=False)
        self.embedding_tap, self.final_norm_tap = Tap("embedding"), Tap("final_norm")
        self._initialise()

    def _initialise(self) -> None:
        """Start each block as the identity and the head at "everything is equally likely"."""
        width = self.config.d_model
        for name, parameter in self.named_parameters():
            if name.endswith(("attention.output.weight", "feed_forward.down.weight")):
                nn.init.zeros_(parameter)
            elif name.startswith("head"):
                nn.init.zeros_(parameter)
            elif name.startswith("embedding"):
                nn.init.normal_(parameter, std=width**-0.5 if self.config.is_tied else 1.0)
            elif parameter.dim() == 2:
                nn.init.uniform_(parameter, -math.sqrt(3 / parameter.shape[1]), math.sqrt(3 / parameter.shape[1]))

    def hidden(
        self, tokens: Int[Tensor, "batch seq"], cache: KVCache | None = None
    ) -> Float[Tensor, "batch seq d_model"]:
        """Return the final vectors, normalised, ready for the output head."""
        seq = tokens.shape[1]
        if (cache.length if cache else 0) + seq > self.config.context_length:
            longest = (cache.length if cache else 0) + seq
            raise ValueError(
                f"GPT.tokens must be at most {self.config.context_length} long (the model's context), got {longest}. "
                f"Cut the input or train with a longer --model.context-length."
            )
        x = self.embedding(tokens)
        if cache is None:
            angles = self.angles[:, :seq]
        elif cache.has_padding:
            angles = angles_at(self.angles, cache.positions(seq))
        else:
            angles = self.angles[:, cache.length : cache.length + seq]
        angles = angles.to(x.dtype)
        if self.training:
            x = dropout(x, self.config.dropout)
        x = self.embedding_tap(x)
        for index, layer in enumerate(self.layers):
            x = layer(x, angles, cache, index)
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
            num_kv_heads=self.config.count_of_kv_heads,
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
            "embeddings": list(self.embedding.parameters()),
            "head": [] if self.head is None else list(self.head.parameters()),
            "vectors": [p for p in hidden if p.dim() < 2] + list(self.final_norm.parameters()),
        }

    @classmethod
    def sizes(cls, vocab_size: int, context_length: int) -> list[GPTConfig]:
        """Return configurations from small to large; heads are 64 wide, as matrix units like them."""
        ladder = [(2, 64), (3, 128), (4, 192), (4, 256), (6, 256), (6, 384), (8, 512), (12, 768), (24, 1024)]
        return [
            GPTConfig(
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
        return cls(GPTConfig(vocab_size=37, context_length=32, d_model=32, num_layers=2, num_heads=4, num_kv_heads=2))


CONFIG = GPTConfig
MODEL = GPT
