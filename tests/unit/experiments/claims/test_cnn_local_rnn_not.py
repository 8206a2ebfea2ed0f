"""The experiment on CNN and RNN: what it measures, and the rule of its verdict."""

import numpy as np
import pytest
import torch

from clearhead.experiments.claims import _recall as made
from clearhead.experiments.claims.base import Several
from clearhead.experiments.claims.cnn_local_rnn_not import (
    DISTANCES,
    DOINGS,
    LENGTHS,
    NAMES,
    WIDTHS,
    conclude,
    make,
    size,
    state_changes,
)


@pytest.mark.parametrize("distance", DISTANCES)
def test_one_symbol_of_each_half_stands_so_far_apart(distance: int) -> None:
    asked = made.which_first(np.random.default_rng(0), 40, distance=distance)
    tokens, targets = asked.inputs[0], asked.targets
    places = [row.nonzero().flatten().tolist() for row in tokens < made.FIRST_NOISE]
    assert all(second - first == distance for first, second in places)
    first = tokens[torch.arange(40), torch.tensor([first for first, _ in places])]
    half = made.FIRST_SYMBOL + made.NUM_SYMBOLS // 2
    assert torch.equal((first >= half).long(), targets)
    second = tokens[torch.arange(40), torch.tensor([second for _, second in places])]
    assert torch.equal((second < half).long(), targets)
    assert min(first for first, _ in places) >= max(WIDTHS)
    assert max(second for _, second in places) < tokens.shape[1] - max(WIDTHS)


def test_the_nets_have_about_as_many_parameters() -> None:
    sizes = [size(make(name)) for name in NAMES]
    assert max(sizes) <= 1.03 * min(sizes)


def test_a_filter_changes_within_half_its_width_and_an_lstm_beyond() -> None:
    torch.manual_seed(0)
    cnn, lstm = (state_changes(make(name).eval(), np.random.default_rng(0)) for name in ("cnn", "lstm"))
    assert cnn[1] > 0 and cnn[2] > 0
    assert all(cnn[distance] == 0 for distance in DISTANCES if distance > max(WIDTHS) // 2)
    assert all(lstm[distance] > 0 for distance in DISTANCES[:5])


@pytest.mark.parametrize(
    ("cnn_far", "lstm_far", "cnn_seconds", "verdict"),
    [(50, 99, 0.5, "holds"), (50, 99, 1.5, "only_when"), (50, 60, 0.5, "only_when"), (99, 99, 0.5, "false")],
)
def test_the_verdict_follows_the_rule(cnn_far: float, lstm_far: float, cnn_seconds: float, verdict: str) -> None:
    far = {"cnn": cnn_far, "gru": 99.0, "lstm": lstm_far}
    right = {(n, d): Several.of([99.0 if d < max(WIDTHS) else far[n]] * 2) for n in NAMES for d in DISTANCES}
    moved = {(n, d): Several.of([0.0 if n == "cnn" and d > 2 else 0.1] * 2) for n in NAMES for d in DISTANCES}
    seconds = {(w, n, k): cnn_seconds if n == "cnn" else 1.0 for w in DOINGS for n in NAMES for k in LENGTHS}
    assert conclude(right, moved, seconds, dict.fromkeys(NAMES, 100)).verdict == verdict
