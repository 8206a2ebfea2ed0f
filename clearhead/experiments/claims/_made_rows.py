"""Rows with classes: handwritten digits, and points made on the spot that no straight line parts."""

import numpy as np
import torch
from numpy.typing import NDArray

from clearhead.data._find_examples import open_examples
from clearhead.experiments.claims._learning import Labeled

NUM_FOLDS = 3
TURNS = 2.0


def digits() -> tuple[Labeled, Labeled]:
    """Return scikit-learn's handwritten digits as rows of 64 pixels from 0 to 1, to learn from and to score."""
    examples = open_examples("digits")
    train, valid = (
        Labeled(
            torch.from_numpy(np.array(examples.inputs(split))).flatten(1).float() / 255,
            torch.from_numpy(np.array(examples.targets(split))),
        )
        for split in ("train", "valid")
    )
    return train, valid


def rings(count: int, seed: int) -> tuple[Labeled, Labeled]:
    """Return points of a disc and of the ring around it."""
    chance = np.random.default_rng((seed, 1))
    targets = chance.integers(0, 2, count)
    radius = np.where(targets == 1, chance.uniform(1.3, 2.0, count), chance.uniform(0.0, 1.0, count))
    return _labeled(_around(radius, chance.uniform(0, 2 * np.pi, count)), targets)


def spirals(count: int, seed: int) -> tuple[Labeled, Labeled]:
    """Return points of two spirals, one inside the other."""
    chance = np.random.default_rng((seed, 2))
    targets = chance.integers(0, 2, count)
    way = np.sqrt(chance.uniform(0.02, 1.0, count))
    angle = 2 * np.pi * TURNS * way + np.pi * targets
    return _labeled(_around(2 * way + chance.normal(0, 0.03, count), angle), targets)


def folds(count: int, seed: int) -> tuple[Labeled, Labeled]:
    """Return points of a line that is folded in the middle again and again; the class is the half one ends in.

    Source: Telgarsky 2016, "Benefits of depth in neural networks" (PMLR 49): each layer can fold once more, while a
    single layer needs a neuron for each of the 2 ** NUM_FOLDS bends.
    """
    chance = np.random.default_rng((seed, 3))
    place = chance.uniform(0, 1, count)
    folded = place
    for _ in range(NUM_FOLDS):
        folded = 1 - np.abs(2 * folded - 1)
    return _labeled(2 * place[:, None] - 1, (folded > 0.5).astype(np.int64))


def _around(radius: NDArray[np.float64], angle: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _labeled(inputs: NDArray[np.float64], targets: NDArray[np.int64]) -> tuple[Labeled, Labeled]:
    return Labeled(torch.from_numpy(inputs.astype(np.float32)), torch.from_numpy(targets)).split()
