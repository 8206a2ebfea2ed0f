"""Pairs as token ids, and batches of them: about as many tokens in each, of sentences that are about as long.

A batch is a pure function of the step. Pairs are sorted by length; where the sorted row is cut depends on the lengths
alone, so every pass has the same number of batches. Which of equally long pairs meet, and in which order the batches
come, is drawn anew for each pass.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

_LENGTH_NOISE = 2.0
"""Tokens by which a source may be out of order among pairs of one length: other neighbours in every pass."""


@dataclass
class PairTokens:
    """The pairs of one part, encoded; each side one row of ids behind each other."""

    sources: NDArray[np.int32]
    source_ends: NDArray[np.int64]
    targets: NDArray[np.int32]
    target_ends: NDArray[np.int64]

    @classmethod
    def of(cls, sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]) -> "PairTokens":
        """Pack lists of ids."""
        return cls(*_packed(sources), *_packed(targets))

    def __len__(self) -> int:
        return len(self.source_ends)

    def source(self, index: int) -> NDArray[np.int32]:
        """Return the ids of one source."""
        return self.sources[self.source_ends[index - 1] if index else 0 : self.source_ends[index]]

    def target(self, index: int) -> NDArray[np.int32]:
        """Return the ids of one target, its end token last."""
        return self.targets[self.target_ends[index - 1] if index else 0 : self.target_ends[index]]

    @cached_property
    def source_lengths(self) -> NDArray[np.int64]:
        """Tokens of each source."""
        return np.diff(self.source_ends, prepend=0)

    @cached_property
    def target_lengths(self) -> NDArray[np.int64]:
        """Tokens of each target, the end token included."""
        return np.diff(self.target_ends, prepend=0)

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """The longer side of each pair, in tokens."""
        return np.maximum(self.source_lengths, self.target_lengths)

    def no_longer_than(self, limit: int) -> NDArray[np.int64]:
        """Return the pairs of which both sides have at most `limit` tokens."""
        return np.flatnonzero(self.lengths <= limit)

    def cuts(self, kept: NDArray[np.int64], batch_tokens: int) -> list[tuple[int, int]]:
        """Return where the pairs, sorted by length, are cut into batches: rows × longest side ≤ `batch_tokens`."""
        lengths = np.sort(self.lengths[kept])
        cuts, start = [], 0
        while start < len(lengths):
            end = start + 1
            # The longest of a batch is its last: grow while all rows, padded to it, fit.
            step = max(1, batch_tokens // int(lengths[start]))
            end = min(len(lengths), start + step)
            while end > start + 1 and (end - start) * int(lengths[end - 1]) > batch_tokens:
                end = min(end - 1, start + max(1, batch_tokens // int(lengths[end - 1])))
            cuts.append((start, end))
            start = end
        return cuts

    def order(self, kept: NDArray[np.int64], seed: Sequence[int]) -> NDArray[np.int64]:
        """Return the pairs sorted by length, equally long ones in an order of this pass, with like sources together."""
        chance = np.random.default_rng(seed)
        noise = chance.random(len(kept)) * _LENGTH_NOISE
        return kept[np.lexsort((self.source_lengths[kept] + noise, self.lengths[kept]))]


def pad(rows: Sequence[Sequence[int] | NDArray[np.int32]], filler: int) -> Tensor:
    """Lay rows of ids beside each other, shorter ones filled up at the right, (batch, longest)."""
    filled = np.full((len(rows), max(map(len, rows))), filler, dtype=np.int64)
    for index, row in enumerate(rows):
        filled[index, : len(row)] = np.asarray(row)
    return torch.from_numpy(filled)


def _packed(rows: Sequence[Sequence[int]]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    packed = np.empty(int(lengths.sum()), dtype=np.int32)
    position = 0
    for row in rows:
        packed[position : position + len(row)] = row
        position += len(row)
    return packed, np.cumsum(lengths)
