"""The experiment on deeper beats wider: what it measures, and the rule of its verdict."""

import pytest

from clearhead.experiments.claims.base import Several
from clearhead.experiments.claims.deeper_beats_wider import BUDGETS, DEPTHS, conclude, widest
from clearhead.models.base import count_parameters
from clearhead.models.mlp import MLP, MLPConfig


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_width_fills_the_budget_and_one_more_exceeds_it(depth: int) -> None:
    shape = {"num_features": 64, "num_outputs": 10}
    width = widest(depth, 6000, **shape)
    sizes = [count_parameters(MLP(MLPConfig(**shape, hidden=(w,) * depth))) for w in (width, width + 1)]
    assert sizes[0] <= 6000 < sizes[1]


@pytest.mark.parametrize(
    ("folds", "digits", "verdict"),
    [
        ((60, 70, 80, 85, 90), (90, 92, 94, 96, 98), "holds"),
        ((60, 70, 80, 85, 90), (95, 95, 95, 90, 60), "only_when"),
        ((60, 60.5, 60, 60, 50), (95, 95, 95, 90, 60), "false"),
    ],
)
def test_the_verdict_follows_the_rule(folds: tuple[float, ...], digits: tuple[float, ...], verdict: str) -> None:
    curves = {"folds": folds, "spirals": folds, "digits": digits}
    scores = {
        name: dict(zip(DEPTHS, map(lambda v: Several.of([v, v]), curve), strict=True)) for name, curve in curves.items()
    }
    sizes = {name: dict.fromkeys(DEPTHS, (10, BUDGETS[name])) for name in curves}
    assert conclude(scores, sizes).verdict == verdict
