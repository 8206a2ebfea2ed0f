"""Numbers in their own units, learned at the scale of the training targets."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tiny_tasks import Trained, train_tiny

from clearhead.metrics import regression as metrics
from clearhead.models.neuron import Neuron, NeuronConfig
from clearhead.tasks.base import Asked
from clearhead.tasks.regression import open_task, predictor


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train_tiny("regression", tmp_path_factory.mktemp("numbers"))


def test_the_scores_are_in_the_targets_own_units(trained: Trained) -> None:
    task: Any = trained.task
    targets = np.asarray(task.examples.targets("valid"))
    with torch.no_grad():
        scaled = trained.model(torch.from_numpy(np.array(task.examples.inputs("valid"))))
    said = np.asarray(scaled * task.deviation + task.mean).reshape(targets.shape)
    scores = task.evaluate(trained.model)
    assert scores["mse"] == pytest.approx(metrics.mean_squared_error(targets, said), rel=1e-5)
    assert scores["mae"] == pytest.approx(metrics.mean_absolute_error(targets, said), rel=1e-5)
    assert scores["loss"] == pytest.approx(scores["mse"] / float(task.deviation) ** 2, rel=1e-4)


def test_a_model_that_knows_nothing_says_the_mean(trained: Trained) -> None:
    task: Any = trained.task
    neuron = Neuron(NeuronConfig(num_features=task.examples.inputs("train").shape[1]))
    assert task.evaluate(neuron)["mse"] == pytest.approx(task.baselines()["mean"]["mse"], rel=1e-5)


def test_a_neuron_is_noted_as_a_formula(trained: Trained) -> None:
    task: Any = trained.task
    notes = task.notes(Neuron(NeuronConfig(num_features=task.examples.inputs("train").shape[1])))
    assert notes[0] == "As a formula, inputs and output scaled:" and notes[1].startswith("y = 0·x + 0·y")
    assert task.notes(trained.model)[0] == "The largest errors:"


def test_an_answer_is_the_number_in_its_own_units(trained: Trained) -> None:
    row = {"x": 0.5, "y": -1.0, "colour": "red"}
    (answer,) = predictor(trained.model, trained.result.path).predict([row])
    assert answer.facts["values"]["sum"] == pytest.approx(float(answer.text), rel=1e-4)
    valid = trained.task.evaluate(trained.model)
    assert abs(answer.facts["values"]["sum"] - 3.0) < 4 * valid["mae"] + 1


def test_a_table_file_gives_an_answer_for_each_row(trained: Trained, tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    path.write_text("colour,y,x\nred,1,2\ngreen,0,0\n", encoding="utf-8")
    made = predictor(trained.model, trained.result.path)
    found = list(made.predict(made.read_file(path)))
    assert [each.facts["input"] for each in found] == [f"{path} row 1", f"{path} row 2"]


def test_classes_are_sent_to_classification(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("x,label\n" + "".join(f"{n},{'ab'[n % 2]}\n" for n in range(30)), encoding="utf-8")
    with pytest.raises(ValueError, match="label"):
        open_task(Asked(data=str(path)), tmp_path)
