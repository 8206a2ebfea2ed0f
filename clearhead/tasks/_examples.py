"""What classification and regression share: examples, batches of them, predictions for new ones.

The task does not care whether rows of a table, images or texts come in: the data say it, and with it the role of the
model. What is particular to them lies in _array_examples.py and _text_examples.py, behind one interface (_kind.py).
"""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clearhead.data._examples import Examples
from clearhead.data._find_examples import open_examples
from clearhead.metrics.baselines import Baseline
from clearhead.models.base import Model
from clearhead.tasks._array_examples import ArrayExamples, ArrayReader
from clearhead.tasks._kind import Kind, Reader, Turn
from clearhead.tasks._preprocessing import PREPROCESSING_FILE as PREPROCESSING_FILE
from clearhead.tasks._preprocessing import read_preprocessing
from clearhead.tasks._preprocessing import some_rows as some_rows
from clearhead.tasks._text_reader import TextReader
from clearhead.tasks.base import Asked, Defaults, Poll, Task, never_stop


class ExampleTask(Task):
    """Examples, each with what is to be predicted from it."""

    has_model_by_data = True

    def __init__(self, examples: Any, kind: Kind, options: Any, *, train_share: float = 1.0) -> None:
        self.examples, self.kind, self.options = examples, kind, options
        self.train_rows = some_rows(kind.num_rows("train"), train_share)
        self.unit = kind.unit  # type: ignore[misc]  # the data say it
        self.role, self.default_model = kind.roles[0], kind.default_model
        self._epoch: tuple[tuple[int, int, int], NDArray[np.int64]] | None = None

    @property
    def num_train_targets(self) -> int:
        """Examples of the training part."""
        return len(self.train_rows)

    @property
    def num_valid_targets(self) -> int:
        """Examples of the validation part."""
        return self.kind.num_rows("valid")

    def steps_per_epoch(self, batch_size: int) -> int:
        """Return the whole batches of one pass."""
        return max(1, self.num_train_targets // batch_size)

    def model_facts(self, model: str) -> dict[str, Any]:
        """Return the size of the inputs and outputs."""
        return {**self.kind.model_facts(model), "num_outputs": self.num_outputs}

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the models that can read the examples; images are also read pixel by pixel, as rows."""
        return self.kind.roles

    @property
    def num_outputs(self) -> int:
        """Numbers a model gives for one example."""
        targets = self.examples.targets("train")
        if self.examples.target_kind == "class":
            return len(self.examples.label_names)
        return 1 if targets.ndim == 1 else int(targets.shape[1])

    def defaults(self, model: str) -> Defaults:
        """Return settings that serve small and middling data."""
        return self.kind.defaults(model, self.num_train_targets)

    def equip(self, model: Model) -> list[str]:
        """Put what is known before learning (word vectors) into a new model, and say what it was."""
        return self.kind.equip(model)

    def for_model(self, model_config: Any, *, is_learning: bool = True) -> Self:
        """Return the task as a model of this configuration reads it; texts are cut to its context."""
        kind = self.kind.for_model(model_config)
        if kind is self.kind:
            return self
        made = copy.copy(self)
        made.kind, made._epoch = kind, None
        return made

    def batch(self, step: int, *, seed: int, batch_size: int, rank: int = 0, world_size: int = 1) -> tuple[Tensor, ...]:
        """Return (inputs …, targets); images and texts come a little changed each time, as the options say."""
        epoch, index = divmod(step, self.steps_per_epoch(batch_size))
        if self._epoch is None or self._epoch[0] != (seed, epoch, batch_size):
            self._epoch = (seed, epoch, batch_size), self.kind.epoch(self.train_rows, batch_size, (seed, epoch))
        # Sorted, since a memory map is read from front to back.
        rows = np.sort(self._epoch[1][index])
        turn = Turn(seed, step, rank, world_size)
        targets = torch.from_numpy(np.array(self.examples.targets("train")[rows[turn.share(len(rows))]]))
        return (*self.kind.inputs(rows, turn), targets)

    def outputs(self, model: nn.Module, split: str, *, poll: Poll = never_stop) -> NDArray[np.float32]:
        """Return a model's raw outputs for a part, (rows, outputs)."""
        return self.kind.outputs(model, split, poll)

    def describe(self) -> dict[str, Any]:
        """Return the facts about the data that belong into the saved run."""
        examples, kind = self.examples, self.kind
        return {
            "name": examples.name,
            "fingerprint": examples.fingerprint,
            "splits": {split: {kind.unit: kind.num_rows(split)} for split in examples.splits},
            "report": [*examples.report, *kind.report],
        }


def open_asked(asked: Asked, *, target_kind: str | None = None, image_size: int | None = None) -> Examples:
    """Open the rows or images that a user asked for."""
    return open_examples(
        asked.data, target=asked.target, valid=asked.valid, target_kind=target_kind, image_size=image_size
    )


def open_arrays(examples: Examples, options: Any) -> ArrayExamples:
    """Return rows or images as models read them."""
    return ArrayExamples(examples, options)


def open_reader(folder: Path) -> Reader:
    """Return what reads new inputs as the training data of a run were read."""
    return TextReader(folder) if read_preprocessing(folder)["kind"] == "text" else ArrayReader(folder)


_REMEMBERED: dict[tuple[str, str, str, int], list[Baseline]] = {}


def remembered(task: ExampleTask, split: str, make: Callable[[], list[Baseline]]) -> list[Baseline]:
    """Return what `make` finds, once in this process for the same examples: several seeds share their baselines."""
    mark = (task.name, task.examples.fingerprint, split, len(task.train_rows))
    if mark not in _REMEMBERED:
        _REMEMBERED[mark] = make()
    return _REMEMBERED[mark]
