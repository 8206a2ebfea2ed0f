"""Batches of pairs: full but never too large, every pair once in a pass, as many batches in every pass."""

import numpy as np
import pytest
import torch

from clearhead.tasks._pair_data import PairTokens, pad


def some_pairs(count: int = 200, longest: int = 30) -> PairTokens:
    chance = np.random.default_rng(0)
    sides = [[chance.integers(1, 50, chance.integers(1, longest + 1)).tolist() for _ in range(count)] for _ in "st"]
    return PairTokens.of(*sides)


def test_pairs_come_back_as_they_were_packed() -> None:
    sources, targets = [[1, 2, 3], [4], []], [[5], [6, 7], [8]]
    packed = PairTokens.of(sources, targets)
    assert len(packed) == 3
    assert [packed.source(row).tolist() for row in range(3)] == sources
    assert [packed.target(row).tolist() for row in range(3)] == targets
    assert packed.source_lengths.tolist() == [3, 1, 0] and packed.target_lengths.tolist() == [1, 2, 1]
    assert packed.lengths.tolist() == [3, 2, 1]


@pytest.mark.parametrize("batch_tokens", [30, 31, 64, 200, 10_000])
def test_no_batch_has_more_tokens_than_asked_for_and_every_pair_is_in_one(batch_tokens: int) -> None:
    pairs = some_pairs()
    kept = pairs.no_longer_than(30)
    lengths = np.sort(pairs.lengths[kept])
    cuts = pairs.cuts(kept, batch_tokens)
    assert [cut[0] for cut in cuts] == [0, *(cut[1] for cut in cuts[:-1])] and cuts[-1][1] == len(kept)
    for start, end in cuts:
        assert (end - start) * lengths[end - 1] <= batch_tokens


def test_a_pair_longer_than_a_batch_is_one_by_itself() -> None:
    pairs = PairTokens.of([[1] * 9, [1] * 9, [1]], [[1], [1], [1]])
    assert pairs.cuts(np.arange(3), 5) == [(0, 1), (1, 2), (2, 3)]


def test_every_pass_has_all_pairs_sorted_by_length_in_another_order() -> None:
    pairs = some_pairs()
    kept = pairs.no_longer_than(20)
    first, second = pairs.order(kept, (0, 0)), pairs.order(kept, (0, 1))
    assert sorted(first) == sorted(second) == kept.tolist() and len(kept) < len(pairs)
    assert first.tolist() != second.tolist()
    assert first.tolist() == pairs.order(kept, (0, 0)).tolist()
    for order in (first, second):
        assert (np.diff(pairs.lengths[order]) >= 0).all()


def test_only_pairs_of_which_both_sides_are_short_are_kept() -> None:
    pairs = PairTokens.of([[1] * 3, [1] * 9, [1] * 3], [[1] * 3, [1], [1] * 9])
    assert pairs.no_longer_than(8).tolist() == [0]


def test_short_rows_are_filled_at_the_right() -> None:
    expected = torch.tensor([[1, 2, 3], [4, 9, 9], [9, 9, 9]])
    assert torch.equal(pad([[1, 2, 3], [4], []], 9), expected)
    assert torch.equal(pad([np.array([1, 2, 3]), np.array([4]), np.array([])], 9), expected)
