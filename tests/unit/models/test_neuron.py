"""One neuron: its sum, its formula, and that gradient descent finds the line of least squares."""

import pytest
import torch

from clearhead.layers.tap import listening
from clearhead.models.neuron import Neuron, NeuronConfig


@pytest.fixture
def neuron() -> Neuron:
    model = Neuron(NeuronConfig(num_features=2, num_outputs=2))
    model.weight.data = torch.tensor([[2.0, -0.5], [-1 / 3, 0.0]])
    model.bias.data = torch.tensor([1.0, -2e-7])
    return model


def test_it_adds_up_inputs_times_weights_and_the_bias(neuron: Neuron) -> None:
    y = neuron(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    assert torch.allclose(y, torch.tensor([[2 * 3 - 0.5 * 4 + 1, -1.0], [1.0, 0.0]]), atol=1e-6)


def test_the_formula_says_what_is_computed(neuron: Neuron) -> None:
    assert neuron.formula(["rooms", "age"], ["price", "年龄"]) == [
        "price = 2·rooms − 0.5·age + 1",
        "年龄 = −0.3333·rooms + 0·age − 2e-07",
    ]


def test_without_names_inputs_are_x_and_outputs_y(neuron: Neuron) -> None:
    assert neuron.formula()[1].startswith("y2 = −0.3333·x1 + 0·x2")
    assert Neuron(NeuronConfig(num_features=1)).formula() == ["y = 0·x1 + 0"]


@pytest.mark.parametrize("names", [{"feature_names": ["a"]}, {"output_names": ["a", "b", "c"]}])
def test_a_wrong_number_of_names_is_refused(neuron: Neuron, names: dict[str, list[str]]) -> None:
    (where, given), *_ = names.items()
    with pytest.raises(ValueError, match=rf"Neuron.formula.{where} must be 2 names, got {len(given)}"):
        neuron.formula(**names)


def test_the_products_shown_add_up_to_the_sum_shown(neuron: Neuron) -> None:
    x, seen = torch.randn(5, 2), {}
    with listening(neuron, lambda name, value: seen.setdefault(name, value)):
        looked_at = neuron(x)
    assert torch.equal(looked_at, neuron(x))
    assert seen["products"].shape == (5, 2, 2)
    assert torch.allclose(seen["products"].sum(-1) + neuron.bias, seen["sum"], atol=1e-6)


def test_a_product_that_is_switched_off_no_longer_counts(neuron: Neuron) -> None:
    def without_the_first(name: str, value: torch.Tensor) -> torch.Tensor:
        return value * torch.tensor([0.0, 1.0])

    with listening(neuron, without_the_first, lambda name: name == "products"):
        y = neuron(torch.tensor([[3.0, 4.0]]))
    assert torch.allclose(y, torch.tensor([[-1.0, 0.0]]), atol=1e-6)


def test_gradient_descent_finds_the_line_of_least_squares() -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(50, 2, generator=generator)
    y = x @ torch.tensor([[1.5], [-2.0]]) + 0.7 + 0.1 * torch.randn(50, 1, generator=generator)
    model = Neuron(NeuronConfig(num_features=2))
    for _ in range(100):
        model.zero_grad()
        torch.nn.functional.mse_loss(model(x), y).backward()
        for parameter in model.parameters():
            parameter.data -= 0.3 * parameter.grad
    best = torch.linalg.lstsq(torch.cat([x, torch.ones(50, 1)], 1), y).solution[:, 0]
    found = torch.cat([model.weight.detach()[0], model.bias.detach()])
    assert torch.allclose(found, best, atol=1e-4)


@pytest.mark.parametrize("name", ["num_features", "num_outputs"])
def test_impossible_sizes_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=rf"NeuronConfig.{name} must be at least 1, got 0"):
        NeuronConfig(**{"num_features": 2, name: 0})
