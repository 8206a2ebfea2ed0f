"""`clearhead compare`: from words to a report."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]
SHORT = ("--data", "iris", "--steps", 3, "--seeds", 2, "--training.precision", "fp32", "--out", "out")


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_models_become_a_table_and_a_page(command: Command, work: Path) -> None:
    outcome = command("compare", "classification", "--models", "neuron,mlp:hidden=8", *SHORT, "--html", "page.html")
    assert outcome.exit_code == 0, outcome.err
    assert "mlp:hidden=8, seed 1 (4 of 4)" in outcome.out
    assert " is better than " in outcome.out or " score the same " in outcome.out
    assert (work / "page.html").read_bytes() == (work / "out" / "comparison.html").read_bytes()


def test_json_is_all_that_is_printed(command: Command, work: Path) -> None:
    outcome = command("compare", "classification", "--models", "neuron", *SHORT, "--json")
    values = json.loads(outcome.out)
    assert values == json.loads((work / "out" / "comparison.json").read_text(encoding="utf-8"))
    assert values["length"] == {"steps": 3} and values["seeds"] == 2


def test_the_options_of_the_task_and_of_the_training_are_offered(command: Command) -> None:
    page = command("compare", "classification", "--help").out
    assert "--task.label-smoothing" in page and "--training.batch-size" in page and "--minutes" in page
    assert "--model " not in page and "--from" not in page


def test_options_of_the_task_reach_every_run(command: Command, work: Path) -> None:
    command("compare", "classification", "--models", "neuron", *SHORT, "--task.label-smoothing", 0.2)
    plan = json.loads((work / "out" / "neuron-seed1" / "plan.json").read_text(encoding="utf-8"))
    assert plan["request"]["task_options"] == {"label_smoothing": 0.2}
    assert plan["training"]["precision"] == "fp32"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "clearhead compare needs a task: "),
        (("classification",), "clearhead compare needs --models"),
        (("classificatoin", "--models", "mlp"), "Did you mean 'classification'?"),
        (("classification", "--models", "mpl"), "--models entry 'mpl': No 'mpl' in models/."),
        (("classification", "--models", "mlp", "--seeds", 0), "--seeds must be at least 1, got 0."),
        (("classification", "--models", "mlp", "--minutes", 1, "--steps", 1), "got --minutes and --steps."),
        (("classification", "--model", "mlp"), "clearhead compare has no option '--model'. Did you mean '--models'?"),
    ],
)
def test_a_mistake_is_one_sentence_and_leaves_nothing(
    command: Command, work: Path, words: tuple[object, ...], message: str
) -> None:
    outcome = command("compare", *words)
    assert outcome.exit_code == 2
    assert message in outcome.err and outcome.err.count("\n") == 1
    assert not (work / "runs").exists()
