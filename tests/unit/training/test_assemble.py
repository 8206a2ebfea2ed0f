"""A training from its request to its run: where it goes, what it leaves behind, what it refuses."""

import json
from pathlib import Path

import pytest
import torch
from tiny import MODEL, TRAINING, tiny_train, weights_of

from clearhead.runs.run import open_run
from clearhead.training.assemble import train
from clearhead.training.finish import Result
from clearhead.training.planning import read_plan
from clearhead.training.run_log import read_metrics


def test_a_run_is_a_model_with_its_description_log_curve_and_plan(whole: Result) -> None:
    files = {path.name for path in whole.path.iterdir()}
    assert {"model.safetensors", "config.json", "tokenizer.json", "clearhead.json", "README.md"} <= files
    assert {"metrics.jsonl", "curves.png", "plan.json", "checkpoints"} <= files
    info = open_run(whole.path).info
    assert info["scores"]["loss"] == whole.scores["loss"]
    assert info["baselines"] == whole.baselines
    assert info["training"]["steps"] == 30 and info["training"]["batch_size"] == TRAINING["batch_size"]
    assert info["seed"] == 0 and info["decisions"]["verdict"] == whole.verdict.text()
    kinds = [event["kind"] for event in read_metrics(whole.path)]
    assert kinds[0] == "start" and kinds[-1] == "finished" and "baselines" in kinds


def test_the_plan_holds_every_decision(whole: Result) -> None:
    plan = read_plan(whole.path)
    assert {name: plan.model_config[name] for name in MODEL} == MODEL
    assert (plan.training.steps, plan.training.precision, plan.is_compiled) == (30, "fp32", False)
    assert plan.data_fingerprint


def test_events_are_told_in_order_and_can_be_written_as_json(text: Path, tmp_path: Path) -> None:
    events = []
    tiny_train(text, tmp_path / "run", steps=3, listener=lambda kind, facts: events.append((kind, dict(facts))))
    json.dumps(events)
    kinds = [kind for kind, _ in events]
    assert [kind for kind in kinds if kind in ("start", "step", "finished")] == ["start", *["step"] * 3, "finished"]


def test_a_folder_that_is_not_empty_and_a_file_are_refused(text: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"--out must be new or empty, got .*Go on with --resume, or give another"):
        tiny_train(text, text.parent)
    with pytest.raises(ValueError, match=r"--out must be a folder, got the file .*words.txt. Give another name"):
        tiny_train(text, text)


def test_without_a_name_each_run_gets_a_folder_of_its_own(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    options = {"model_options": MODEL, "training_options": TRAINING, "tokenizer": "character", "device": "cpu"}
    names = [train(data=str(text), steps=1, **options).path for _ in range(2)]
    assert names == [Path("runs/words-1"), Path("runs/words-2")]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"data": "no/such/file.txt"}, "no/such/file.txt"),
        ({"model_options": {"d_model": 33}}, "d_model must be divisible by num_heads, got d_model=33"),
        ({"model_options": {"d_modle": 33}}, "d_modle"),
        ({"training": {"batch_size": 0}}, "batch_size must be at least 1, got 0"),
        ({"model_options": {"context_length": 10**6}}, r"at least context_length \+ 1 = 1000001 tokens, got"),
    ],
)
def test_what_cannot_work_is_refused_and_leaves_no_folder(
    options: dict[str, object], message: str, text: Path, tmp_path: Path
) -> None:
    with pytest.raises((ValueError, FileNotFoundError, TypeError), match=message):
        tiny_train(text, tmp_path / "run", **options)
    assert not (tmp_path / "run").exists()


def test_going_on_from_a_run_starts_with_its_weights_and_tokenizer(text: Path, tmp_path: Path, whole: Result) -> None:
    result = train(
        data=str(text),
        out=str(tmp_path / "run"),
        start_from=str(whole.path),
        steps=1,
        device="cpu",
        training_options={
            **TRAINING,
            "learning_rate": 1e-9,
            "embedding_learning_rate": 1e-9,
            "head_learning_rate": 1e-9,
            "vector_learning_rate": 1e-9,
        },
    )
    before, after = weights_of(whole.path), weights_of(result.path)
    assert all(torch.allclose(before[name], after[name], atol=1e-6) for name in before)
    assert open_run(result.path).tokenizer.fingerprint == open_run(whole.path).tokenizer.fingerprint


def test_minutes_choose_everything_and_are_kept(text: Path, tmp_path: Path) -> None:
    result = train(
        data=str(text),
        out=str(tmp_path / "run"),
        minutes=0.06,
        tokenizer="character",
        device="cpu",
        model_options={"num_layers": 2, "d_model": 32, "num_heads": 2, "context_length": 16},
    )
    assert result.is_finished and result.steps >= 1
    plan = read_plan(result.path)
    assert plan.minutes == 0.06 and plan.decisions["tokens_per_second"] > 0


def test_a_compiled_run_is_saved_uncompiled(text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    monkeypatch.setattr("clearhead.training.resources.compile_blocks", lambda model: compiled.append(model))
    result = tiny_train(text, tmp_path / "run", steps=2, training={"compile": "always"})
    assert len(compiled) == 1
    assert not any("_orig_mod" in name for name in weights_of(result.path))
    assert open_run(result.path).info["decisions"]["is_compiled"] is True
