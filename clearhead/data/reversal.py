"""Words of random letters to the same letters backwards: the smallest task that needs attention to every place."""

import random
import string

from clearhead.data._pairs_made import NUM_PAIRS, MadePairs

VERSION = 1
"""Raise it whenever a pair changes."""
MIN_LETTERS = 3
MAX_LETTERS = 12


def open_pairs(*, num_pairs: int = NUM_PAIRS, seed: int = 0) -> MadePairs:
    """Open words and their reversals as pairs.

    Args:
        num_pairs: how many are for training; a twentieth as many more are for validation, and as many for test.
        seed: another seed, other words.
    """
    return MadePairs(
        name="reversal",
        languages=("word", "reversed"),
        make=_make,
        version=VERSION,
        about="Words of letters and the same backwards",
        count=num_pairs,
        seed=seed,
    )


def _make(chance: random.Random) -> tuple[str, str]:
    word = "".join(chance.choices(string.ascii_lowercase, k=chance.randint(MIN_LETTERS, MAX_LETTERS)))
    return word, word[::-1]
