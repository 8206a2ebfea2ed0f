import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clearhead.core import catalog
from clearhead.experiments import reproduce as module
from clearhead.experiments.recipes.base import ROOM, Target
from clearhead.experiments.reproduce import reproduce
from clearhead.runs.run import open_run
from clearhead.training.finish import Result

from .conftest import TINY

LOSS = Target(score="loss", value=1000.0, source="a number that everything reaches.")
LENGTH = Target(score="name_length", value=4.0, direction="at_least", protocol="letters:all", source="our own.")


@pytest.fixture
def recipe(monkeypatch: pytest.MonkeyPatch, text_file: Path) -> SimpleNamespace:
    """Put a recipe that trains for a second in the place of every recipe."""
    made = SimpleNamespace(
        TARGETS=(LOSS, LENGTH),
        recipe=lambda: {**TINY, "data": str(text_file)},
        tiny=lambda: {**TINY, "data": str(text_file), "steps": 2},
        measure=lambda run: {"name_length": float(len(run.name))},
    )
    monkeypatch.setattr(module, "load_recipe", lambda name: made)
    return made


NAME = catalog.entries(ROOM)[0]


def test_one_seed_leaves_a_run_with_its_comparison(recipe: SimpleNamespace, tmp_path: Path) -> None:
    found = reproduce(NAME, out=tmp_path / "cats")
    stored = json.loads((tmp_path / "cats" / "result.json").read_text(encoding="utf-8"))
    scores = open_run(tmp_path / "cats").info["scores"]
    assert found.has_passed and stored["has_passed"]
    assert stored == json.loads(json.dumps(found.to_json()))
    assert found.findings[0].values == [scores["loss"]]
    assert found.findings[1].values == [4.0]
    assert stored["attempts"][0]["seed"] == 0
    assert stored["attempts"][0]["seconds"] > 0
    assert set(stored["machine"]) >= {"system", "processor", "threads"}
    assert {"python", "torch"} <= set(stored["versions"])


def test_a_number_that_is_missed_fails(recipe: SimpleNamespace, tmp_path: Path) -> None:
    recipe.TARGETS = (LOSS, Target(score="loss", value=0.001, source="a number that nothing reaches."))
    found = reproduce(NAME, out=tmp_path / "run")
    assert [finding.is_reached for finding in found.findings] == [True, False]
    assert not found.has_passed
    assert str(found).startswith(f"{NAME}: FAIL\n  pass  loss: ")
    assert "  FAIL  loss: " in str(found)


def test_several_seeds_are_compared_by_their_mean(recipe: SimpleNamespace, tmp_path: Path) -> None:
    concluded: list[Any] = []
    found = reproduce(NAME, seeds=2, out=tmp_path / "runs", conclude=concluded.append)
    first, second = (json.loads((tmp_path / "runs" / f"seed-{n}/result.json").read_text("utf-8")) for n in (0, 1))
    whole = json.loads((tmp_path / "runs" / "result.json").read_text(encoding="utf-8"))
    losses = [one["findings"][0]["mean"] for one in (first, second)]
    assert losses[0] != losses[1]
    assert whole["findings"][0]["values"] == losses
    assert whole["findings"][0]["mean"] == pytest.approx(sum(losses) / 2)
    assert whole["findings"][0]["spread"] == pytest.approx(abs(losses[0] - losses[1]) / 2**0.5)
    assert len(concluded) == 2
    assert f"{found.findings[0].mean:.4f} ± {found.findings[0].spread:.4f}" in str(found)


def test_a_baseline_can_set_the_number(recipe: SimpleNamespace, tmp_path: Path) -> None:
    recipe.TARGETS = (Target(score="bits_per_byte", baseline="bigram", source="a table of pairs."),)
    found = reproduce(NAME, out=tmp_path / "run", is_tiny=True)
    assert found.findings[0].limit == found.attempts[0].baselines["bigram"]["bits_per_byte"]
    assert found.has_passed == (found.findings[0].mean <= found.findings[0].limit)


def test_the_signature_says_what_was_measured(recipe: SimpleNamespace, tmp_path: Path) -> None:
    found = reproduce(NAME, out=tmp_path / "run", is_tiny=True)
    about = open_run(tmp_path / "run").about
    assert about is not None
    part = about.data.splits["valid"]
    assert found.findings[0].signature == (
        f"score:loss split:valid documents:{part['documents']} tokens:{part['tokens']} bytes:{part['bytes']} "
        f"windows:32 "
        f"data:{about.data.name} fingerprint:{about.data.fingerprint[:12]} "
        f"tokenizer:character-{about.tokenizer.vocab_size} weights:float32"
    )
    assert found.findings[1].signature.startswith("score:name_length letters:all data:")


def test_a_training_that_was_stopped_gives_no_verdict(
    recipe: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[dict[str, Any]] = []

    def stopped(**options: Any) -> Result:
        calls.append(options)
        return Result(Path(options["out"]), False, 1.0, 3)

    monkeypatch.setattr(module, "train", stopped)
    found = reproduce(NAME, seeds=3, out=tmp_path / "runs")
    assert len(calls) == 1
    assert (found.attempts, found.findings, found.has_passed) == ([], [], False)


def test_mistakes_are_told_before_anything_is_trained(recipe: SimpleNamespace, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(ValueError, match=r"reproduce\.seeds must be at least 1, got 0\."):
        reproduce(NAME, seeds=0)
    with pytest.raises(ValueError, match=r"--out must be new or empty, got .*full\. Give another name\."):
        reproduce(NAME, out=tmp_path / "full")
    with pytest.raises(
        ValueError, match=r"No 'shakespear_gpt' in experiments/recipes/.*Did you mean 'shakespeare_gpt'\?"
    ):
        reproduce("shakespear-gpt")


def test_a_new_folder_is_chosen_when_none_is_named(
    recipe: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs" / f"{NAME}-1").mkdir(parents=True)
    assert reproduce(NAME, is_tiny=True).attempts[0].path == str(Path("runs") / f"{NAME}-2")


@pytest.mark.parametrize(
    ("direction", "tolerance", "value", "is_reached"),
    [
        ("at_most", 0.0, 2.0, True),
        ("at_most", 0.0, 2.001, False),
        ("at_most", 0.01, 2.009, True),
        ("at_most", 0.01, 2.02, False),
        ("at_least", 0.0, 2.0, True),
        ("at_least", 0.0, 1.999, False),
        ("at_least", 0.01, 1.991, True),
        ("at_least", 0.0, 3.0, True),
    ],
)
def test_a_target_knows_its_right_side(direction: Any, tolerance: float, value: float, is_reached: bool) -> None:
    target = Target(score="loss", value=2.0, direction=direction, tolerance=tolerance, source="a number.")
    assert target.is_reached(value, target.limit({})) is is_reached


def test_word_vectors_come_first_and_once_for_all_seeds(
    recipe: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []
    train = module.train

    def trained(**options: Any) -> Result:
        asked.append(options)
        given = options.pop("task_options", {})
        assert "task" in options or given == {"vectors": str(tmp_path / "run" / "vectors")}
        return train(**options)

    monkeypatch.setattr(module, "train", trained)
    recipe.VECTORS = {
        "task": "word_vectors",
        "data": recipe.recipe()["data"],
        "steps": 2,
        "task_options": {"min_count": 1},
    }
    found = reproduce(NAME, seeds=2, out=tmp_path / "run")
    assert [options.get("task") for options in asked] == ["word_vectors", None, None]
    assert [Path(attempt.path).name for attempt in found.attempts] == ["seed-0", "seed-1"]
    assert json.loads((tmp_path / "run" / "result.json").read_text(encoding="utf-8"))["recipe"] == NAME


def test_a_parent_begins_with_the_vectors_and_every_seed_goes_on_from_it(
    recipe: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []
    train, kept = module.train, {**TINY, "data": recipe.recipe()["data"]}

    def trained(**options: Any) -> Result:
        asked.append(options)
        return train(**kept, out=options["out"])  # what is asked for is the point, not what is trained

    monkeypatch.setattr(module, "train", trained)
    recipe.VECTORS, recipe.PARENT = {"task": "word_vectors"}, {"task": "tagging", "task_options": {"min_count": 2}}
    reproduce(NAME, seeds=2, out=tmp_path / "run")
    vectors, parent, *seeds = asked
    assert vectors == {"task": "word_vectors", "out": str(tmp_path / "run" / "vectors"), "listener": None}
    assert parent["task_options"] == {"min_count": 2, "vectors": str(tmp_path / "run" / "vectors")}
    assert [options["start_from"] for options in seeds] == [str(tmp_path / "run" / "parent")] * 2
    assert all("vectors" not in options.get("task_options", {}) for options in seeds)
    assert [Path(options["out"]).name for options in seeds] == ["seed-0", "seed-1"]
