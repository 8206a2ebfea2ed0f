"""A recurrent net that reads left to right and predicts the next token: what was read is in its state alone.

Source: Mikolov et al. 2010, "Recurrent neural network based language model"; Zaremba et al. 2014, arXiv 1409.2329, for
dropout outside the recurrence; Press and Wolf 2017, arXiv 1608.05859, for one matrix as embedding and output. Differs:
the state that a training window begins with comes from the tokens before it, read anew with the weights of the step,
not from the last step's window: a step is then a function of its number alone, and windows come in any order.
Read with: layers/recurrent.py, layers/recurrent_cache.py, data/_windows.py
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self, get_args

from jaxtyping import Float, Int
from torch import Tensor, nn

from clearhead.layers.dropout import dropout
from clearhead.layers.recurrent import Recurrent
from clearhead.layers.recurrent_cache import RecurrentCache
from clearhead.layers.tap import Tap
from clearhead.models.base import LanguageModel

Cell = Literal["lstm", "gru", "rnn"]


@dataclass(frozen=True, kw_only=True)
class RecurrentLMConfig:
    """Sizes and kind of a recurrent language model; impossible ones are refused."""

    vocab_size: int
    """Number of different tokens; the tokenizer decides it."""
    context_length: int = 70
    """Tokens of a training window, through which gradients flow back; reading and writing have no longest text."""
    carried_length: int = 70
    """Tokens before a training window that are read first, without gradients, to bring the state."""
    d_model: int = 400
    """Width of the token vectors, of every layer's state and of the output; the embedding is the output matrix too."""
    num_layers: int = 2
    """Recurrent layers, one above the other."""
    cell: Cell = "lstm"
    """Recurrent cell. On a CPU the fused kernel of the LSTM is faster than that of the GRU."""
    dropout: float = 0.4
    """Share of the numbers switched off while training, in embeddings, between layers and in the output."""

    def __post_init__(self) -> None:
        for name in ("vocab_size", "context_length", "d_model", "num_layers"):
            if getattr(self, name) < 1:
                raise ValueError(
                    f"RecurrentLMConfig.{name} must be at least 1, got {getattr(self, name)}. Use 1 or more."
                )
        if self.carried_length < 0:
            raise ValueError(
                f"RecurrentLMConfig.carried_length must be 0 or more, got {self.carried_length}. "
                f"Use 0 to begin each window without a state."
            )
        if self.cell not in get_args(Cell):
            raise ValueError(
                f"RecurrentLMConfig.cell must be one of {', '.join(get_args(Cell))}, got {self.cell!r}. Use 'lstm'."
            )
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"RecurrentLMConfig.dropout must be in [0, 1), got {self.dropout}. Use 0.4.")


class RecurrentLM(LanguageModel):
    """Token vectors → recurrent layers → a score for every token of the vocabulary."""

    carries_state: ClassVar[bool] = True
    usual_training: ClassVar[Mapping[str, Any]] = {
        "optimizer": "muon",
        "learning_rate": 0.04,
        "embedding_learning_rate": 0.015,
        "vector_learning_rate": 0.015,
        "clip_norm": 1.0,
    }

    def __init__(self, config: RecurrentLMConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocab_size, config.d_model)
        self.net = Recurrent(
            config.d_model, config.d_model, cell=config.cell, num_layers=config.num_layers, dropout=config.dropout
        )
        self.embedding_tap = Tap("embedding")
        nn.init.normal_(self.embedding.weight, std=config.d_model**-0.5)

    def hidden(
        self, tokens: Int[Tensor, "batch seq"], cache: RecurrentCache | None = None
    ) -> Float[Tensor, "batch seq d_model"]:
        """Return the states of the top layer, ready for the output head."""
        # As output matrix the vectors are about 1 long; as input each of their numbers should be about 1.
        x = self.embedding_tap(self._drop(self.embedding(tokens)) * self.config.d_model**0.5)
        outputs = self.net(x)[0] if cache is None else cache.read(self.net, x)
        return self._drop(outputs)

    def head_weight(self) -> Float[Tensor, "vocab d_model"]:
        """Return the output matrix."""
        return self.embedding.weight

    def new_cache(self, batch_size: int, length: int | None = None) -> RecurrentCache:
        """Return an empty state for `batch_size` sequences; of whatever length, it takes the same room."""
        return RecurrentCache(batch_size=batch_size, device=self.embedding.weight.device)

    def blocks(self) -> Sequence[nn.Module]:
        """Return none: the layers run inside one fused kernel, where nothing can be compiled or wrapped."""
        return []

    def parameter_groups(self) -> dict[str, list[nn.Parameter]]:
        """Split the parameters by how they are best trained."""
        inside = list(self.net.parameters())
        return {
            "matrices": [p for p in inside if p.dim() == 2],
            "embeddings": list(self.embedding.parameters()),
            "head": [],
            "vectors": [p for p in inside if p.dim() < 2],
        }

    @classmethod
    def sizes(cls, vocab_size: int, context_length: int) -> list[RecurrentLMConfig]:
        """Return configurations from small to large."""
        ladder = [(1, 64), (1, 128), (1, 256), (2, 256), (2, 384), (2, 512), (2, 768), (2, 1024), (3, 1536)]
        return [
            RecurrentLMConfig(
                vocab_size=vocab_size, context_length=context_length, d_model=d_model, num_layers=num_layers
            )
            for num_layers, d_model in ladder
        ]

    @classmethod
    def tiny(cls) -> Self:
        """Return a model small enough for a test to train in a second."""
        return cls(
            RecurrentLMConfig(vocab_size=37, context_length=32, carried_length=8, d_model=32, num_layers=2, dropout=0.0)
        )

    def _drop(self, x: Tensor) -> Tensor:
        return dropout(x, self.config.dropout) if self.training else x


CONFIG = RecurrentLMConfig
MODEL = RecurrentLM
