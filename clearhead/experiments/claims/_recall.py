"""Sequences that ask what stood there before: symbols, words that mean nothing (noise), a question.

Ids: 0 padding, then the symbols, then as many words of noise, then the question.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from clearhead.experiments.claims._sequence_learning import Asked, Chance
from clearhead.layers.linear_cross_entropy import IGNORE_INDEX

NUM_SYMBOLS = 8
FIRST_SYMBOL, FIRST_NOISE = 1, 1 + NUM_SYMBOLS
QUESTION = FIRST_NOISE + NUM_SYMBOLS
VOCAB_SIZE = QUESTION + 1
GUESSING = 100 / NUM_SYMBOLS
NUM_WORDS = 14
NUM_AROUND = 8
"""Words of noise before and after the two symbols of `which_first`, at least."""
EARLY, LATE = range(4), range(6, 9)
"""Where the symbols of `last_symbol` stand; before and after LATE there are words of noise alone."""


def recall(chance: Chance, count: int, *, distance: int, num_kept: int) -> Asked:
    """Make rows of symbols, `distance` words of noise, and as many questions: which symbols were these, in order?"""
    tokens = noise(chance, count, distance + 2 * num_kept)
    symbols = chance.integers(0, NUM_SYMBOLS, (count, num_kept))
    tokens[:, :num_kept] = FIRST_SYMBOL + symbols
    tokens[:, -num_kept:] = QUESTION
    targets = np.full(tokens.shape, IGNORE_INDEX)
    targets[:, -num_kept:] = symbols
    return Asked((torch.from_numpy(tokens),), torch.from_numpy(targets))


def noise(chance: Chance, count: int, length: int) -> NDArray[np.int64]:
    """Make rows of words that mean nothing."""
    return FIRST_NOISE + chance.integers(0, NUM_SYMBOLS, (count, length))


def last_symbol(chance: Chance, count: int, *, late_share: float) -> Asked:
    """Make rows of noise with an early symbol and, in a share of them, a late one; asked at the end is the last one.

    Rows without a late symbol teach a net to keep the early one.
    """
    tokens = noise(chance, count, NUM_WORDS)
    targets = np.zeros(count, np.int64)
    for stretch, has_one in ((EARLY, np.ones(count, bool)), (LATE, chance.random(count) < late_share)):
        rows = np.flatnonzero(has_one)
        symbols = chance.integers(0, NUM_SYMBOLS, len(rows))
        tokens[rows, chance.integers(stretch.start, stretch.stop, len(rows))] = FIRST_SYMBOL + symbols
        targets[rows] = symbols
    return Asked((torch.from_numpy(tokens),), torch.from_numpy(targets))


def early_symbol(asked: Asked) -> Asked:
    """Return the same rows, asked for the early symbol."""
    tokens = asked.inputs[0]
    places = (tokens < FIRST_NOISE).int().argmax(1, keepdim=True)
    return Asked(asked.inputs, tokens.gather(1, places)[:, 0] - FIRST_SYMBOL)


def which_first(chance: Chance, count: int, *, distance: int) -> Asked:
    """Make rows of noise with one symbol of each half, so far apart; asked is whether that of the second half leads.

    No window that sees one end of a row sees a symbol.
    """
    tokens = noise(chance, count, distance + 3 * NUM_AROUND)
    half = NUM_SYMBOLS // 2
    targets = chance.integers(0, 2, count)
    pair = FIRST_SYMBOL + chance.integers(0, half, (count, 2))
    pair[np.arange(count), 1 - targets] += half
    rows, places = np.arange(count), NUM_AROUND + chance.integers(0, NUM_AROUND, count)
    tokens[rows, places], tokens[rows, places + distance] = pair.T
    return Asked((torch.from_numpy(tokens),), torch.from_numpy(targets))
