"""The multi-layer perceptron: its sum against PyTorch's parts, its collapse, its taps, what it refuses."""

from typing import Any

import pytest
import torch
from torch import nn

from clearhead.layers.activations import ACTIVATIONS
from clearhead.layers.tap import find_taps, listening
from clearhead.models.base import count_parameters
from clearhead.models.mlp import MLP, MLPConfig

X = torch.randn(6, 5, generator=torch.Generator().manual_seed(1))


def made(**options: Any) -> MLP:
    torch.manual_seed(0)
    return MLP(MLPConfig(**({"num_features": 5, "num_outputs": 3, "hidden": (16, 8)} | options))).eval()


@pytest.mark.parametrize(
    ("name", "theirs"),
    [("sigmoid", nn.Sigmoid), ("tanh", nn.Tanh), ("relu", nn.ReLU), ("gelu", nn.GELU), ("identity", nn.Identity)],
)
def test_it_computes_what_pytorchs_layers_compute(name: str, theirs: type[nn.Module]) -> None:
    model = made(activation=name)
    first, second = (layer.linear for layer in model.layers)
    assert torch.allclose(model(X), nn.Sequential(first, theirs(), second, theirs(), model.head)(X), atol=1e-6)


def test_the_network_of_the_classroom_has_its_number_of_parameters() -> None:
    model = MLP(MLPConfig(num_features=784, num_outputs=10, hidden=(784,)))
    assert count_parameters(model) == 784 * 784 + 784 + 784 * 10 + 10 == 623_290


@pytest.mark.parametrize("hidden", [(), (16,), (16, 8, 12)])
def test_layers_that_do_not_bend_collapse_into_one(hidden: tuple[int, ...]) -> None:
    model = made(activation="identity", hidden=hidden)
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.3)
    weight, bias = model.collapse()
    assert weight.shape == (3, 5)
    assert torch.allclose(nn.functional.linear(X, weight, bias), model(X), atol=1e-5)


def test_layers_that_bend_do_not_collapse() -> None:
    with pytest.raises(ValueError, match=r"MLP.collapse.activation must be identity, got relu"):
        made().collapse()


def test_what_collapse_returns_is_not_the_models_own_memory() -> None:
    model = made(activation="identity", hidden=())
    weight, _ = model.collapse()
    before = model(X)
    weight.zero_()
    assert torch.equal(model(X), before)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_taps_show_both_sides_of_each_bend(name: str) -> None:
    model, seen = made(activation=name), {}
    with listening(model, lambda tap, value: seen.setdefault(tap, value)):
        model(X)
    sides = {f"layers.{index}.{side}" for index in (0, 1) for side in ("before", "after")}
    assert set(seen) == set(find_taps(model)) == {"input", "logits"} | sides
    for index in (0, 1):
        bent = ACTIVATIONS[name].function(seen[f"layers.{index}.before"])
        assert torch.equal(seen[f"layers.{index}.after"], bent)


def test_every_tap_that_is_changed_changes_the_outputs() -> None:
    model = made()
    nn.init.normal_(model.head.weight)
    for name in find_taps(model):
        with listening(model, lambda _, value: value + 1, lambda tap, name=name: tap == name):
            changed = model(X)
        assert not torch.allclose(changed, model(X), atol=1e-3), name


def test_the_first_answers_are_all_but_equal() -> None:
    logits = MLP(MLPConfig(num_features=784, num_outputs=10))(torch.randn(100, 784))
    assert logits.std().item() < 0.3


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_it_learns_one_batch(activation: str) -> None:
    model = made(activation=activation, hidden=(32,)).train()
    labels = torch.tensor([0, 1, 2, 0, 1, 2])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    losses = []
    for _ in range(60):
        loss = nn.functional.cross_entropy(model(X), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.4 * losses[0]
    assert all(p.grad is not None and p.grad.any() for p in model.parameters())


def test_every_parameter_is_in_one_group_of_its_kind() -> None:
    model = made()
    groups = model.parameter_groups()
    assert sorted(id(p) for group in groups.values() for p in group) == sorted(map(id, model.parameters()))
    assert [tuple(p.shape) for p in groups["matrices"]] == [(16, 5), (8, 16)]
    assert all(p.dim() == 1 for p in groups["vectors"])


def test_dropout_acts_only_while_training() -> None:
    model = made(dropout=0.5)
    nn.init.normal_(model.head.weight)
    assert torch.equal(model(X), model(X))
    model.train()
    assert not torch.equal(model(X), model(X))


def test_features_may_come_in_another_number_type_than_the_weights() -> None:
    model = made().to(torch.bfloat16)
    assert model(X).dtype == torch.bfloat16


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_outputs": 0}, r"MLPConfig.num_outputs must be at least 1, got 0"),
        ({"hidden": (4, 0)}, r"MLPConfig.hidden must be sizes of at least 1, got \(4, 0\)"),
        ({"dropout": 1.0}, r"MLPConfig.dropout must be in \[0, 1\), got 1.0"),
        ({"activation": "rellu"}, r"No 'rellu' in MLPConfig.activation. Available: .* Did you mean 'relu'"),
    ],
)
def test_impossible_settings_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MLPConfig(**({"num_features": 5, "num_outputs": 3} | options))
