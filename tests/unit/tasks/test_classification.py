"""Scores of classes and labels, baselines, and answers for new rows."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tiny_tasks import Trained, train_tiny

from clearhead.metrics import classification as metrics
from clearhead.tasks.base import Asked
from clearhead.tasks.classification import ClassificationOptions, open_task, predictor, probabilities_of


@pytest.fixture(scope="module", params=["classification, rows", "classification, labels", "classification, images"])
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train_tiny(request.param, tmp_path_factory.mktemp("classes"))


def test_probabilities_are_over_the_classes_or_for_each_label() -> None:
    scores = torch.tensor([[0.0, math.log(3.0)]])
    np.testing.assert_allclose(probabilities_of(scores, has_labels=False), [[0.25, 0.75]], rtol=1e-6)
    np.testing.assert_allclose(probabilities_of(scores, has_labels=True), [[0.5, 0.75]], rtol=1e-6)


def test_the_scores_are_those_of_the_metrics(trained: Trained) -> None:
    task: Any = trained.task
    targets = np.asarray(task.examples.targets("valid"))
    inputs = torch.from_numpy(np.array(task.examples.inputs("valid")))
    with torch.no_grad():
        shares = probabilities_of(trained.model(task.kind.prepared(inputs).float()), task.has_labels)
    scores = task.evaluate(trained.model)
    if task.has_labels:
        assert scores["micro_f1"] == metrics.label_micro_f1(targets, (shares > 0.5).astype(np.uint8))
        expected = -np.log(np.where(targets == 1, shares, 1 - shares)).sum(1).mean()
    else:
        assert scores["accuracy"] == metrics.accuracy(targets, shares.argmax(1))
        expected = -np.log(shares[np.arange(len(targets)), targets]).mean()
    assert scores["loss"] == pytest.approx(float(expected), rel=1e-4)


def test_the_main_score_goes_with_the_targets(trained: Trained) -> None:
    task: Any = trained.task
    assert task.main_score == ("micro_f1" if task.has_labels else "accuracy")


def test_smoothing_acts_while_training_and_not_otherwise(trained: Trained) -> None:
    task: Any = trained.task
    if task.has_labels:
        pytest.skip("labels are not smoothed")
    batch, model = task.batch(0, seed=0, batch_size=16), trained.model
    smooth = type(task)(task.examples, task.kind, ClassificationOptions(label_smoothing=0.2))
    plain = float(task.loss(model, batch)[0].detach())
    assert float(smooth.loss(model, batch)[0].detach()) == plain
    model.train()
    assert abs(float(smooth.loss(model, batch)[0].detach()) - plain) > 1e-3
    model.eval()


def test_the_surest_mistakes_and_each_class_are_noted(trained: Trained) -> None:
    task: Any = trained.task
    notes = task.notes(type(trained.model)(trained.model.config).eval())
    assert notes[0].startswith("class ")
    assert [note.split()[0] for note in notes[1 : 1 + len(task.examples.label_names)]] == task.examples.label_names
    assert task.has_labels or "The surest mistakes:" in notes


def test_an_answer_names_the_class_and_its_probabilities(trained: Trained) -> None:
    made = predictor(trained.model, trained.result.path)
    for answer in made.predict(trained.inputs):
        shares = answer.facts["probabilities"]
        if made.has_labels:
            assert set(answer.facts["label"].split(" | ")) - {""} == {name for name in shares if shares[name] > 0.5}
        else:
            assert answer.facts["label"] == next(iter(shares)) == answer.text.split("\t")[0]
            assert sum(shares.values()) == pytest.approx(1, abs=1e-5)


def test_numbers_are_sent_to_regression(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    with pytest.raises(ValueError, match=r"classification needs classes, got numbers .* clearhead train regression"):
        open_task(Asked(data="diabetes"), tmp_path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"label_smoothing": 1.0}, r"label_smoothing must be in \[0, 1\), got 1.0. Use 0.1"),
        ({"word_dropout": -0.1}, r"word_dropout must be in \[0, 1\), got -0.1. Use 0.1"),
        ({"max_tokens": 2}, r"max_tokens must be at least 3, got 2. Use 256"),
        ({"min_count": 0}, r"min_count must be at least 1, got 0. Use 2"),
        ({"max_units": 0}, r"max_units must be at least 1, got 0. Use 20000"),
        ({"max_distance": 0}, r"max_distance must be at least 1, got 0. Use 30"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ClassificationOptions(**options)
