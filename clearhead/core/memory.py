"""Memory of files that are mapped: giving pages back, and taking rows without keeping the whole file resident."""

import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

_PIECE_BYTES = 8 << 20


def let_go(array: NDArray[Any]) -> None:
    """Give back the memory of a mapped file's pages that were read; they come again when they are asked for.

    Random rows touch a page each, so that after a while a whole file would be resident. Where the system offers no
    such call (Windows) it takes pages back by itself when memory runs short.
    """
    mapped = getattr(array, "_mmap", None)
    if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def take_rows(array: NDArray[Any], rows: NDArray[np.int64]) -> NDArray[Any]:
    """Return rows of an array, given in rising order; of a mapped file only a small part is in memory at a time."""
    if getattr(array, "_mmap", None) is None:
        return array[rows]
    taken = np.empty((len(rows), *array.shape[1:]), array.dtype)
    step = max(1, _PIECE_BYTES // max(1, array[:1].nbytes))
    done = 0
    for start in range(0, len(array), step):
        end = int(np.searchsorted(rows, start + step))
        if end > done:
            taken[done:end] = array[rows[done:end]]
            let_go(array)
        done = end
    return taken
