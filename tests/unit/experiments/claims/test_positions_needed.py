"""The experiment on positions: what it measures, and the rule of its verdict."""

import numpy as np
import pytest
import torch

from clearhead.experiments.claims._sequence_learning import share_right
from clearhead.experiments.claims.base import Several
from clearhead.experiments.claims.positions_needed import (
    FIRST_ANSWER,
    MODELS,
    ORDER,
    START,
    TASKS,
    as_read,
    conclude,
    draw,
    make,
    share_changed,
)
from clearhead.layers.linear_cross_entropy import IGNORE_INDEX


def test_the_gpt_is_asked_right_after_the_last_word() -> None:
    asked = as_read("causal", torch.tensor([[7, 8, 0], [7, 8, 9]]), torch.tensor([0, 1]))
    assert asked.inputs[0].tolist() == [[7, 8, START, START], [7, 8, 9, START]]
    skip = IGNORE_INDEX
    assert asked.targets.tolist() == [[skip, skip, FIRST_ANSWER, skip], [skip, skip, skip, FIRST_ANSWER + 1]]


@pytest.mark.parametrize("name", MODELS)
def test_shuffling_moves_the_outputs_of_all_but_the_encoder_without_positions(name: str) -> None:
    torch.manual_seed(0)
    kind = name.partition("_")[0]
    model = make(name).eval()
    with torch.no_grad():
        for parameter in model.parameters():  # some parts begin at zero and would hide what they see
            parameter.add_(0.3 * torch.randn_like(parameter))
    asked = draw(kind, "who_far", np.random.default_rng(0), count=64)
    changed = share_changed(model, asked, np.random.default_rng(1))
    assert (changed == 0.0) == (name == "encoder_without")
    assert 0.0 <= share_right(model, asked) <= 100.0


@pytest.mark.parametrize(
    ("scores", "verdict"),
    [
        ((99, 50, 99, 50), "holds"),
        ((99, 50, 99, 99), "only_when"),
        ((99, 50, 60, 50), "only_when"),
        ((99, 99, 99, 50), "false"),
        ((60, 50, 99, 50), "false"),
    ],
)
def test_the_verdict_follows_the_rule(scores: tuple[float, ...], verdict: str) -> None:
    right = {(n, t): Several.of([s] * 2) for n, s in zip(MODELS, scores, strict=True) for t in TASKS}
    assert set(ORDER) < set(TASKS)
    assert conclude(right, right).verdict == verdict
