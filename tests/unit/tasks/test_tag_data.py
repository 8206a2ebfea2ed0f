"""Batches of tagged sentences, and the pieces and windows of long ones."""

import numpy as np
import pytest

from clearhead.tasks._tag_data import Joints, cut_pieces, epoch_batches, padded_tags, windows

OUTSIDE, BEGINS, GOES_ON = 0, 1, 2
JOINTS = Joints(may_end=np.array([True, True, True]), may_start=np.array([True, True, False]))


@pytest.mark.parametrize("limit", [1, 2, 3, 8, 9])
@pytest.mark.parametrize("length", [1, 2, 7, 8, 9, 16, 17, 50])
def test_windows_take_every_word_once_from_within_what_they_read(length: int, limit: int) -> None:
    found = windows(length, limit)
    assert [word for _, first, end in found for word in range(first, end)] == list(range(length))
    for start, first, end in found:
        assert start <= first and end <= start + limit and start >= 0 and start + limit <= max(length, limit)


def test_a_word_far_from_the_ends_is_read_with_words_on_both_sides() -> None:
    for start, first, end in windows(100, 20):
        assert first == 0 or first - start >= 4
        assert end == 100 or start + 20 - end >= 4


def test_pieces_are_as_long_as_they_may_be_and_begin_where_a_tag_may_stand() -> None:
    row = np.array([OUTSIDE, OUTSIDE, BEGINS, GOES_ON, GOES_ON, OUTSIDE, OUTSIDE, BEGINS])
    pieces, num_cut = cut_pieces([row, row[:3]], 4, JOINTS, ["a", "b"])
    # The first cannot end at 3 or 4, within the entity.
    assert pieces == [(0, 0, 2), (0, 2, 6), (0, 6, 8), (1, 0, 3)]
    assert num_cut == 1


def test_without_spans_pieces_are_simply_as_long_as_they_may_be() -> None:
    free = Joints(np.array([True] * 3), np.array([True] * 3))
    assert cut_pieces([np.array([OUTSIDE, BEGINS, GOES_ON, GOES_ON, GOES_ON])], 2, free, ["a"])[0] == [
        (0, 0, 2),
        (0, 2, 4),
        (0, 4, 5),
    ]


def test_every_pass_has_each_sentence_once_in_as_many_batches_of_like_lengths() -> None:
    lengths = np.random.default_rng(0).integers(1, 60, 103)
    first, second = (epoch_batches(lengths, 10, (0, epoch)) for epoch in (0, 1))
    assert len(first) == len(second) == 11
    for batches in (first, second):
        assert sorted(np.concatenate(batches).tolist()) == list(range(103))
        assert np.mean([np.ptp(lengths[batch]) for batch in batches]) < 12
    assert [batch.tolist() for batch in first] != [batch.tolist() for batch in second]
    again = epoch_batches(lengths, 10, (0, 0))
    assert [batch.tolist() for batch in again] == [batch.tolist() for batch in first]


def test_unknown_tags_and_what_is_beyond_the_end_count_for_nothing() -> None:
    assert padded_tags([np.array([1, -1, 2]), np.array([0])]).tolist() == [[1, -100, 2], [0, -100, -100]]
