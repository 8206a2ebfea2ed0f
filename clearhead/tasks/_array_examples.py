"""Rows of a table and images: arrays that a model reads as they are, or scaled pixel by pixel."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clearhead.core.memory import let_go
from clearhead.data._examples import Examples, read_images, read_rows
from clearhead.data._images_augment import augment
from clearhead.metrics import baselines
from clearhead.metrics.baselines import Baseline
from clearhead.models.base import FeatureModel, ImageModel, Model, load_model
from clearhead.tasks._kind import Answered, Turn, in_pieces
from clearhead.tasks._preprocessing import read_preprocessing
from clearhead.tasks.base import Defaults, Poll, never_stop

EVALUATED_ROWS = 2048
LARGE_BYTES = 64 << 20
"""Of a table above this size the pages that random rows touched are given back after each step: the system maps 64 KB
around every row, so that a few steps would have all of it resident."""


class ArrayExamples:
    """Rows or images; the data say which."""

    unit = "rows"

    def __init__(self, examples: Examples, options: Any) -> None:
        self.examples, self.options = examples, options
        self.is_images = examples.inputs("train").ndim == 4
        # Images are also read pixel by pixel, by models of rows.
        self.roles: tuple[str, ...] = (ImageModel.role, FeatureModel.role) if self.is_images else (FeatureModel.role,)
        self.default_model = "image_cnn" if self.is_images else "mlp"

    @property
    def report(self) -> list[str]:
        """Return nothing: arrays are read whole."""
        return []

    def num_rows(self, split: str) -> int:
        """Count the examples of a part."""
        return len(self.examples.inputs(split))

    def model_facts(self, model: str) -> dict[str, Any]:
        """Return the size of an input; a model of rows reads an image as a row of its pixels."""
        shape = self.examples.inputs("train").shape
        if not self.is_images or load_model(model).role == FeatureModel.role:
            return {"num_features": int(np.prod(shape[1:]))}
        return {"num_channels": shape[1], "height": shape[2], "width": shape[3]}

    def defaults(self, model: str, num_rows: int) -> Defaults:
        """Return settings that serve small tables and images alike."""
        batch_size = max(8, min(256, 2 ** int(np.log2(max(8, num_rows / 20)))))
        training: dict[str, Any] = {"batch_size": batch_size, "decay_fraction": 0.8}
        if model == "image_cnn":  # filters are learned fastest by Muon, at the usual rates
            return Defaults(training_options=training, epochs=20)
        rate = 0.01 if model == "neuron" else 0.001
        training |= {"optimizer": "adam", "learning_rate": rate, "adam_beta2": 0.99}
        return Defaults(training_options=training, epochs=60)

    def equip(self, model: Model) -> list[str]:
        """Return nothing: a model of numbers begins with chance alone."""
        return []

    def for_model(self, model_config: Any) -> Self:
        """Return the examples themselves: every model reads all of a row."""
        return self

    def epoch(self, rows: NDArray[np.int64], batch_size: int, seed: Sequence[int]) -> NDArray[np.int64]:
        """Return the rows of each batch of one pass, whole batches in an order of their own."""
        order = np.random.default_rng(seed).permutation(len(rows))
        count = max(1, len(rows) // batch_size)
        return rows[order[: count * batch_size]].reshape(count, -1)

    def inputs(self, rows: NDArray[np.int64], turn: Turn) -> tuple[Tensor, ...]:
        """Return this process's share of some training rows; images come a little changed, as the options say."""
        kept = self.examples.inputs("train")
        inputs = torch.from_numpy(np.array(kept[rows[turn.share(len(rows))]]))
        if kept.nbytes > LARGE_BYTES:
            let_go(kept)
        changes: dict[str, Any] = {
            name: getattr(self.options, name, 0) for name in ("shift", "rotate_degrees", "scale", "flip")
        }
        if self.is_images and any(changes.values()):
            seed = (turn.seed << 32) + turn.step * turn.world_size + turn.rank
            inputs = augment(inputs, generator=torch.Generator().manual_seed(seed), **changes)
        return (self.prepared(inputs),)

    def prepared(self, inputs: Tensor) -> Tensor:
        """Bring pixels to mean 0 and deviation 1, channel by channel; rows of a table are scaled already."""
        return scaled_pixels(inputs, self.examples.preprocessing()) if self.is_images else inputs

    def outputs(self, model: nn.Module, split: str, poll: Poll = never_stop) -> NDArray[np.float32]:
        """Return a model's raw outputs for a part, (rows, outputs)."""
        inputs = self.examples.inputs(split)
        return np.concatenate([scores for _, scores in _read_through(model, inputs, self.prepared, poll)])

    def baselines(self, rows: NDArray[np.int64], split: str, num_classes: int | None, poll: Poll) -> list[Baseline]:
        """Return what the commonest class, logistic regression and the nearest neighbour say."""
        train, asked = self.examples.inputs("train"), self.examples.inputs(split)
        known = np.asarray(self.examples.targets("train"))
        if len(rows) < len(known):  # all of them stay where they are
            train, known = train[rows], known[rows]
        train, asked = train.reshape(len(train), -1), asked.reshape(len(asked), -1)
        poll()
        made = [baselines.majority(known, len(asked), num_classes=num_classes)]
        poll()
        made.append(baselines.logistic_regression(train, known, asked, num_classes=num_classes))
        poll()
        made.append(baselines.nearest_neighbor(train, known, asked, num_classes=num_classes))
        return made

    def shown(self, split: str, row: int) -> str:
        """Return what a row holds, as it was before scaling; an image has no words."""
        if self.is_images:
            return ""
        values = self.examples.inputs(split)[row].astype(np.float64)
        held, place = {}, 0
        for column in self.examples.preprocessing()["columns"]:
            if column["kind"] == "number":
                # To five digits of the column's spread: float32 knows no more.
                digits = 5 - math.floor(math.log10(column["scale"]))
                found: Any = round(float(values[place] * column["scale"] + column["mean"]), digits)
                place += 1
            else:
                names = [*column["categories"], *["other"] * column["has_others"]]
                there = np.flatnonzero(values[place : place + len(names)])
                found = names[there[0]] if len(there) else None
                place += len(names)
            if column["has_missing"]:
                found = None if values[place] else found
                place += 1
            held[column["name"]] = found
        return json.dumps(held, ensure_ascii=False)

    def place(self, split: str, row: int) -> str:
        """Return the part and the number of an example, counted from 0 as the arrays hold it."""
        return f"{split} row {row}"


def _read_through(
    model: nn.Module, inputs: NDArray[Any], prepared: Any, poll: Poll
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    places = [
        np.arange(start, min(len(inputs), start + EVALUATED_ROWS)) for start in range(0, len(inputs), EVALUATED_ROWS)
    ]
    # A slice of a memory map is read from front to back, without a copy of the index.
    return in_pieces(
        model, places, lambda rows: (prepared(torch.from_numpy(np.array(inputs[rows[0] : rows[-1] + 1]))),), poll
    )


def scaled_pixels(images: Tensor, recipe: Mapping[str, Any]) -> Tensor:
    """Bring pixels (0 to 255) to mean 0 and deviation 1, channel by channel, as measured on the training images."""
    means = torch.tensor(recipe["means"], dtype=torch.float32).view(1, -1, 1, 1)
    scales = torch.tensor(recipe["scales"], dtype=torch.float32).view(1, -1, 1, 1)
    return (images.float() / 255 - means) / scales


class ArrayReader:
    """Reads new rows and images as a run's training data were read."""

    def __init__(self, folder: Path) -> None:
        self.recipe = read_preprocessing(folder)
        self.is_images = self.recipe["kind"] == "images"
        self.target: dict[str, Any] = self.recipe["target"]

    def read_file(self, path: str | Path) -> list[Any]:
        """Return the inputs a file holds: the file itself where it is a table, its lines as paths of images."""
        if not self.is_images:
            return [Path(path)]
        return [line.strip() for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]

    def read(self, inputs: Sequence[Any]) -> tuple[NDArray[Any], list[str], list[str]]:
        """Return arrays for inputs, a name for each row, and sentences on what training had not seen.

        Args:
            inputs: paths of images or folders of them; for a table its files, rows as mappings, or rows as JSON.
        """
        if self.is_images:
            paths = [path for item in inputs for path in _pictures(Path(item))]
            images, told = read_images(self.recipe, paths)
            return images, [str(path) for path in paths], told
        parts, names, told = [], [], []
        for item in inputs:
            is_file = isinstance(item, Path) or (isinstance(item, str) and not item.lstrip().startswith("{"))
            rows, notes = read_rows(self.recipe, item if is_file else [_row(item)])
            parts.append(rows)
            names += [f"{item} row {number}" if is_file else str(item) for number in range(1, len(rows) + 1)]
            told += notes
        return np.concatenate(parts), names, told

    def prepared(self, inputs: NDArray[Any]) -> Tensor:
        """Return inputs as a model reads them."""
        return self._scaled(torch.from_numpy(np.array(inputs)))

    def _scaled(self, inputs: Tensor) -> Tensor:
        return scaled_pixels(inputs, self.recipe) if self.is_images else inputs

    def answers(self, model: nn.Module, inputs: Sequence[Any]) -> Iterator[Answered]:
        """Yield a model's raw outputs for each row or image."""
        arrays, names, told = self.read(inputs)
        for rows, scores in _read_through(model, arrays, self._scaled, never_stop):
            for row, said in zip(rows, scores, strict=True):
                yield Answered(names[row], said, told)


def _row(item: Any) -> dict[str, Any]:
    if not isinstance(item, str):
        return dict(item)
    try:
        row = json.loads(item)
    except ValueError as error:
        raise ValueError(f'A row must be a JSON object like {{"column": 1.5}}, got {item[:60]!r} ({error}).') from None
    return dict(row)


def _pictures(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(child for child in path.rglob("*") if child.is_file() and not child.name.startswith("."))
    return [path]
