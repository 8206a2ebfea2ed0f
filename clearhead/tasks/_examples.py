"""What classification and regression share: examples of rows or images, batches of them, predictions for new ones.

The task does not care whether rows of a table or images come in: the data say it, and with it the role of the model.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clearhead.data._arrays import let_go
from clearhead.data._examples import Examples, read_images, read_rows
from clearhead.data._find_examples import open_examples
from clearhead.data._images_augment import augment
from clearhead.models.base import FeatureModel, ImageModel, load_model
from clearhead.tasks.base import Asked, Poll, Task, Tell, never_stop

PREPROCESSING_FILE = "preprocessing.json"
EVALUATED_ROWS = 2048
LET_GO_STEPS = 64
"""Steps after which the pages of a large table that random rows touched are given back."""


class ExampleTask(Task):
    """Examples, each with what is to be predicted from it."""

    unit = "rows"
    has_model_by_data = True

    def __init__(self, examples: Examples, options: Any, *, train_share: float = 1.0) -> None:
        self.examples, self.options = examples, options
        self.train_rows = some_rows(len(examples.inputs("train")), train_share)
        self.is_images = examples.inputs("train").ndim == 4
        self.role = ImageModel.role if self.is_images else FeatureModel.role
        self.default_model = "image_cnn" if self.is_images else "mlp"
        self._order: tuple[tuple[int, int], NDArray[np.int64]] | None = None

    @property
    def num_train_targets(self) -> int:
        """Examples of the training part."""
        return len(self.train_rows)

    @property
    def num_valid_targets(self) -> int:
        """Examples of the validation part."""
        return len(self.examples.inputs("valid"))

    def learned_from(self, kept: NDArray[Any]) -> NDArray[Any]:
        """Return the rows of the training part that are learned from; all of them stay where they are."""
        return kept if len(self.train_rows) == len(kept) else kept[self.train_rows]

    def steps_per_epoch(self, batch_size: int) -> int:
        """Return the whole batches of one pass."""
        return max(1, self.num_train_targets // batch_size)

    def model_facts(self, model: str) -> dict[str, Any]:
        """Return the size of the inputs and outputs; a model of rows reads an image as a row of its pixels."""
        shape = self.examples.inputs("train").shape
        if load_model(model).role == FeatureModel.role:
            return {"num_features": int(np.prod(shape[1:])), "num_outputs": self.num_outputs}
        if self.is_images:
            return {"num_channels": shape[1], "height": shape[2], "width": shape[3], "num_outputs": self.num_outputs}
        return {"num_features": shape[1], "num_outputs": self.num_outputs}

    @property
    def roles(self) -> tuple[str, ...]:
        """Images are read by models of images, and pixel by pixel by models of rows."""
        return (ImageModel.role, FeatureModel.role) if self.is_images else (FeatureModel.role,)

    @property
    def num_outputs(self) -> int:
        """Numbers a model gives for one example."""
        targets = self.examples.targets("train")
        if self.examples.target_kind == "class":
            return len(self.examples.label_names)
        return 1 if targets.ndim == 1 else int(targets.shape[1])

    def batch(self, step: int, *, seed: int, batch_size: int, rank: int = 0, world_size: int = 1) -> tuple[Tensor, ...]:
        """Return (inputs, targets); images come a little changed each time, as the options say."""
        epoch, index = divmod(step, self.steps_per_epoch(batch_size))
        if self._order is None or self._order[0] != (seed, epoch):
            chance = np.random.default_rng((seed, epoch))
            self._order = (seed, epoch), chance.permutation(self.num_train_targets)
        rows = self._order[1][index * batch_size : (index + 1) * batch_size]
        share = -(-len(rows) // world_size)
        # Sorted, since a memory map is read from front to back.
        rows = np.sort(self.train_rows[rows[rank * share : (rank + 1) * share]])
        inputs, targets = self._tensors("train", rows)
        if step % LET_GO_STEPS == 0:
            let_go(self.examples.inputs("train"))
        if self.is_images and self._is_augmented():
            generator = torch.Generator().manual_seed((seed << 32) + step * world_size + rank)
            inputs = augment(inputs, generator=generator, **self._augmentation())
        return self._prepared(inputs), targets

    def _tensors(self, split: str, rows: NDArray[np.int64] | slice) -> tuple[Tensor, Tensor]:
        inputs = torch.from_numpy(np.array(self.examples.inputs(split)[rows]))
        return inputs, torch.from_numpy(np.array(self.examples.targets(split)[rows]))

    def _augmentation(self) -> dict[str, Any]:
        names = ("shift", "rotate_degrees", "scale", "flip")
        return {name: getattr(self.options, name, 0) for name in names}

    def _is_augmented(self) -> bool:
        return any(self._augmentation().values())

    def _prepared(self, inputs: Tensor) -> Tensor:
        """Bring pixels to mean 0 and deviation 1, channel by channel; rows of a table are scaled already."""
        return scaled_pixels(inputs, self.examples.preprocessing()) if self.is_images else inputs

    @torch.inference_mode()
    def outputs(self, model: nn.Module, inputs: NDArray[Any], *, poll: Poll = never_stop) -> NDArray[np.float32]:
        """Return a model's raw outputs for inputs as the data hold them, (rows, outputs)."""
        was_training = model.training
        model.eval()
        found = []
        try:
            for start in range(0, len(inputs), EVALUATED_ROWS):
                poll()
                piece = torch.from_numpy(np.array(inputs[start : start + EVALUATED_ROWS]))
                found.append(ask(model, self._prepared(piece)).float().cpu())
        finally:
            model.train(was_training)
        return np.asarray(torch.cat(found))

    def describe(self) -> dict[str, Any]:
        """Return the facts about the data that belong into the saved run."""
        examples = self.examples
        return {
            "name": examples.name,
            "fingerprint": examples.fingerprint,
            "splits": {split: {"rows": len(examples.inputs(split))} for split in examples.splits},
            "report": list(examples.report),
        }


def open_asked(asked: Asked, *, target_kind: str | None = None, image_size: int | None = None) -> Examples:
    """Open the rows or images that a user asked for."""
    return open_examples(
        asked.data, target=asked.target, valid=asked.valid, target_kind=target_kind, image_size=image_size
    )


_REMEMBERED: dict[tuple[str, str, str, int], dict[str, dict[str, float]]] = {}


def remembered(
    task: ExampleTask, split: str, make: Callable[[], dict[str, dict[str, float]]]
) -> dict[str, dict[str, float]]:
    """Return what `make` finds, once in this process for the same examples: several seeds share their baselines."""
    mark = (task.name, task.examples.fingerprint, split, len(task.train_rows))
    if mark not in _REMEMBERED:
        _REMEMBERED[mark] = make()
    return _REMEMBERED[mark]


def ask(model: nn.Module, inputs: Tensor) -> Tensor:
    """Return a model's raw outputs; a model of rows gets an image as the row of its pixels."""
    first = next(model.parameters())
    if getattr(model, "role", None) == FeatureModel.role:
        inputs = inputs.flatten(1)
    outputs: Tensor = model(inputs.to(first.device, first.dtype))
    return outputs


def some_rows(count: int, share: float) -> NDArray[np.int64]:
    """Return the places of a share of `count` rows, the same ones every time, in order; a smaller share is a part."""
    return np.sort(np.random.default_rng(0).permutation(count)[: max(1, round(share * count))])


def scaled_pixels(images: Tensor, recipe: Mapping[str, Any]) -> Tensor:
    """Bring pixels (0 to 255) to mean 0 and deviation 1, channel by channel, as measured on the training images."""
    means = torch.tensor(recipe["means"], dtype=torch.float32).view(1, -1, 1, 1)
    scales = torch.tensor(recipe["scales"], dtype=torch.float32).view(1, -1, 1, 1)
    return (images.float() / 255 - means) / scales


def keep_preprocessing(examples: Examples, folder: Path, tell: Tell, **more: Any) -> None:
    """Write what is needed to read new inputs in the same way into the run's folder."""
    tell(f"Reading {examples.name}.")
    text = json.dumps({**examples.preprocessing(), **more}, ensure_ascii=False, indent=1)
    (folder / PREPROCESSING_FILE).write_text(f"{text}\n", encoding="utf-8", newline="\n")


class ExampleReader:
    """Reads new inputs as a run's training data were read."""

    def __init__(self, folder: Path) -> None:
        path = folder / PREPROCESSING_FILE
        if not path.is_file():
            raise FileNotFoundError(
                f"{folder} must hold {PREPROCESSING_FILE}, which says how inputs are read; got none."
            )
        self.recipe: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
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
        tensor = torch.from_numpy(np.array(inputs))
        return scaled_pixels(tensor, self.recipe) if self.is_images else tensor

    @torch.inference_mode()
    def outputs(self, model: nn.Module, inputs: NDArray[Any]) -> Iterator[NDArray[np.float32]]:
        """Yield a model's raw outputs, a row each."""
        for start in range(0, len(inputs), EVALUATED_ROWS):
            piece = self.prepared(inputs[start : start + EVALUATED_ROWS])
            yield from np.asarray(ask(model, piece).float().cpu())


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
