"""What labelled examples promise, be they rows of a table or images, and how they are kept.

`read_rows` and `read_images` read new inputs as the training inputs were read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from clearhead.core import catalog
from clearhead.data._arrays import Kept
from clearhead.data._images_files import read_images as read_images
from clearhead.data._table_encode import read_rows as read_rows

TARGET_KINDS = ("class", "labels", "number")
"""One of several classes; any number of labels; a number, or several."""


class Examples(Protocol):
    """Inputs with what is to be predicted, in parts for training, validation and test."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    @property
    def splits(self) -> tuple[str, ...]:
        """The parts there are: "train", "valid", perhaps "test"."""

    @property
    def fingerprint(self) -> str:
        """The same examples read in the same way have the same fingerprint, on any machine."""

    @property
    def report(self) -> list[str]:
        """What was recognised, left out, filled in and split, in sentences."""

    @property
    def target_kind(self) -> str:
        """One of `TARGET_KINDS`."""

    @property
    def label_names(self) -> list[str]:
        """Names of the classes or labels by id, or of the numbers that are predicted."""

    @property
    def feature_names(self) -> list[str]:
        """Names of a table's features; none for images."""

    def inputs(self, split: str) -> NDArray[Any]:
        """Return float32 (rows, features), scaled, or uint8 (rows, channels, height, width); do not change it."""

    def targets(self, split: str) -> NDArray[Any]:
        """Return int64 (rows,) class ids, uint8 (rows, labels) of 0 and 1, or float32 (rows,) or (rows, numbers)."""

    def preprocessing(self) -> dict[str, Any]:
        """Return, as plain JSON, all that is needed to read new inputs in the same way."""


@dataclass(frozen=True, kw_only=True)
class KeptExamples:
    """Examples whose arrays lie in the cache."""

    name: str
    fingerprint: str
    report: list[str]
    target_kind: str
    label_names: list[str]
    feature_names: list[str]
    arrays: dict[str, NDArray[Any]]
    recipe: dict[str, Any]

    @classmethod
    def of(cls, name: str, mark: str, kept: Kept) -> "KeptExamples":
        """Open what an entry of the cache holds."""
        facts = kept.facts
        return cls(
            name=name,
            fingerprint=mark,
            report=[*facts["report"], *([kept.note] if kept.note else [])],
            target_kind=facts["recipe"]["target"]["kind"],
            label_names=facts["recipe"]["target"]["label_names"],
            feature_names=facts["feature_names"],
            arrays=kept.arrays,
            recipe=facts["recipe"],
        )

    @property
    def splits(self) -> tuple[str, ...]:
        """The parts there are, "train" first."""
        return tuple(part for part in ("train", "valid", "test") if f"{part}.inputs" in self.arrays)

    def inputs(self, split: str) -> NDArray[Any]:
        """Return the inputs of a part, a row each."""
        return self.arrays[f"{catalog.choose(split, self.splits, where=f'the parts of {self.name}')}.inputs"]

    def targets(self, split: str) -> NDArray[Any]:
        """Return what is to be predicted from each row of a part."""
        return self.arrays[f"{catalog.choose(split, self.splits, where=f'the parts of {self.name}')}.targets"]

    def preprocessing(self) -> dict[str, Any]:
        """Return, as plain JSON, all that is needed to read new inputs in the same way."""
        return self.recipe


def count_classes(label_names: Sequence[str], targets: NDArray[Any]) -> str:
    """Say how often each class (or label) stands: "cat 12, dog 9"; the commonest ten."""
    counts = targets.sum(0) if targets.ndim == 2 else np.bincount(targets, minlength=len(label_names))
    order = np.argsort(-counts.astype(np.int64), kind="stable")
    told = ", ".join(f"{label_names[index]} {counts[index]:,}" for index in order[:10])
    return f"{told}, and {len(order) - 10} more" if len(order) > 10 else told


def never_seen(label_names: Sequence[str], targets: NDArray[Any]) -> list[str]:
    """Return the classes (or labels) that no training example has."""
    counts = targets.sum(0) if targets.ndim == 2 else np.bincount(targets, minlength=len(label_names))
    return [name for name, count in zip(label_names, counts, strict=True) if not count]
