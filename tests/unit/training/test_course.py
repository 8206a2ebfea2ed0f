"""The curves of a run are the numbers of its metrics.jsonl, in both languages."""

import string
from typing import Any

import numpy as np
import pytest

from clearhead.training.course import MOST_POINTS, WORDS, course

EVENTS: list[dict[str, Any]] = [
    {"kind": "start", "step": 0},
    {"kind": "step", "step": 10, "train_loss": 3.0},
    {"kind": "evaluation", "step": 10, "loss": 2.75, "accuracy": 0.5},
    {"kind": "step", "step": 20, "train_loss": 2.5},
    {"kind": "evaluation", "step": 20, "loss": 2.25, "accuracy": 0.75, "note": "text"},
    {"kind": "baselines", "length": {"loss": 9.0, "accuracy": 0.1}},
    {"kind": "baselines", "length": {"loss": 4.0, "accuracy": 0.25}, "<b>": {"accuracy": 0.6, "loss": float("inf")}},
]


def test_training_and_validation_are_drawn_with_what_simpler_methods_reach() -> None:
    loss, score = course(EVENTS, main_score="accuracy")
    assert loss.names == ("training", "validation")
    assert loss.array.tolist() == [[0, 10, 3.0], [0, 20, 2.5], [1, 10, 2.75], [1, 20, 2.25]]
    assert loss.levels == {"length": 4.0}
    assert score.array.tolist() == [[0, 10, 0.5], [0, 20, 0.75]]
    assert score.levels == {"length": 0.25, "<b>": 0.6}
    assert (score.title, score.y_axis) == ("Accuracy on the validation part", "accuracy")


def test_a_run_judged_by_its_loss_has_one_drawing() -> None:
    assert [panel.name for panel in course(EVENTS)] == ["course-loss"]


def test_chinese_words_go_with_the_same_numbers() -> None:
    english, chinese = (course(EVENTS, main_score="accuracy", language=language) for language in ("en", "zh"))
    assert [panel.array.tolist() for panel in english] == [panel.array.tolist() for panel in chinese]
    assert chinese[1].title == "验证部分上的准确率"
    assert [panel.x_axis for panel in chinese] == ["步", "步"]


def test_what_was_not_logged_is_not_drawn() -> None:
    assert course([]) == course([{"kind": "note", "text": "步"}]) == []
    [loss] = course([event for event in EVENTS if event["kind"] == "step"], main_score="accuracy")
    assert loss.names == ("training",)


def test_steps_that_were_done_again_stand_in_order() -> None:
    [loss] = course([{"kind": "step", "step": step, "train_loss": 1.0 / step} for step in (10, 30, 20)])
    assert loss.curves[0].x.tolist() == [10, 20, 30]
    assert loss.curves[0].y.tolist() == [1 / 10, 1 / 20, 1 / 30]


@pytest.mark.parametrize("count", [MOST_POINTS, MOST_POINTS + 1, 5 * MOST_POINTS - 3])
def test_a_long_run_is_drawn_by_means_of_neighbours(count: int) -> None:
    values = np.random.default_rng(0).normal(size=count)
    events = [{"kind": "step", "step": step, "train_loss": value} for step, value in enumerate(values.tolist(), 1)]
    [loss] = course(events)
    [curve] = loss.curves
    assert len(curve.x) <= MOST_POINTS and curve.x[-1] == count
    begins = np.concatenate([[0], curve.x[:-1]]).astype(int)
    means = [values[begin:end].mean() for begin, end in zip(begins, curve.x.astype(int), strict=True)]
    assert curve.y == pytest.approx(means)
    assert ("Each point is the mean of" in loss.note) == (count > MOST_POINTS)


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    places = {language: {key: _places(text) for key, text in words.items()} for language, words in WORDS.items()}
    assert places["en"] == places["zh"]


def _places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
