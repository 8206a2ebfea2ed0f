"""Sizes and special tokens of the Transformer, and the two forms it comes in."""

import math
from dataclasses import dataclass
from typing import Literal

ACTIVATIONS = ("relu", "swish", "gelu")
PRESETS = ("marian", "tutorial")


@dataclass(frozen=True, kw_only=True)
class TransformerConfig:
    """Sizes and special tokens of a Transformer; impossible ones are refused."""

    source_vocab_size: int
    """Number of different source tokens; the tokenizer decides it."""
    target_vocab_size: int
    """Number of different target tokens; in the preset "marian" both sides share one vocabulary."""
    padding_id: int
    """Fills shorter sequences at the right; in the preset "marian" the last id."""
    start_id: int
    """What the decoder reads first; in the preset "marian" the padding."""
    end_id: int
    """What the decoder says last."""
    context_length: int = 256
    """Longest source and longest target, in tokens."""
    d_model: int = 256
    """Width of the residual stream."""
    num_layers: int = 3
    """Blocks of the encoder, one after the other."""
    num_decoder_layers: int | None = None
    """Blocks of the decoder; none given means as many as the encoder has."""
    num_heads: int = 4
    """Attention heads in each block."""
    d_ff: int | None = None
    """Inner width of the feed-forward part; none given means 4 · d_model."""
    activation: Literal["relu", "swish", "gelu"] = "relu"
    """The bend of the feed-forward part; published with relu."""
    dropout: float = 0.1
    """Share of the numbers switched off at random after the embedding and in each block, while training."""
    norm_eps: float | None = None
    """Added to the variance before its root; none given means 1e-5, in the preset "tutorial" 1e-6."""
    preset: Literal["marian", "tutorial"] = "marian"
    """Which of the two forms: "marian" is read by other tools, "tutorial" looks like most tutorial code."""

    def __post_init__(self) -> None:
        sizes = ("source_vocab_size", "target_vocab_size", "context_length", "d_model", "num_layers", "num_heads")
        for name in (*sizes, "num_decoder_layers", "d_ff"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"TransformerConfig.{name} must be at least 1, got {value}. Use 1 or more.")
        if self.d_model % self.num_heads != 0 or self.d_model % 2 != 0:
            step = math.lcm(2, self.num_heads)
            below = self.d_model // step * step
            raise ValueError(
                f"TransformerConfig.d_model must be even and divisible by num_heads, got d_model={self.d_model}, "
                f"num_heads={self.num_heads}. Use d_model={below or step} or {(below or step) + step}."
            )
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"TransformerConfig.dropout must be in [0, 1), got {self.dropout}. Use 0.1.")
        if self.epsilon <= 0.0:
            raise ValueError(f"TransformerConfig.norm_eps must be above 0, got {self.norm_eps}. Use {1e-5}.")
        for name, choices in (("activation", ACTIVATIONS), ("preset", PRESETS)):
            if getattr(self, name) not in choices:
                raise ValueError(
                    f"TransformerConfig.{name} must be one of {', '.join(choices)}, got {getattr(self, name)!r}. "
                    f"Use {choices[0]!r}."
                )
        self._check_tokens()

    def _check_tokens(self) -> None:
        smaller = min(self.source_vocab_size, self.target_vocab_size)
        of_the_target = self.target_vocab_size
        for name, size in (("padding_id", smaller), ("start_id", of_the_target), ("end_id", of_the_target)):
            if not 0 <= getattr(self, name) < size:
                raise ValueError(
                    f"TransformerConfig.{name} must be an id of the vocabulary (0 to {size - 1}), "
                    f"got {getattr(self, name)}. Use the tokenizer's own number."
                )
        if self.preset != "marian":
            return
        if self.source_vocab_size != self.target_vocab_size:
            raise ValueError(
                f"TransformerConfig.target_vocab_size must be source_vocab_size in the preset 'marian', got "
                f"{self.target_vocab_size} and {self.source_vocab_size}. Use a joint vocabulary, or preset='tutorial'."
            )
        last = self.source_vocab_size - 1
        if not self.padding_id == self.start_id == last or self.end_id == last:
            raise ValueError(
                f"TransformerConfig.padding_id must be start_id and the last id, {last}, and not end_id in the preset "
                f"'marian', got padding_id={self.padding_id}, start_id={self.start_id}, end_id={self.end_id}. "
                f"Number the tokens so, or use preset='tutorial'."
            )

    @property
    def is_joint(self) -> bool:
        """Whether one matrix embeds both sides and is the output layer too."""
        return self.preset == "marian"

    @property
    def inner_width(self) -> int:
        """Inner width of the feed-forward part, given or derived."""
        return self.d_ff or 4 * self.d_model

    @property
    def count_of_decoder_layers(self) -> int:
        """Blocks of the decoder, given or derived."""
        return self.num_decoder_layers or self.num_layers

    @property
    def epsilon(self) -> float:
        """What the norms add to the variance, given or the preset's."""
        if self.norm_eps is not None:
            return self.norm_eps
        return 1e-5 if self.preset == "marian" else 1e-6
