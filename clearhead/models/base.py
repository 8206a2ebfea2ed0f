"""What a model promises, so that tasks, budget, optimizers, tests and views need not know which one it is.

An entry of this room exports two names: `CONFIG`, its frozen dataclass, and `MODEL`, its `nn.Module`.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

from jaxtyping import Float, Int
from torch import Tensor, nn

from clearhead.core import catalog


@runtime_checkable
class Cache(Protocol):
    """Keys and values of the tokens read so far, one sequence a row (`layers/kv_cache.py`)."""

    length: int


class LanguageModel(nn.Module):
    """Role: reads tokens left to right and scores what comes next. No position sees a later one.

    Every model states besides its `forward`: `config`, `sizes`, `blocks`, `parameter_groups`, `tiny`.
    """

    role: ClassVar[str] = "LanguageModel"
    config: Any
    """A frozen dataclass with at least vocab_size, context_length, d_model."""

    @abstractmethod
    def hidden(self, tokens: Int[Tensor, "batch seq"], cache: Any = None) -> Float[Tensor, "batch seq d_model"]:
        """Return the final vectors, normalised, ready for the output head."""

    @abstractmethod
    def head_weight(self) -> Float[Tensor, "vocab d_model"]:
        """Return the output matrix: logits are hidden @ head_weight.T (tied models return the embedding)."""

    def forward(self, tokens: Int[Tensor, "batch seq"], cache: Any = None) -> Float[Tensor, "batch seq vocab"]:
        """Score every token of the vocabulary at every position.

        Args:
            tokens: ids; with a cache, only the tokens that follow those already in it.
            cache: a `KVCache` made by `new_cache`, or None to read the sequence from its start.
        """
        return nn.functional.linear(self.hidden(tokens, cache), self.head_weight())

    @abstractmethod
    def new_cache(self, batch_size: int, length: int | None = None) -> Any:
        """Allocate an empty cache for `batch_size` sequences of at most `length` tokens (default: the context)."""

    @abstractmethod
    def blocks(self) -> Sequence[nn.Module]:
        """Return the repeated blocks in order (for compiling, wrapping and counting)."""

    @abstractmethod
    def parameter_groups(self) -> dict[str, list[nn.Parameter]]:
        """Split the parameters by how they are best trained.

        Keys: "matrices" (hidden 2-D weights, for Muon), "embeddings", "head" (empty when tied), "vectors"
        (norms, biases).
        Every trainable parameter is in exactly one list.
        """

    @classmethod
    @abstractmethod
    def sizes(cls, vocab_size: int, context_length: int) -> list[Any]:
        """Return configurations from small to large, from which a budget of minutes picks one."""

    @classmethod
    @abstractmethod
    def tiny(cls) -> Self:
        """Return a model small enough for a test to train in a second."""


def load_model(name: str) -> type[LanguageModel]:
    """Return the model class of an entry of this room."""
    return catalog.load("models", name).MODEL


def load_config(name: str) -> type:
    """Return the configuration class of an entry of this room."""
    return catalog.load("models", name).CONFIG


def count_parameters(model: nn.Module) -> int:
    """Count the trainable numbers of a model; a tied matrix counts once."""
    return sum(parameter.numel() for parameter in model.parameters())
