"""The experiment on word order: what it measures, and the rule of its verdict."""

from collections import Counter

import numpy as np
import pytest

from clearhead.experiments.claims import _ordered_sentences as made
from clearhead.experiments.claims.base import Several
from clearhead.experiments.claims.word_order import MODELS, ORDER, TASKS, conclude


@pytest.mark.parametrize("task", ORDER)
def test_the_two_classes_of_a_task_of_order_have_the_same_words(task: str) -> None:
    first, second = (made.TASKS[task](np.random.default_rng(3), target) for target in (0, 1))
    assert Counter(first) == Counter(second)
    assert first != second


def test_shuffling_keeps_the_words_and_the_padding() -> None:
    sentences = made.make("who_far", 20, np.random.default_rng(0))
    mixed = made.shuffled(sentences, np.random.default_rng(1))
    assert np.array_equal(mixed.counts(), sentences.counts())
    assert np.array_equal(mixed.tokens == made.PADDING, sentences.tokens == made.PADDING)
    assert not np.array_equal(mixed.tokens, sentences.tokens)


@pytest.mark.parametrize(
    ("bag", "cnn_far", "rnn", "verdict"),
    [(50, 99, 99, "holds"), (50, 50, 99, "only_when"), (80, 99, 99, "false"), (50, 50, 99.5, "only_when")],
)
def test_the_verdict_follows_the_rule(bag: float, cnn_far: float, rnn: float, verdict: str) -> None:
    scores = {"bag": bag, "cnn": 99.0, "rnn": rnn, "rnn_shuffled": 50.0}
    found = {(model, task): Several.of([scores[model]] * 2) for model in MODELS for task in TASKS}
    found["cnn", "who_far"] = Several.of([cnn_far] * 2)
    assert conclude(found).verdict == verdict


def test_no_model_that_reads_order_makes_the_claim_false() -> None:
    found = {(model, task): Several.of([50.0, 51.0]) for model in MODELS for task in TASKS}
    assert conclude(found).verdict == "false"
