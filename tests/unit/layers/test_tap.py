"""Taps: named by where they live, free while closed, closed again whatever happens."""

import copy

import pytest
import torch
from torch import Tensor, nn

from clearhead.layers.tap import Tap, find_taps, listening


class Leaf(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.value_tap, self.other_tap = Tap("value"), Tap("other")

    def forward(self, x: Tensor) -> Tensor:
        return self.other_tap(self.value_tap(x) + 1)


def tree() -> nn.Module:
    return nn.Sequential(Leaf(), nn.Sequential(Leaf()))


def test_a_closed_tap_returns_the_very_tensor() -> None:
    x = torch.ones(2)
    assert Tap("any")(x) is x
    assert not Tap("any").is_open


def test_names_tell_the_place() -> None:
    assert list(find_taps(tree())) == ["0.value", "0.other", "1.0.value", "1.0.other"]


def test_only_wanted_taps_open_and_they_close_again() -> None:
    model, seen = tree(), []

    def note(name: str, value: Tensor) -> Tensor:
        seen.append(name)
        return value

    with listening(model, note, lambda name: name.endswith("value")) as taps:
        assert all(tap.is_open for tap in taps)
        model(torch.zeros(1))
    model(torch.zeros(1))
    assert seen == ["0.value", "1.0.value"]
    assert not any(tap.is_open for tap in find_taps(model).values())


def test_taps_close_when_the_work_inside_fails() -> None:
    model = tree()
    with pytest.raises(RuntimeError, match="inside"), listening(model, lambda name, value: value):
        raise RuntimeError("inside")
    assert not any(tap.is_open for tap in find_taps(model).values())


def test_what_an_observer_returns_is_what_the_model_goes_on_with() -> None:
    with listening(model := tree(), lambda name, value: value * 10, lambda name: name == "0.value"):
        assert float(model(torch.ones(1))) == 12.0
    assert float(model(torch.ones(1))) == 3.0


def test_taps_are_no_part_of_the_saved_weights() -> None:
    assert dict(tree().state_dict()) == {}


def test_an_observer_inside_another_is_given_what_the_outer_one_returned() -> None:
    model, seen = tree(), []

    def note(name: str, value: Tensor) -> Tensor:
        seen.append(float(value))
        return value + 1

    def is_first(name: str) -> bool:
        return name == "0.value"

    with listening(model, lambda name, value: value * 10, is_first):
        with listening(model, note, is_first):
            inner = float(model(torch.ones(1)))
        outer = float(model(torch.ones(1)))
    assert seen == [10.0]
    assert (inner, outer) == (13.0, 12.0)
    assert not any(tap.is_open for tap in find_taps(model).values())


def test_a_copy_of_a_model_is_watched_as_the_model_is_and_on_its_own_afterwards() -> None:
    model, x = tree(), torch.ones(2)
    with listening(model, lambda name, value: value * 0, lambda name: name == "0.value"):
        copied = copy.deepcopy(model)
        assert torch.equal(copied(x), model(x))
    assert torch.equal(copied(x), torch.full((2,), 2.0)) and torch.equal(model(x), torch.full((2,), 3.0))
    assert find_taps(copied)["0.value"] is not find_taps(model)["0.value"]
