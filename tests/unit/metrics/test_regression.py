"""Errors of predicted numbers: by hand, and beside scikit-learn's."""

from typing import Any

import numpy as np
import pytest
from sklearn import metrics as reference

from clearhead.metrics.regression import mean_absolute_error, mean_squared_error, r_squared


@pytest.mark.parametrize("shape", [(1000,), (50, 3), (2,)])
def test_errors_are_those_of_scikit_learn(shape: Any) -> None:
    chance = np.random.default_rng(0)
    targets = chance.normal(1e4, 1, shape).astype(np.float32)
    predicted = (targets + chance.normal(0, 0.5, shape)).astype(np.float32)
    wide = targets.astype(np.float64)
    assert mean_squared_error(targets, predicted) == pytest.approx(reference.mean_squared_error(wide, predicted))
    assert mean_absolute_error(targets, predicted) == pytest.approx(reference.mean_absolute_error(wide, predicted))
    assert r_squared(targets, predicted) == pytest.approx(reference.r2_score(wide, predicted))


def test_errors_by_hand() -> None:
    targets, predicted = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 5.0])
    assert mean_squared_error(targets, predicted) == pytest.approx(4 / 3)
    assert mean_absolute_error(targets, predicted) == pytest.approx(2 / 3)
    assert r_squared(targets, predicted) == pytest.approx(1 - 4 / 2)


def test_the_mean_explains_nothing_and_equal_targets_all_or_nothing() -> None:
    targets = np.array([1.0, 2.0, 3.0])
    assert r_squared(targets, np.full(3, 2.0)) == 0.0
    assert r_squared(np.ones(3), np.ones(3)) == 1.0
    assert r_squared(np.ones(3), targets) == 0.0
