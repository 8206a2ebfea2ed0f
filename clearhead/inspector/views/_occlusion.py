"""Take one part of the input away at a time, and see how much lower the answer is."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from clearhead.inspector.recorder import Recorder
from clearhead.inspector.views._baselines import Entry
from clearhead.inspector.views._switches import NUMBERS_AT_ONCE, ROWS_AT_ONCE
from clearhead.inspector.views.base import Looked

PATCHES = 8
"""An image is covered by about this many patches on each side."""


def occlude(look: Looked, entry: Entry, score: Callable[[Tensor], Tensor]) -> np.ndarray:
    """Return for each token, feature or pixel the answer minus the answer without it."""
    regions = _regions(entry, look.inputs.shape)
    at_once = max(1, min(ROWS_AT_ONCE, NUMBERS_AT_ONCE // max(1, look.logits.numel())))
    found = []
    for start in range(0, len(regions), at_once):
        some = regions[start : start + at_once]
        batch: list[Any] = []
        for part, nothing in zip(look.batch, entry.without, strict=True):
            if part is None or nothing is None:
                batch.append(None)
                continue
            copies = part.repeat_interleave(len(some), 0)
            batch.append(_covered(copies, nothing, some))
        found.append(_answers(look, batch, score))
    lower = _answers(look, list(look.batch), score) - np.concatenate(found)
    if entry.shape is None:
        return lower
    rows, columns = entry.shape
    side = _side(entry.shape)
    grid = lower.reshape(-(-rows // side), -(-columns // side))
    return grid.repeat(side, 0).repeat(side, 1)[:rows, :columns]


def _answers(look: Looked, batch: list[Any], score: Callable[[Tensor], Tensor]) -> np.ndarray:
    with Recorder(look.model, ()):
        answers: np.ndarray = score(look.model(*batch)).cpu().double().numpy()
    return answers


def _covered(copies: Tensor, nothing: Tensor, regions: list[Tensor]) -> Tensor:
    """Return copies of an input, in each of which one region is nothing; each region names places of the flat input."""
    covered = copies.clone()
    for row, region in enumerate(regions):
        if copies.dim() == 4 or copies.dim() == 2:
            covered[row].view(-1)[region] = nothing[0].reshape(-1)[region]
        else:  # letters of each token
            covered[row, region] = nothing[0, region]
    return covered


def _side(shape: tuple[int, int]) -> int:
    return max(1, -(-max(shape) // PATCHES))


def _regions(entry: Entry, shape: torch.Size) -> list[Tensor]:
    """Return the places of each part in the flat input; of an image, each patch in every channel."""
    if entry.shape is None:
        return [torch.tensor([index]) for index in range(len(entry.names))]
    rows, columns = entry.shape
    side = _side(entry.shape)
    places = torch.arange(shape[1:].numel()).view(-1, rows, columns)
    return [
        places[:, top : top + side, left : left + side].flatten()
        for top in range(0, rows, side)
        for left in range(0, columns, side)
    ]
