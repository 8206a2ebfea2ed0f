"""What a task promises the trainer: batches, a loss, a score, baselines. It knows roles, not models.

An entry of this room exports `TASK`, a subclass of `Task`, and `open_task(...)` that builds it from data.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from torch import Tensor, nn

from clearhead.tokenizers.base import Tokenizer

Poll = Callable[[], None]
"""Called often during long work; raises to stop it."""


def never_stop() -> None:
    """Poll that lets work run to its end."""


@dataclass(frozen=True)
class Score:
    """One figure of an evaluation, and how to read it."""

    name: str
    value: float
    unit: str = ""
    is_better_when: str = "lower"


class Task(ABC):
    """One thing a model can learn: what is predicted, its loss, its score, its baselines."""

    name: ClassVar[str]
    role: ClassVar[str]
    """The role a model must have (`models/base.py`)."""
    main_score: ClassVar[str]
    """Name of the score by which models are compared and the best checkpoint is kept; lower is better."""
    tokenizer: Tokenizer | None = None

    @property
    @abstractmethod
    def num_train_tokens(self) -> int:
        """How much there is to learn from (tokens of a text), to tell passes over the data."""

    @property
    @abstractmethod
    def num_valid_tokens(self) -> int:
        """How much an evaluation has to read, in the same unit."""

    @abstractmethod
    def batch(self, step: int, *, seed: int, batch_size: int, rank: int = 0, world_size: int = 1) -> tuple[Tensor, ...]:
        """Return this process's rows of the batch of a step: a pure function of its arguments and the data."""

    @abstractmethod
    def loss(self, model: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Tensor, int]:
        """Return the summed loss in nats and over how many targets it was summed."""

    @abstractmethod
    def evaluate(self, model: nn.Module, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, float]:
        """Score a model on the whole of a split."""

    @abstractmethod
    def baselines(self, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, dict[str, float]]:
        """Score methods without a neural network on the same split, by name."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """Return the facts about the data that belong into the saved run."""
