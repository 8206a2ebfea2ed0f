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
