"""The recurrent language model: its state, what it is tied to, and what it refuses."""

import re
from typing import Any

import pytest
import torch

from clearhead.layers.tap import find_taps, listening
from clearhead.models.recurrent_lm import RecurrentLM, RecurrentLMConfig

TOKENS = torch.tensor([[5, 1, 30, 2, 2, 9, 17], [0, 36, 4, 4, 12, 3, 8]])


@pytest.fixture(params=["lstm", "gru", "rnn"])
def model(request: pytest.FixtureRequest) -> RecurrentLM:
    torch.manual_seed(0)
    config = RecurrentLMConfig(vocab_size=37, context_length=5, d_model=12, num_layers=2, cell=request.param)
    return RecurrentLM(config).eval()


@torch.no_grad()
def test_it_is_the_recurrent_kernel_between_one_matrix_and_itself(model: RecurrentLM) -> None:
    expected, _ = model.net.kernel(model.embedding.weight[TOKENS] * 12**0.5)
    assert torch.allclose(model(TOKENS), expected @ model.embedding.weight.T, atol=1e-6)
    assert model.head_weight() is model.embedding.weight


@torch.no_grad()
def test_a_text_longer_than_a_window_is_read(model: RecurrentLM) -> None:
    assert model.longest_text is None
    assert model(TOKENS).shape == (2, 7, 37)


def test_no_gradient_flows_into_what_was_read_without_one(model: RecurrentLM) -> None:
    cache = model.new_cache(2)
    with torch.no_grad():
        model.hidden(TOKENS[:, :3], cache)
    seen: dict[str, torch.Tensor] = {}

    def keep(name: str, value: torch.Tensor) -> torch.Tensor:
        value.retain_grad()
        return seen.setdefault(name, value)

    with listening(model, keep, lambda name: name == "embedding"):
        model.hidden(TOKENS[:, 3:], cache)[:, -1].sum().backward()
    gradient = seen["embedding"].grad
    assert gradient is not None and gradient.shape == (2, 4, 12) and gradient.abs().sum(-1).min() > 0


def test_the_taps_are_those_of_the_cell_in_each_layer(model: RecurrentLM) -> None:
    inside = {name.removeprefix("net.layers.") for name in find_taps(model) if name != "embedding"}
    assert {name.partition(".")[0] for name in inside} == {"0", "1"}
    assert "0.left_to_right.hidden" in inside


def test_the_matrices_are_those_of_the_kernel_and_the_embedding_is_counted_once() -> None:
    groups = RecurrentLM.tiny().parameter_groups()
    assert [tuple(p.shape) for p in groups["matrices"]] == [(128, 32)] * 4
    assert [tuple(p.shape) for p in groups["embeddings"]] == [(37, 32)]
    assert groups["head"] == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"vocab_size": 0}, "RecurrentLMConfig.vocab_size must be at least 1, got 0. Use 1 or more."),
        ({"context_length": 0}, "RecurrentLMConfig.context_length must be at least 1, got 0. Use 1 or more."),
        ({"d_model": -2}, "RecurrentLMConfig.d_model must be at least 1, got -2. Use 1 or more."),
        ({"num_layers": 0}, "RecurrentLMConfig.num_layers must be at least 1, got 0. Use 1 or more."),
        (
            {"carried_length": -1},
            "RecurrentLMConfig.carried_length must be 0 or more, got -1. Use 0 to begin each window without a state.",
        ),
        ({"cell": "mlp"}, "RecurrentLMConfig.cell must be one of lstm, gru, rnn, got 'mlp'. Use 'lstm'."),
        ({"dropout": 1.0}, "RecurrentLMConfig.dropout must be in [0, 1), got 1.0. Use 0.4."),
    ],
)
def test_impossible_options_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        RecurrentLMConfig(**{"vocab_size": 10, **options})
