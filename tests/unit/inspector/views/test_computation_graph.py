"""The computation graph: values as the model computed them, gradients on edges as finite differences measure them."""

import copy

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from clearhead.inspector.look import Look
from clearhead.inspector.views._graph_recorder import record
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.panels.graph import Graph
from clearhead.tokenizers.base import Tokenizer


@pytest.fixture
def network() -> Look:
    torch.manual_seed(3)
    model = MLP(MLPConfig(num_features=3, num_outputs=2, hidden=(4,), activation="tanh")).double()
    return Look(model, None, torch.randn(3), target="y2")


def graph_of(look: Look, **options: object) -> Graph:
    found = look.computation_graph(**options)["graph"]
    assert isinstance(found, Graph)
    return found


def index_of(graph: Graph, label: str, where: str = "") -> int:
    [found] = [i for i, node in enumerate(graph.nodes) if node.label == label and node.where == where]
    return found


def test_every_value_is_the_models_own(network: Look) -> None:
    graph = graph_of(network)
    hidden = graph.nodes[index_of(graph, "linear", "layers.0.linear")]
    assert np.array_equal(hidden.values, network.value("layers.0.before").numpy())
    assert np.array_equal(graph.nodes[index_of(graph, "linear", "head")].values, network.logits.numpy())
    assert np.array_equal(graph.nodes[index_of(graph, "input")].values, network.inputs[0].numpy())


def test_the_edges_say_what_went_into_what(network: Look) -> None:
    graph = graph_of(network)
    into = {graph.nodes[edge.source].label for edge in graph.edges if edge.target == index_of(graph, "linear", "head")}
    assert into == {"tanh", "head.weight", "head.bias"}


def test_the_gradient_of_each_weight_is_the_finite_difference(network: Look) -> None:
    graph = graph_of(network)
    model = copy.deepcopy(network.model)

    def loss() -> float:
        with torch.no_grad():
            return float(nn.functional.cross_entropy(model(network.inputs), torch.tensor([1])))

    for name, parameter in model.named_parameters():
        [edge] = [edge for edge in graph.edges if graph.nodes[edge.source].label == name]
        flat = parameter.data.view(-1)
        for place in range(len(flat)):
            own = float(flat[place])
            flat[place] = own + 1e-6
            up = loss()
            flat[place] = own - 1e-6
            down = loss()
            flat[place] = own
            assert edge.gradient[place] == pytest.approx((up - down) / 2e-6, abs=1e-8)


class Branches(nn.Module):
    """x is used twice: each edge has a gradient of its own, and the two add up."""

    def forward(self, x: Tensor) -> Tensor:
        doubled = x * 2
        return doubled.square() + doubled.exp()


def test_a_value_used_twice_has_a_gradient_on_each_edge() -> None:
    x = torch.tensor([0.5, -1.0], dtype=torch.float64, requires_grad=True)
    steps, result = record(Branches(), (x,), torch.sum)
    found = {}
    for step in steps:
        for source, edge in step.sources:
            if steps[source].label == "mul":
                found[step.label] = torch.autograd.grad(result, edge, retain_graph=True)[0]
    assert torch.allclose(found["square"], 2 * 2 * x.detach())
    assert torch.allclose(found["exp"], (2 * x.detach()).exp())


def test_recorded_values_are_those_of_an_unrecorded_run(model: nn.Module, tokenizer: Tokenizer) -> None:
    look = Look(model, tokenizer, "the cat")
    steps, _ = record(copy.deepcopy(look.model), look.batch, torch.max)
    scores = next(step.value for step in reversed(steps) if step.value.shape == (1, *look.logits.shape))
    with torch.enable_grad():
        own = look.model(look.inputs)  # with a graph, as the recorded run: without one other kernels may run
    assert torch.equal(scores, own)


def test_an_operation_with_a_backward_of_its_own_is_one_node(model: nn.Module, tokenizer: Tokenizer) -> None:
    graph = graph_of(Look(model, tokenizer, "the cat"), part="final_norm")
    [norm] = [
        index for index, node in enumerate(graph.nodes) if node.role == "operation" and node.where == "final_norm"
    ]
    assert graph.nodes[norm].label in ("RMSNorm", "rms_norm")
    assert all(edge.gradient_norm is not None for edge in graph.edges if edge.target == norm)


def test_what_is_left_out_is_said(model: nn.Module, tokenizer: Tokenizer) -> None:
    drawing = Look(model, tokenizer, "the cat").computation_graph(limit=5)
    total = sum(drawing["operations"].column("times"))
    assert f"{total - 5} of {total} operations are not shown" in drawing["graph"].note
    ends = {edge.target for edge in drawing["graph"].edges}
    assert len(ends) == 5


def test_without_a_right_answer_the_largest_output_is_what_gradients_are_of(tokenizer: Tokenizer) -> None:
    look = Look(MLP(MLPConfig(num_features=3, num_outputs=1)), None, [1.0, 2.0, 3.0])
    graph = graph_of(look)
    assert "the largest output" in graph.note
    assert graph.nodes[-1].label == "max"


def test_a_part_that_did_not_run_is_refused(network: Look) -> None:
    with pytest.raises(ValueError) as caught:
        network.computation_graph(part="layers.7")
    assert str(caught.value).startswith("computation_graph.part must be a part of the model that ran, got 'layers.7'.")
    with pytest.raises(ValueError, match=r"computation_graph.limit must be at least 1, got 0\. Use 80\."):
        network.computation_graph(limit=0)
