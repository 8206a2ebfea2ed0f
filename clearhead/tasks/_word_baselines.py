"""What word vectors are measured against: how frequent words are, and counts of neighbours without a network."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearhead.kernels.hogwild import WordTraining
from clearhead.kernels.word_tables import keep_chances

MOST_WORDS, MOST_IDS = 5000, 2_000_000
SMOOTHING = 0.75
"""Contexts count in proportion to count^0.75: rare ones would otherwise look too telling."""


def frequency_loss(counts: NDArray[np.int64], ids: NDArray[np.int32], training: WordTraining) -> float:
    """Return the loss, in nats per prediction, of who knows how frequent each word is and looks at no neighbour.

    With negative sampling its best answer about a word is the odds that the word comes from the text and not from the
    draws; with a tree or the full softmax it is the word's share of the text.

    Args:
        counts: of the training part.
        ids: the part that is scored; words weigh as much as thinning out leaves of them.
    Source: the optimum in Levy and Goldberg 2014, "Neural Word Embedding as Implicit Matrix Factorization", section
        3.1, without the word that is conditioned on.
    """
    keep = keep_chances(counts, training.sample) / 2.0**32
    share = counts * keep / (counts * keep).sum()
    asked = np.bincount(ids[ids >= 0], minlength=len(counts)) * keep
    asked = asked / asked.sum()
    if training.objective != "negative_sampling":
        return float(-(asked * np.log(share)).sum())
    drawn = counts**training.power / (counts**training.power).sum()
    odds = np.log(share) - np.log(training.num_negatives * drawn)
    right, wrong = np.logaddexp(0, -odds), np.logaddexp(0, odds)
    # A word is never its own counter-example.
    return float((asked * (right + training.num_negatives * ((drawn * wrong).sum() - drawn * wrong))).sum())


def counted_vectors(ids: NDArray[np.int32], vocab_size: int, *, window: int, embedding_dim: int) -> NDArray[np.float32]:
    """Return vectors of the most frequent words from counts of neighbours: positive PMI, then an SVD.

    Source: Levy, Goldberg and Dagan 2015, "Improving Distributional Similarity with Lessons Learned from Word
    Embeddings", TACL 3, sections 2 and 3 (context distribution smoothing, U · √Σ). Differs: the first MOST_IDS ids and
    MOST_WORDS words alone, so that it takes seconds.
    """
    from scipy.sparse.linalg import svds  # type: ignore[import-untyped, unused-ignore]

    num_words = min(vocab_size, MOST_WORDS)
    information = _positive_information(_neighbours(np.array(ids[:MOST_IDS]), num_words, window))
    rank = min(embedding_dim, num_words - 1)
    # A fixed first vector: otherwise it is drawn, and two evaluations would differ in the last digits.
    left, values, _ = svds(information, k=rank, v0=np.ones(num_words))
    return (left * np.sqrt(values)).astype(np.float32)


def _neighbours(ids: NDArray[np.int32], num_words: int, window: int) -> Any:
    """Count how often two words stand in one window, near ones more: a window has a size drawn from 1 to `window`."""
    from scipy.sparse import coo_matrix

    ids = ids[ids < num_words]
    sentence = np.cumsum(ids < 0)
    total: Any = coo_matrix((num_words, num_words), dtype=np.float64).tocsr()
    for offset in range(1, min(window, len(ids) - 1) + 1):
        left, right = ids[:-offset], ids[offset:]
        is_pair = (left >= 0) & (right >= 0) & (sentence[:-offset] == sentence[offset:])
        weights = np.full(int(is_pair.sum()), (window - offset + 1) / window)
        total = total + coo_matrix((weights, (left[is_pair], right[is_pair])), shape=total.shape).tocsr()
    return total + total.T


def _positive_information(counts: Any) -> Any:
    """Replace each count by its pointwise mutual information, 0 where that is negative."""
    counts = counts.tocoo()
    words = np.asarray(counts.sum(1)).ravel()
    contexts = words**SMOOTHING / (words**SMOOTHING).sum()
    information = np.log(counts.data / (words[counts.row] * contexts[counts.col]))
    counts.data = np.maximum(information, 0)
    return counts.tocsr()
