"""The experiment on no activation one layer: what it measures, and the rule of its verdict."""

import numpy as np
import pytest
import torch

from clearhead.experiments.claims._learning import Labeled
from clearhead.experiments.claims.no_activation_one_layer import (
    NETS,
    answered,
    beyond_one_layer,
    collapsed_difference,
    conclude,
)
from clearhead.models.mlp import MLP, MLPConfig


def net(activation: str) -> MLP:
    torch.manual_seed(0)
    model = MLP(MLPConfig(num_features=3, num_outputs=2, hidden=(8, 8), activation=activation))  # type: ignore[arg-type]
    torch.nn.init.normal_(model.head.weight)
    return model


def test_what_bends_is_beyond_one_layer_and_what_does_not_is_not() -> None:
    asked = Labeled(torch.randn(200, 3, generator=torch.Generator().manual_seed(1)), torch.zeros(200, dtype=torch.long))
    inputs, outputs = answered(net("identity"), asked)
    assert beyond_one_layer(inputs, outputs) < 1e-10
    assert collapsed_difference(net("identity"), inputs, outputs) < 1e-5
    assert beyond_one_layer(*answered(net("relu"), asked)) > 0.02


@pytest.mark.parametrize(
    ("beyond", "plain", "verdict"), [(1e-12, 60.0, "holds"), (1e-12, 90.0, "only_when"), (0.01, 60.0, "false")]
)
def test_the_verdict_follows_the_rule(beyond: float, plain: float, verdict: str) -> None:
    tasks = ("rings", "digits")
    right = {(one, task): [plain if one == "plain" else 60.0] * 2 for one in NETS for task in tasks}
    shares = {(one, task): [beyond if one == "plain" else 0.5] * 2 for one in NETS for task in tasks}
    outcome = conclude(right, shares, {task: [1e-7] for task in tasks})
    assert outcome.verdict == verdict
    assert np.isfinite([number for figure in outcome.figures for number in figure.numbers()]).all()
