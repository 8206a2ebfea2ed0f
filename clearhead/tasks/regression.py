"""Predict a number, or several, from a row of a table.

Loss: the squared error of the scaled targets. Scores in the targets' own units: mean squared error, mean absolute
error, R². Baselines: the mean, a linear model, the nearest neighbour.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clearhead.core import config
from clearhead.metrics import baselines, regression
from clearhead.tasks._array_examples import ArrayReader
from clearhead.tasks._examples import ExampleTask, open_arrays, open_asked
from clearhead.tasks._kind import ask
from clearhead.tasks._preprocessing import keep_preprocessing
from clearhead.tasks.base import Asked, Defaults, NoOptions, Poll, Prediction, Tell, never_stop

SHOWN_ERRORS = 10


class Regression(ExampleTask):
    """Rows with numbers to predict."""

    name = "regression"
    default_data = "diabetes"
    default_model = "mlp"
    main_score = "mse"

    def __init__(self, examples: Any, options: NoOptions, *, train_share: float = 1.0) -> None:
        if examples.target_kind != "number":
            raise ValueError(
                f"regression needs numbers, got a {examples.target_kind} as the target of {examples.name}. "
                f"Use clearhead train classification, or --target with a column of numbers."
            )
        super().__init__(examples, open_arrays(examples, options), options, train_share=train_share)
        train = np.asarray(examples.targets("train"), dtype=np.float64).reshape(len(examples.targets("train")), -1)
        self.mean = torch.from_numpy(train.mean(0)).float()
        self.deviation = torch.from_numpy(np.maximum(train.std(0), 1e-12)).float()

    def defaults(self, model: str) -> Defaults:
        """Return settings that serve small tables."""
        batch_size = max(8, min(256, 2 ** int(np.log2(max(8, self.num_train_targets / 20)))))
        rate = 0.01 if model == "neuron" else 0.002
        training: dict[str, Any] = {"batch_size": batch_size, "optimizer": "adam", "decay_fraction": 0.8}
        return Defaults(training_options={**training, "learning_rate": rate, "adam_beta2": 0.99}, epochs=60)

    def loss(self, model: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Tensor, int]:
        """Return the summed squared error of the scaled targets and the number of rows."""
        *inputs, targets = batch
        wanted = self._scaled(targets.float().reshape(len(targets), -1))
        said = ask(model, *inputs).float()
        return ((said - wanted) ** 2).mean(1).sum(), len(targets)

    def _scaled(self, targets: Tensor) -> Tensor:
        return (targets - self.mean.to(targets.device)) / self.deviation.to(targets.device)

    def predictions(self, model: nn.Module, split: str, poll: Poll = never_stop) -> NDArray[np.float32]:
        """Return what a model predicts for a split, in the targets' units and shape."""
        scaled = torch.from_numpy(self.outputs(model, split, poll=poll))
        return np.asarray(scaled * self.deviation + self.mean).reshape(np.shape(self.examples.targets(split)))

    def evaluate(self, model: nn.Module, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, float]:
        """Score a model on every row of a split."""
        return self.scores_of(self.predictions(model, split, poll), np.asarray(self.examples.targets(split)))

    def scores_of(self, predicted: NDArray[Any], targets: NDArray[Any]) -> dict[str, float]:
        """Compare predictions with what is true; `loss` is the error in units of the training targets' spread."""
        shape = (len(targets), -1)
        scaled = (predicted.reshape(shape) - targets.reshape(shape)) / np.asarray(self.deviation)
        return {
            "mse": regression.mean_squared_error(targets, predicted),
            "mae": regression.mean_absolute_error(targets, predicted),
            "r2": regression.r_squared(targets, predicted),
            "loss": float((scaled**2).mean()),
        }

    def baselines(self, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, dict[str, float]]:
        """Score the mean, a linear model and the nearest neighbour on the same rows."""
        train, inputs = self.examples.inputs("train"), self.examples.inputs(split)
        known, targets = np.asarray(self.examples.targets("train")), np.asarray(self.examples.targets(split))
        if len(self.train_rows) < len(known):
            train, known = train[self.train_rows], known[self.train_rows]
        poll()
        made = [baselines.mean(known, len(inputs)), baselines.ridge(train, known, inputs)]
        poll()
        made.append(baselines.nearest_neighbor(train, known, inputs, k=5))
        return {each.name: self.scores_of(np.asarray(each.predictions, np.float32), targets) for each in made}

    def notes(self, model: nn.Module, split: str = "valid") -> list[str]:
        """Return the model as a formula where it is one, and the worst errors."""
        predicted = self.predictions(model, split)
        targets = np.asarray(self.examples.targets(split))
        found = []
        if (formula := getattr(model, "formula", None)) is not None:
            found += ["As a formula, inputs and output scaled:", *formula(self.examples.feature_names)]
        found.append("The largest errors:")
        for row in _worst(predicted, targets)[:SHOWN_ERRORS]:
            place = self.kind.place(split, int(row))
            found.append(f"  {place}: {_number(targets[row])}, predicted {_number(predicted[row])}")
        return found

    def errors(self, model: nn.Module, split: str = "valid", *, limit: int) -> list[dict[str, Any]]:
        """Return the largest errors of a model, the largest first: text, true, said, place."""
        predicted, targets = self.predictions(model, split), np.asarray(self.examples.targets(split))
        return [
            {
                "text": self.kind.shown(split, int(row)),
                "true": _number(targets[row]),
                "said": _number(predicted[row]),
                "place": self.kind.place(split, int(row)),
            }
            for row in _worst(predicted, targets)[:limit]
        ]


def _worst(predicted: NDArray[Any], targets: NDArray[Any]) -> NDArray[np.int64]:
    """Return the rows by their largest error, the largest first."""
    error = np.abs(predicted - targets).reshape(len(targets), -1).max(1)
    return np.asarray(np.argsort(-error, kind="stable"))


def _number(value: Any) -> str:
    return " ".join(f"{each:.6g}" for each in np.atleast_1d(value))


class NumberPredictor:
    """A trained regression model, and how its inputs are read."""

    def __init__(self, model: nn.Module, folder: Path) -> None:
        self.model, self.reader = model, ArrayReader(folder)
        self.read_file = self.reader.read_file
        self.names: list[str] = self.reader.target["label_names"]
        scale = self.reader.recipe["target_scale"]
        self.mean = np.asarray(scale["mean"], dtype=np.float32)
        self.deviation = np.asarray(scale["deviation"], dtype=np.float32)

    def predict(self, inputs: Sequence[Any]) -> Iterator[Prediction]:
        """Yield the predicted number (or numbers) of each row."""
        for answered in self.reader.answers(self.model, inputs):
            values = np.asarray(answered.scores) * self.deviation + self.mean
            facts: dict[str, Any] = {
                "input": answered.name,
                "values": dict(zip(self.names, map(float, values), strict=True)),
            }
            yield Prediction(text=_number(values), facts=facts | ({"notes": answered.notes} if answered.notes else {}))


def learn(asked: Asked, folder: Path, *, parent: Path | None, tell: Tell) -> None:
    """Read the examples and keep how: columns, categories, scales of inputs and targets."""
    examples = open_asked(asked, target_kind="number")
    task = Regression(examples, NoOptions())
    scale = {"mean": task.mean.tolist(), "deviation": task.deviation.tolist()}
    keep_preprocessing(examples, folder, tell, target_scale=scale)


def open_task(asked: Asked, folder: Path) -> Regression:
    """Open rows with numbers to predict."""
    return Regression(open_asked(asked, target_kind="number"), NoOptions(), train_share=asked.train_share)


def predictor(model: Any, folder: Path, **options: Any) -> NumberPredictor:
    """Make the predictor of a run."""
    config.from_json(NoOptions, options, where="predict")
    return NumberPredictor(model, folder)


TASK = Regression
OPTIONS = NoOptions
