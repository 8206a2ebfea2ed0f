"""Taking and restoring the state: nothing is lost, above all not the best weights."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from clearhead.models.gpt import GPT
from clearhead.training.averaging import WeightAverage
from clearhead.training.budget import make_optimizer
from clearhead.training.checkpoint import load_newest, save_checkpoint
from clearhead.training.config import TrainingConfig
from clearhead.training.schedules import Schedule
from clearhead.training.state import Counters, restore_state, take_state


def trainer(seed: int, *, is_averaging: bool = False) -> Any:
    torch.manual_seed(seed)
    model = GPT.tiny()
    config = TrainingConfig(steps=40)
    optimizer = make_optimizer(model, config, "fp32")
    names = {parameter: name for name, parameter in model.named_parameters()}
    return SimpleNamespace(
        model=model,
        optimizer=optimizer,
        schedule=Schedule.plan(config),
        average=WeightAverage(optimizer, 0.5) if is_averaging else None,
        counters=Counters(),
        best_weights={},
        micro_batch_size=4,
        names=names,
        device=torch.device("cpu"),
        weights=lambda: {name: optimizer.masters[parameter] for parameter, name in names.items()},
    )


def learn(one: Any, step: int) -> None:
    for parameter in one.optimizer.parameters:
        parameter.grad = torch.randn(parameter.shape, generator=torch.Generator().manual_seed(step))
    one.optimizer.step(one.schedule.factor(step))
    one.counters.step = step + 1
    if one.average is not None:
        one.average.update(step + 1, 2)


def passed_on(source: Any, target: Any, folder: Path) -> None:
    save_checkpoint(folder, take_state(source))
    checkpoint, problems = load_newest(folder)
    assert checkpoint is not None and problems == []
    restore_state(target, checkpoint)


@pytest.mark.parametrize("is_averaging", [False, True])
def test_everything_comes_back_through_the_disk(is_averaging: bool, tmp_path: Path) -> None:
    one, other = trainer(0, is_averaging=is_averaging), trainer(1, is_averaging=is_averaging)
    for step in range(3):
        learn(one, step)
    one.counters.seconds, one.counters.loss_sum, one.micro_batch_size = 12.5, 0.1 + 0.2, 2
    one.schedule.move_end(3, 77)
    passed_on(one, other, tmp_path)
    assert other.counters == one.counters and other.micro_batch_size == 2
    assert other.schedule == one.schedule
    for step in range(3, 6):
        learn(one, step)
        learn(other, step)
    for name, weight in one.weights().items():
        assert torch.equal(other.weights()[name], weight)
    if is_averaging:
        mean, again = one.average.state(one.names), other.average.state(other.names)
        assert all(torch.equal(again[name], mean[name]) for name in mean)


def evaluate_as_best(one: Any) -> None:
    with one.average.applied(one.optimizer) if one.average else torch.no_grad():
        one.best_weights = {name: weight.clone() for name, weight in one.weights().items()}
    one.counters.best_step, one.counters.best_score = one.counters.step, 1.5


@pytest.mark.parametrize("is_averaging", [False, True])
@pytest.mark.parametrize("steps_since", [0, 2])
def test_the_best_weights_come_back(is_averaging: bool, steps_since: int, tmp_path: Path) -> None:
    """Those of an averaged evaluation are not the weights of their step."""
    one, other = trainer(0, is_averaging=is_averaging), trainer(1, is_averaging=is_averaging)
    for step in range(4):
        learn(one, step)
    evaluate_as_best(one)
    for step in range(4, 4 + steps_since):
        learn(one, step)
    passed_on(one, other, tmp_path)
    for name, weight in one.best_weights.items():
        assert torch.equal(other.best_weights[name], weight)


def test_a_training_that_was_never_evaluated_has_no_best(tmp_path: Path) -> None:
    one, other = trainer(0), trainer(1)
    passed_on(one, other, tmp_path)
    assert other.counters.best_score == float("inf") and other.best_weights == {}
