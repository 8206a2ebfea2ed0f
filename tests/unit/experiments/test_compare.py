import json
import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from carried import payload
from tiny_tasks import write_rows

from clearhead.experiments._compare_result import Comparison
from clearhead.experiments.compare import compare
from clearhead.experiments.evaluate import evaluate
from clearhead.runs.run import open_run
from clearhead.training.run_log import read_metrics

SMALL: dict[str, Any] = {
    "target": "side",
    "steps": 12,
    "training_options": {"precision": "fp32", "eval_interval": 4, "batch_size": 16},
}
MODELS = "neuron,mlp:hidden=8,mlp:hidden=8:training.learning_rate=0.05"


@pytest.fixture(scope="session")
def rows(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_rows(tmp_path_factory.mktemp("rows"), "side"))


@pytest.fixture(scope="session")
def found(rows: str, tmp_path_factory: pytest.TempPathFactory, own_cache: None) -> Comparison:
    """Compare three entries with two seeds in a few seconds."""
    return compare("classification", MODELS, data=rows, seeds=2, out=tmp_path_factory.mktemp("compared"), **SMALL)


def test_every_entry_is_trained_with_every_seed(found: Comparison) -> None:
    assert {entry.label for entry in found.entries} == set(MODELS.split(","))
    for entry in found.entries:
        assert [run.seed for run in entry.runs] == [0, 1]
        assert [open_run(run.path).info["seed"] for run in entry.runs] == [0, 1]
        assert [run.steps for run in entry.runs] == [12, 12]
    assert found.is_finished and found.length == {"steps": 12}


def test_entries_are_interleaved_over_the_seeds(rows: str, tmp_path: Path) -> None:
    heard: list[tuple[str, dict[str, Any]]] = []
    options = {**SMALL, "steps": 2}
    compare(
        "classification",
        "neuron,mlp",
        data=rows,
        seeds=2,
        out=tmp_path / "out",
        listener=lambda kind, facts: heard.append((kind, facts)),
        **options,
    )
    runs = [(facts["label"], facts["seed"]) for kind, facts in heard if kind == "run"]
    assert runs == [("neuron", 0), ("mlp", 0), ("neuron", 1), ("mlp", 1)]
    assert [facts["seed"] for kind, facts in heard if kind == "measured"] == [0, 0, 1, 1]


def test_the_scores_are_those_of_the_saved_runs(found: Comparison) -> None:
    for entry in found.entries:
        for run in entry.runs:
            assert run.scores == pytest.approx(evaluate(run.path, device="cpu").scores)
        mean = sum(run.scores["accuracy"] for run in entry.runs) / 2
        assert entry.scores["accuracy"].mean == pytest.approx(mean)


def test_the_best_comes_first_beside_the_baselines(found: Comparison) -> None:
    means = [entry.scores[found.score].mean for entry in found.entries]
    assert means == sorted(means, reverse=True)
    assert found.verdict is not None and found.verdict.best == found.entries[0].label
    assert {"majority", "logistic regression"} <= set(found.baselines)


def test_what_a_model_costs_is_measured(found: Comparison) -> None:
    for entry in found.entries:
        for run in entry.runs:
            assert run.num_parameters == open_run(run.path).info["num_parameters"]
            assert run.size_bytes == (Path(run.path) / "model.safetensors").stat().st_size
            assert run.train_rate is not None and run.latency_ms is not None and run.memory_bytes is not None
            assert min(run.train_rate, run.predict_rate, run.latency_ms, run.memory_bytes) > 0
            assert 0 < run.train_seconds < run.total_seconds
    smallest = next(entry for entry in found.entries if entry.label == "neuron")
    assert smallest.costs["num_parameters"].mean == min(e.costs["num_parameters"].mean for e in found.entries)


def test_curves_are_the_evaluations_of_the_run(found: Comparison) -> None:
    run = found.entries[0].runs[0]
    told = {e["step"]: e["accuracy"] for e in read_metrics(Path(run.path)) if e["kind"] == "evaluation"}
    assert {point.step: point.score for point in run.curve} == told
    assert [point.step for point in run.curve] == [4, 8, 12]
    assert all(a.seconds < b.seconds for a, b in zip(run.curve, run.curve[1:], strict=False))


def test_the_folder_holds_the_runs_the_json_and_the_page(found: Comparison) -> None:
    stored = json.loads((Path(found.out) / "comparison.json").read_text(encoding="utf-8"))
    assert stored == json.loads(json.dumps(found.to_json()))
    pages = payload((Path(found.out) / "comparison.html").read_text(encoding="utf-8"))["pages"]
    assert [page["sections"][0]["text"] for page in pages.values()] == list(stored["verdict"]["sentences"].values())
    assert (Path(found.out) / "mlp-hidden-8-seed1" / "config.json").is_file()


def test_resuming_trains_only_what_is_missing(rows: str, tmp_path: Path) -> None:
    options = {**SMALL, "data": rows, "out": tmp_path / "out", "steps": 3}
    first = compare("classification", "neuron", seeds=1, **options)
    before = (tmp_path / "out" / "neuron-seed0" / "metrics.jsonl").read_bytes()
    whole = compare("classification", "neuron,mlp", seeds=2, resume=True, html=tmp_path / "page.html", **options)
    assert (tmp_path / "out" / "neuron-seed0" / "metrics.jsonl").read_bytes() == before
    assert {entry.label: len(entry.runs) for entry in whole.entries} == {"neuron": 2, "mlp": 2}
    assert first.entries[0].runs[0].scores in [run.scores for entry in whole.entries for run in entry.runs]
    assert (tmp_path / "page.html").read_bytes() == (tmp_path / "out" / "comparison.html").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="a process cannot send itself Ctrl-C on Windows")
def test_ctrl_c_keeps_what_is_finished_and_the_rest_can_follow(rows: str, tmp_path: Path) -> None:
    options = {**SMALL, "data": rows, "out": tmp_path / "out", "seeds": 1}

    def interrupt(kind: str, facts: dict[str, Any]) -> None:
        if kind == "evaluation" and facts["step"] == 4 and (tmp_path / "out" / "mlp-seed0").is_dir():
            assert threading.current_thread() is threading.main_thread()
            os.kill(os.getpid(), signal.SIGINT)

    stopped = compare("classification", "neuron,mlp", listener=interrupt, **options)
    assert not stopped.is_finished
    assert [entry.label for entry in stopped.entries] == ["neuron"]
    whole = compare("classification", "neuron,mlp", resume=True, **options)
    assert whole.is_finished and len(whole.entries) == 2
    again = compare("classification", "neuron,mlp", **{**options, "out": tmp_path / "again"})
    assert [e.runs[0].scores for e in whole.entries] == [e.runs[0].scores for e in again.entries]


def test_stopping_before_the_first_run_leaves_a_page_that_says_so(rows: str, tmp_path: Path) -> None:
    def interrupt(kind: str, facts: dict[str, Any]) -> None:
        if kind == "start":
            os.kill(os.getpid(), signal.SIGINT)

    if os.name == "nt":
        pytest.skip("a process cannot send itself Ctrl-C on Windows")
    stopped = compare("classification", "neuron", data=rows, out=tmp_path / "out", listener=interrupt, **SMALL)
    assert (stopped.entries, stopped.verdict, stopped.is_finished) == ([], None, False)
    assert "No run is finished yet." in str(stopped)
    pages = payload((tmp_path / "out" / "comparison.html").read_text(encoding="utf-8"))["pages"]
    assert "No run is finished yet." in pages["en"]["sections"][0]["text"]


def test_mistakes_are_told_before_anything_is_trained(rows: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for models, options, message in (
        ("neuron", {"seeds": 0}, r"--seeds must be at least 1, got 0\."),
        ("gpt,mlp", {}, r"--models must be of mlp, neuron for classification on .*, got 'gpt'\. Leave it out\."),
        ("neuron", {"minutes": 1, "steps": 5}, r"must be said once, got --minutes and --steps\."),
        ("neuron,mlp:dropout=2", {}, r"--models entry 'mlp:dropout=2': MLPConfig\.dropout must be in \[0, 1\), got 2"),
        (
            "mlp:training.batch_size=0",
            {},
            r"entry 'mlp:training\.batch_size=0': .*batch_size must be at least 1, got 0",
        ),
        ("neuron", {"resume": True}, r"--resume must come with --out, .*, got none\."),
        ("neuron", {"html": tmp_path / "no" / "page.html"}, r"--html must be a file in a folder that exists, got .*no"),
    ):
        with pytest.raises(ValueError, match=message):
            compare("classification", models, data=rows, target="side", **options)
    with pytest.raises(ValueError, match=r"--out must be new or empty, got .*\. Go on with --resume"):
        compare("classification", "neuron", data=rows, out=Path(rows).parent)
    with pytest.raises(FileNotFoundError, match=r"Nothing to resume: there is no folder .*out\."):
        compare("classification", "neuron", data=rows, out=out, resume=True)
    assert not out.exists() and not list(tmp_path.iterdir())


def test_runs_that_were_trained_otherwise_are_not_mixed_in(found: Comparison, rows: str) -> None:
    longer = {**SMALL, "steps": 13}
    with pytest.raises(
        ValueError, match=r"--resume must ask for what .*neuron-seed0 was trained with, got another .*12"
    ):
        compare("classification", MODELS, data=rows, seeds=2, out=found.out, resume=True, **longer)
