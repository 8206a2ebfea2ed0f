import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clearhead.training.assemble import train

Command = Callable[..., Any]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a second."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "cats.txt").write_text("The cat sat on the mat. " * 80, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLEARHEAD_CACHE", str(folder / "cache"))
        return train(
            data=str(folder / "cats.txt"),
            tokenizer="character",
            out=str(folder / "cats"),
            steps=2,
            model_options={"num_layers": 1, "d_model": 32, "num_heads": 1, "context_length": 32},
            training_options={"batch_size": 4, "precision": "fp32"},
        ).path


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))


def test_it_prints_the_scores_beside_the_baselines(command: Command, run: Path) -> None:
    outcome = command("evaluate", run, "--device", "cpu")
    assert outcome.exit_code == 0
    assert "the whole valid part of " in outcome.out
    assert "bigram" in outcome.out and "xz -9" in outcome.out
    assert outcome.err == ""


def test_json_holds_all_of_it(command: Command, run: Path) -> None:
    found = json.loads(command("evaluate", run, "--json").out)
    stored = json.loads((run / "clearhead.json").read_text(encoding="utf-8"))
    assert found["scores"]["loss"] == pytest.approx(stored["scores"]["loss"], rel=1e-5)
    assert found["split"] == "valid"
    assert set(found["baselines"]) == {"bigram", "xz -9"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--data", "tinyshakespear"), "Did you mean the known text 'tinyshakespeare'?"),
        (("--split", "test"), "evaluate.split must be a part of "),
        (("--split", "tset"), "Did you mean 'test'?"),
        (("--device", "toaster"), "--device must be auto, cpu, cuda or mps, got 'toaster'."),
        (("--errors", "e.tsv"), "--errors must be of a task that lists single errors, got language_modeling."),
        (("--dta", "x"), "clearhead evaluate has no option '--dta'. Did you mean '--data'?"),
    ],
)
def test_a_mistake_is_one_sentence(command: Command, run: Path, words: tuple[str, ...], message: str) -> None:
    outcome = command("evaluate", run, *words)
    assert outcome.exit_code == 2
    assert message in outcome.err
    assert outcome.err.count("\n") == 1
    assert outcome.out == ""


def test_a_run_that_is_not_there_is_one_sentence(command: Command, run: Path) -> None:
    outcome = command("evaluate", run.parent / "catz")
    assert outcome.exit_code == 2
    assert outcome.err == f"No run at {run.parent / 'catz'}. Did you mean {run}?\n"
