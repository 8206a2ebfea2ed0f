"""Simpler ways of predicting: right by hand, beside scikit-learn's neighbours, and honest about what they left out."""

from typing import Any

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from clearhead.metrics import baselines
from clearhead.metrics.classification import accuracy

CLASSES = np.array([0, 2, 2, 1])
LABELS = np.array([[1, 0], [1, 0], [0, 1]], np.uint8)


def clouds(num_rows: int, seed: int = 0) -> tuple[Any, Any]:
    """Return points of three classes around three centres, and their classes."""
    chance = np.random.default_rng(seed)
    classes = chance.integers(3, size=num_rows)
    return (chance.normal(size=(num_rows, 4)) + 2.5 * np.eye(3, 4)[classes]).astype(np.float32), classes


def test_the_majority_is_the_commonest_class_with_its_share() -> None:
    found = baselines.majority(CLASSES, 2, num_classes=4)
    assert found.predictions.tolist() == [2, 2]
    assert found.probabilities is not None and found.probabilities[0].tolist() == [0.25, 0.25, 0.5, 0.0]
    assert baselines.majority(LABELS, 2).predictions.tolist() == [[1, 0], [1, 0]]


def test_the_mean_is_said_for_every_row() -> None:
    assert baselines.mean(np.array([1.0, 4.0]), 3).predictions.tolist() == [2.5] * 3
    assert baselines.mean(np.array([[1.0, 0.0], [4.0, 0.0]]), 2).predictions.tolist() == [[2.5, 0.0]] * 2


@pytest.mark.parametrize("k", [1, 3, 5])
def test_neighbours_are_those_of_scikit_learn(k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baselines, "_BLOCK_DISTANCES", 400 * 7)  # blocks that do not divide the rows
    (known, classes), (asked, _) = clouds(400), clouds(60, seed=1)
    found = baselines.nearest_neighbor(known, classes, asked, num_classes=3, k=k)
    wanted = KNeighborsClassifier(k, algorithm="brute").fit(known.astype(np.float64), classes)
    shares = wanted.predict_proba(asked.astype(np.float64))
    assert found.probabilities is not None
    np.testing.assert_allclose(found.probabilities, shares)
    clear = np.sort(shares, axis=1)[:, -1] > np.sort(shares, axis=1)[:, -2]
    assert np.array_equal(found.predictions[clear], shares.argmax(axis=1)[clear])


def test_distances_far_from_zero_are_still_exact() -> None:
    known = np.array([[1e4, 0.0], [1e4 + 0.02, 0.0], [1e4 + 0.03, 0.0]], np.float32)
    found = baselines.nearest_neighbor(known, np.arange(3), known, num_classes=3)
    assert found.predictions.tolist() == [0, 1, 2]


def test_where_votes_are_equal_the_nearer_neighbour_wins() -> None:
    known = np.array([[0.0], [1.0], [2.0], [3.0]], np.float32)
    found = baselines.nearest_neighbor(known, np.array([1, 0, 1, 0]), np.array([[0.9]], np.float32), num_classes=2, k=2)
    assert found.predictions.tolist() == [0]


def test_neighbours_of_pixels_numbers_and_labels() -> None:
    known = np.array([[0, 0], [255, 255], [250, 250]], np.uint8)
    asked = np.array([[1, 0]], np.uint8)
    assert baselines.nearest_neighbor(known, np.array([5.0, 7.0, 9.0]), asked, k=9).predictions.tolist() == [7.0]
    assert baselines.nearest_neighbor(known, LABELS, asked, k=1).predictions.tolist() == [[1, 0]]


def test_the_linear_models_find_what_is_linear() -> None:
    (known, classes), (asked, wanted) = clouds(300), clouds(200, seed=1)
    found = baselines.logistic_regression(known, classes, asked, num_classes=5)
    assert accuracy(wanted, found.predictions) > 0.85 and found.notes == []
    assert found.probabilities is not None and found.probabilities.shape == (200, 5)
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, rtol=1e-6)
    weights = np.array([[1.0, 0], [2, 1], [0, 1], [0, 0]])
    line = baselines.ridge(known, known @ weights + 3, asked)
    np.testing.assert_allclose(line.predictions, asked @ weights + 3, atol=0.1)


def test_labels_are_predicted_one_by_one() -> None:
    known, classes = clouds(200)
    labels = np.stack([classes == 0, classes > 0, np.ones(200)], axis=1).astype(np.uint8)
    found = baselines.logistic_regression(known, labels, known)
    assert found.predictions.shape == (200, 3) and (found.predictions[:, 2] == 1).all()
    assert (found.predictions == labels).mean() > 0.9


def test_what_is_left_out_is_said() -> None:
    known, classes = clouds(300)
    found = baselines.logistic_regression(known, classes, known, num_classes=3, max_rows=50, max_iterations=1)
    assert found.notes == ["Fitted on 50 of 300 training rows.", "Stopped after 1 iterations."]
    near = baselines.nearest_neighbor(known, classes, known, num_classes=3, max_rows=50)
    assert near.notes == ["Fitted on 50 of 300 training rows."]
