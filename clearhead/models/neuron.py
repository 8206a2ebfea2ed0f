"""One neuron: inputs times weights, added up, plus a bias. Several outputs are several neurons side by side.

With the error of a regression it is a straight line (y = a·x + b), with a sigmoid or softmax after it a logistic
regression; the task brings those. Source: Rosenblatt 1958, Psychological Review 65; without the threshold.
Read with: mlp.py
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import torch
from jaxtyping import Float
from torch import Tensor, nn

from clearhead.layers.tap import Tap
from clearhead.models.base import FeatureModel


@dataclass(frozen=True, kw_only=True)
class NeuronConfig:
    """How many numbers go in and come out."""

    num_features: int
    """Inputs of each neuron; the data decide it."""
    num_outputs: int = 1
    """Neurons, each with weights and a bias of its own."""

    def __post_init__(self) -> None:
        for name in ("num_features", "num_outputs"):
            if getattr(self, name) < 1:
                raise ValueError(f"NeuronConfig.{name} must be at least 1, got {getattr(self, name)}.")


class Neuron(FeatureModel):
    """y = w₁·x₁ + … + wₙ·xₙ + b for each output."""

    def __init__(self, config: NeuronConfig) -> None:
        super().__init__()
        self.config = config
        # Both losses have one minimum only, so every start leads there: the flat line is the easiest to follow.
        self.weight = nn.Parameter(torch.zeros(config.num_outputs, config.num_features))
        self.bias = nn.Parameter(torch.zeros(config.num_outputs))
        self.input_tap, self.products_tap, self.sum_tap = Tap("input"), Tap("products"), Tap("sum")

    def forward(self, x: Float[Tensor, "batch features"]) -> Float[Tensor, "batch outputs"]:
        """Return the sum of each neuron.

        The tap `products` shows input times weight, (batch, outputs, features); `sum` what they and the bias add up to.
        """
        x = self.input_tap(x.to(self.weight.dtype))
        total = nn.functional.linear(x, self.weight, self.bias)
        if self.products_tap.is_open:  # the matrix product never forms them one by one
            products = x[:, None, :] * self.weight
            seen = self.products_tap(products)
            if seen is not products:
                total = seen.sum(-1) + self.bias
        return self.sum_tap(total)

    def formula(self, feature_names: Sequence[str] = (), output_names: Sequence[str] = ()) -> list[str]:
        """Write each output as a formula of the inputs, with four digits a weight.

        Args:
            feature_names: one for each input; none given means x1, x2, …
            output_names: one for each output; none given means y (several: y1, y2, …).

        Example (runs in the tests):
            >>> Neuron.tiny().formula(["rooms", "age", "floor"], ["price"])
            ['price = 0·rooms + 0·age + 0·floor + 0']
        """
        features = _names(feature_names, self.config.num_features, letter="x", where="feature_names")
        outputs = _names(output_names, self.config.num_outputs, letter="y", where="output_names")
        lines = []
        for name, weights, bias in zip(outputs, self.weight.tolist(), self.bias.tolist(), strict=True):
            terms = [(weight, f"·{feature}") for weight, feature in zip(weights, features, strict=True)] + [(bias, "")]
            text = " ".join(f"{'−' if number < 0 else '+'} {abs(number):.4g}{what}" for number, what in terms)
            sign = "−" if text.startswith("−") else ""
            lines.append(f"{name} = {sign}{text[2:]}")
        return lines

    def blocks(self) -> Sequence[nn.Module]:
        """Return nothing: there is no part that repeats."""
        return []

    def parameter_groups(self) -> dict[str, list[nn.Parameter]]:
        """Split the parameters by how they are best trained."""
        return {"matrices": [], "embeddings": [], "head": [self.weight], "vectors": [self.bias]}

    @classmethod
    def tiny(cls) -> Self:
        """Return a model small enough for a test to train in a second."""
        return cls(NeuronConfig(num_features=3))


def _names(given: Sequence[str], count: int, *, letter: str, where: str) -> Sequence[str]:
    if not given:
        return [letter] if letter == "y" and count == 1 else [f"{letter}{index}" for index in range(1, count + 1)]
    if len(given) != count:
        raise ValueError(f"Neuron.formula.{where} must be {count} names, got {len(given)}. Name each one once.")
    return given


CONFIG = NeuronConfig
MODEL = Neuron
