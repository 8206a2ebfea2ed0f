"""What is told beside the scores: surest mistakes, confusions, and whether a simpler method does as well."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from clearhead.metrics.baselines import Baseline
from clearhead.tasks import _class_notes as notes

NAMES = ["bad", "good"]
KIND: Any = SimpleNamespace(
    shown=lambda split, row: f"text {row}\tof {split}", place=lambda split, row: f"a.tsv line {row + 2}"
)


def shares(sure: list[float], said: list[int]) -> np.ndarray:
    return np.array([[p, 1 - p] if label == 0 else [1 - p, p] for p, label in zip(sure, said, strict=True)])


def rival(right: int, rows: int) -> Baseline:
    """A method that is right on the first `right` rows, where all are good."""
    said = np.array([1] * right + [0] * (rows - right))
    return Baseline("counting", said, np.eye(2)[said])


def test_the_surest_mistakes_come_first() -> None:
    found = notes.errors(KIND, "test", shares([0.6, 0.9, 0.7], [0, 0, 1]), np.array([1, 1, 1]), NAMES, 5)
    assert [each["place"] for each in found] == ["a.tsv line 3", "a.tsv line 2"]
    assert found[0] == {
        "text": "text 1\tof test",
        "true": "good",
        "said": "bad",
        "probability": 0.9,
        "place": "a.tsv line 3",
    }
    assert len(notes.errors(KIND, "test", shares([0.6, 0.9], [0, 0]), np.array([1, 1]), NAMES, 1)) == 1


def test_of_labels_the_surest_wrong_decision_counts() -> None:
    probabilities = np.array([[0.9, 0.2], [0.6, 0.3], [0.9, 0.9]])
    targets = np.array([[1, 1], [0, 0], [1, 1]])
    found = notes.errors(KIND, "test", probabilities, targets, NAMES, 5)
    assert [(each["true"], each["said"], each["probability"]) for each in found] == [
        ("bad | good", "bad", 0.8),
        ("", "bad", 0.6),
    ]
    assert notes.error_lines(found)[2] == "  a.tsv line 3: none, taken for bad (0.600): text 1 · of test"


def test_a_long_text_is_shortened() -> None:
    line = notes.error_lines([{"text": "x" * 300, "true": "a", "said": "b", "probability": 1.0, "place": "p"}])[1]
    assert line.endswith("x…") and line.count("x") == notes.SHOWN_CHARACTERS - 1
    assert notes.error_lines([]) == []


def test_a_clearly_better_model_is_left_in_peace() -> None:
    targets = np.ones(100, np.int64)
    assert notes.simpler_lines([rival(80, 100)], np.ones(100, np.int64), targets, has_labels=False) == []
    assert notes.simpler_lines([], targets, targets, has_labels=False) == []


def test_a_difference_that_chance_makes_is_told_with_its_test() -> None:
    targets = np.ones(100, np.int64)
    predicted = np.array([0] * 2 + [1] * 98)
    [line] = notes.simpler_lines([rival(10, 100), rival(95, 100)], predicted, targets, has_labels=False)
    assert line == (
        "A simpler model does as well: counting is right on 95.00% of the rows, this model on 98.00% "
        "(alone right 2 and 5 times: sign test, p = 0.45)."
    )


def test_a_better_simpler_method_is_told_whatever_chance_says() -> None:
    [line] = notes.simpler_lines([rival(100, 100)], np.zeros(100, np.int64), np.ones(100, np.int64), has_labels=False)
    assert line == "A simpler model does as well: counting is right on 100.00% of the rows, this model on 0.00%."
