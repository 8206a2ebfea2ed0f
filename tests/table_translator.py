"""A sequence-to-sequence model small enough to try every target: a table says what follows what was written."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from clearhead.models.base import Encoded, Head, SequenceToSequence

_NUM_PASTS = 997


@dataclass(frozen=True, kw_only=True)
class TableConfig:
    target_vocab_size: int = 5
    source_vocab_size: int = 20
    context_length: int = 40
    padding_id: int = 0
    start_id: int = 0
    end_id: int = 1

    @property
    def d_model(self) -> int:
        return self.target_vocab_size


@dataclass
class TableState:
    """The number that stands for source and past of each row, and where the row looks: wrong rows show at once."""

    past: Tensor
    encoded: Encoded
    alignment: Tensor | None = None

    def reorder(self, rows: Tensor) -> None:
        self.past, self.encoded = self.past[rows], self.encoded.rows(rows)


class TableTranslator(SequenceToSequence):
    """Says what a table of random logits says; `end_bias` makes its texts shorter. Padding is never said."""

    def __init__(self, *, end_bias: float = 0.0, has_alignment: bool = True, seed: int = 0, **sizes: int) -> None:
        super().__init__()
        self.config = TableConfig(**sizes)
        self.has_alignment = has_alignment
        generator = torch.Generator().manual_seed(seed)
        self.table = nn.Parameter(2 * torch.randn(_NUM_PASTS, self.config.target_vocab_size, generator=generator))
        self.looks = nn.Parameter(2 * torch.randn(_NUM_PASTS, self.config.context_length, generator=generator))
        self.register_buffer("identity", torch.eye(self.config.target_vocab_size))
        with torch.no_grad():
            self.table[:, self.config.end_id] += end_bias

    def encode(self, source: Tensor) -> Encoded:
        places = torch.arange(1, source.shape[1] + 1)
        key = (source * places * places).sum(1) % _NUM_PASTS  # padding is 0 and adds nothing
        return Encoded(source[..., None].float(), source == 0, (key,))

    def decode(self, encoded: Encoded, target: Tensor) -> Tensor:
        past, vectors = encoded.summary[0], []
        for token in target.unbind(1):
            past = self._read(past, token)
            vectors.append(self.table[past])
        return torch.stack(vectors, 1)

    def head(self) -> Head:
        return Head(self.identity, None, torch.tensor([self.config.padding_id]))

    def start(self, encoded: Encoded, length: int) -> TableState:
        return TableState(encoded.summary[0], encoded)

    def step(self, tokens: Tensor, state: Any) -> Tensor:
        state.past = self._read(state.past, tokens)
        if self.has_alignment:
            looks = self.looks[state.past][:, : state.encoded.is_padding.shape[1]]
            state.alignment = looks.masked_fill(state.encoded.is_padding, -torch.inf).softmax(-1)
        logits = self.table[state.past]
        return logits.index_fill(1, torch.tensor([self.config.padding_id]), -torch.inf)

    def _read(self, past: Tensor, tokens: Tensor) -> Tensor:
        return (past * 31 + tokens + 7) % _NUM_PASTS

    alignment = blocks = parameter_groups = tiny = None  # type: ignore[assignment]
