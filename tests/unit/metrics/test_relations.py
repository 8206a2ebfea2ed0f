"""The official score of relations, worked by hand."""

import numpy as np
import pytest

from clearhead.metrics.relations import are_relations, relation_f1

NAMES = ["Cause-Effect(e1,e2)", "Cause-Effect(e2,e1)", "Message-Topic(e1,e2)", "Other"]


def test_the_mean_is_over_kinds_with_both_directions_and_without_other() -> None:
    targets = np.array([0, 0, 1, 2, 2, 3, 3])
    predicted = np.array([0, 1, 1, 2, 3, 2, 3])
    # Cause-Effect: 3 true, 3 said, 2 right: F1 = 4 / 6. Message-Topic: 2 true, 2 said, 1 right: F1 = 2 / 4.
    assert relation_f1(targets, predicted, NAMES) == pytest.approx((4 / 6 + 2 / 4) / 2)


def test_the_wrong_direction_is_an_error_that_was_said_and_missed() -> None:
    targets, right_kind = np.array([0, 0, 2]), np.array([0, 1, 2])
    assert relation_f1(targets, right_kind, NAMES) == pytest.approx((2 * 1 / (2 + 2) + 1) / 2)
    other = np.array([0, 3, 2])  # what is not said at all costs only the recall
    assert relation_f1(targets, other, NAMES) == pytest.approx((2 * 1 / (2 + 1) + 1) / 2)


def test_right_answers_about_other_count_nothing() -> None:
    assert relation_f1(np.array([3, 3, 0]), np.array([3, 3, 2]), NAMES) == 0.0
    assert relation_f1(np.array([3]), np.array([3]), NAMES) == 0.0


def test_a_kind_that_neither_occurs_nor_is_said_is_left_out() -> None:
    assert relation_f1(np.array([0, 3]), np.array([0, 3]), NAMES) == 1.0


@pytest.mark.parametrize(
    ("names", "expected"),
    [(NAMES, True), (["A(e2,e1)"], True), (["Other"], False), (["good", "bad"], False), ([*NAMES, "good"], False)],
)
def test_relations_are_known_by_their_names(names: list[str], expected: bool) -> None:
    assert are_relations(names) is expected
