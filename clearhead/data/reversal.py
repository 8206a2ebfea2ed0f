"""Words of random letters to the same letters backwards: the smallest task that needs attention to every place."""

import random
import string

from clearhead.data._pairs_made import MadePairs, pairs_asked

VERSION = 1
"""Raise it whenever a pair changes."""
MIN_LETTERS = 3
MAX_LETTERS = 12


def open_pairs(variant: str = "", *, num_pairs: int | None = None, seed: int = 0) -> MadePairs:
    """Open words and their reversals as pairs.

    Args:
        variant: how many pairs: "100000"; nothing for the usual number.
        num_pairs: how many are for training; a twentieth as many more (at most 1,000) are for validation, and as many
            for test. None goes by the variant.
        seed: another seed, other words.
    """
    named, asked = pairs_asked(variant, where="reversal")
    if named:
        raise ValueError(f"reversal must be given with a number of pairs, got {named!r}. Use reversal:100000.")
    return MadePairs(
        name="reversal",
        languages=("word", "reversed"),
        make=_make,
        version=VERSION,
        about="Words of letters and the same backwards",
        count=asked if num_pairs is None else num_pairs,
        seed=seed,
    )


def _make(chance: random.Random) -> tuple[str, str]:
    word = "".join(chance.choices(string.ascii_lowercase, k=chance.randint(MIN_LETTERS, MAX_LETTERS)))
    return word, word[::-1]
