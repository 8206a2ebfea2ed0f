"""Counted words and a linear model, and the test of whether two methods differ."""

from math import comb

import numpy as np
import pytest

from clearhead.metrics import text_baselines
from clearhead.metrics.text_baselines import sign_test, tfidf_logistic_regression

TEXTS = [("a good film",), ("good and bright",), ("a bad film",), ("bad and dull",)] * 5
TARGETS = np.array([1, 1, 0, 0] * 5)


def test_words_tell_the_class() -> None:
    found = tfidf_logistic_regression(TEXTS, TARGETS, [("the good one",), ("the bad one",)], num_classes=2)
    assert found.name == "TF-IDF + logistic regression"
    assert found.predictions.tolist() == [1, 0]
    np.testing.assert_allclose(np.asarray(found.probabilities).sum(1), 1)


def test_pairs_of_words_tell_what_single_ones_cannot() -> None:
    texts = [("not good at all but bad",), ("not bad at all but good",)] * 10
    found = tfidf_logistic_regression(texts, np.array([0, 1] * 10), [("not good",), ("not bad",)], num_classes=2)
    assert found.predictions.tolist() == [0, 1]


@pytest.mark.parametrize("by", ["characters", "words"])
def test_chinese_is_read_without_spaces(by: str) -> None:
    texts = [("房间很干净",), ("房间不干净",)] * 10
    found = tfidf_logistic_regression(texts, np.array([1, 0] * 10), [("很好",), ("不好",)], num_classes=2, by=by)  # type: ignore[arg-type]
    assert found.predictions.tolist() == [1, 0]


def test_two_texts_are_both_read() -> None:
    texts = [("same", "left"), ("same", "right")] * 10
    found = tfidf_logistic_regression(
        texts, np.array([0, 1] * 10), [("same", "left"), ("left", "right")], num_classes=2
    )
    assert found.predictions.tolist() == [0, 1]


def test_each_label_is_told_by_itself() -> None:
    targets = np.array([[1, 1], [0, 1], [1, 0], [0, 0]] * 5, np.uint8)
    texts = [("red round",), ("round",), ("red",), ("none",)] * 5
    found = tfidf_logistic_regression(texts, targets, [("red",), ("red round",)])
    assert found.predictions.tolist() == [[1, 0], [1, 1]]
    assert np.asarray(found.probabilities).shape == (2, 2)


def test_texts_without_a_word_get_the_shares_of_the_classes() -> None:
    found = tfidf_logistic_regression([("",), ("",), ("",)], np.array([0, 0, 1]), [("",)], num_classes=2)
    np.testing.assert_allclose(np.asarray(found.probabilities), [[2 / 3, 1 / 3]])


def test_a_class_that_training_never_saw_gets_no_share() -> None:
    found = tfidf_logistic_regression(TEXTS, TARGETS, [("good",)], num_classes=3)
    assert np.asarray(found.probabilities)[0, 2] == 0


def test_what_was_left_out_for_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_baselines, "MAX_ROWS", 8)
    monkeypatch.setattr(text_baselines, "MAX_CHARACTERS", 6)
    found = tfidf_logistic_regression(TEXTS, TARGETS, [("good",)], num_classes=2)
    assert found.notes == ["Fitted on 8 of 20 training texts.", "Read the first 6 characters of each text."]


def test_the_sign_test_is_that_of_a_fair_coin() -> None:
    right = np.array([True] * 7 + [False] * 1 + [True] * 30)
    rival = np.array([False] * 7 + [True] * 1 + [True] * 30)
    expected = 2 * sum(comb(8, count) for count in (0, 1)) / 2**8
    assert sign_test(right, rival) == pytest.approx(expected)
    assert sign_test(right, right) == 1.0
