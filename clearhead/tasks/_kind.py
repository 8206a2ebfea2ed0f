"""What is particular to one kind of examples (rows and images, or texts), so that a task need not know it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clearhead.metrics.baselines import Baseline
from clearhead.models.base import FeatureModel, Model, TextEncoder
from clearhead.tasks.base import Defaults, Poll


@dataclass(frozen=True)
class Turn:
    """Which batch of which training is drawn, and by which process: all chance follows from it."""

    seed: int
    step: int
    rank: int
    world_size: int

    def share(self, count: int) -> slice:
        """Return the rows of a batch that this process takes."""
        size = -(-count // self.world_size)
        return slice(self.rank * size, (self.rank + 1) * size)


class Kind(Protocol):
    """How examples of one kind are counted, cut into batches, read by a model, and shown."""

    unit: str
    """What an example is called: rows, texts."""
    roles: tuple[str, ...]
    """The roles of the models that can read them, the usual one first."""
    default_model: str

    @property
    def report(self) -> list[str]:
        """What reading by a model's rules changed, in sentences."""

    def num_rows(self, split: str) -> int:
        """Count the examples of a part."""

    def model_facts(self, model: str) -> dict[str, Any]:
        """Return the fields of a model's configuration that say how large an input is."""

    def defaults(self, model: str, num_rows: int) -> Defaults:
        """Return how classes are usually learned from so many examples."""

    def equip(self, model: Model) -> list[str]:
        """Put what is known before learning into a new model, and say what it was."""

    def for_model(self, model_config: Any) -> Self:
        """Return the examples as a model of this configuration reads them."""

    def epoch(self, rows: NDArray[np.int64], batch_size: int, seed: Sequence[int]) -> NDArray[np.int64]:
        """Return the rows of each batch of one pass, (batches, batch_size)."""

    def inputs(self, rows: NDArray[np.int64], turn: Turn) -> tuple[Tensor, ...]:
        """Return this process's share of some training rows, a little changed each time as the options say."""

    def outputs(self, model: nn.Module, split: str, poll: Poll) -> NDArray[np.float32]:
        """Return a model's raw outputs for a part, (rows, outputs)."""

    def baselines(self, rows: NDArray[np.int64], split: str, num_classes: int | None, poll: Poll) -> list[Baseline]:
        """Return what simpler methods that learned from `rows` of training say of a part (None: of labels)."""

    def shown(self, split: str, row: int) -> str:
        """Return an example as a person reads it."""

    def place(self, split: str, row: int) -> str:
        """Return where an example stands."""


class Reader(Protocol):
    """Reads new inputs as a run's training data were read."""

    target: dict[str, Any]
    """What is predicted: its kind and the names of the outputs."""

    def read_file(self, path: str | Path) -> list[Any]:
        """Return the inputs a file holds."""

    def answers(self, model: nn.Module, inputs: Sequence[Any]) -> Iterator["Answered"]:
        """Yield a model's raw outputs for each input, in order."""


@dataclass(frozen=True)
class Answered:
    """What a model said of one input."""

    name: str
    """What a person calls the input."""
    scores: NDArray[np.float32] | None
    """Raw outputs; None where there was nothing to read."""
    notes: list[str]
    """What training had not seen of it, in sentences."""


def ask(model: nn.Module, *inputs: Tensor) -> Tensor:
    """Return a model's raw outputs; a model of rows gets an image as the row of its pixels.

    Args:
        inputs: one array, or the tokens of texts and their distances to marked words.
    """
    first = next(model.parameters())
    role = getattr(model, "role", None)
    placed = [part.to(first.device, first.dtype if part.is_floating_point() else None) for part in inputs]
    if role == FeatureModel.role:
        placed[0] = placed[0].flatten(1)
    if role == TextEncoder.role:
        placed.insert(1, None)  # type: ignore[arg-type]  # no letters: a text is read by its units
    outputs: Tensor = model(*placed)
    return outputs


@torch.inference_mode()
def in_pieces(
    model: nn.Module, pieces: Sequence[NDArray[np.int64]], tensors: Any, poll: Poll
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Yield the raw outputs of some rows after each other, dropout off.

    Args:
        pieces: rows that are read together.
        tensors: rows → what the model reads.
    """
    was_training = model.training
    model.eval()
    try:
        for rows in pieces:
            poll()
            yield rows, np.asarray(ask(model, *tensors(rows)).float().cpu())
    finally:
        model.train(was_training)
