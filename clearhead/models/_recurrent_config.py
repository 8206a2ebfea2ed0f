"""Sizes and kinds of the recurrent text encoder in recurrent.py."""

from dataclasses import dataclass
from typing import Literal, get_args

from clearhead.models._word_reading import Spelling

Output = Literal["text", "tokens"]
Cell = Literal["lstm", "gru", "rnn"]
Pooling = Literal["max", "mean", "last", "attention"]


@dataclass(frozen=True, kw_only=True)
class RecurrentConfig:
    """Sizes and kinds of a recurrent text encoder; impossible ones are refused."""

    vocab_size: int
    """Number of different tokens; the data decide it."""
    num_outputs: int
    """Numbers that come out, for the text or for each token; the data decide it."""
    output: Output = "text"
    """Whether outputs are of the whole text or of each of its tokens; the task decides it."""
    padding_id: int = 0
    """Fills shorter rows at the right and is never seen."""
    context_length: int = 512
    """Longest text, in tokens."""
    embedding_dim: int = 100
    """Width of a looked-up token."""
    hidden_size: int = 128
    """Width of the state of one way of reading."""
    num_layers: int = 1
    """Recurrent layers, one above the other."""
    cell: Cell = "lstm"
    """Recurrent cell. On a CPU the fused kernel of the LSTM is faster than that of the GRU."""
    is_bidirectional: bool = True
    """Read from right to left as well."""
    pooling: Pooling = "max"
    """How the states of a text become one vector; outputs of tokens have no pooling."""
    dropout: float = 0.5
    """Share of the numbers switched off while training, in what is read, between layers and before the head."""
    num_characters: int = 0
    """Different letters that words are also read by, with 0 for none after the last; 0 reads no letters."""
    character_dim: int = 25
    """Width of a looked-up letter."""
    character_size: int = 50
    """Width of what the letters say about a word."""
    characters: Spelling = "cnn"
    """What reads the letters: filters over three of them, or an LSTM from both ends."""
    num_positions: int = 0
    """Distances to a marked span that are told apart; 0 reads none."""
    position_dim: int = 5
    """Width of a looked-up distance, for each of the two spans."""
    has_crf: bool = False
    """Score whole rows of tags, so that each fits the one before it (outputs of tokens only)."""

    def __post_init__(self) -> None:
        self._check_sizes()
        for name, kind in (("output", Output), ("cell", Cell), ("pooling", Pooling), ("characters", Spelling)):
            if getattr(self, name) not in get_args(kind):
                raise ValueError(
                    f"RecurrentConfig.{name} must be one of {', '.join(get_args(kind))}, got {getattr(self, name)!r}. "
                    f"Use {get_args(kind)[0]!r}."
                )
        if not 0 <= self.padding_id < self.vocab_size:
            raise ValueError(
                f"RecurrentConfig.padding_id must be from 0 to {self.vocab_size - 1} (the vocabulary), "
                f"got {self.padding_id}. Use 0."
            )
        if self.num_characters and self.characters == "lstm" and self.character_size % 2 != 0:
            raise ValueError(
                f"RecurrentConfig.character_size must be even with characters='lstm' (half for each end of a word), "
                f"got {self.character_size}. Use {self.character_size + 1}."
            )
        if self.has_crf and self.output != "tokens":
            raise ValueError(
                f"RecurrentConfig.has_crf must be False with output={self.output!r}, got True: it scores the tags of "
                f"tokens. Use output='tokens'."
            )
        if self.output == "tokens" and self.pooling != RecurrentConfig.pooling:
            raise ValueError(
                f"RecurrentConfig.pooling must be left out with output='tokens', which pools nothing, "
                f"got {self.pooling!r}. Use output='text' or no pooling."
            )

    def _check_sizes(self) -> None:
        positive = ("vocab_size", "num_outputs", "context_length", "embedding_dim", "hidden_size", "num_layers")
        for name in (*positive, "character_dim", "character_size", "position_dim"):
            if getattr(self, name) < 1:
                raise ValueError(
                    f"RecurrentConfig.{name} must be at least 1, got {getattr(self, name)}. Use 1 or more."
                )
        for name in ("num_characters", "num_positions"):
            if getattr(self, name) < 0:
                raise ValueError(
                    f"RecurrentConfig.{name} must be 0 (read none) or more, got {getattr(self, name)}. Use 0."
                )
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"RecurrentConfig.dropout must be in [0, 1), got {self.dropout}. Use 0.5.")

    @property
    def width(self) -> int:
        """Width of the top layer's states, both ways side by side."""
        return self.hidden_size * (1 + self.is_bidirectional)
