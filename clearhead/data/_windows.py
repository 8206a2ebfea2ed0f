"""Windows of a long row of tokens: random ones to train on, all of them in order to validate on.

A training batch is a pure function of the step, so that a resumed run needs no state and several processes no messages:
the order of an epoch's windows comes from a keyed permutation that is computed where it is asked for, never stored.

Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators" (the mixing of 64 bits);
Black and Rogaway 2002, "Ciphers with arbitrary finite domains" (a Feistel network, walked until it lands inside).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

IGNORE_INDEX = -100
_ROUNDS = 10
"""Even: halves of unequal width must come back to their places."""

Tokens = NDArray[Any]
Batch = tuple[NDArray[np.int64], ...]


def train_batch(
    tokens: Tokens,
    *,
    step: int,
    seed: int,
    batch_size: int,
    context_length: int,
    carried_length: int = 0,
    rank: int = 0,
    world_size: int = 1,
) -> Batch:
    """Return the windows of one step; the same arguments give the same windows, always.

    An epoch starts at an offset of its own below `context_length` and takes all windows that fit behind each other from
    there, once each, in an order of its own. When the offset leaves no room for as many windows as another would, the
    last window of all joins them (it overlaps its neighbour), so that every epoch has equally many. A batch that an
    epoch does not fill goes on with the next epoch.

    Args:
        tokens: the training part, at least context_length + 1 tokens.
        batch_size: windows of the whole step, over all processes.
        carried_length: tokens before each window that are wanted too. A step with a window near the start of the text
            has fewer, for all its windows, so that none needs filling.
        rank: this process, which gets its own `batch_size / world_size` windows of the step.
    Returns:
        (inputs, targets), each (batch, seq); targets are the inputs moved by one token. With carried_length a third
        array: the tokens before each window.
    Raises:
        ValueError: too few tokens, or sizes that do not fit.
    """
    if len(tokens) <= context_length or context_length < 1:
        raise ValueError(_too_short(len(tokens), context_length))
    if batch_size < 1 or batch_size % world_size != 0:
        raise ValueError(
            f"train_batch.batch_size must be a multiple of world_size, got batch_size={batch_size}, "
            f"world_size={world_size}. Use {max(1, round(batch_size / world_size)) * world_size}."
        )
    if step < 0 or not 0 <= rank < world_size:
        raise ValueError(
            f"train_batch.step and rank must be 0 or more and rank below world_size, "
            f"got step={step}, rank={rank}, world_size={world_size}. Count both from 0."
        )
    num_windows = (len(tokens) - 1) // context_length
    first = step * batch_size
    epoch, index = np.divmod(np.arange(first, first + batch_size, dtype=np.uint64), np.uint64(num_windows))
    key = _mix(_mix(epoch) ^ np.uint64(seed % 2**64))
    offset = _mix(key) % np.uint64(context_length)
    start = _permute(index, key, num_windows) * np.uint64(context_length) + offset
    start = np.minimum(start, np.uint64(len(tokens) - 1 - context_length)).astype(np.int64)
    before = min(carried_length, int(start.min()))
    share = batch_size // world_size
    start = start[rank * share : (rank + 1) * share]
    windows = sliding_window_view(tokens, context_length + 1)[start]
    found = windows[:, :-1].astype(np.int64), windows[:, 1:].astype(np.int64)
    if not carried_length:
        return found
    return *found, np.asarray(tokens[start[:, None] + np.arange(-before, 0)], dtype=np.int64)


def valid_windows(
    tokens: Tokens, *, context_length: int, batch_size: int, rank: int = 0, world_size: int = 1
) -> Iterator[Batch]:
    """Yield all windows in order, none overlapping: every token but the first is a target exactly once.

    Args:
        tokens: the validation part, at least 2 tokens.
        rank: this process; of every `world_size` windows it gets one.
    Returns:
        Batches (inputs, targets), each (batch, seq). The last batch may have fewer windows; the last window is filled
        up with token 0 as input and IGNORE_INDEX as target.
    Raises:
        ValueError: fewer than 2 tokens.
    """
    num_targets = len(tokens) - 1
    if num_targets < 1:
        raise ValueError(_nothing_to_validate(len(tokens)))
    starts = np.arange(rank * context_length, num_targets, world_size * context_length)
    for place in range(0, len(starts), batch_size):
        rows = starts[place : place + batch_size]
        inputs = np.zeros((len(rows), context_length), dtype=np.int64)
        targets = np.full((len(rows), context_length), IGNORE_INDEX, dtype=np.int64)
        for row, start in enumerate(rows):
            length = min(context_length, num_targets - start)
            inputs[row, :length] = tokens[start : start + length]
            targets[row, :length] = tokens[start + 1 : start + 1 + length]
        yield inputs, targets


def valid_streams(
    tokens: Tokens, *, context_length: int, carried_length: int, num_streams: int
) -> tuple[NDArray[np.int64], Iterator[Batch]]:
    """Cut a text into streams that are read side by side, each in windows that go on where the last one ended.

    Every token but the first is a target exactly once. What stands before a stream is read without being scored, so
    that its first windows are not read without a state.

    Args:
        tokens: the validation part, at least 2 tokens.
        num_streams: how many at most; a text of few tokens has fewer.
    Returns:
        What is read first, (streams, carried_length), filled at the left with IGNORE_INDEX where the text has not yet
        begun; and batches (inputs, targets), each (streams, seq). Streams that have ended read token 0, with targets
        IGNORE_INDEX.
    Raises:
        ValueError: fewer than 2 tokens.
    """
    num_targets = len(tokens) - 1
    if num_targets < 1:
        raise ValueError(_nothing_to_validate(len(tokens)))
    length = -(-num_targets // num_streams)
    first = np.arange(0, num_targets, length)[:, None]

    def windows() -> Iterator[Batch]:
        for begin in range(0, length, context_length):
            places = first + np.arange(begin, min(begin + context_length, length))
            is_text, places = places < num_targets, np.minimum(places, num_targets - 1)
            inputs, targets = (np.asarray(tokens[places + ahead], dtype=np.int64) for ahead in (0, 1))
            yield np.where(is_text, inputs, 0), np.where(is_text, targets, IGNORE_INDEX)

    before = first + np.arange(-carried_length, 0)
    carried = np.asarray(tokens[np.maximum(before, 0)], dtype=np.int64)
    return np.where(before >= 0, carried, IGNORE_INDEX), windows()


def check_lengths(num_train_tokens: int, num_valid_tokens: int, context_length: int) -> None:
    """Refuse a text that is too short, before any model is built.

    Raises:
        ValueError: training part without one full window, or validation part without a target; both numbers are told.
    """
    if num_train_tokens <= context_length:
        raise ValueError(_too_short(num_train_tokens, context_length))
    if num_valid_tokens < 2:
        raise ValueError(
            f"The validation part must hold at least 2 tokens, got {num_valid_tokens} "
            f"(the training part has {num_train_tokens}). Give more text, or name a validation text with --valid."
        )


def _nothing_to_validate(num_tokens: int) -> str:
    return (
        f"The validation part must hold at least 2 tokens, got {num_tokens}. "
        "Give more text, or name a longer one for validation with --valid."
    )


def _too_short(num_tokens: int, context_length: int) -> str:
    shorter = f"use a context_length of at most {num_tokens - 1}" if num_tokens > 1 else "check what was read"
    return (
        f"The training part must hold at least context_length + 1 = {context_length + 1} tokens, got {num_tokens}. "
        f"Give more text, or {shorter}."
    )


def _permute(index: NDArray[np.uint64], key: NDArray[np.uint64], size: int) -> NDArray[np.uint64]:
    """Send each index below `size` to another one, without collisions under the same key."""
    bits = max(1, (size - 1).bit_length())
    result = _scramble(index, key, bits)
    outside = np.flatnonzero(result >= size)
    while outside.size:
        result[outside] = _scramble(result[outside], key[outside], bits)
        outside = outside[result[outside] >= size]
    return result


def _scramble(index: NDArray[np.uint64], key: NDArray[np.uint64], bits: int) -> NDArray[np.uint64]:
    """Permute the numbers of `bits` bits: each round adds a keyed hash of one half to the other half."""
    left_bits, right_bits = bits // 2, bits - bits // 2
    left, right = index >> np.uint64(right_bits), index & np.uint64(2**right_bits - 1)
    for number in range(_ROUNDS):
        noise = _mix(right + key + np.uint64(number << 48))
        left, right = right, left ^ (noise & np.uint64(2**left_bits - 1))
        left_bits, right_bits = right_bits, left_bits
    return (left << np.uint64(right_bits)) | right


def _mix(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Hash 64 bits: every bit of the result depends on every bit of the value."""
    value = value + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))
