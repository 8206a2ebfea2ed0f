import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clearhead.core import catalog
from clearhead.experiments import reproduce as module
from clearhead.experiments.recipes.base import ROOM, Target, load_recipe

Command = Callable[..., Any]
RECIPES = catalog.entries(ROOM)


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[float], None]:
    """Return a function that puts a recipe of a second, with this number to reach, in the place of every recipe."""
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cats.txt").write_text("The cat sat on the mat. " * 80, encoding="utf-8")
    options = {
        "data": str(tmp_path / "cats.txt"),
        "tokenizer": "character",
        "steps": 2,
        "model_options": {"num_layers": 1, "d_model": 32, "num_heads": 1, "context_length": 32},
        "training_options": {"batch_size": 4, "precision": "fp32"},
    }

    def use(value: float) -> None:
        targets = (Target(score="loss", value=value, source="a number of this test."),)
        made = SimpleNamespace(TARGETS=targets, recipe=lambda: dict(options), tiny=lambda: dict(options))
        monkeypatch.setattr(module, "load_recipe", lambda name: made)

    return use


@pytest.mark.parametrize("words", [(), ("--list",)])
def test_it_lists_every_recipe_with_its_targets(command: Command, words: tuple[str, ...]) -> None:
    outcome = command("reproduce", *words)
    assert outcome.exit_code == 0
    for name in RECIPES:
        assert f"{name}: {catalog.summary(ROOM, name)}" in outcome.out
        assert all(str(target) in outcome.out for target in load_recipe(name).TARGETS)
    assert set(json.loads(command("reproduce", "--list", "--json").out)) == set(RECIPES)


@pytest.mark.parametrize(("value", "exit_code", "verdict"), [(1000.0, 0, "pass"), (0.001, 1, "FAIL")])
def test_the_exit_code_is_the_verdict(
    command: Command, limit: Callable[[float], None], tmp_path: Path, value: float, exit_code: int, verdict: str
) -> None:
    limit(value)
    outcome = command("reproduce", RECIPES[0], "--out", tmp_path / "run")
    assert outcome.exit_code == exit_code
    assert f"{RECIPES[0]}: {verdict}" in outcome.out
    assert json.loads((tmp_path / "run" / "result.json").read_text(encoding="utf-8"))["has_passed"] is (exit_code == 0)


def test_json_ends_with_the_comparison(command: Command, limit: Callable[[float], None], tmp_path: Path) -> None:
    limit(1000.0)
    outcome = command("reproduce", RECIPES[0], "--out", tmp_path / "run", "--seeds", 2, "--json")
    events = [json.loads(line) for line in outcome.out.splitlines()]
    assert [len(finding["values"]) for finding in events[-1]["findings"]] == [2]
    assert sum(event.get("kind") == "result" for event in events) == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("shakespear_gpt",), "No 'shakespear_gpt' in experiments/recipes/."),
        (("shakespeare_gpt", "--seeds", "0"), "reproduce.seeds must be at least 1, got 0."),
        (("shakespeare_gpt", "--sed", "1"), "Did you mean '--seeds'?"),
    ],
)
def test_a_mistake_is_one_sentence(command: Command, words: tuple[str, ...], message: str) -> None:
    outcome = command("reproduce", *words)
    assert outcome.exit_code == 2
    assert message in outcome.err
    assert outcome.err.count("\n") == 1
