"""Scores of predicted text: formulas with numbers worked out by hand, the bigram model recounted in plain Python."""

import math
import random
from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest

from clearhead.metrics.language_modeling import bigram_nats, bits_per_byte, perplexity


def test_perplexity_is_how_many_equal_choices_there_would_be() -> None:
    assert perplexity(100 * math.log(7), 100) == pytest.approx(7)
    assert perplexity(0.0, 5) == 1.0
    assert math.isfinite(perplexity(1e9, 1))


def test_bits_per_byte_counts_bytes_not_tokens() -> None:
    # Four tokens of probability 1/4 are 8 bits; over 16 bytes of text half a bit each.
    assert bits_per_byte(4 * math.log(4), 16) == pytest.approx(0.5)


def recounted(train: list[int], valid: list[int], vocab_size: int) -> float:
    """Score the bigram model with dictionaries and loops, straight from its description."""
    single = Counter(train)
    after: dict[int, Counter[int]] = defaultdict(Counter)
    for context, target in pairwise(train):
        after[context][target] += 1
    nats = 0.0
    for context, target in pairwise(valid):
        alone = (single[target] + 1) / (len(train) + vocab_size)
        seen, kinds = sum(after[context].values()), len(after[context])
        own_weight = seen / (seen + kinds) if seen else 0.0
        pair = after[context][target] / seen if seen else 0.0
        nats -= math.log(own_weight * pair + (1 - own_weight) * alone)
    return nats


@pytest.mark.parametrize("seed", range(5))
def test_the_bigram_model_equals_a_recount(seed: int) -> None:
    chance = random.Random(seed)
    vocab_size = chance.choice([2, 9, 40])
    train = [min(vocab_size - 1, int(chance.expovariate(0.3))) for _ in range(chance.choice([2, 30, 500]))]
    valid = [chance.randrange(vocab_size) for _ in range(60)]  # contexts and pairs that were never seen too
    found = bigram_nats(np.array(train, dtype=np.uint16), np.array(valid, dtype=np.uint16), vocab_size)
    assert found == pytest.approx(recounted(train, valid, vocab_size), rel=1e-9)


def test_its_probabilities_sum_to_one_in_every_context() -> None:
    train = np.array([0, 1, 2, 1, 0, 1, 1, 2], dtype=np.uint16)
    for context in range(4):
        total = sum(
            math.exp(-bigram_nats(train, np.array([context, target], dtype=np.uint16), 4)) for target in range(4)
        )
        assert total == pytest.approx(1.0)


def test_large_vocabularies_do_not_overflow_the_pair_numbers() -> None:
    train = np.array([65_000, 64_999, 65_000, 64_999], dtype=np.uint16)
    valid = np.array([65_000, 64_999], dtype=np.uint16)
    assert math.exp(-bigram_nats(train, valid, 65_001)) > 0.5
