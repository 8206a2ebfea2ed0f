"""One neuron: the numbers that add up to its value, recomputed by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from clearhead.inspector.look import Look
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.models.neuron import Neuron, NeuronConfig


def straight_line() -> Look:
    model = Neuron(NeuronConfig(num_features=3))
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[2.0, -1.0, 0.5]]))
        model.bias.fill_(0.25)
    return Look(model, None, [1.0, 3.0, 4.0])


@pytest.fixture
def network() -> Look:
    torch.manual_seed(2)
    model = MLP(MLPConfig(num_features=20, num_outputs=4, hidden=(6, 5), activation="tanh"))
    return Look(model, None, torch.randn(20))


def test_a_neuron_is_its_products_and_its_bias() -> None:
    table = straight_line().neuron()["contributions"]
    assert table.column("input") == ["x2", "x1", "x3", "bias"]
    assert table.column("product") == [-3.0, 2.0, 2.0, 0.25]
    assert table.column("so far") == [-3.0, -1.0, 1.0, 1.25]


def test_the_sum_is_the_models_own() -> None:
    look = straight_line()
    values = look.neuron()["sum"].values
    assert values["sum"] == values["value"] == float(look.logits[0]) == 1.25


def test_the_products_of_a_hidden_neuron_are_recomputed_from_the_layer_before(network: Look) -> None:
    drawing = network.neuron(layer=1, unit=3, top=20)
    inputs = torch.tanh(network.model.layers[0].linear(network.inputs[0])).detach().numpy()
    weights = network.model.layers[1].linear.weight[3].detach().numpy()
    by_name = dict(
        zip(drawing["contributions"].column("input"), drawing["contributions"].column("product"), strict=True)
    )
    for index in range(6):
        assert by_name[f"neuron {index}"] == pytest.approx(inputs[index] * weights[index], abs=1e-6)
    total = inputs @ weights + float(network.model.layers[1].linear.bias[3].detach())
    assert drawing["sum"].values["sum"] == pytest.approx(total, abs=1e-6)
    assert drawing["sum"].values["value"] == pytest.approx(np.tanh(total), abs=1e-6)


def test_inputs_that_are_not_listed_are_added_up_in_one_line(network: Look) -> None:
    table = network.neuron(layer=0, unit=0, top=4)["contributions"]
    assert len(table.rows) == 6
    assert table.column("input")[4] == "16 more inputs"
    assert table.column("so far")[-1] == pytest.approx(float(network.value("layers.0.before")[0]), abs=1e-6)


def test_the_strongest_neuron_is_shown_when_none_is_named(network: Look) -> None:
    strongest = int(network.logits.argmax())
    assert np.array_equal(
        network.neuron()["contributions"].array, network.neuron(unit=strongest)["contributions"].array
    )


def test_the_check_holds_the_sum_beside_the_models(network: Look) -> None:
    [(_, recomputed, own, difference)] = network.neuron(layer=0, unit=2)["check"].rows
    assert own == float(network.value("layers.0.before")[2])
    assert difference == abs(recomputed - own) < 1e-5


def test_the_outputs_are_the_softmax_of_the_scores(network: Look) -> None:
    table = network.neuron()["outputs"]
    expected = sorted(network.logits.softmax(-1).tolist(), reverse=True)
    assert table.column("probability") == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layer": 3}, "neuron.layer must be between 0 and 2 (there are 3 layers), got 3."),
        ({"unit": 4}, "neuron.unit must be between 0 and 3 (there are 4 neurons), got 4."),
        ({"top": 0}, "neuron.top must be at least 1, got 0. Use 12."),
    ],
)
def test_what_cannot_be_shown_is_refused(network: Look, options: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        network.neuron(**options)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(("name", "value"), [("x", "x1"), ("y", "x2"), ("step", 3)])
def test_what_a_plane_needs_is_refused_for_pictures(network: Look, name: str, value: Any) -> None:
    network.tokenizer = SimpleNamespace(is_images=True)
    assert "surface" not in {panel.name for panel in network.neuron().panels}
    with pytest.raises(ValueError) as caught:
        network.neuron(**{name: value})
    assert str(caught.value) == f"neuron.{name} must be left out where no column of numbers is read, got {value!r}."


def test_the_two_inputs_that_add_most_to_the_neuron_span_the_plane(network: Look) -> None:
    """Of a layer further on what adds is the slope of the sum times the input."""
    unit, inputs = 2, network.inputs[0]
    panel = network.neuron(layer=1, unit=unit)["surface"]
    first = network.model.layers[0].linear
    bent = torch.tanh(first(inputs)).detach()
    slope = (network.model.layers[1].linear.weight[unit] * (1 - bent**2)) @ first.weight
    wanted = sorted((slope * inputs).abs().argsort(descending=True)[:2].tolist())
    assert [panel.column_axis, panel.row_axis] == [f"x{index + 1}" for index in wanted]
