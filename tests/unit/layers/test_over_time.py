"""Taps inside a loop: shown once with all positions, changed with all that follows, differentiable through time."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from clearhead.layers.over_time import At, over_time
from clearhead.layers.tap import Tap

INPUTS = torch.tensor([[1.0, 2.0, 3.0, 4.0]])


class Sum:
    """The simplest recurrence: what is remembered is half of what was, plus what is read."""

    def __init__(self) -> None:
        self.total, self.runs = Tap("total"), 0

    def loop(self, at: At, is_there: Tensor | None = None) -> Tensor:
        self.runs += 1
        total = torch.zeros(1, 1, 1)
        for position in range(INPUTS.shape[1]):
            at(position, None if is_there is None else is_there[:, position])
            total = self.total(0.5 * total + INPUTS[:, position].view(1, 1, 1))
        return total

    def read(self, observer: Callable[[str, Tensor], Tensor] | None = None) -> Tensor:
        self.total.observer = observer
        return over_time([self.total], self.loop, lambda: torch.tensor(-1.0))


def test_without_an_observer_only_the_fused_way_runs() -> None:
    net = Sum()
    assert net.read() == -1.0
    assert net.runs == 0


def test_an_observer_that_only_looks_sees_all_positions_once_and_the_fused_result_stays() -> None:
    net, seen = Sum(), []
    assert net.read(lambda name, value: seen.append((name, value)) or value) == -1.0
    assert len(seen) == 1 and seen[0][0] == "total"
    assert seen[0][1].flatten().tolist() == [1.0, 2.5, 4.25, 6.125]
    assert net.total.is_open


def test_a_change_at_one_position_is_carried_on_and_shown() -> None:
    net, seen = Sum(), []

    def forget_the_second(name: str, value: Tensor) -> Tensor:
        seen.append(value.clone().index_fill_(1, torch.tensor([1]), 0.0))
        return seen[-1]

    assert net.read(forget_the_second).item() == 0.5 * 3.0 + 4.0
    assert seen[-1].flatten().tolist() == [1.0, 0.0, 3.0, 5.5]


def test_a_relative_change_at_every_position_acts_once_at_each() -> None:
    assert Sum().read(lambda name, value: value + 1.0).item() == pytest.approx(((2 / 2 + 3) / 2 + 4) / 2 + 5)


def test_an_observer_that_never_settles_ends_all_the_same() -> None:
    net, generator = Sum(), torch.Generator().manual_seed(0)
    net.read(lambda name, value: value + torch.rand(value.shape, generator=generator))
    assert net.runs <= 6


def test_the_gradient_with_respect_to_a_value_goes_through_the_later_ones() -> None:
    seen: list[Tensor] = []
    result = Sum().read(lambda name, value: seen.append(value.view_as(value)) or seen[-1])
    slopes = torch.autograd.grad(result.sum(), seen[-1])[0]
    assert slopes.flatten().tolist() == [0.125, 0.25, 0.5, 1.0]


def test_rows_that_are_not_there_show_zero() -> None:
    net, seen = Sum(), []
    net.total.observer = lambda name, value: seen.append(value) or value
    is_there = torch.tensor([[True, True, False, False]])
    over_time([net.total], lambda at: net.loop(at, is_there), lambda: torch.tensor(0.0))
    assert seen[0].flatten().tolist() == [1.0, 2.5, 0.0, 0.0]


def test_observers_are_back_in_place_after_an_error() -> None:
    net = Sum()

    def fail(at: At) -> Tensor:
        raise ValueError("the loop stops")

    net.total.observer = observer = lambda name, value: value
    with pytest.raises(ValueError, match="the loop stops"):
        over_time([net.total], fail, lambda: torch.tensor(0.0))
    assert net.total.observer is observer
