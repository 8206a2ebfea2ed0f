"""The dial: the order of sizes, and how minutes become steps, rows and rates."""

import time
from typing import Any

import pytest
import torch

from clearhead.models.gpt import GPT, GPTConfig
from clearhead.training import budget
from clearhead.training.budget import Measured

CPU = torch.device("cpu")


def measured(num_parameters: int = 1_000_000, tokens_per_second: float = 20_000.0) -> Measured:
    return Measured(
        GPTConfig(vocab_size=50, context_length=64), num_parameters, num_parameters, "fp32", tokens_per_second
    )


def test_more_text_more_parameters_and_fresh_text_promise_a_lower_loss() -> None:
    assert budget.expected_loss(1e6, 2e6, 1e9) < budget.expected_loss(1e6, 1e6, 1e9)
    assert budget.expected_loss(2e6, 1e6, 1e9) < budget.expected_loss(1e6, 1e6, 1e9)
    assert budget.expected_loss(1e6, 1e7, 1e7) < budget.expected_loss(1e6, 1e7, 1e6)


def test_a_text_read_a_hundred_times_gives_hardly_more_than_fifty() -> None:
    few, many = (budget.expected_loss(1e6, epochs * 1e6, 1e6) for epochs in (2, 4))
    late, later = (budget.expected_loss(1e6, epochs * 1e6, 1e6) for epochs in (100, 200))
    assert few - many > 50 * (late - later) > 0


def test_a_short_time_wants_a_small_model_and_a_long_one_a_large_model() -> None:
    def better(seconds: float) -> str:
        small = budget.expected_loss(2e5, 200_000 * seconds, 1e9)
        return "small" if small < budget.expected_loss(4e6, 10_000 * seconds, 1e9) else "large"

    assert better(10) == "small" and better(3600) == "large"


def test_the_ladder_is_climbed_until_a_size_promises_less(monkeypatch: pytest.MonkeyPatch) -> None:
    speeds = {64: 1e6, 128: 8e5, 192: 1e2, 256: 1e2}
    tried = []

    def measure(model: Any, config: Any, **options: Any) -> Measured:
        tried.append(config.d_model)
        return Measured(config, config.d_model**2 * 24, config.d_model**2 * 24, "fp32", speeds[config.d_model])

    monkeypatch.setattr(budget, "measure", measure)
    ladder = GPT.sizes(50, 64)[:4]
    best, all_tried = budget.choose_size(ladder, lambda config: None, seconds=60, train_tokens=10**8, device=CPU)
    assert best.config.d_model == 128
    assert tried == [64, 128, 192] and len(all_tried) == 3
    assert [entry["config"]["d_model"] for entry in budget.decisions(best, all_tried)["tried"]] == tried


def test_measuring_stops_when_its_share_of_the_time_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def measure(model: Any, config: Any, **options: Any) -> Measured:
        time.sleep(0.02)
        return Measured(config, config.d_model**2, config.d_model**2, "fp32", 1e6)

    monkeypatch.setattr(budget, "measure", measure)
    _, tried = budget.choose_size(GPT.sizes(50, 64), lambda config: None, seconds=0.1, train_tokens=10**8, device=CPU)
    assert len(tried) == 1


def test_measuring_says_how_fast_a_size_trains() -> None:
    torch.manual_seed(0)
    model = GPT.tiny()
    found = budget.measure(model, model.config, device=CPU, precision="fp32")
    assert found.precision == "fp32" and found.tokens_per_second > 100
    assert found.num_parameters == sum(p.numel() for p in GPT.tiny().parameters())


def test_the_plan_fills_the_time() -> None:
    plan = budget.plan_training(measured(), {}, seconds=60, context_length=64, device=CPU)
    assert plan.steps * plan.batch_size * 64 == pytest.approx(60 * 20_000, rel=0.01)
    assert plan.precision == "fp32"
    longer = budget.plan_training(measured(), {}, seconds=3600, context_length=64, device=CPU)
    assert longer.batch_size > plan.batch_size and longer.steps > plan.steps
    assert longer.learning_rate < plan.learning_rate


def test_what_was_given_stays_as_given() -> None:
    given = {"batch_size": 7, "learning_rate": 0.5, "clip_norm": 2.0, "optimizer": "adamw"}
    plan = budget.plan_training(measured(), given, seconds=60, context_length=64, device=CPU)
    assert {name: getattr(plan, name) for name in given} == given
    assert plan.steps == int(60 * 20_000 / (7 * 64))


def test_even_no_time_is_one_step() -> None:
    assert budget.plan_training(measured(), {}, seconds=1e-3, context_length=64, device=CPU).steps == 1


def test_dropout_comes_with_repetition() -> None:
    assert [budget.dropout_for(epochs * 1e6, 1e6) for epochs in (0.5, 2.9)] == [0.0, 0.0]
    shares = [budget.dropout_for(epochs * 1e6, 1e6) for epochs in (3, 6, 12, 1000)]
    assert shares == sorted(shares) and shares[0] > 0 and shares[-1] == 0.2


def test_the_optimizer_gets_the_configured_rates() -> None:
    plan = budget.plan_training(measured(), {"learning_rate": 0.7}, seconds=9, context_length=64, device=CPU)
    assert budget.make_optimizer(GPT.tiny(), plan, "bf16").product_dtype == torch.bfloat16
    assert budget.make_optimizer(GPT.tiny(), plan, "fp32").rates.matrices == 0.7
