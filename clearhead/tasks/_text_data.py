"""Texts as token ids, and batches of them that are about equally long.

A batch is a pure function of the step. For each pass the texts are drawn in an order of its own; of each pool of
batches the texts are sorted by length and cut, so that other texts meet in every pass and little is filled up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clearhead.data._units import PADDING_ID

POOL_BATCHES = 32
"""Batches whose texts are sorted together: more would fill up less, fewer mix better."""
FIRST_DISTANCE = 1
"""Id of the furthest distance to the left; 0 is that of padding."""


@dataclass(frozen=True)
class TextTokens:
    """The texts of one part, encoded; one row of ids behind each other."""

    ids: NDArray[np.int32]
    ends: NDArray[np.int64]
    spans: NDArray[np.int32] | None = None
    """(rows, 2, 2): first and last place of each of two marked spans; None where texts have no marks."""

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]], spans: Sequence[Sequence[Sequence[int]]] | None = None) -> "TextTokens":
        """Pack lists of ids."""
        lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
        ids = np.fromiter((token for row in rows for token in row), dtype=np.int32, count=int(lengths.sum()))
        return cls(ids, np.cumsum(lengths), None if spans is None else np.array(spans, np.int32).reshape(-1, 2, 2))

    def __len__(self) -> int:
        return len(self.ends)

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each text."""
        return np.diff(self.ends, prepend=0)

    def padded(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Lay texts beside each other, shorter ones filled up at the right, (rows, longest)."""
        lengths = self.lengths[rows]
        column = np.arange(int(lengths.max(initial=1)))
        places = (self.ends[rows] - lengths)[:, None] + column
        is_there = column < lengths[:, None]
        return np.where(is_there, self.ids[np.where(is_there, places, 0)], PADDING_ID).astype(np.int64)

    def distances(self, rows: NDArray[np.int64], furthest: int) -> NDArray[np.int64]:
        """Return how far each token is from each marked span, as ids (rows, longest, 2).

        0: padding. Otherwise 1 + furthest + the distance, which is 0 inside the span, negative to its left, and never
        further than `furthest`.
        """
        assert self.spans is not None, "only texts with marks have distances to them"
        lengths = self.lengths[rows]
        column = np.arange(int(lengths.max(initial=1)))[None, :, None]
        first, last = self.spans[rows, None, :, 0], self.spans[rows, None, :, 1]  # each (rows, 1, 2)
        distance = np.where(column < first, column - first, np.where(column > last, column - last, 0))
        ids = np.clip(distance, -furthest, furthest) + furthest + FIRST_DISTANCE
        return np.where(column < lengths[:, None, None], ids, PADDING_ID).astype(np.int64)

    def tensors(self, rows: NDArray[np.int64], furthest: int) -> tuple[Tensor, ...]:
        """Return what a model reads of texts: (tokens,), or (tokens, distances) where they have marks."""
        tokens = torch.from_numpy(self.padded(rows))
        return (tokens,) if self.spans is None else (tokens, torch.from_numpy(self.distances(rows, furthest)))

    def by_length(self, tokens_at_once: int, rows: NDArray[np.int64] | None = None) -> list[NDArray[np.int64]]:
        """Cut texts, sorted by length, into pieces of at most `tokens_at_once` tokens, padding counted."""
        rows = np.arange(len(self)) if rows is None else rows
        order = rows[np.argsort(self.lengths[rows], kind="stable")][::-1]
        pieces, start = [], 0
        while start < len(order):
            size = max(1, tokens_at_once // max(1, int(self.lengths[order[start]])))
            pieces.append(order[start : start + size])
            start += size
        return pieces


def bucketed(
    lengths: NDArray[np.int64], rows: NDArray[np.int64], batch_size: int, seed: Sequence[int]
) -> NDArray[np.int64]:
    """Return the rows of each batch of one pass, (batches, batch_size); whole batches, of about equal lengths.

    Args:
        lengths: of every text.
        rows: the texts to learn from.
        seed: another one draws another pass.
    """
    chance = np.random.default_rng(seed)
    count = max(1, len(rows) // batch_size)
    order = rows[chance.permutation(len(rows))[: count * batch_size]]
    size = max(1, len(order) // count)
    pools = [order[start : start + POOL_BATCHES * size] for start in range(0, len(order), POOL_BATCHES * size)]
    laid = np.concatenate([pool[np.argsort(lengths[pool], kind="stable")] for pool in pools]).reshape(count, -1)
    return laid[chance.permutation(count)]


def without_words(
    tokens: NDArray[np.int64], share: float, *, first_id: int, unknown_id: int, seed: Sequence[int]
) -> NDArray[np.int64]:
    """Return tokens with a share of the words (not of control tokens) read as unknown."""
    is_hidden = (np.random.default_rng(seed).random(tokens.shape) < share) & (tokens >= first_id)
    return np.where(is_hidden, unknown_id, tokens)
