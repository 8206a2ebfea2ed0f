"""What a task promises the trainer: batches, a loss, a score, baselines. It knows roles, not models.

An entry of this room exports

    TASK        a subclass of `Task`
    OPTIONS     a frozen dataclass: what may be set about reading the data (--task.KEY); `NoOptions` where nothing
    learn       (asked, folder, *, parent, tell) -> None: learn from the training part what inputs and outputs need
                (a vocabulary, names of labels, scales) and leave it in the run's folder
    open_task   (asked, folder) -> Task: the data read in the way the folder says
and, where new inputs can be answered,
    predictor   (model, folder, **options) -> Predictor
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol, Self

from torch import Tensor, nn

from clearhead.models.base import Model

Poll = Callable[[], None]
"""Called often during long work; raises to stop it."""
Tell = Callable[[str], None]
"""Called with sentences for the user."""


def never_stop() -> None:
    """Poll that lets work run to its end."""


@dataclass(frozen=True)
class NoOptions:
    """A task whose reading of data has nothing to set."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a user said about the data of a task; training, evaluation and prediction read it alike."""

    data: str
    """A known name, a file, a folder or a glob."""
    valid: str | None = None
    """Other data to validate on; otherwise a part of the data is set aside."""
    text_column: str = "text"
    """Column that holds the text."""
    source: str | None = None
    """Column or language of the source side of pairs."""
    target: str | None = None
    """Column or language of the target side of pairs; column to predict in a table."""
    tokenizer: str | None = None
    """Kind of tokenizer to train."""
    vocab_size: int | None = None
    """Tokens of the vocabulary."""
    seed: int = 0
    train_share: float = 1.0
    """Share of the training part to learn from (a learning curve asks for less than all)."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the task's OPTIONS."""


@dataclass(frozen=True)
class Score:
    """One figure of an evaluation, and how to read it."""

    name: str
    value: float
    unit: str = ""
    is_better_when: str = "lower"


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """How a task is usually trained with a model; what the user gives comes first."""

    model_options: Mapping[str, Any] = field(default_factory=dict)
    training_options: Mapping[str, Any] = field(default_factory=dict)
    epochs: float = 20.0
    """Passes over the data after which more bring nothing: minutes never ask for more."""


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """The answer to one input."""

    text: str
    """The answer as one line."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """The same and more as plain values: probabilities, scores, alternatives."""


class Predictor(Protocol):
    """A model that answers new inputs, as they come from the command line, a file or Python."""

    def predict(self, inputs: Sequence[Any]) -> Iterator[Prediction]:
        """Yield an answer for each input, in order."""


class Task(ABC):
    """One thing a model can learn: what is predicted, its loss, its score, its baselines."""

    name: ClassVar[str]
    default_data: ClassVar[str]
    """Data that are built in, so that the task can be tried with nothing at hand."""
    role: str
    """The role a model must have (`models/base.py`)."""
    default_model: str
    main_score: str
    """Name of the score by which models are compared and the best checkpoint is kept."""
    is_better_when: ClassVar[Literal["lower", "higher"]] = "lower"
    """Which direction of the main score is better."""
    unit: ClassVar[str] = "tokens"
    """What is counted as seen: tokens, rows, images."""
    has_windows: ClassVar[bool] = False
    """Whether rows are windows of one long text, as long as the model's context."""
    has_own_update: ClassVar[bool] = False
    """Whether the task changes the weights itself (`update`) instead of handing out a loss."""
    has_model_by_data: ClassVar[bool] = False
    """Whether the data decide which model is the default one (rows or images)."""
    keeps_best: ClassVar[bool] = True
    """Whether the weights of the best evaluation are kept; otherwise the last ones are, whatever they score."""
    evaluation_cost: ClassVar[float] = 1.0
    """How many times as long as reading it a unit takes to be scored (decoding writes each token by itself)."""
    smallest_batch: ClassVar[int] = 1
    """A batch size on which memory can be measured."""
    sample: str = ""
    """What was read, wanted and written at the last evaluation, to be read along while training; empty for none."""
    tokenizer: Any = None
    """What turns text into ids and is saved with the model; None where nothing does."""

    @property
    @abstractmethod
    def num_train_targets(self) -> int:
        """How much there is to learn from in one pass, in units."""

    @property
    @abstractmethod
    def num_valid_targets(self) -> int:
        """How much an evaluation has to read, in the same unit."""

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the models that can learn the task on these data; its own first."""
        return (self.role,)

    def steps_per_epoch(self, batch_size: int) -> int:
        """Return how many steps one pass over the training part takes."""
        return max(1, -(-self.num_train_targets // batch_size))

    def rows_at_once(self, batch: tuple[Tensor, ...], micro_batch_size: int) -> int:
        """Return how many rows of a batch a piece of `micro_batch_size` has (a batch size may count something else)."""
        return micro_batch_size

    def row_size(self, model_config: Any) -> int:
        """Return the units in one row of a batch."""
        return 1

    def model_facts(self, model: str) -> dict[str, Any]:
        """Return the fields of a model's configuration that the data decide."""
        return {}

    def defaults(self, model: str) -> Defaults:
        """Return how this task is usually trained with a model of models/."""
        return Defaults()

    def grow(self, model: Model) -> Model:
        """Return the model of the run gone on from, with room for what these data bring that it did not know."""
        return model

    def equip(self, model: Model) -> list[str]:
        """Put into a new model what the task knows before learning begins (word vectors, which tags may follow).

        Returns:
            Sentences that tell the user what was done.
        """
        return []

    def for_model(self, model_config: Any, *, is_learning: bool = True) -> Self:
        """Return the task as a model of this configuration reads it (in windows of its context).

        Args:
            is_learning: False for an evaluation alone, which makes do with less data.
        """
        return self

    @abstractmethod
    def batch(self, step: int, *, seed: int, batch_size: int, rank: int = 0, world_size: int = 1) -> tuple[Tensor, ...]:
        """Return this process's rows of the batch of a step: a pure function of its arguments and the data."""

    @abstractmethod
    def loss(self, model: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Tensor, int]:
        """Return the summed loss in nats and over how many targets it was summed."""

    def update(self, model: nn.Module, step: int, *, seed: int, batch_size: int, rate: float) -> tuple[float, int]:
        """Change the weights by one step and return the summed loss and its count (where `has_own_update`)."""
        raise AssertionError(f"{self.name} hands out a loss, it has no update of its own")

    @abstractmethod
    def evaluate(self, model: nn.Module, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, float]:
        """Score a model on the whole of a split."""

    @abstractmethod
    def baselines(self, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, dict[str, float]]:
        """Score methods without a neural network on the same split, by name."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """Return the facts about the data that belong into the saved run: name, fingerprint, splits, report."""

    def notes(self, model: nn.Module, split: str = "valid") -> list[str]:
        """Return what a reader should see beside the scores: samples, the worst errors, signatures of the scores."""
        return []

    def rank(self, scores: Mapping[str, float]) -> float:
        """Return the main score so that lower is better."""
        return scores[self.main_score] if self.is_better_when == "lower" else -scores[self.main_score]
