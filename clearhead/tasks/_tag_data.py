"""Tagged sentences in batches of about one length, and what becomes of sentences longer than a model reads.

A batch is a pure function of the step. For learning, a long sentence is cut between two words where one entity may end
and the next begin. For reading, it is laid out in windows that overlap by half; of each window the middle is taken, so
that every word is read with what stands on both sides, and one row of tags is decided over the whole sentence.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clearhead.data._units import Units
from clearhead.layers.linear_cross_entropy import IGNORE_INDEX

_LENGTH_NOISE = 2.0
"""Words by which a sentence may be out of order among those of its length: other neighbours in every pass."""
Piece = tuple[int, int, int]
"""A sentence and its words [start, end)."""


@dataclass(frozen=True)
class Joints:
    """Where a row of tags may be cut: which tag ids may be the last of a piece, and which the first."""

    may_end: NDArray[np.bool_]
    may_start: NDArray[np.bool_]

    def before(self, tags: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell of each word but the first whether a piece may begin with it."""
        return np.asarray(self.may_end[tags[:-1]] & self.may_start[tags[1:]])


def cut_pieces(
    tags: Sequence[NDArray[np.int64]], limit: int, joints: Joints, places: Sequence[str]
) -> tuple[list[Piece], int]:
    """Cut sentences into pieces of at most `limit` words, never inside an entity.

    Returns:
        The pieces in order, and how many sentences were cut.
    Raises:
        ValueError: an entity longer than a piece; the message says where.
    """
    pieces: list[Piece] = []
    num_cut = 0
    for sentence, row in enumerate(tags):
        start = 0
        may_begin = joints.before(row) if len(row) > limit else None
        num_cut += may_begin is not None
        while may_begin is not None and len(row) - start > limit:
            good = np.flatnonzero(may_begin[start : start + limit])  # place i: the piece would begin at start + i + 1
            if not len(good):
                raise ValueError(
                    f"--model.context-length must be at least as long as the longest entity, got {limit} words: the "
                    f"one at word {start + 1} of {places[sentence]} is longer. Use {2 * limit}, or mend the tags."
                )
            end = start + int(good[-1]) + 1
            pieces.append((sentence, start, end))
            start = end
        pieces.append((sentence, start, len(row)))
    return pieces, num_cut


def windows(length: int, limit: int) -> list[tuple[int, int, int]]:
    """Lay a sentence out in windows of at most `limit` words.

    Returns:
        For each window (start, first, end): it reads the words from `start` on, as many as it can, and those of
        [first, end) are taken from it. Together these are every word once.
    """
    if length <= limit:
        return [(0, 0, length)]
    step = max(1, limit // 2)
    starts = [*range(0, length - limit, step), length - limit]
    # Two neighbours overlap from the later one's start to the earlier one's end: each gives its half of that.
    joints = [(later + earlier + limit) // 2 for earlier, later in pairwise(starts)]
    return list(zip(starts, [0, *joints], [*joints, length], strict=True))


def epoch_batches(lengths: NDArray[np.int64], batch_size: int, seed: Sequence[int]) -> list[NDArray[np.int64]]:
    """Return the batches of one pass: rows of about one length together, the batches in an order of this pass."""
    chance = np.random.default_rng(seed)
    order = np.argsort(lengths + chance.random(len(lengths)) * _LENGTH_NOISE, kind="stable")
    batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    return [batches[place] for place in chance.permutation(len(batches))]


def padded_tags(rows: Sequence[NDArray[np.int64]]) -> Tensor:
    """Lay rows of tag ids beside each other; beyond the end, and for tags nobody knows, stands `IGNORE_INDEX`."""
    filled = np.full((len(rows), max(map(len, rows))), IGNORE_INDEX, dtype=np.int64)
    for index, row in enumerate(rows):
        filled[index, : len(row)] = np.where(row < 0, IGNORE_INDEX, row)
    return torch.from_numpy(filled)


def chances_to_be_unknown(units: Units, sentences: Sequence[Sequence[str]], dropout: float) -> NDArray[np.float32]:
    """Return for each unit the chance with which it is read as unknown while these sentences are learned.

    Source: Kiperwasser and Goldberg 2016, arXiv 1603.04351, section 4 (there the number is 0.25).
    """
    counts = Counter(unit for sentence in sentences for unit in units.encode_words(sentence))
    chances = {unit: dropout / (dropout + count) for unit, count in counts.items()}
    return np.array([chances.get(unit, 0.0) for unit in range(units.vocab_size)], dtype=np.float32)
