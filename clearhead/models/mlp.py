"""Layers of neurons, each reading the one before, with a bend in between (multi-layer perceptron).

Source: Rumelhart, Hinton and Williams 1986, Nature 323. Differs: GELU and ReLU beside sigmoid and tanh; dropout after
each bend (Srivastava et al. 2014, JMLR 15); first weights by He et al. 2015, arXiv 1502.01852.
Read with: layers/activations.py, neuron.py
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import torch
from jaxtyping import Float
from torch import Tensor, nn

from clearhead.layers.activations import ActivationName, find_activation
from clearhead.layers.dropout import dropout
from clearhead.layers.tap import Tap
from clearhead.models.base import FeatureModel


@dataclass(frozen=True, kw_only=True)
class MLPConfig:
    """Widths of the layers and the bend between them."""

    num_features: int
    """Numbers that go in; the data decide it."""
    num_outputs: int
    """Numbers that come out; the data decide it."""
    hidden: tuple[int, ...] = (256,)
    """Neurons of each hidden layer, from the input on; none is one linear layer."""
    activation: ActivationName = "relu"
    """What bends the sum of each hidden neuron; with identity all layers together are one straight line."""
    dropout: float = 0.0
    """Share of the hidden neurons switched off at random while training."""

    def __post_init__(self) -> None:
        for name in ("num_features", "num_outputs"):
            if getattr(self, name) < 1:
                raise ValueError(f"MLPConfig.{name} must be at least 1, got {getattr(self, name)}.")
        if any(size < 1 for size in self.hidden):
            raise ValueError(f"MLPConfig.hidden must be sizes of at least 1, got {self.hidden}. Use (256,).")
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"MLPConfig.dropout must be in [0, 1), got {self.dropout}. Use 0.1.")
        find_activation(self.activation, where="MLPConfig.activation")


class HiddenLayer(nn.Module):
    """Add up, then bend; the taps `before` and `after` show the two sides of the bend."""

    def __init__(self, num_inputs: int, hidden_size: int, activation: str) -> None:
        super().__init__()
        self.linear = nn.Linear(num_inputs, hidden_size)
        self.activation = find_activation(activation)
        self.before_tap, self.after_tap = Tap("before"), Tap("after")
        nn.init.normal_(self.linear.weight, std=self.activation.gain / math.sqrt(num_inputs))
        nn.init.zeros_(self.linear.bias)

    def forward(self, x: Float[Tensor, "batch inputs"]) -> Float[Tensor, "batch hidden_size"]:
        return self.after_tap(self.activation.function(self.before_tap(self.linear(x))))


class MLP(FeatureModel):
    """Features → hidden layers → raw outputs."""

    def __init__(self, config: MLPConfig) -> None:
        super().__init__()
        self.config = config
        widths = (config.num_features, *config.hidden)
        self.layers = nn.ModuleList(HiddenLayer(*pair, config.activation) for pair in pairwise(widths))
        self.head = nn.Linear(widths[-1], config.num_outputs)
        # Near 0, so that the first answers are all but equal and the first loss is that of knowing nothing.
        nn.init.normal_(self.head.weight, std=0.1 / math.sqrt(widths[-1]))
        nn.init.zeros_(self.head.bias)
        self.input_tap, self.logits_tap = Tap("input"), Tap("logits")

    def forward(self, x: Float[Tensor, "batch features"]) -> Float[Tensor, "batch outputs"]:
        """Return raw scores."""
        x = self.input_tap(x.to(self.head.weight.dtype))
        for layer in self.layers:
            x = layer(x)
            if self.training:
                x = dropout(x, self.config.dropout)
        return self.logits_tap(self.head(x))

    @torch.no_grad()
    def collapse(self) -> tuple[Float[Tensor, "outputs features"], Float[Tensor, "outputs"]]:
        """Return the one linear map, weight and bias, that all layers together are when nothing bends.

        Raises:
            ValueError: the activation is not identity, so no linear map computes the same.
        """
        if self.config.activation != "identity" and self.config.hidden:
            raise ValueError(
                f"MLP.collapse.activation must be identity, got {self.config.activation}: "
                f"what bends is no linear map. Train with --model.activation identity."
            )
        first, *rest = [part for part in self.modules() if isinstance(part, nn.Linear)]
        weight, bias = first.weight.detach().clone(), first.bias.detach().clone()
        for linear in rest:
            weight, bias = linear.weight @ weight, linear.weight @ bias + linear.bias
        return weight, bias

    def blocks(self) -> Sequence[nn.Module]:
        """Return the hidden layers in order."""
        return list(self.layers)

    def parameter_groups(self) -> dict[str, list[nn.Parameter]]:
        """Split the parameters by how they are best trained."""
        hidden = list(self.layers.parameters())
        weight, bias = self.head.parameters()
        return {
            "matrices": [parameter for parameter in hidden if parameter.dim() == 2],
            "embeddings": [],
            "head": [weight],
            "vectors": [*(parameter for parameter in hidden if parameter.dim() == 1), bias],
        }

    @classmethod
    def tiny(cls) -> Self:
        """Return a model small enough for a test to train in a second."""
        return cls(MLPConfig(num_features=5, num_outputs=3, hidden=(16, 8)))


CONFIG = MLPConfig
MODEL = MLP
