"""Activations by name: their formulas, and that the first weights keep signals their size."""

import math

import pytest
import torch

from clearhead.layers.activations import ACTIVATIONS, find_activation

X = torch.linspace(-4, 4, 33, dtype=torch.float64)
FORMULAS = {
    "identity": X,
    "sigmoid": 1 / (1 + torch.exp(-X)),
    "tanh": (torch.exp(X) - torch.exp(-X)) / (torch.exp(X) + torch.exp(-X)),
    "relu": torch.where(X > 0, X, 0.0),
    "gelu": X * 0.5 * (1 + torch.erf(X / math.sqrt(2))),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_each_computes_its_formula(name: str) -> None:
    assert torch.allclose(find_activation(name).function(X), FORMULAS[name], atol=1e-12)


@pytest.mark.parametrize("name", ["identity", "relu", "gelu"])
def test_signals_keep_their_size_through_many_layers(name: str) -> None:
    generator = torch.Generator().manual_seed(0)
    activation = find_activation(name)
    x = torch.randn(64, 256, generator=generator)
    for _ in range(8):
        x = activation.function(x) @ torch.randn(256, 256, generator=generator) * (activation.gain / 256**0.5)
    assert 0.3 < float(x.std()) < 3.0


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"No 'sigmod' in MLPConfig.activation. Available: .* Did you mean 'sigmoid'"):
        find_activation("sigmod", where="MLPConfig.activation")
