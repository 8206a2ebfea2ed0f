"""The loop: the same seed gives the same run, pieces change nothing, bad numbers and full memory end well."""

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny import are_equal, resume, tiny_train, weights_of

from clearhead.models.gpt import GPT
from clearhead.runs.run import open_run
from clearhead.tasks.language_modeling import LanguageModeling
from clearhead.training import checkpoint, resources
from clearhead.training.finish import Result
from clearhead.training.run_log import read_metrics


def losses(run: Path) -> list[float]:
    return [event["train_loss"] for event in read_metrics(run) if event["kind"] == "step"]


def test_the_same_seed_gives_the_same_weights_and_another_one_others(text: Path, tmp_path: Path, whole: Result) -> None:
    tiny_train(text, tmp_path / "again")
    assert are_equal(tmp_path / "again", whole.path)
    assert losses(tmp_path / "again") == losses(whole.path)
    tiny_train(text, tmp_path / "other", seed=1)
    assert not are_equal(tmp_path / "other", whole.path)


def test_the_loss_falls(whole: Result) -> None:
    course = losses(whole.path)
    assert course[0] == pytest.approx(math.log(24), abs=0.5)
    assert course[-1] < 0.75 * course[0]
    assert whole.scores["loss"] == pytest.approx(course[-1], rel=0.15)


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_rows_computed_at_once_do_not_change_the_steps(rows: int, text: Path, tmp_path: Path, whole: Result) -> None:
    tiny_train(text, tmp_path / "run", training={"micro_batch_size": rows})
    assert losses(tmp_path / "run")[0] == pytest.approx(losses(whole.path)[0], abs=1e-6)
    assert losses(tmp_path / "run") == pytest.approx(losses(whole.path), abs=2e-4)
    first, second = weights_of(tmp_path / "run"), weights_of(whole.path)
    for name in first:
        assert torch.allclose(first[name], second[name], atol=5e-3), name


def test_a_gradient_of_pieces_is_the_gradient_of_the_whole(text: Path, tmp_path: Path) -> None:
    """One step: what accumulates must agree to rounding, before chaotic growth over the steps."""
    for rows in (4, 1):
        tiny_train(text, tmp_path / str(rows), steps=1, training={"micro_batch_size": rows, "optimizer": "adamw"})
    whole, pieces = weights_of(tmp_path / "4"), weights_of(tmp_path / "1")
    assert losses(tmp_path / "1")[0] == pytest.approx(losses(tmp_path / "4")[0], abs=1e-6)
    # Adam's first step is the gradient's sign: entries that are nearly 0 may differ, others not.
    for name in whole:
        assert (torch.isclose(whole[name], pieces[name], atol=1e-5)).float().mean() > 0.99, name


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_loss_that_is_no_number_stops_before_the_update(
    value: float, text: Path, tmp_path: Path, whole: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, calls = LanguageModeling.loss, 0

    def planted(self: LanguageModeling, model: torch.nn.Module, batch: Any) -> tuple[torch.Tensor, int]:
        nonlocal calls
        loss, count = plain(self, model, batch)
        if model.training and torch.is_grad_enabled() and batch[0].shape[0] == 4:
            calls += 1
            if calls == 13:
                return loss * value, count
        return loss, count

    run = tmp_path / "run"
    monkeypatch.setattr(LanguageModeling, "loss", planted)
    with pytest.raises(
        ValueError,
        match=rf"Training.loss must be finite, got {value} at step 13 \(rows 48 to 51 of the order of seed 0\). "
        r"No update was made. Use a smaller --training.learning-rate \(now 0.04\) or --training.clip-norm 1.",
    ):
        tiny_train(text, run, training={"checkpoint_interval": 4, "micro_batch_size": 4})
    saved, problems = checkpoint.load_newest(run / "checkpoints")
    assert saved is not None and saved.step == 12 and problems == []
    assert all(torch.isfinite(tensor).all() for tensor in saved.tensors["model"].values())
    assert not (run / "model.safetensors").exists()
    monkeypatch.undo()
    resume(run)
    assert are_equal(run, whole.path)


def test_a_gpu_that_runs_out_of_memory_halves_the_pieces_and_ends_the_same(
    text: Path, tmp_path: Path, whole: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = GPT.hidden
    failed = 0

    def planted(self: GPT, tokens: torch.Tensor, cache: Any = None) -> torch.Tensor:
        nonlocal failed
        if self.training and len(tokens) == 4 and torch.is_grad_enabled():
            failed += 1
            raise torch.OutOfMemoryError("CUDA out of memory")
        return plain(self, tokens, cache)

    notes = []
    monkeypatch.setattr(GPT, "hidden", planted)
    result = tiny_train(
        text, tmp_path / "run", listener=lambda kind, facts: notes.append(facts["text"]) if kind == "note" else None
    )
    assert failed == 1 and result.is_finished
    assert any("Out of memory: 2 rows at a time" in note for note in notes)
    assert losses(tmp_path / "run") == pytest.approx(losses(whole.path), abs=2e-4)
    saved, _ = checkpoint.load_newest(tmp_path / "run" / "checkpoints")
    assert saved is not None and saved.state["micro_batch_size"] == 2


def test_memory_that_does_not_hold_one_row_is_refused_in_words(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = GPT.hidden

    def planted(self: GPT, tokens: torch.Tensor, cache: Any = None) -> torch.Tensor:
        if self.training and torch.is_grad_enabled() and self.calls_left == 0:
            raise torch.OutOfMemoryError("CUDA out of memory")
        self.calls_left -= 1
        return plain(self, tokens, cache)

    monkeypatch.setattr(GPT, "hidden", planted)
    monkeypatch.setattr(GPT, "calls_left", 5, raising=False)
    with pytest.raises(ValueError, match=r"Training.memory must hold 1 rows? at once, got too little on cpu"):
        tiny_train(text, tmp_path / "run")


def test_little_free_memory_makes_smaller_pieces_before_the_first_step(
    text: Path, tmp_path: Path, whole: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = []
    rows_that_fit = resources.rows_that_fit

    def note(*arguments: Any, **options: Any) -> tuple[int, int]:
        needed.append(rows_that_fit(*arguments, **options))
        return needed[-1]

    monkeypatch.setattr(resources, "rows_that_fit", note)
    tiny_train(text, tmp_path / "roomy", steps=1)
    four_rows = needed[0][1]
    assert needed[0][0] == 4
    monkeypatch.setattr(resources, "free_memory", lambda device: int(four_rows / resources.MEMORY_SHARE) - 1000)
    tiny_train(text, tmp_path / "narrow")
    assert needed[1][0] == 2 and needed[1][1] < four_rows
    assert losses(tmp_path / "narrow") == pytest.approx(losses(whole.path), abs=2e-4)


def test_no_memory_for_one_row_is_refused_before_the_first_step_and_leaves_nothing(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "free_memory", lambda device: 10_000)
    with pytest.raises(ValueError, match=r"Training.memory must be at least 0.0 GiB .*, got 0.0 GiB free. Use a sm"):
        tiny_train(text, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_patience_ends_a_run_that_gets_no_better_and_the_best_weights_are_kept(text: Path, tmp_path: Path) -> None:
    training = {"eval_interval": 2, "patience": 3, "learning_rate": 1.0, "decay_fraction": 0.0}
    result = tiny_train(text, tmp_path / "run", training=training, steps=80)
    evaluated = [e for e in read_metrics(tmp_path / "run") if e["kind"] == "evaluation"]
    assert result.is_finished and result.steps < 80
    during = evaluated[:-1] if evaluated[-1]["step"] == result.steps else evaluated
    best = min(event["loss"] for event in during)
    assert result.scores["loss"] == pytest.approx(best, rel=1e-5)
    assert all(event["loss"] > best for event in during[-3:])


def test_clipping_bounds_the_step_of_adamw_runs(text: Path, tmp_path: Path) -> None:
    for name, clip in (("free", None), ("wide", 1e6), ("tight", 1e-3)):
        tiny_train(text, tmp_path / name, steps=5, training={"clip_norm": clip, "learning_rate": 0.01})
    assert are_equal(tmp_path / "free", tmp_path / "wide")
    assert not are_equal(tmp_path / "free", tmp_path / "tight")


def test_averaged_weights_are_what_is_saved(text: Path, tmp_path: Path, whole: Result) -> None:
    result = tiny_train(text, tmp_path / "run", training={"average_fraction": 0.5})
    saved, _ = checkpoint.load_newest(tmp_path / "run" / "checkpoints")
    assert saved is not None
    last = open_run(whole.path).model().state_dict()
    for name, weight in open_run(tmp_path / "run").model().state_dict().items():
        assert torch.equal(saved.tensors["model"][name], last[name])  # averaging does not disturb the training
        assert torch.equal(saved.tensors["average"][name], weight)
    assert int(saved.tensors["average"]["count"]) == 15
    assert result.scores["loss"] != whole.scores["loss"]
