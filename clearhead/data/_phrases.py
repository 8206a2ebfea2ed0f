"""Words that follow each other more often than by chance become one word: new york → new_york.

Source: Mikolov et al. 2013b, arXiv 1310.4546, section 4, as word2phrase.c computes it: (count(a b) − min_count) /
(count(a) · count(b)) · words of the text must exceed the threshold; joined greedily from the left.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAX_PAIRS = 50_000_000
"""Different pairs counted at once; beyond, those seen least are forgotten, as in word2phrase.c."""
JOINT = "_"


def join_phrases(
    chunks: Callable[[], Iterable[NDArray[np.int32]]],
    words: list[str],
    out: Path,
    *,
    min_count: int,
    threshold: float,
) -> list[str]:
    """Write the text again with its phrases joined; return the words with the phrases behind them.

    Args:
        chunks: reads the text from its start: numbers of words, negative ones between sentences.
        out: file for the new numbers, little-endian int32.
    """
    counts, pairs, pair_counts = _count(chunks(), len(words), min_count)
    left, right = pairs // len(words), pairs % len(words)
    score = (pair_counts - min_count) / (counts[left] * counts[right]).astype(np.float64) * counts.sum()
    is_phrase = (score > threshold) & (counts[left] >= min_count) & (counts[right] >= min_count)
    phrases = pairs[is_phrase]  # sorted, as `_count` returns them
    joined = [f"{words[a]}{JOINT}{words[b]}" for a, b in zip(left[is_phrase], right[is_phrase], strict=True)]
    known = {word: index for index, word in enumerate(words)}
    numbers, all_words = [], list(words)
    for word in joined:  # a_b may be a word of the text already, or the same words joined in another order
        if word not in known:
            known[word] = len(all_words)
            all_words.append(word)
        numbers.append(known[word])
    number_of = np.array(numbers, np.int64)
    with out.open("wb") as file:
        for ids in chunks():
            file.write(_join(ids, len(words), phrases, number_of).astype("<i4").tobytes())
    return all_words


def _count(
    chunks: Iterable[NDArray[np.int32]], num_words: int, min_count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Count words and pairs; a pair (a, b) is the number a · num_words + b, and pairs are sorted."""
    counts = np.zeros(num_words, np.int64)
    pairs, pair_counts = np.empty(0, np.int64), np.empty(0, np.int64)
    least = 1
    for ids in chunks:
        counts += np.bincount(ids[ids >= 0], minlength=num_words)
        keys, _ = _pairs(ids, num_words)
        more, more_counts = np.unique(keys, return_counts=True)
        merged, places = np.unique(np.concatenate([pairs, more]), return_inverse=True)
        total = np.bincount(places, weights=np.concatenate([pair_counts, more_counts]), minlength=len(merged))
        pairs, pair_counts = merged, total.astype(np.int64)
        while len(pairs) > MAX_PAIRS:
            is_kept = pair_counts > least
            pairs, pair_counts, least = pairs[is_kept], pair_counts[is_kept], least + 1
    is_frequent = pair_counts > min_count  # only such pairs have a score above 0
    return counts, pairs[is_frequent], pair_counts[is_frequent]


def _pairs(ids: NDArray[np.int32], num_words: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the numbers of the pairs of neighbours within sentences, and where each begins."""
    places = np.flatnonzero((ids[:-1] >= 0) & (ids[1:] >= 0))
    return ids[places].astype(np.int64) * num_words + ids[places + 1], places


def _join(
    ids: NDArray[np.int32], num_words: int, phrases: NDArray[np.int64], number_of: NDArray[np.int64]
) -> NDArray[np.int32]:
    if not len(phrases):
        return ids
    keys, places = _pairs(ids, num_words)
    found = np.minimum(np.searchsorted(phrases, keys), len(phrases) - 1)
    is_phrase = phrases[found] == keys
    starts, numbers = places[is_phrase], number_of[found[is_phrase]]
    # In a run of overlapping pairs (a b c: both "a b" and "b c") every second one is taken, from the left.
    begins_run = np.diff(starts, prepend=-2) > 1
    run = np.cumsum(begins_run) - 1
    offset = np.arange(len(starts)) - np.flatnonzero(begins_run)[run]
    taken = offset % 2 == 0
    result = ids.copy()
    result[starts[taken]] = numbers[taken]
    return np.delete(result, starts[taken] + 1)
