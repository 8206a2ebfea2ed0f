"""One training step: the numbers are those of the optimizers in training/, and the gradient is the measured slope."""

import copy
from pathlib import Path

import pytest
import torch
from text_looks import look_at_class
from torch import nn

from clearhead.inspector.look import Look
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.models.neuron import Neuron, NeuronConfig
from clearhead.tokenizers.base import Tokenizer
from clearhead.training.optimizers import Optimizer, Rates

KINDS = {"gradient descent": "gradient_descent", "momentum": "momentum", "Adam": "adam"}
PLACE = ("layers.0.linear.weight", (3, 1))


@pytest.fixture
def network() -> Look:
    torch.manual_seed(3)
    return Look(MLP(MLPConfig(num_features=4, num_outputs=3, hidden=(6,))), None, torch.randn(4), target="y2")


@pytest.mark.parametrize("rule", KINDS)
def test_three_steps_are_those_of_the_optimizer(network: Look, rule: str) -> None:
    model = copy.deepcopy(network.model)
    rates = Rates(matrices=0.1, embeddings=0.1, head=0.1, vectors=0.1)
    optimizer = Optimizer(model.parameter_groups(), rates, kind=KINDS[rule])
    expected = []
    for _ in range(3):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(network.inputs), torch.tensor([1])).backward()
        optimizer.step(1.0)
        expected.append(float(dict(model.named_parameters())[PLACE[0]][PLACE[1]].detach()))
    rows = network.training_step(weight="layers.0.linear.weight[3,1]", steps=3)["update"].rows
    assert [row[-1] for row in rows if row[0] == rule] == pytest.approx(expected, abs=1e-6)


def test_the_gradient_is_the_measured_slope_and_autograds_own(network: Look) -> None:
    [(_, value, gradient, measured, _)] = network.training_step(weight="head.weight[1,2]")["gradient"].rows
    model = copy.deepcopy(network.model).double()
    nn.functional.cross_entropy(model(network.inputs.double()), torch.tensor([1])).backward()
    assert value == float(model.head.weight[1, 2].detach())
    assert gradient == pytest.approx(float(model.head.weight.grad[1, 2]), abs=1e-14)
    assert measured == pytest.approx(gradient, abs=1e-8)


def test_the_loss_before_is_that_of_the_right_answer_and_falls(network: Look) -> None:
    table = network.training_step()["loss"]
    own = nn.functional.cross_entropy(network.logits[None].double(), torch.tensor([1]))
    assert table.column("loss")[0] == pytest.approx(float(own), abs=1e-6)
    assert all(change < 0 for change in table.column("change")[1:])


def test_a_language_model_learns_its_next_tokens(model: nn.Module, tokenizer: Tokenizer) -> None:
    look = Look(model, tokenizer, "the cat")
    own = nn.functional.cross_entropy(look.logits[:-1], torch.tensor(look.tokens[1:]))
    assert look.training_step()["loss"].column("loss")[0] == pytest.approx(float(own), abs=1e-5)


def test_a_regression_learns_from_the_number_given() -> None:
    look = Look(Neuron(NeuronConfig(num_features=2)), None, [1.0, 2.0], target="3")
    drawing = look.training_step(weight="weight[0,1]", rate=0.1)
    # y = 0, loss = (y − 3)² = 9, d loss / d w₂ = 2 · (0 − 3) · 2
    assert drawing["loss"].column("loss")[0] == pytest.approx(9)
    assert drawing["gradient"].rows[0][2] == pytest.approx(-12)
    assert drawing["update"].rows[0][-1] == pytest.approx(1.2)


def test_without_a_weight_the_steepest_is_shown(network: Look) -> None:
    drawing = network.training_step()
    model = copy.deepcopy(network.model).double()
    nn.functional.cross_entropy(model(network.inputs.double()), torch.tensor([1])).backward()
    steepest = max(float(parameter.grad.abs().max()) for parameter in model.parameters())
    assert abs(drawing["gradient"].rows[0][2]) == pytest.approx(steepest, abs=1e-12)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weight": "head.wieght[0,0]"}, "No 'head.wieght' in the tensors of the model."),
        (
            {"weight": "head.weight[9,0]"},
            "training_step.weight must be a place in head.weight, which has the shape [3, 6]",
        ),
        ({"weight": "head.weight"}, "training_step.weight must look like \"head.weight[3,5]\", got 'head.weight'."),
        ({"steps": 0}, "training_step.steps must be between 1 and 20, got 0. Use 1."),
        ({"momentum": 1.0}, "training_step.momentum must be in [0, 1), got 1.0."),
    ],
)
def test_what_cannot_be_shown_is_refused(network: Look, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        network.training_step(**options)
    assert str(caught.value).startswith(message)


def test_a_regression_without_the_right_number_is_refused() -> None:
    look = Look(Neuron(NeuronConfig(num_features=2)), None, [1.0, 2.0])
    with pytest.raises(
        ValueError, match=r"look.target must be 1 number\(s\) for this model, got None\. Give the right"
    ):
        look.training_step()


def test_word_vectors_that_stay_as_they_are_do_not_move(tmp_path: Path) -> None:
    look = look_at_class(tmp_path, "text_cnn", "the cat sat", target="good", vectors="static")
    lengths = {row[0]: row[2] for row in look.training_step()["tensors"].rows}
    assert lengths["embedding.weight"] == 0
    assert lengths["head.weight"] > 0
