"""Texts as tokens: packed, padded, cut into batches, with distances to what is marked."""

import numpy as np

from clearhead.tasks._text_data import TextTokens, bucketed, without_words

ROWS = [[7, 8, 9], [10], [11, 12], [13, 14, 15, 16]]


def test_texts_are_laid_beside_each_other_with_padding_at_the_right() -> None:
    packed = TextTokens.of(ROWS)
    assert len(packed) == 4 and packed.lengths.tolist() == [3, 1, 2, 4]
    assert packed.padded(np.array([2, 0])).tolist() == [[11, 12, 0], [7, 8, 9]]
    assert packed.padded(np.array([3])).tolist() == [[13, 14, 15, 16]]


def test_distances_are_0_inside_a_span_and_end_at_the_furthest() -> None:
    packed = TextTokens.of([[9] * 6, [9] * 3], [[[2, 3], [5, 5]], [[0, 0], [2, 2]]])
    ids = packed.distances(np.array([0, 1]), furthest=2)
    # id = 1 + furthest + distance; 0 is padding
    assert ids[0, :, 0].tolist() == [1, 2, 3, 3, 4, 5]
    assert ids[0, :, 1].tolist() == [1, 1, 1, 1, 2, 3]
    assert ids[1].tolist() == [[3, 1], [4, 2], [5, 3], [0, 0], [0, 0], [0, 0]]


def test_pieces_of_about_one_length_hold_every_text_once_and_no_more_tokens_than_told() -> None:
    chance = np.random.default_rng(0)
    packed = TextTokens.of([[5] * int(length) for length in chance.integers(1, 50, 300)])
    pieces = packed.by_length(200)
    assert sorted(np.concatenate(pieces).tolist()) == list(range(300))
    assert all(len(piece) * int(packed.lengths[piece].max()) <= 200 for piece in pieces)


def test_a_pass_has_each_text_once_in_whole_batches_of_about_one_length() -> None:
    lengths = np.random.default_rng(0).integers(1, 100, 1000)
    rows = np.arange(0, 1000, 2)
    batches = bucketed(lengths, rows, 16, (0, 0))
    assert batches.shape == (500 // 16, 16)
    assert len(set(batches.ravel())) == batches.size and set(batches.ravel()) <= set(rows)
    filled = lengths[batches].max(1).sum() * 16 / lengths[batches].sum()
    mixed = lengths[np.sort(batches.ravel()).reshape(-1, 16)]
    assert filled < 1.2 < mixed.max(1).sum() * 16 / mixed.sum()


def test_another_pass_brings_others_together_and_the_same_one_the_same() -> None:
    lengths = np.random.default_rng(0).integers(1, 100, 1000)
    first, again, second = (bucketed(lengths, np.arange(1000), 16, (0, epoch)) for epoch in (0, 0, 1))
    assert (first == again).all()
    assert not {frozenset(batch) for batch in first.tolist()} & {frozenset(batch) for batch in second.tolist()}


def test_fewer_texts_than_a_batch_are_one_batch() -> None:
    assert bucketed(np.array([3, 1, 2]), np.arange(3), 16, (0, 0)).shape == (1, 3)


def test_hidden_words_are_a_share_of_the_words_and_no_control_token() -> None:
    tokens = np.tile(np.array([0, 1, 2, 7, 8]), (2000, 1))
    hidden = without_words(tokens, 0.3, first_id=3, unknown_id=1, seed=(0, 0))
    assert (hidden[:, :3] == tokens[:, :3]).all()
    changed = hidden[:, 3:] != tokens[:, 3:]
    assert (hidden[:, 3:][changed] == 1).all()
    assert 0.27 < changed.mean() < 0.33
