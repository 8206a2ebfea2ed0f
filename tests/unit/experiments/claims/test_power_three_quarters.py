"""The experiment on power three quarters: what it measures, and the rule of its verdict."""

import numpy as np
import pytest

from clearhead.experiments.claims._word_vectors import count_words
from clearhead.experiments.claims.base import Several
from clearhead.experiments.claims.power_three_quarters import (
    LEVELS,
    POWERS,
    conclude,
    mean_reciprocal_rank,
    share_of_rare,
    with_twins,
)


def test_twins_take_the_occurrences_of_their_words_and_nothing_else_changes() -> None:
    lines = [[f"w{number}" for number in range(120)] for _ in range(2 * max(LEVELS))]
    corpus = count_words("made", lines)
    ids, counts, pairs = with_twins(corpus, 5, seed=1)
    seen = np.bincount(ids[ids >= 0], minlength=len(counts))
    assert np.array_equal(seen, counts)
    assert {level: len(found) for level, found in pairs.items()} == dict.fromkeys(LEVELS, 5)
    for level, found in pairs.items():
        for twin, word in found:
            assert seen[twin] == level
            assert set(corpus.ids[ids == twin]) == {word}


def test_the_rank_counts_the_words_that_are_nearer() -> None:
    vectors = np.array([[1, 0], [0.8, 0.6], [0, 1], [0.96, 0.28]], np.float32)
    assert mean_reciprocal_rank(vectors, [(0, 3)]) == 1.0
    assert mean_reciprocal_rank(vectors, [(0, 1), (0, 2)]) == pytest.approx((1 / 2 + 1 / 3) / 2)


@pytest.mark.parametrize(
    ("rare", "common", "verdict"), [(0.5, 0.1, "holds"), (0.1, 0.5, "only_when"), (0.1, 0.1, "false")]
)
def test_the_verdict_follows_the_rule(rare: float, common: float, verdict: str) -> None:
    found = {(power, level): Several.of([0.1, 0.101]) for power in POWERS for level in LEVELS}
    found[0.75, LEVELS[0]] = Several.of([rare, rare])
    found[0.75, LEVELS[-1]] = Several.of([common, common])
    drawn = dict.fromkeys(POWERS, 5.0)
    assert conclude(found, drawn, {"en": "a text", "zh": "一段文本"}).verdict == verdict


def test_a_smaller_power_draws_rare_words_more_often() -> None:
    counts = np.array([900, 80, 20])
    assert share_of_rare(counts, 1.0) == pytest.approx(2.0)
    assert share_of_rare(counts, 0.0) == pytest.approx(100 / 3)
