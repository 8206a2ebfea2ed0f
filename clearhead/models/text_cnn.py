"""Filters slide over the words of a text; each keeps the strongest answer it finds, wherever that was.

    maps_w[s] = ReLU(filters_w · [x_s; …; x_{s+w−1}] + bias_w)  for each width w and each window s of w words
    pooled    = [max over s of maps_w[s], for each w]

A text is read with w − 1 zeros before and after it, so that each window that touches one of its words counts and no
other does: the shortest text has windows of every width, and how far a batch is padded changes nothing.

Source: Kim 2014, arXiv 1408.5882; distances to marked words, Zeng et al. 2014, COLING. Differs: no bound on the norm
of the head's weights; with two channels each filter has weights of its own for either.
Read with: _word_reading.py, recurrent.py
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self, get_args

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from clearhead.layers.dropout import dropout
from clearhead.layers.tap import Tap
from clearhead.models._word_reading import NUM_MARKS, Positions, real_tokens
from clearhead.models.base import TextEncoder

Vectors = Literal["trained", "static", "both"]


@dataclass(frozen=True, kw_only=True)
class TextCNNConfig:
    """Sizes of the words' vectors and of the filters over them; impossible ones are refused."""

    vocab_size: int
    """Number of different tokens; the data decide it."""
    num_outputs: int
    """Numbers that come out; the data decide it."""
    output: Literal["text"] = "text"
    """Outputs are of the whole text."""
    padding_id: int = 0
    """Fills shorter rows at the right and is never seen."""
    context_length: int = 512
    """Longest text, in tokens."""
    embedding_dim: int = 128
    """Width of a looked-up token."""
    widths: tuple[int, ...] = (3, 4, 5)
    """Words that a filter looks at, each width once."""
    num_filters: int = 100
    """Filters of each width."""
    vectors: Vectors = "trained"
    """Whether word vectors are learned on, stay as they were put in, or both, side by side (two channels)."""
    dropout: float = 0.5
    """Share of the pooled numbers switched off while training."""
    num_positions: int = 0
    """Distances to a marked span that are told apart; 0 reads none."""
    position_dim: int = 5
    """Width of a looked-up distance, for each of the two spans."""
    num_characters: int = 0
    """Letters of words are not read."""

    def __post_init__(self) -> None:
        for name in ("vocab_size", "num_outputs", "context_length", "embedding_dim", "num_filters", "position_dim"):
            if getattr(self, name) < 1:
                raise ValueError(f"TextCNNConfig.{name} must be at least 1, got {getattr(self, name)}. Use 1 or more.")
        if not self.widths or min(self.widths) < 1 or len(set(self.widths)) < len(self.widths):
            raise ValueError(
                f"TextCNNConfig.widths must be different sizes of at least 1, got {self.widths}. Use (3, 4, 5)."
            )
        if self.vectors not in get_args(Vectors):
            raise ValueError(
                f"TextCNNConfig.vectors must be one of {', '.join(get_args(Vectors))}, got {self.vectors!r}. "
                f"Use 'trained'."
            )
        if self.output != "text":
            raise ValueError(
                f"TextCNNConfig.output must be 'text', got {self.output!r}. Use the model recurrent for tokens."
            )
        if not 0 <= self.padding_id < self.vocab_size:
            raise ValueError(
                f"TextCNNConfig.padding_id must be from 0 to {self.vocab_size - 1} (the vocabulary), "
                f"got {self.padding_id}. Use 0."
            )
        if self.num_positions < 0:
            raise ValueError(
                f"TextCNNConfig.num_positions must be 0 (read none) or more, got {self.num_positions}. Use 0."
            )
        if self.num_characters != 0:
            raise ValueError(
                f"TextCNNConfig.num_characters must be 0, got {self.num_characters}. "
                f"Use the model recurrent for letters."
            )
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"TextCNNConfig.dropout must be in [0, 1), got {self.dropout}. Use 0.5.")


class Filters(nn.Module):
    """All filters, by width; the taps `3`, `4` … show their maps, (batch, windows, filters), 0 beyond the text."""

    def __init__(self, input_size: int, config: TextCNNConfig) -> None:
        super().__init__()
        self.by_width = nn.ModuleList()
        for width in config.widths:
            convolution = nn.Conv1d(input_size, config.num_filters, width, padding=width - 1)
            assert convolution.bias is not None
            nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
            nn.init.zeros_(convolution.bias)
            self.by_width.append(convolution)
            setattr(self, f"tap_{width}", Tap(str(width)))
        self.widths = config.widths

    def forward(
        self, x: Float[Tensor, "batch seq input_size"], lengths: Int[Tensor, "batch"]
    ) -> list[Float[Tensor, "batch _ filters"]]:
        """Return the maps of each width: window s lies over the words s − width + 1 to s.

        Args:
            lengths: how many words of each row are real; `x` is 0 after them.
        """
        turned, found = x.transpose(1, 2), []
        for width, convolution in zip(self.widths, self.by_width, strict=True):
            maps = torch.relu(convolution(turned)).transpose(1, 2)
            is_beyond = torch.arange(maps.shape[1], device=x.device) >= (lengths + width - 1)[:, None]
            tap: Tap = getattr(self, f"tap_{width}")
            found.append(tap(maps.masked_fill(is_beyond[:, :, None], 0.0)))
        return found


class TextCNN(TextEncoder):
    """Embedding → filters of several widths → maximum over the text → raw outputs."""

    def __init__(self, config: TextCNNConfig) -> None:
        super().__init__()
        self.config, self.crf = config, None
        self.embedding = nn.Embedding(config.vocab_size, config.embedding_dim)
        nn.init.uniform_(self.embedding.weight, -0.25, 0.25)  # Kim's, about as long as vectors of word2vec
        self.static_embedding = None
        if config.vectors == "both":
            self.static_embedding = nn.Embedding(config.vocab_size, config.embedding_dim)
            self.static_embedding.weight.data.copy_(self.embedding.weight.data)
        frozen = self.embedding if config.vectors == "static" else self.static_embedding
        if frozen is not None:
            frozen.weight.requires_grad_(False)
        self.positions = Positions(config.num_positions, config.position_dim) if config.num_positions else None
        self.embedding_tap = Tap("embedding")
        channels = 2 if config.vectors == "both" else 1
        beside = NUM_MARKS * config.position_dim if config.num_positions else 0
        self.filters = Filters(channels * config.embedding_dim + beside, config)
        self.pooled_tap = Tap("pooled")
        width = len(config.widths) * config.num_filters
        self.head = nn.Linear(width, config.num_outputs)
        # Near 0, so that the first answers are all but equal and the first loss is that of knowing nothing.
        nn.init.normal_(self.head.weight, std=0.1 / math.sqrt(width))
        nn.init.zeros_(self.head.bias)
        self.logits_tap = Tap("logits")

    def forward(
        self,
        tokens: Int[Tensor, "batch seq"],
        characters: Int[Tensor, "batch seq letters"] | None = None,
        positions: Int[Tensor, "batch seq marks"] | None = None,
    ) -> Float[Tensor, "batch outputs"]:
        """Return raw scores of the texts."""
        maps, _ = self._maps(tokens, characters, positions)
        pooled = self.pooled_tap(torch.cat([each.amax(1) for each in maps], 1))
        if self.training:
            pooled = dropout(pooled, self.config.dropout)
        return self.logits_tap(self.head(pooled))

    def states(
        self,
        tokens: Int[Tensor, "batch seq"],
        characters: Int[Tensor, "batch seq letters"] | None = None,
        positions: Int[Tensor, "batch seq marks"] | None = None,
    ) -> Float[Tensor, "batch seq width"]:
        """Return for each token what all filters say of the windows whose middle it is; zeros at padding."""
        maps, is_there = self._maps(tokens, characters, positions)
        middles = [
            each[:, (width - 1) // 2 :][:, : tokens.shape[1]]
            for each, width in zip(maps, self.config.widths, strict=True)
        ]
        return torch.cat(middles, 2) * is_there[:, :, None]

    def _maps(self, tokens: Tensor, characters: Tensor | None, positions: Tensor | None) -> tuple[list[Tensor], Tensor]:
        """Return the maps of each width, and which tokens are no padding."""
        is_there = real_tokens("TextCNN", self.config, tokens, characters, positions)
        parts = [self.embedding(tokens)]
        if self.static_embedding is not None:
            parts.append(self.static_embedding(tokens))
        if self.positions is not None and positions is not None:
            parts.append(self.positions(positions))
        # What is frozen stays in float32 while the rest may be trained in less.
        x = torch.cat([part.to(self.head.weight.dtype) for part in parts], 2)
        x = self.embedding_tap(x.masked_fill(~is_there[:, :, None], 0.0))
        return self.filters(x, is_there.sum(1)), is_there

    def blocks(self) -> Sequence[nn.Module]:
        """Return the filters, which are all there is between words and outputs."""
        return [self.filters]

    def parameter_groups(self) -> dict[str, list[nn.Parameter]]:
        """Split the parameters that are trained by how they are best trained; static vectors are in no group."""
        groups: dict[str, list[nn.Parameter]] = {"matrices": [], "embeddings": [], "head": [], "vectors": []}
        tables = {id(part.weight) for part in self.modules() if isinstance(part, nn.Embedding)}
        for name, parameter in self.named_parameters():
            if not parameter.requires_grad:
                continue
            if id(parameter) in tables:
                groups["embeddings"].append(parameter)
            elif name == "head.weight":
                groups["head"].append(parameter)
            else:
                groups["matrices" if parameter.dim() > 1 else "vectors"].append(parameter)
        return groups

    @classmethod
    def tiny(cls) -> Self:
        """Return a model small enough for a test to train in a second."""
        return cls(
            TextCNNConfig(
                vocab_size=37, num_outputs=3, context_length=32, embedding_dim=12, widths=(2, 3), num_filters=6
            )
        )


CONFIG = TextCNNConfig
MODEL = TextCNN
