"""The experiment on vanishing and exploding gradients: what it measures, and the rule of its verdict."""

import pytest
import torch

from clearhead.experiments.claims.base import Several
from clearhead.experiments.claims.gradients_vanish_explode import (
    DISTANCES,
    INPUTS,
    RADII,
    TRAINED_RADII,
    Losses,
    Reached,
    conclude,
    relative_gradients,
    stretch,
)
from clearhead.layers.recurrent import Recurrent


def test_the_stretched_matrix_has_the_spectral_radius_that_is_asked_for() -> None:
    net = Recurrent(12, 12, cell="rnn")
    stretch(net, 1.7)
    recurrent = net.kernel.all_weights[0][1].detach()
    assert torch.linalg.eigvals(recurrent).abs().max().item() == pytest.approx(1.7, rel=1e-5)


def test_while_tanh_is_straight_gradients_shrink_with_the_power_of_the_radius() -> None:
    found = relative_gradients("rnn", 0.5, 1e-6, seed=0)
    assert found == pytest.approx([0.5**distance for distance in DISTANCES], rel=0.2)


def cures(above: float, below: float) -> Losses:
    """Losses of 2 that clipping lowers by so much at radii above and below 1."""
    losses = {}
    for radius in TRAINED_RADII:
        losses[radius, "free"] = Several.of([2.0, 2.0])
        losses[radius, "clipped"] = Several.of([2.0 - (above if radius > 1 else below)] * 2)
    return losses


@pytest.mark.parametrize(
    ("faint", "loud", "losses", "verdict"),
    [
        (1e6, 1e6, cures(1, 0), "holds"),
        (1e6, 1.0, cures(1, 0), "only_when"),
        (1e6, 1e6, cures(1, 1), "only_when"),
        (1e6, 1e6, cures(0, 0), "only_when"),
        (1.0, 1.0, cures(1, 0), "false"),
    ],
)
def test_the_verdict_follows_the_rule(faint: float, loud: float, losses: Losses, verdict: str) -> None:
    grown = dict(zip(INPUTS, (faint, loud), strict=True))
    reached: Reached = {
        ("rnn", radius, name, distance): Several.of([grown[name] if radius > 1 else 1e-6])
        for radius in RADII
        for name in INPUTS
        for distance in DISTANCES
    }
    assert conclude(reached, losses, losses).verdict == verdict
    reached["rnn", RADII[0], "loud", DISTANCES[-1]] = Several.of([1.0])
    assert conclude(reached, losses, losses).verdict == "false"
