"""Scores of classes and labels: numbers worked out by hand, and scikit-learn's answers on random predictions."""

import math
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as reference

from clearhead.metrics import classification as ours

CHANCE = np.random.default_rng(0)
CASES = [(rows, classes, CHANCE.integers(1 << 30)) for rows, classes in ((1, 2), (7, 3), (200, 2), (500, 10), (40, 30))]


def drawn(rows: int, classes: int, seed: int) -> tuple[Any, Any, Any]:
    """Return true classes, probabilities with many ties, and the predicted classes."""
    chance = np.random.default_rng(seed)
    targets = chance.integers(classes, size=rows)
    scores = np.round(chance.dirichlet(np.ones(classes), rows), 1) + 0.01
    scores[np.arange(rows), targets] += chance.integers(0, 2, rows)
    probabilities = scores / scores.sum(axis=1, keepdims=True)
    return targets, probabilities, probabilities.argmax(axis=1)


@pytest.mark.parametrize("case", CASES)
def test_classes_are_scored_as_scikit_learn_scores_them(case: tuple[int, int, int]) -> None:
    targets, _, predicted = drawn(*case)
    names = range(case[1])
    table = ours.class_table(targets, predicted, case[1])
    wanted = reference.precision_recall_fscore_support(targets, predicted, labels=names, zero_division=0)
    for found, expected in zip((table.precision, table.recall, table.f1, table.support), wanted, strict=True):
        np.testing.assert_allclose(found, expected)
    matrix = ours.confusion_matrix(targets, predicted, case[1])
    assert np.array_equal(matrix, reference.confusion_matrix(targets, predicted, labels=names))
    assert ours.accuracy(targets, predicted) == pytest.approx(reference.accuracy_score(targets, predicted))
    expected = reference.f1_score(targets, predicted, average="macro", zero_division=0)
    assert ours.macro_f1(targets, predicted, case[1]) == pytest.approx(expected)


@pytest.mark.parametrize("case", CASES[2:4])
def test_the_area_under_the_curve_counts_ties_half(case: tuple[int, int, int]) -> None:
    targets, probabilities, _ = drawn(*case)
    for index in range(case[1]):
        expected = reference.roc_auc_score(targets == index, probabilities[:, index])
        assert ours.roc_auc(targets == index, probabilities[:, index]) == pytest.approx(expected)
    if case[1] > 2:
        expected = reference.roc_auc_score(targets, probabilities, multi_class="ovr", average="macro")
        assert ours.macro_roc_auc(targets, probabilities) == pytest.approx(expected)


def test_the_area_by_hand() -> None:
    # Pairs (class, other): 0.8 > 0.8? half; 0.8 > 0.1; 0.3 < 0.8; 0.3 > 0.1: 2.5 of 4.
    assert ours.roc_auc(np.array([1, 1, 0, 0]), np.array([0.8, 0.3, 0.8, 0.1])) == 0.625
    assert math.isnan(ours.roc_auc(np.array([1, 1]), np.array([0.8, 0.3])))
    assert math.isnan(ours.macro_roc_auc(np.array([0]), np.array([[1.0, 0.0]])))


def test_calibration_by_hand() -> None:
    # Bins of a half: confidences 0.9, 0.7, 0.8 in the upper one, two right; 0.5 in the lower, wrong.
    probabilities = np.array([[0.9, 0.1], [0.3, 0.7], [0.8, 0.2], [0.5, 0.5]])
    found = ours.calibration(np.array([0, 1, 1, 1]), probabilities, num_bins=2)
    assert found.counts.tolist() == [1, 3]
    np.testing.assert_allclose(found.confidence, [0.5, 0.8])
    np.testing.assert_allclose(found.accuracy, [0.0, 2 / 3])
    assert found.error == pytest.approx((1 * 0.5 + 3 * (0.8 - 2 / 3)) / 4)


def test_calibration_has_fifteen_bins_and_keeps_every_row() -> None:
    targets, probabilities, _ = drawn(500, 10, 3)
    found = ours.calibration(targets, probabilities)
    assert len(found.counts) == 15 and found.counts.sum() == 500 and len(found.edges) == 16
    sure = ours.calibration(np.array([0]), np.array([[1.0, 0.0]]))
    assert sure.error == 0 and sure.counts[-1] == 1


def test_labels_are_scored_as_scikit_learn_scores_them() -> None:
    chance = np.random.default_rng(1)
    targets, predicted = chance.integers(0, 2, (60, 5)), chance.integers(0, 2, (60, 5)).astype(np.uint8)
    targets[:, 4] = predicted[:, 4] = 0  # a label that nothing has
    for score, name in ((ours.label_micro_f1, "micro"), (ours.label_macro_f1, "macro")):
        expected = reference.f1_score(targets, predicted, average=name, zero_division=0)
        assert score(targets, predicted) == pytest.approx(expected)
    assert ours.subset_accuracy(targets, predicted) == pytest.approx(reference.accuracy_score(targets, predicted))
    assert ours.label_table(targets, predicted).support.tolist() == targets.sum(axis=0).tolist()
    nothing = np.zeros((3, 2), np.uint8)
    assert ours.label_micro_f1(nothing, nothing) == 0.0
