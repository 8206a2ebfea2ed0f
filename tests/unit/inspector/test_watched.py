"""Looking at a training from within: it changes nothing, it sees what was logged, and it takes little time."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tiny import TRAINING, are_equal
from tiny_tasks import options_for
from watched_training import Impatient, options, watched_run

from clearhead.inspector.watched import GRADIENT_SHARE, Allowance, Watched, layer_of
from clearhead.runs.run import open_run
from clearhead.training.assemble import train, train_request
from clearhead.training.request import Request
from clearhead.training.run_log import read_metrics


def test_a_watched_training_is_the_same_bit_for_bit(text_folder: Path, seen: tuple[Any, Impatient]) -> None:
    alone = train(**options(text_folder, "alone"))
    assert are_equal(alone.path, seen[0].path)
    assert alone.scores == seen[0].scores

    def losses(run: Path) -> list[float]:
        return [event["train_loss"] for event in read_metrics(run) if event["kind"] == "step"]

    assert losses(alone.path) == losses(seen[0].path)


def test_a_training_with_dropout_is_the_same_too_when_it_is_watched(tmp_path: Path) -> None:
    made = options_for("classification, recurrent", tmp_path)
    made["model_options"] = {**made["model_options"], "dropout": 0.5}
    train_request(Request(out=str(tmp_path / "alone"), **made))
    watched = Impatient()
    train_request(Request(out=str(tmp_path / "seen"), **made), listener=watched, observer=watched)
    assert len(watched.record.replies) > 2
    assert are_equal(tmp_path / "alone", tmp_path / "seen")


def test_what_is_seen_is_what_was_logged(seen: tuple[Any, Impatient]) -> None:
    result, watched = seen
    events = read_metrics(result.path)
    _, state, record = watched.snapshot()
    logged = [(e["step"], e["train_loss"]) for e in events if e["kind"] == "step"]
    assert [(row["step"], row["train_loss"]) for row in record.steps if "train_loss" in row] == logged
    assert [row["loss"] for row in record.evaluations] == [e["loss"] for e in events if e["kind"] == "evaluation"]
    assert (state["phase"], state["step"], state["end_step"]) == ("finished", 30, 30)
    assert state["folder"] == str(result.path)


def test_the_gradient_is_that_of_the_step(text_folder: Path) -> None:
    """Plain gradient descent moves the weights by rate × gradient: the lengths must agree."""
    rate = 0.05
    training = {**TRAINING, "optimizer": "gradient_descent", "learning_rate": rate, "weight_decay": 0.0}
    watched = Impatient()
    watched_run(text_folder, "descent", watched, steps=3, training_options={**training, "warmup_steps": 0})
    looks = {look["step"]: look for look in watched.record.gradients}
    assert sorted(looks) == [1, 2, 3]
    factor = {row["step"]: row["factor"] for row in watched.record.steps if "factor" in row}
    saved: dict[str, list[torch.Tensor]] = {}
    for name, parameter in open_run(text_folder / "descent").model().named_parameters():
        saved.setdefault(layer_of(name), []).append(parameter.detach().flatten())
    moved = {name: looks[3]["update"][name] * torch.cat(parts).norm().item() for name, parts in saved.items()}
    assert moved == pytest.approx({name: rate * factor[3] * g for name, g in looks[3]["gradient"].items()}, rel=1e-3)


def test_the_replies_begin_before_the_first_step_and_end_with_the_saved_weights(seen: tuple[Any, Impatient]) -> None:
    record = seen[1].record
    assert [row[0] for row in record.replies] == [0, 8, 16, 24, 30]
    first, last = record.replies[0][2], record.replies[-1][2]
    assert [reply.asked for reply in first] == [reply.asked for reply in last]
    assert np.mean([reply.probability for reply in last]) > np.mean([reply.probability for reply in first])


def test_a_probe_that_fails_is_told_and_the_training_goes_on(
    text_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(task: Any, model: Any) -> Any:
        def probe() -> Any:
            raise RuntimeError("nobody answers")

        return probe

    monkeypatch.setattr("clearhead.inspector.watched.make_probe", failing)
    watched = Watched()
    assert watched_run(text_folder, "failing", watched).is_finished
    assert "The examples could not be asked: RuntimeError: nobody answers" in watched.snapshot()[1]["notes"]


def test_what_is_taken_stays_below_the_share() -> None:
    now = [0.0]
    allowance = Allowance(GRADIENT_SHARE, lambda: now[0])
    count = 0
    while now[0] < 1000.0:
        now[0] += 0.01
        if allowance.allows():
            now[0] += 0.05
            allowance.pay(0.05)
            count += 1
    assert count > 100
    assert allowance.spent <= GRADIENT_SHARE * now[0] + 0.05


def test_a_long_training_keeps_a_bounded_number_of_looks(text_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearhead.inspector.watched.MOST_LOOKS", 6)
    monkeypatch.setattr("clearhead.inspector.watched.MOST_REPLIES", 4)
    watched = Impatient()
    training = {**TRAINING, "eval_interval": 2}
    watched_run(text_folder, "long", watched, training_options=training)
    assert len(watched.record.gradients) <= 6
    assert len(watched.record.replies) <= 4
    assert (watched.record.replies[0][0], watched.record.replies[-1][0]) == (0, 30)


def test_a_stop_that_is_asked_for_saves_and_the_run_can_be_gone_on_with(text_folder: Path) -> None:
    watched = Watched()

    def stopping(kind: str, facts: dict[str, Any]) -> None:
        watched(kind, facts)
        if kind == "step" and facts["step"] == 5:
            watched.stop()

    given = options(text_folder, "stopped")
    result = train_request(Request(**given), listener=stopping, observer=watched)
    assert (result.is_finished, result.steps) == (False, 5)
    assert watched.snapshot()[1]["phase"] == "stopped"
    again = Impatient()
    resumed = Request(out=given["out"], resume=True, device="cpu")
    assert train_request(resumed, listener=again, observer=again).is_finished
    assert are_equal(text_folder / "stopped", train(**options(text_folder, "whole")).path)
    steps = [row["step"] for row in again.record.steps if "train_loss" in row]
    assert steps == list(range(1, 31))  # those before the stop come from the run's own log


def test_a_stop_that_is_asked_for_before_the_first_step_is_kept(text_folder: Path) -> None:
    watched = Watched()
    watched.stop()
    assert watched_run(text_folder, "early", watched).steps == 0


@pytest.mark.parametrize(
    ("name", "layer"),
    [("layers.3.attention.query.weight", "layers.3"), ("encoder.layers.0.norm", "encoder.layers.0"),
     ("head.weight", "head"), ("input_vectors", "input_vectors"), ("decoder.cell.weight", "decoder")],
)  # fmt: skip
def test_a_weight_belongs_to_a_layer(name: str, layer: str) -> None:
    assert layer_of(name) == layer
