"""A training that was stopped or killed ends in the same weights, bit for bit, as one that was not."""

import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny import are_equal, command_of, events_of, resume, resume_command, start, tiny_train

from clearhead.cli._app import INTERRUPTED
from clearhead.training import checkpoint
from clearhead.training.finish import Result
from clearhead.training.run_log import read_metrics

WAYS: dict[str, dict[str, Any]] = {
    "fp32": {},
    "bf16": {"training": {"precision": "bf16"}},
    "average": {"training": {"average_fraction": 0.6, "eval_interval": 5}},
    "dropout": {"model_options": {"dropout": 0.2}},
    "adamw, clipped, cosine": {
        "training": {"optimizer": "adamw", "learning_rate": 0.01, "clip_norm": 0.5, "schedule": "cosine"}
    },
    "best weights": {"training": {"eval_interval": 3, "learning_rate": 0.5, "patience": 9}},
    "gpt2": {"model": "gpt2"},
    "pieces": {"training": {"micro_batch_size": 1, "warmup_steps": 5}},
}


def ctrl_c_at(*steps: int) -> Callable[[str, dict[str, Any]], None]:
    """Return a listener that presses Ctrl-C after these steps."""

    def listen(kind: str, facts: dict[str, Any]) -> None:
        if kind == "step" and facts["step"] in steps:
            signal.raise_signal(signal.SIGINT)

    return listen


@pytest.mark.parametrize("way", WAYS)
def test_stopped_twice_and_resumed_it_equals_the_whole_run(way: str, text: Path, tmp_path: Path) -> None:
    options = WAYS[way]
    whole = tiny_train(text, tmp_path / "whole", **options)
    first = tiny_train(text, tmp_path / "stopped", listener=ctrl_c_at(7), **options)
    assert (first.is_finished, first.steps) == (False, 7)
    second = resume(tmp_path / "stopped", listener=ctrl_c_at(19))
    assert (second.is_finished, second.steps) == (False, 19)
    last = resume(tmp_path / "stopped")
    assert last.is_finished and last.steps == whole.steps
    assert are_equal(tmp_path / "whole", tmp_path / "stopped")
    assert last.scores == whole.scores
    logged = [
        [(e["step"], e["train_loss"]) for e in read_metrics(run) if e["kind"] == "step"]
        for run in (tmp_path / "whole", tmp_path / "stopped")
    ]
    assert logged[0] == logged[1]


@pytest.mark.parametrize("options", [{}, {"average_fraction": 0.9}])
def test_a_stop_during_an_evaluation_loses_neither_the_evaluation_nor_a_bit(
    options: dict[str, float], text: Path, tmp_path: Path
) -> None:
    training = {"eval_interval": 5, "learning_rate": 0.4, **options}
    whole = tiny_train(text, tmp_path / "whole", training=training)
    # The step's line is told before the evaluation of the same step begins, which then finds the request to stop.
    stopped = tiny_train(text, tmp_path / "stopped", training=training, listener=ctrl_c_at(10))
    assert stopped.steps == 10
    assert resume(tmp_path / "stopped").scores == whole.scores
    assert are_equal(tmp_path / "whole", tmp_path / "stopped")
    evaluated = [
        [(e["step"], e["loss"]) for e in read_metrics(run) if e["kind"] == "evaluation"]
        for run in (tmp_path / "whole", tmp_path / "stopped")
    ]
    assert evaluated[0] == evaluated[1] and len(evaluated[0]) == 6


def test_a_stop_before_the_first_step_loses_nothing(text: Path, tmp_path: Path, whole: Result) -> None:
    def at_the_start(kind: str, facts: dict[str, Any]) -> None:
        if kind == "note":
            signal.raise_signal(signal.SIGTERM)

    handlers = [signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)]
    calls = 0

    def once(kind: str, facts: dict[str, Any]) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            at_the_start(kind, facts)

    stopped = tiny_train(text, tmp_path / "run", listener=once)
    assert (stopped.is_finished, stopped.steps) == (False, 0)
    assert [signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)] == handlers
    resume(tmp_path / "run")
    assert are_equal(tmp_path / "run", whole.path)


def test_killed_three_times_it_equals_the_whole_run(text: Path, tmp_path: Path, whole: Result) -> None:
    """With a checkpoint after every step or two most kills meet a save."""
    seed = time.time_ns() % 10**6
    print("seed", seed)
    chance = random.Random(seed)
    run = tmp_path / "run"
    command = command_of(text, run, steps=30, training={"checkpoint_interval": chance.choice([1, 2])})
    for kill in range(3):
        process = start(command)
        wanted = chance.randint(1 + 9 * kill, 8 + 9 * kill)
        for event in events_of(process):
            if event["kind"] == "step" and event["step"] >= wanted:
                break
        time.sleep(chance.uniform(0, 0.01))
        process.kill()
        process.communicate()
        assert process.returncode != 0
        command = resume_command(run)
    assert not (run / "model.safetensors").exists()
    last = resume(run)
    assert last.is_finished
    assert are_equal(run, whole.path)
    assert last.scores == whole.scores
    assert not list((run / "checkpoints").glob(".unfinished*"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that a program can answer")
def test_terminated_it_saves_says_how_to_go_on_and_loses_at_most_one_step(
    text: Path, tmp_path: Path, whole: Result
) -> None:
    run = tmp_path / "run"
    process = start(
        [word for word in command_of(text, run, steps=30, training={"checkpoint_interval": 1}) if word != "--json"]
    )
    while not any(event["kind"] == "step" for event in read_metrics(run)):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    events = read_metrics(run)
    if events[-1]["kind"] == "finished":  # it was quicker than the signal
        pytest.skip("the training ended before the signal came")
    assert process.returncode == INTERRUPTED and err == ""
    assert f"--out {run} --resume" in out
    steps = [event["step"] for event in events if event["kind"] == "step"]
    saved = checkpoint.load_newest(run / "checkpoints")[0]
    assert saved is not None and steps[-1] <= saved.step <= steps[-1] + 1
    resume(run)
    assert are_equal(run, whole.path)


def test_the_newest_checkpoint_damaged_it_falls_back_says_so_and_still_ends_equal(
    text: Path, tmp_path: Path, whole: Result
) -> None:
    run = tmp_path / "run"
    tiny_train(text, run, training={"checkpoint_interval": 4}, listener=ctrl_c_at(14))
    newest = checkpoint.list_checkpoints(run / "checkpoints")[0]
    assert newest.name == "step-000014"
    with (newest / "model.safetensors").open("r+b") as file:
        file.truncate(100)
    notes: list[str] = []
    resume(run, listener=lambda kind, facts: notes.append(facts["text"]) if kind == "note" else None)
    assert any("step-000014 is damaged: model.safetensors has 100 bytes" in note for note in notes)
    assert "Going on after step 12." in notes
    assert are_equal(run, whole.path)


def test_without_any_whole_checkpoint_it_starts_again_and_ends_equal(text: Path, tmp_path: Path, whole: Result) -> None:
    run = tmp_path / "run"
    tiny_train(text, run, listener=ctrl_c_at(9))
    for folder in checkpoint.list_checkpoints(run / "checkpoints"):
        (folder / checkpoint.MANIFEST).unlink()
    notes: list[str] = []
    resume(run, listener=lambda kind, facts: notes.append(facts["text"]) if kind == "note" else None)
    assert any("its manifest is missing" in note for note in notes)
    assert "No whole checkpoint was found: starting from the beginning." in notes
    assert are_equal(run, whole.path)


def test_a_finished_run_resumed_stays_as_it_is_and_learns_on_with_more_steps(text: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    first = tiny_train(text, run)
    again = resume(run)
    assert again.steps == 30 and again.scores == first.scores
    longer = resume(run, steps=60)
    assert longer.steps == 60
    assert longer.scores["loss"] < 0.98 * first.scores["loss"]


def test_other_data_are_refused(text: Path, tmp_path: Path) -> None:
    other = tmp_path / "words.txt"
    other.write_text(text.read_text(encoding="utf-8"), encoding="utf-8")
    tiny_train(other, tmp_path / "run", listener=ctrl_c_at(3))
    other.write_text(other.read_text(encoding="utf-8").replace("cat", "cow"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"words.txt must be the data that .*run was started with, got others"):
        resume(tmp_path / "run")


def test_there_must_be_something_to_resume(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"Nothing to resume: there is no folder .*nowhere. Start the run"):
        resume(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"Nothing to resume in .*: it holds no plan.json"):
        resume(tmp_path)
    (tmp_path / "plan.json").write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match=r"plan.json must be JSON, got .*Start the run again in another --out"):
        resume(tmp_path)
