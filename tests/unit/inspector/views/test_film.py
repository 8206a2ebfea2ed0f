"""The film in the view of a neuron: the surface at each kept step, the weights over the steps, and one step opened."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from film_runs import look_at_row, row_run

from clearhead.inspector.views._film import FILM_SIDE
from clearhead.inspector.views._history import put_weights
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.lines import Lines
from clearhead.panels.thumbnails import Thumbnails
from clearhead.runs.film import FILM_FILE, read_film, write_film


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of a neuron for each of two classes that kept its film."""
    return row_run(tmp_path_factory.mktemp("film"), model="neuron")


@pytest.fixture
def copied(run: Path, tmp_path: Path) -> Path:
    """Return a copy of it that a test may spoil."""
    return Path(shutil.copytree(run, tmp_path / "copy"))


def test_the_film_has_a_picture_for_each_kept_step_and_one_of_the_model_as_it_is(run: Path) -> None:
    drawing, kept = look_at_row(run).neuron(), list(read_film(run))
    film = drawing["film"]
    assert isinstance(film, Thumbnails)
    assert film.labels == (*(f"step {step}" for step in kept), "as it is")
    assert film.opens == tuple({"step": step} for step in (*kept, -1))
    assert film.array.shape == (len(kept) + 1, FILM_SIDE, FILM_SIDE)
    assert len(film.edges) == len(film.labels) and film.edges[-1]
    assert np.all(film.array[0] == 0.5)  # a neuron begins with weights of 0


def test_a_step_that_is_opened_shows_what_its_weights_say(run: Path) -> None:
    look, film = look_at_row(run), read_film(run)
    step = list(film)[9]
    panel = look.neuron(step=step, answer="right")["surface"]
    assert isinstance(panel, Heatmap)
    assert panel.title == f"What the model said over x and y after step {step}"
    then = look_at_row(run)
    assert put_weights(then.model, film[step]) == ""
    np.testing.assert_array_equal(panel.array, then.neuron(answer="right")["surface"].array)
    assert not np.array_equal(panel.array, look.neuron(answer="right")["surface"].array)


def test_the_last_picture_and_step_minus_1_are_the_model_as_it_is(run: Path) -> None:
    look = look_at_row(run)
    np.testing.assert_array_equal(look.neuron(step=-1)["surface"].array, look.neuron()["surface"].array)
    large, small = look.neuron()["surface"].array, look.neuron()["film"].array[-1]
    assert [small[0, 0], small[-1, -1]] == pytest.approx([large[0, 0], large[-1, -1]])


def test_the_weights_of_the_neuron_are_told_over_the_steps(run: Path) -> None:
    lines = look_at_row(run).neuron(unit=1)["learned"]
    assert isinstance(lines, Lines)
    assert list(lines.series) == ["x", "y", "colour=green", "colour=red", "bias"]
    for place, weights in enumerate(read_film(run).values()):
        expected = [*weights["weight"][1].tolist(), float(weights["bias"][1])]
        assert [values[place] for values in lines.series.values()] == pytest.approx(expected)
    saved = look_at_row(run).model
    assert lines.series["x"][-1] == float(saved.weight[1, 0].detach())


def test_of_many_weights_the_7_largest_are_told(tmp_path: Path) -> None:
    run = row_run(tmp_path, model_options={"hidden": [30]})
    look = look_at_row(run)
    lines = look.neuron(unit=0)["learned"]
    assert isinstance(lines, Lines)
    weight = look.model.head.weight[0].detach()
    largest = {f"neuron {index}" for index in weight.abs().argsort(descending=True)[:7].tolist()}
    assert set(lines.series) == {*largest, "bias"}
    assert lines.note == "The 7 largest as they are, and the bias."


def test_a_column_called_bias_has_a_line_of_its_own(tmp_path: Path) -> None:
    table = tmp_path / "line.csv"
    table.write_text("bias,label\n" + "".join(f"{n},{'ab'[n > 40]}\n" for n in range(80)), encoding="utf-8")
    run = row_run(tmp_path, data=str(table), target="label", model="neuron")
    lines = look_at_row(run, '{"bias": 30}').neuron()["learned"]
    assert isinstance(lines, Lines)
    last = list(read_film(run).values())[-1]
    assert lines.series["bias"][-2] == float(last["weight"][0, 0])
    assert lines.series["bias of the neuron"][-2] == float(last["bias"][0])


def test_over_one_column_the_film_has_a_row_for_each_step(tmp_path: Path) -> None:
    table = tmp_path / "line.csv"
    table.write_text("p,label\n" + "".join(f"{n},{'ab'[n > 40]}\n" for n in range(80)), encoding="utf-8")
    run = row_run(tmp_path, data=str(table), target="label", model="neuron")
    drawing = look_at_row(run, '{"p": 30}').neuron()
    film = drawing["film"]
    assert isinstance(drawing["surface"], Lines) and isinstance(film, Heatmap)
    assert film.rows[0] == "step 0" and film.rows[-1] == "as it is"
    assert film.array.shape == (len(read_film(run)) + 1, FILM_SIDE)


def test_a_run_without_a_film_says_so_and_shows_the_surface(copied: Path) -> None:
    (copied / FILM_FILE).unlink()
    drawing = look_at_row(copied).neuron()
    assert "There is no film.safetensors to show how it was learned" in drawing["surface"].note
    assert {panel.name for panel in drawing.panels} & {"film", "learned"} == set()


def test_a_film_that_cannot_be_read_is_said_and_the_rest_is_shown(copied: Path) -> None:
    (copied / FILM_FILE).write_bytes(b"cut off")
    drawing = look_at_row(copied).neuron()
    assert "film.safetensors must be a whole safetensors file, got " in drawing["surface"].note


def test_a_film_of_another_model_is_said(copied: Path) -> None:
    write_film(copied, {3: {"weight": torch.zeros(9, 9)}})
    drawing = look_at_row(copied).neuron()
    said = "film.safetensors is of another model at step 3: it has weight of shape [9, 9]."
    assert said in drawing["surface"].note


def test_a_step_that_was_not_kept_is_refused_with_those_that_were(run: Path) -> None:
    kept = list(read_film(run))
    wrong = next(step for step in range(kept[-1]) if step not in kept)
    near = min(kept, key=lambda step: abs(step - wrong))
    with pytest.raises(ValueError) as caught:
        look_at_row(run).neuron(step=wrong)
    listed = ", ".join(map(str, kept))
    assert str(caught.value) == (
        f"neuron.step must be a step that was kept, got {wrong}. Kept: {listed}. "
        f"Use {near}, or -1 for the model as it is."
    )


def test_a_step_of_a_run_that_kept_none_is_refused(copied: Path) -> None:
    (copied / FILM_FILE).unlink()
    with pytest.raises(ValueError) as caught:
        look_at_row(copied).neuron(step=12)
    expected = "neuron.step must be left out where a run kept no steps of its training, got 12."
    assert str(caught.value) == expected


def test_the_training_view_replays_the_film_and_the_checkpoints_in_order(run: Path) -> None:
    table = look_at_row(run).training()["probe"]
    steps = [int(str(when).removeprefix("step ")) for when in table.column("weights")[:-1]]
    checkpoints = {int(path.name[5:]) for path in (run / "checkpoints").glob("step-*")}
    assert steps == sorted({*read_film(run), *checkpoints})
    assert table.column("weights")[-1] == "as saved"
    assert table.rows[0][2] == pytest.approx(0.5)


def test_a_film_that_cannot_be_read_leaves_the_training_view_its_checkpoints(copied: Path) -> None:
    (copied / FILM_FILE).write_bytes(b"cut off")
    table = look_at_row(copied).training()["probe"]
    assert len(table.rows) > 1
    assert "film.safetensors must be a whole safetensors file, got " in table.note
