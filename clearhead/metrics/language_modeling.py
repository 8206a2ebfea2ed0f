"""How well a text is predicted, in figures that can be compared between tokenizers."""

import math

import numpy as np


def perplexity(nats: float, num_tokens: int) -> float:
    """Return e^(mean loss): between how many equally likely tokens the model hesitates."""
    return math.exp(min(nats / max(1, num_tokens), 700.0))


def bits_per_byte(nats: float, num_bytes: int) -> float:
    """Return the bits an ideal coder would spend on each byte of UTF-8 text with this model's probabilities.

    Unlike loss per token it does not depend on how the text was cut into tokens.
    """
    return nats / math.log(2) / max(1, num_bytes)


def bigram_nats(train: np.ndarray, valid: np.ndarray, vocab_size: int) -> float:
    """Score the bigram model: count which token follows which in `train`, predict `valid` from the counts.

    Each pair's probability is interpolated with the single token's by Witten–Bell smoothing: the weight of a context's
    own counts is n / (n + t), with n its occurrences and t the different tokens seen after it.

    Returns:
        The summed −log p over all tokens of `valid` but the first, in nats.

    Source: Witten and Bell 1991, "The zero-frequency problem", method C.
    """
    unigram = (np.bincount(train, minlength=vocab_size) + 1.0) / (len(train) + vocab_size)
    pair_keys = train[:-1].astype(np.int64) * vocab_size + train[1:]
    keys, counts = np.unique(pair_keys, return_counts=True)
    contexts = keys // vocab_size
    context_counts = np.bincount(train[:-1], minlength=vocab_size).astype(np.float64)
    followers = np.bincount(contexts, minlength=vocab_size).astype(np.float64)

    wanted = valid[:-1].astype(np.int64) * vocab_size + valid[1:]
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    pair_counts = np.where(keys[place] == wanted, counts[place], 0)
    context, target = valid[:-1].astype(np.int64), valid[1:].astype(np.int64)
    total = context_counts[context] + followers[context]
    smoothed = (pair_counts + followers[context] * unigram[target]) / np.maximum(total, 1)
    probability = np.where(total > 0, smoothed, unigram[target])
    return float(-np.log(probability).sum())
