"""The experiment on time and length: what it measures, and the rule of its verdict."""

import pytest
import torch

from clearhead.experiments.claims.base import Verdict
from clearhead.experiments.claims.time_and_length import (
    LENGTHS,
    NAMES,
    WIDTH,
    Measured,
    conclude,
    count_operations,
    growths,
    make,
)


@torch.no_grad()
def operations(length: int) -> dict[str, float]:
    """Count those of all nets."""
    return {name: count_operations(net, torch.randn(1, length, WIDTH)) for name, net in make().items()}


@pytest.mark.parametrize("length", [8, 1024])
def test_operations_are_those_of_the_formulas(length: int) -> None:
    found = operations(length)
    square = 2 * WIDTH * WIDTH
    attention = length * 4 * square + 2 * 2 * length * length * WIDTH
    assert found["lstm"] == length * 4 * 2 * square
    assert found["attention"] == attention
    assert found["block"] == attention + length * 8 * square


def grown(powers: dict[str, tuple[float, float]]) -> Measured:
    """Grow with one power over the first doubling and with another afterwards."""
    found: Measured = {}
    for name, (first, later) in powers.items():
        value = 1.0
        for place, length in enumerate(LENGTHS):
            found[name, length] = value
            value *= 2 ** (later if place else first)
    return found


def test_growth_is_the_power_of_the_length() -> None:
    assert growths(grown({"lstm": (0.5, 1.5)}), "lstm") == pytest.approx([0.5] + [1.5] * (len(LENGTHS) - 2))


@pytest.mark.parametrize(
    ("lstm", "attention", "block", "verdict"),
    [
        ((1, 1), (2, 2), (2, 2.5), "holds"),
        ((1, 1), (1, 2), (1, 1.4), "only_when"),
        ((0.5, 1), (2, 2), (2, 2), "only_when"),
        ((1, 1.5), (2, 2), (2, 2), "false"),
        ((1, 1), (2, 1.5), (2, 2), "false"),
    ],
)
def test_the_verdict_follows_the_rule(
    lstm: tuple[float, float], attention: tuple[float, float], block: tuple[float, float], verdict: Verdict
) -> None:
    seconds = grown(dict(zip(NAMES, (lstm, attention, block), strict=True)))
    exact = grown({"lstm": (1, 1), "attention": (2, 2), "block": (2, 2)})
    assert conclude(exact, seconds).verdict == verdict
