"""The experiment on gates set by hand: what it measures, and the rule of its verdict."""

from collections.abc import Collection

import numpy as np
import pytest
import torch

from clearhead.experiments.claims import _recall as made
from clearhead.experiments.claims.base import Several
from clearhead.experiments.claims.gates_do_what_is_said import (
    AROUND_LATE,
    CHANGES,
    PARTNERED,
    PLACE,
    PLAIN,
    Scores,
    conclude,
    make,
)
from clearhead.inspector.recorder import Recorder


def test_the_early_symbol_is_asked_for_where_there_is_no_late_one() -> None:
    both = made.last_symbol(np.random.default_rng(0), 50, late_share=1.0)
    assert ((both.inputs[0] < made.FIRST_NOISE).sum(1) == 2).all()
    assert (made.early_symbol(both).targets != both.targets).any()
    one = made.last_symbol(np.random.default_rng(0), 50, late_share=0.0)
    assert ((one.inputs[0] < made.FIRST_NOISE).sum(1) == 1).all()
    assert torch.equal(made.early_symbol(one).targets, one.targets)


@pytest.mark.parametrize(("change", "memory"), [("update", "hidden"), ("input_forget", "cell")])
def test_a_held_memory_stays_exactly_as_it_is(change: str, memory: str) -> None:
    torch.manual_seed(0)
    model = make(CHANGES[change].cell)
    asked = made.last_symbol(np.random.default_rng(0), 4, late_share=1.0)
    with Recorder(model, [f"{PLACE}.{memory}"], edits=CHANGES[change].edits()) as seen:
        model(*asked.inputs)
    states = seen[f"{PLACE}.{memory}"]
    for position in range(AROUND_LATE.start, AROUND_LATE.stop):
        assert torch.equal(states[:, position], states[:, AROUND_LATE.start - 1])
    assert not torch.equal(states[:, AROUND_LATE.stop], states[:, AROUND_LATE.start])


def scores(failing: Collection[str] = ()) -> Scores:
    """Everything does what is said of it but these."""
    found: Scores = dict.fromkeys(PLAIN, (Several.of([99.0, 99.0]), Several.of([12.0, 12.0])))
    for name, change in CHANGES.items():
        done = {"keeps": (99.0, 12.0), "keeps_older": (12.0, 99.0), "forgets": (12.0, 12.0)}[change.said]
        not_done = (50.0, 50.0)
        later, earlier = not_done if name in failing else done
        found[name] = Several.of([later] * 2), Several.of([earlier] * 2)
    return found


@pytest.mark.parametrize(
    ("failing", "verdict"),
    [
        ((), "holds"),
        (PARTNERED, "only_when"),
        (("forget", "forget_output"), "false"),
        (("output",), "false"),
    ],
)
def test_the_verdict_follows_the_rule(failing: Collection[str], verdict: str) -> None:
    assert conclude(scores(failing)).verdict == verdict


def test_a_net_that_has_learned_nothing_makes_the_claim_false() -> None:
    assert conclude(scores() | {"gru": (Several.of([50.0]), Several.of([50.0]))}).verdict == "false"
