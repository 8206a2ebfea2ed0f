"""The running mean of weights: equal to the plain mean, put in place and taken out without a trace."""

import pytest
import torch
from torch import nn

from clearhead.training.averaging import WeightAverage
from clearhead.training.optimizers import Optimizer, Rates


def made(dtype: torch.dtype = torch.float32) -> tuple[Optimizer, nn.Parameter]:
    vector = nn.Parameter(torch.arange(4.0))
    groups = {"matrices": [], "embeddings": [], "head": [], "vectors": [vector]}
    optimizer = Optimizer(groups, Rates(matrices=1, embeddings=1, head=1, vectors=0.1))
    optimizer.round_to(dtype)
    return optimizer, vector


def run(optimizer: Optimizer, vector: nn.Parameter, average: WeightAverage, steps: int) -> list[torch.Tensor]:
    seen = []
    for step in range(1, steps + 1):
        vector.grad = torch.sin(torch.arange(4.0) + step).to(vector.dtype)
        optimizer.step(1.0)
        average.update(step, steps)
        seen.append(optimizer.masters[vector].clone())
    return seen


@pytest.mark.parametrize(("fraction", "counted"), [(0.25, 5), (1.0, 20), (0.04, 1)])
def test_it_is_the_mean_of_the_last_part(fraction: float, counted: int) -> None:
    optimizer, vector = made()
    average = WeightAverage(optimizer, fraction)
    seen = run(optimizer, vector, average, 20)
    average.finish()
    assert average.count == counted
    assert torch.allclose(vector, torch.stack(seen[-counted:]).mean(0), atol=1e-6)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_it_is_applied_for_a_while_and_the_weights_come_back(dtype: torch.dtype) -> None:
    optimizer, vector = made(dtype)
    average = WeightAverage(optimizer, 0.5)
    run(optimizer, vector, average, 10)
    before = vector.detach().clone()
    with pytest.raises(RuntimeError, match="inside"), average.applied(optimizer):
        assert torch.equal(vector, average.means[vector].to(dtype))
        assert not torch.equal(vector, before)
        raise RuntimeError("inside")
    assert torch.equal(vector, before)


def test_before_it_begins_nothing_is_applied() -> None:
    optimizer, vector = made()
    average = WeightAverage(optimizer, 0.1)
    average.update(1, 100)
    before = vector.detach().clone()
    with average.applied(optimizer):
        assert torch.equal(vector, before)
    average.finish()
    assert torch.equal(vector, before)


def test_its_state_comes_back() -> None:
    optimizer, vector = made()
    average = WeightAverage(optimizer, 0.5)
    run(optimizer, vector, average, 10)
    again = WeightAverage(optimizer, 0.5)
    again.load_state(average.state({vector: "weight"}), {vector: "weight"})
    assert again.count == average.count
    assert torch.equal(again.means[vector], average.means[vector])
    again.load_state({}, {vector: "weight"})
    assert again.count == 0 and not again.means
