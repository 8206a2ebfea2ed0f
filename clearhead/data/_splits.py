"""Which examples are for validation, by a fixed hash of what they hold."""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

VALID_SHARE = 0.1
NUM_DRAWS = 8
MIN_EXAMPLES = 20
"""Fewer are not split: a truth table has four rows, and each of them is needed."""
TOO_FEW = (
    "Too few different examples to set some aside: validation uses the training examples, so its score does not tell "
    "how new ones will do. Name others for validation with --valid."
)
_DRAW_BYTES = 8


def is_valid_side(contents: Iterable[bytes], draw: int) -> NDArray[np.bool_]:
    """Draw the side of each example by its content: equal ones are on one side, wherever they stand.

    Args:
        draw: from 0 to `NUM_DRAWS` - 1; another draw splits otherwise, for a set that one splits badly.
    """
    limit = int(VALID_SHARE * 256**_DRAW_BYTES)
    place = slice(draw * _DRAW_BYTES, (draw + 1) * _DRAW_BYTES)
    return np.fromiter((int.from_bytes(blake2b(content).digest()[place], "big") < limit for content in contents), bool)


def is_fair(num_valid: int, num_examples: int) -> bool:
    """Whether a draw gives validation between a half and twice its share, and leaves something on both sides."""
    wanted = VALID_SHARE * num_examples
    return num_examples >= MIN_EXAMPLES and 0 < num_valid < num_examples and wanted / 2 <= num_valid <= 2 * wanted
