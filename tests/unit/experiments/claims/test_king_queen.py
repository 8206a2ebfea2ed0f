"""The experiment on king queen: what it measures, and the rule of its verdict."""

import numpy as np
import pytest

from clearhead.experiments.claims.king_queen import ASKED, RULES, conclude, ordered


def test_the_rules_differ_in_who_may_answer() -> None:
    words = ["man", "king", "woman", "queen", "crown"]
    vectors = np.array([[1, 0, 0.1], [1, 1, 0], [0.9, 0, 0.4], [0.7, 0.9, 0.7], [0.9, 1, 0.1]], np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    order = {rule: [words[i] for i in found] for rule, found in ordered(words, vectors, ASKED[0]).items()}
    assert sorted(order["among_all"]) == sorted(words)
    assert set(order["without_asked"]) == set(order["nearest"]) == {"queen", "crown"}
    assert order["nearest"][0] == "crown"


@pytest.mark.parametrize(
    ("among_all", "without_asked", "verdict"),
    [([1, 1, 2], [1, 1, 1], "holds"), ([2, 2, 1], [1, 1, 3], "only_when"), ([5, 4, 3], [2, 1, 2], "false")],
)
def test_the_verdict_follows_the_rule(among_all: list[int], without_asked: list[int], verdict: str) -> None:
    ranks = {"among_all": among_all, "without_asked": without_asked, "nearest": [7, 8, 9]}
    shares = {rule: [10.0, 20.0, 30.0] for rule in RULES}
    firsts = {rule: ["king"] * 3 for rule in RULES}
    outcome = conclude(ASKED[0], ranks, firsts, shares, 42, {"en": "a text", "zh": "一段文本"})
    assert outcome.verdict == verdict
    assert "8.00" in outcome.sentence["en"]
