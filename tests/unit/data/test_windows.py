"""Training windows are a pure function of the step; validation windows say every token but the first once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearhead.data._windows import IGNORE_INDEX, check_lengths, train_batch, valid_streams, valid_windows


def starts_of_epoch(num_tokens: int, context_length: int, *, epoch: int, seed: int = 3) -> list[int]:
    """Where the windows of an epoch begin: tokens that count up tell it."""
    tokens = np.arange(num_tokens, dtype=np.uint32)
    num_windows = (num_tokens - 1) // context_length
    inputs, _ = train_batch(tokens, step=epoch, seed=seed, batch_size=num_windows, context_length=context_length)
    return inputs[:, 0].tolist()


@settings(deadline=None, max_examples=200)
@given(st.integers(2, 3000), st.integers(1, 300), st.integers(0, 50), st.integers(-5, 2**70))
def test_every_epoch_takes_each_window_once(num_tokens: int, context_length: int, epoch: int, seed: int) -> None:
    if num_tokens <= context_length:
        return
    starts = sorted(starts_of_epoch(num_tokens, context_length, epoch=epoch, seed=seed))
    assert len(starts) == (num_tokens - 1) // context_length == len(set(starts))
    assert 0 <= starts[0] < context_length
    assert starts[-1] + context_length < num_tokens
    steps = np.diff(starts)
    assert (steps[:-1] == context_length).all() and (steps <= context_length).all(), "only the last may overlap"


def test_full_windows_are_never_left_out() -> None:
    for epoch in range(50):
        starts = sorted(starts_of_epoch(1000, 64, epoch=epoch))
        fitting = list(range(starts[0], 1000 - 64, 64))
        assert starts[: len(fitting)] == fitting or starts == [*fitting[:-1], fitting[-1]]


def test_epochs_differ_in_order_and_offset() -> None:
    epochs = [starts_of_epoch(100_000, 64, epoch=epoch) for epoch in range(10)]
    orders = {tuple(np.argsort(np.argsort(starts))) for starts in epochs}
    assert len(orders) == 10
    assert len({min(starts) for starts in epochs}) > 5


def test_seeds_differ_and_the_same_arguments_give_the_same_batch() -> None:
    tokens = np.arange(10_000, dtype=np.uint16)
    first = train_batch(tokens, step=7, seed=1, batch_size=8, context_length=32)
    again = train_batch(tokens, step=7, seed=1, batch_size=8, context_length=32)
    other = train_batch(tokens, step=7, seed=2, batch_size=8, context_length=32)
    assert np.array_equal(first[0], again[0]) and np.array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


def test_the_batch_of_a_step_never_changes_between_versions() -> None:
    inputs, _ = train_batch(np.arange(10_000, dtype=np.uint16), step=7, seed=1, batch_size=4, context_length=32)
    assert inputs[:, 0].tolist() == [4688, 7728, 2544, 5040], "a resumed run would read other text"


def test_every_place_in_the_order_is_equally_likely_for_every_window() -> None:
    num_windows, num_epochs = 6, 3000
    tokens = np.arange(num_windows * 10 + 1, dtype=np.uint16)
    inputs, _ = train_batch(tokens, step=0, seed=5, batch_size=num_windows * num_epochs, context_length=10)
    windows = inputs[:, 0].reshape(num_epochs, num_windows).argsort(axis=1).argsort(axis=1)
    counts = np.stack([np.bincount(windows[:, place], minlength=num_windows) for place in range(num_windows)])
    expected = num_epochs / num_windows
    # 25 degrees of freedom: 52.6 is exceeded once in a thousand fair shuffles; the seed is fixed.
    assert ((counts - expected) ** 2 / expected).sum() < 52.6


def test_targets_are_the_inputs_moved_by_one() -> None:
    tokens = np.random.default_rng(0).integers(0, 60_000, 5000).astype(np.uint16)
    inputs, targets = train_batch(tokens, step=3, seed=0, batch_size=16, context_length=50)
    assert inputs.dtype == targets.dtype == np.int64 and inputs.shape == targets.shape == (16, 50)
    assert np.array_equal(inputs[:, 1:], targets[:, :-1])
    pairs = set(zip(tokens[:-1].tolist(), tokens[1:].tolist(), strict=True))
    assert set(zip(inputs[:, -1].tolist(), targets[:, -1].tolist(), strict=True)) <= pairs


def test_a_batch_runs_through_the_border_of_an_epoch() -> None:
    tokens = np.arange(64 * 10 + 1, dtype=np.uint16)  # ten windows an epoch
    batches = [train_batch(tokens, step=step, seed=0, batch_size=4, context_length=64)[0] for step in range(5)]
    rows = np.concatenate(batches)[:, 0]
    assert rows[:10].tolist() == starts_of_epoch(641, 64, epoch=0, seed=0)
    assert rows[10:].tolist() == starts_of_epoch(641, 64, epoch=1, seed=0)


@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 1000))
def test_the_shares_of_all_processes_make_the_whole_batch(world_size: int, rows: int, step: int) -> None:
    tokens = np.arange(3000, dtype=np.uint16)
    batch_size = world_size * rows
    whole, _ = train_batch(tokens, step=step, seed=9, batch_size=batch_size, context_length=16)
    shares = [
        train_batch(
            tokens, step=step, seed=9, batch_size=batch_size, context_length=16, rank=rank, world_size=world_size
        )[0]
        for rank in range(world_size)
    ]
    assert np.array_equal(np.concatenate(shares), whole)


@given(st.integers(2, 500), st.integers(1, 70), st.integers(1, 9), st.integers(1, 4))
def test_validation_says_every_token_but_the_first_once(
    num_tokens: int, context_length: int, batch_size: int, world_size: int
) -> None:
    tokens = np.arange(1, num_tokens + 1, dtype=np.uint16)
    said: list[int] = []
    for rank in range(world_size):
        for inputs, targets in valid_windows(
            tokens, context_length=context_length, batch_size=batch_size, rank=rank, world_size=world_size
        ):
            assert inputs.shape == targets.shape and inputs.shape[1] == context_length
            assert 1 <= len(inputs) <= batch_size
            counted = targets != IGNORE_INDEX
            assert (targets[counted] == inputs[counted] + 1).all()
            said += targets[counted].tolist()
    assert sorted(said) == list(range(2, num_tokens + 1))


@given(st.integers(20, 3000), st.integers(1, 40), st.integers(1, 60), st.integers(0, 1000), st.integers(1, 3))
def test_what_is_carried_stands_before_the_windows_in_the_text(
    num_tokens: int, context_length: int, carried_length: int, step: int, world_size: int
) -> None:
    if num_tokens <= context_length:
        return
    tokens = np.arange(num_tokens, dtype=np.uint16)
    sizes = {"step": step, "seed": 4, "batch_size": 2 * world_size, "context_length": context_length}
    plain = train_batch(tokens, **sizes)
    inputs, targets, carried = train_batch(tokens, **sizes, carried_length=carried_length)
    assert np.array_equal(inputs, plain[0]) and np.array_equal(targets, plain[1])
    assert carried.shape == (2 * world_size, min(carried_length, inputs[:, 0].min()))
    assert np.array_equal(
        np.diff(np.concatenate([carried, inputs], 1)), np.ones((len(inputs), inputs.shape[1] - 1 + carried.shape[1]))
    )
    shares = [
        train_batch(tokens, **sizes, carried_length=carried_length, rank=rank, world_size=world_size)[2]
        for rank in range(world_size)
    ]
    assert np.array_equal(np.concatenate(shares), carried), "it must not depend on how many processes share the step"


@given(st.integers(2, 600), st.integers(1, 70), st.integers(0, 30), st.integers(1, 9))
def test_streams_go_on_where_they_ended_and_say_every_token_but_the_first_once(
    num_tokens: int, context_length: int, carried_length: int, num_streams: int
) -> None:
    tokens = np.arange(1, num_tokens + 1, dtype=np.uint16)
    carried, windows = valid_streams(
        tokens, context_length=context_length, carried_length=carried_length, num_streams=num_streams
    )
    batches = list(windows)
    assert all(inputs.shape == targets.shape and inputs.shape[1] <= context_length for inputs, targets in batches)
    inputs, targets = (np.concatenate(parts, 1) for parts in zip(*batches, strict=True))
    counted = targets != IGNORE_INDEX
    assert len(inputs) <= num_streams and carried.shape == (len(inputs), carried_length)
    assert (targets[counted] == inputs[counted] + 1).all()
    assert sorted(targets[counted].tolist()) == list(range(2, num_tokens + 1))
    for before, row, is_counted in zip(carried, inputs, counted, strict=True):
        read = [*before[before != IGNORE_INDEX].tolist(), *row[is_counted].tolist()]
        assert read == list(range(read[0], read[0] + len(read)))
        assert len(read) - is_counted.sum() == min(carried_length, row[0] - 1)
        assert (before[: int((before == IGNORE_INDEX).sum())] == IGNORE_INDEX).all(), "only the left is filled"


def test_windows_read_a_memory_map_without_a_copy_of_it(tmp_path) -> None:
    path = tmp_path / "tokens.bin"
    np.arange(2000, dtype="<u2").tofile(path)
    mapped = np.memmap(path, dtype="<u2", mode="r")
    in_memory = np.fromfile(path, dtype="<u2")
    from_map = train_batch(mapped, step=2, seed=1, batch_size=4, context_length=100)
    assert np.array_equal(from_map[0], train_batch(in_memory, step=2, seed=1, batch_size=4, context_length=100)[0])
    assert from_map[0].flags.writeable, "a tensor is made of it without a warning"


def test_a_training_part_shorter_than_the_context_is_refused_with_both_numbers() -> None:
    tokens = np.zeros(120, dtype=np.uint16)
    with pytest.raises(ValueError, match=r"context_length \+ 1 = 257 tokens, got 120\. .* at most 119"):
        train_batch(tokens, step=0, seed=0, batch_size=1, context_length=256)
    with pytest.raises(ValueError, match=r"context_length \+ 1 = 257 tokens, got 120\. .* at most 119"):
        check_lengths(120, 50, 256)


def test_a_validation_part_without_a_target_is_refused_with_both_numbers() -> None:
    with pytest.raises(ValueError, match=r"at least 2 tokens, got 1\. .*--valid"):
        next(valid_windows(np.zeros(1, dtype=np.uint16), context_length=8, batch_size=1))
    with pytest.raises(ValueError, match=r"at least 2 tokens, got 1\. .*--valid"):
        valid_streams(np.zeros(1, dtype=np.uint16), context_length=8, carried_length=4, num_streams=2)
    with pytest.raises(ValueError, match=r"at least 2 tokens, got 1 \(the training part has 900\)"):
        check_lengths(900, 1, 256)
    check_lengths(257, 2, 256)


def test_impossible_sizes_are_refused() -> None:
    tokens = np.zeros(100, dtype=np.uint16)
    with pytest.raises(ValueError, match=r"multiple of world_size, got batch_size=7, world_size=2\. Use 8"):
        train_batch(tokens, step=0, seed=0, batch_size=7, context_length=8, world_size=2)
    with pytest.raises(ValueError, match="got step=-1"):
        train_batch(tokens, step=-1, seed=0, batch_size=7, context_length=8)
    with pytest.raises(ValueError, match="rank=2, world_size=2"):
        train_batch(tokens, step=0, seed=0, batch_size=8, context_length=8, rank=2, world_size=2)
