"""Plans: what was given is kept, the rest is decided, and what is saved is read back as it was."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from clearhead.models.gpt import GPT, GPTConfig
from clearhead.models.recurrent_lm import RecurrentLM
from clearhead.training import budget, planning
from clearhead.training.budget import Measured
from clearhead.training.config import TrainingConfig
from clearhead.training.planning import Plan
from clearhead.training.request import Request

CPU = torch.device("cpu")


def decide(request: Request, seconds: float | None = None, train_tokens: int = 10_000) -> Any:
    return planning.choose(request, vocab_size=50, train_tokens=train_tokens, seconds=seconds, device=CPU)


@pytest.fixture
def measured_sizes(monkeypatch: pytest.MonkeyPatch) -> list[GPTConfig]:
    """Let larger sizes be slower without measuring; return those that were asked for."""
    seen: list[GPTConfig] = []

    def measure(model: Any, config: GPTConfig, **options: Any) -> Measured:
        seen.append(config)
        num_parameters = sum(p.numel() for p in model.parameters())
        return Measured(config, num_parameters, num_parameters, "fp32", 5e14 / num_parameters**2)

    monkeypatch.setattr(budget, "measure", measure)
    return seen


def test_a_plan_comes_back_from_its_file(tmp_path: Path) -> None:
    plan = Plan(
        request=Request(
            model="gpt", data="故事.txt", steps=5, model_options={"d_model": 32}, training_options={"batch_size": 2}
        ),
        model_config={"vocab_size": 9},
        training=TrainingConfig(steps=5, micro_batch_size=2, precision="bf16"),
        data_fingerprint="abc",
        decisions={"tried": [1.5]},
    )
    planning.save_plan(tmp_path, plan)
    assert planning.read_plan(tmp_path) == plan


def test_a_plan_with_a_key_it_does_not_know_is_refused(tmp_path: Path) -> None:
    (tmp_path / planning.PLAN_FILE).write_text(json.dumps({"stepps": 1}), encoding="utf-8")
    with pytest.raises((ValueError, TypeError), match=r"plan.json"):
        planning.read_plan(tmp_path)


def test_steps_say_how_long_and_nothing_is_measured(measured_sizes: list[GPTConfig]) -> None:
    model, training, found = decide(Request(model="gpt", steps=77, model_options={"d_model": 64}))
    assert (training["steps"], model["d_model"], model["vocab_size"]) == (77, 64, 50)
    assert found == {} and measured_sizes == []


def test_epochs_are_passes_over_the_windows() -> None:
    request = Request(
        model="gpt", epochs=2.0, model_options={"context_length": 100}, training_options={"batch_size": 7}
    )
    windows = (10_000 - 1) // 100
    assert decide(request)[1]["steps"] == -(-2 * windows // 7)


def test_a_short_text_gets_a_short_context() -> None:
    lengths = [
        decide(Request(model="gpt", steps=1), train_tokens=tokens)[0]["context_length"] for tokens in (20, 1000, 10**6)
    ]
    assert lengths == [8, 32, 256]


def test_a_model_that_carries_a_state_gets_windows_of_its_own_length_and_its_usual_settings() -> None:
    model, training, _ = decide(Request(model="recurrent_lm", steps=5), train_tokens=10**6)
    assert model["context_length"] == planning.CARRYING_CONTEXT < planning.LONGEST_CONTEXT
    assert RecurrentLM.usual_training.items() <= training.items()
    given = {"clip_norm": None, "learning_rate": 0.5}
    _, training, _ = decide(Request(model="recurrent_lm", steps=5, training_options=given))
    assert (training["clip_norm"], training["learning_rate"]) == (None, 0.5)
    assert training["vector_learning_rate"] == RecurrentLM.usual_training["vector_learning_rate"]


def test_going_on_with_a_recurrent_model_is_gentle_too() -> None:
    request = Request(model="recurrent_lm", steps=9)
    _, training, _ = planning.keep_going(
        RecurrentLM.tiny(), request, train_tokens=1000, seconds=None, device=torch.device("cpu")
    )
    usual = RecurrentLM.usual_training
    assert (training["optimizer"], training["clip_norm"]) == (usual["optimizer"], usual["clip_norm"])
    assert training["learning_rate"] == usual["learning_rate"] / 4


def test_minutes_choose_a_size_and_keep_every_option(measured_sizes: list[GPTConfig]) -> None:
    options = {"num_layers": 3, "is_tied": True, "context_length": 32}
    request = Request(model="gpt", minutes=1.0, model_options=options, training_options={"batch_size": 3})
    model, training, found = decide(request, seconds=60.0, train_tokens=10**6)
    assert {name: model[name] for name in options} == options
    assert training["batch_size"] == 3 and training["precision"] == "fp32"
    assert {size.num_layers for size in measured_sizes} == {3}
    assert len(set(measured_sizes)) == len(measured_sizes) == len(found["tried"]) > 1


def test_sizes_that_become_equal_by_what_is_given_are_measured_once(
    measured_sizes: list[GPTConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "MEASURE_SHARE", 1e9)
    monkeypatch.setattr(budget, "_promise", lambda measured, *rest: -measured.num_parameters)
    sizes = GPT.sizes(50, 32)[:6]
    monkeypatch.setattr(GPT, "sizes", classmethod(lambda cls, vocab_size, context_length: sizes))
    decide(Request(model="gpt", minutes=1.0, model_options={"num_layers": 1, "context_length": 32}), seconds=60.0)
    assert [size.d_model for size in measured_sizes] == [64, 128, 192, 256, 384]


def test_a_model_whose_shape_is_given_is_the_only_one_measured(measured_sizes: list[GPTConfig]) -> None:
    request = Request(model="gpt", minutes=1.0, model_options={"num_layers": 2, "d_model": 48, "num_heads": 3})
    model, _, _ = decide(request, seconds=60.0)
    assert (model["num_layers"], model["d_model"], len(measured_sizes)) == (2, 48, 1)


def test_many_passes_bring_dropout_unless_it_is_given(measured_sizes: list[GPTConfig]) -> None:
    assert decide(Request(model="gpt", minutes=1.0), seconds=600.0, train_tokens=50_000)[0]["dropout"] > 0
    given = Request(model="gpt", minutes=1.0, model_options={"dropout": 0.0})
    assert decide(given, seconds=600.0, train_tokens=50_000)[0]["dropout"] == 0.0
    assert decide(Request(model="gpt", minutes=1.0), seconds=10.0, train_tokens=10**8)[0]["dropout"] == 0.0


def test_impossible_options_are_refused_in_the_models_words() -> None:
    with pytest.raises(ValueError, match="d_model must be divisible by num_heads, got d_model=130"):
        decide(Request(model="gpt", steps=1, model_options={"d_model": 130}))


def test_deciding_leaves_the_random_numbers_alone(measured_sizes: list[GPTConfig]) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    decide(Request(model="gpt", minutes=1.0), seconds=60.0)
    assert torch.equal(torch.rand(3), expected)


def test_a_seed_gives_the_same_first_weights() -> None:
    config = dataclasses.asdict(GPT.tiny().config)
    first, again, other = (planning.build_model("gpt", config, seed) for seed in (3, 3, 4))
    assert torch.equal(first.embedding.weight, again.embedding.weight)
    assert not torch.equal(first.embedding.weight, other.embedding.weight)


def test_going_on_from_a_run_is_gentle_and_keeps_its_shape() -> None:
    parent = GPT.tiny()
    request = Request(model="gpt", steps=9, start_from="runs/a", model_options={"dropout": 0.1})
    model, training, _ = planning.keep_going(parent, request, train_tokens=10**5, seconds=None, device=CPU)
    assert model["d_model"] == 32 and model["dropout"] == 0.1 and training["steps"] == 9
    new = budget.rates_for(sum(p.numel() for p in parent.parameters()), 10**5)
    assert training["learning_rate"] == pytest.approx(new["learning_rate"] / 4)
    wider = Request(model="gpt", steps=9, start_from="runs/a", model_options={"d_model": 64})
    with pytest.raises(ValueError, match=r"--model.d_model must not come with --from"):
        planning.keep_going(GPT.tiny(), wider, train_tokens=10**5, seconds=None, device=CPU)
