"""The experiment on the fixed vector: what it measures, and the rule of its verdict."""

import numpy as np
import pytest
import torch

from clearhead.experiments.claims.base import Several
from clearhead.experiments.claims.fixed_vector_forgets import (
    END,
    KINDS,
    LENGTHS,
    START,
    conclude,
    make,
    reversal,
    share_written,
)
from clearhead.tasks.base import never_stop


def test_asked_is_the_word_backwards_and_the_end() -> None:
    asked = reversal(np.random.default_rng(0), 3, 5)
    source, read = asked.inputs
    assert torch.equal(asked.targets[:, :-1], source.flip(1)) and (asked.targets[:, -1] == END).all()
    assert (read[:, 0] == START).all() and torch.equal(read[:, 1:], asked.targets[:, :-1])


def test_a_net_that_knows_nothing_writes_no_word() -> None:
    torch.manual_seed(0)
    model = make(KINDS["attention"]).eval()
    assert share_written(model, reversal(np.random.default_rng(0), 4, 6), never_stop) == 0.0


@pytest.mark.parametrize(
    ("fixed", "wide", "attention", "verdict"),
    [(50, 70, 99, "holds"), (50, 95, 99, "only_when"), (50, 50, 55, "false"), (95, 95, 99, "false")],
)
def test_the_verdict_follows_the_rule(fixed: float, wide: float, attention: float, verdict: str) -> None:
    ends = dict(zip(KINDS, (fixed, wide, attention), strict=True))
    letters = {(name, n): Several.of([99.0 if n == LENGTHS[0] else ends[name]] * 2) for name in KINDS for n in LENGTHS}
    assert conclude(letters, letters).verdict == verdict
