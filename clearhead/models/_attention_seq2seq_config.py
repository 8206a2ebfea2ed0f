"""Sizes and kinds of the recurrent encoder and decoder in attention_seq2seq.py."""

from dataclasses import dataclass
from typing import Literal, get_args

Cell = Literal["lstm", "gru", "rnn"]
Attention = Literal["general", "dot", "additive", "none"]


@dataclass(frozen=True, kw_only=True)
class AttentionSeq2SeqConfig:
    """Sizes and kinds of a recurrent encoder and decoder; impossible ones are refused."""

    source_vocab_size: int
    """Number of different source tokens."""
    target_vocab_size: int
    """Number of different target tokens."""
    padding_id: int
    """Fills shorter rows at the right; in sources it is never seen, in targets never said."""
    start_id: int
    """What the decoder reads first; it may be padding_id."""
    end_id: int
    """What the decoder says last."""
    context_length: int = 256
    """Longest source and longest target, in tokens."""
    d_model: int = 256
    """Width of the decoder's state; each of the encoder's two ways has half of it."""
    embedding_dim: int = 256
    """Width of a looked-up token."""
    num_layers: int = 1
    """Recurrent layers in the encoder, and as many in the decoder."""
    cell: Cell = "lstm"
    """Recurrent cell. On a CPU the fused kernel of the LSTM is faster than that of the GRU."""
    attention: Attention = "general"
    """How the decoder sees the source; additive training goes position by position."""
    use_input_feeding: bool = False
    """Read the previous output vector too (general and dot only); training then goes position by position."""
    is_tied: bool = True
    """Use the target embedding as output matrix too; output vectors are then embedding_dim wide, not d_model."""
    dropout: float = 0.3
    """Share of the numbers switched off while training, in embeddings, between layers and in output vectors."""

    def __post_init__(self) -> None:
        sizes = ("source_vocab_size", "target_vocab_size", "context_length", "d_model", "embedding_dim", "num_layers")
        for name in sizes:
            if getattr(self, name) < 1:
                raise ValueError(
                    f"AttentionSeq2SeqConfig.{name} must be at least 1, got {getattr(self, name)}. Use 1 or more."
                )
        for name, choices in (("cell", get_args(Cell)), ("attention", get_args(Attention))):
            if getattr(self, name) not in choices:
                raise ValueError(
                    f"AttentionSeq2SeqConfig.{name} must be one of {', '.join(choices)}, got {getattr(self, name)!r}. "
                    f"Use {choices[0]!r}."
                )
        for name in ("padding_id", "start_id", "end_id"):
            if not 0 <= getattr(self, name) < self.target_vocab_size:
                raise ValueError(
                    f"AttentionSeq2SeqConfig.{name} must be from 0 to {self.target_vocab_size - 1} "
                    f"(the target vocabulary), got {getattr(self, name)}. Take it from the tokenizer."
                )
        if self.d_model % 2 != 0:
            raise ValueError(
                f"AttentionSeq2SeqConfig.d_model must be even (half for each way of reading), got {self.d_model}. "
                f"Use {self.d_model + 1}."
            )
        if self.use_input_feeding and self.attention in ("additive", "none"):
            raise ValueError(
                f"AttentionSeq2SeqConfig.use_input_feeding must be False with attention={self.attention!r}, got True: "
                f"its cell already reads a context. Use attention='general'."
            )
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"AttentionSeq2SeqConfig.dropout must be in [0, 1), got {self.dropout}. Use 0.3.")

    @property
    def output_width(self) -> int:
        """Width of the vectors from which the next token is told."""
        return self.embedding_dim if self.is_tied else self.d_model

    @property
    def read_width(self) -> int:
        """Width of what the decoder's cell reads beside the token."""
        if self.use_input_feeding:
            return self.output_width
        return self.d_model if self.attention in ("additive", "none") else 0

    @property
    def is_stepwise(self) -> bool:
        """Whether a position must be finished before the cell can read the next one."""
        return self.use_input_feeding or self.attention == "additive"
