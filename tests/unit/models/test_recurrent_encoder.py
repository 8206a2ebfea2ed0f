"""The recurrent text encoder: what its kinds of pooling, cells and outputs are, one against a second way to say it."""

import pytest
import torch
from torch import Tensor

from clearhead.layers.crf import CRF
from clearhead.layers.tap import listening
from clearhead.models.recurrent import RecurrentConfig, RecurrentEncoder

TOKENS = torch.tensor([[5, 6, 7, 8], [9, 4, 0, 0], [3, 0, 0, 0]])
LENGTHS = (4, 2, 1)


def made(**options: object) -> RecurrentEncoder:
    torch.manual_seed(0)
    sizes = {"vocab_size": 12, "num_outputs": 3, "embedding_dim": 6, "hidden_size": 5}
    model = RecurrentEncoder(RecurrentConfig(**{**sizes, **options}))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.5)
    return model.eval()


def pooled_by_hand(model: RecurrentEncoder, states: Tensor, size: int) -> Tensor:
    kind = model.config.pooling
    if kind == "max":
        return states.max(0).values
    if kind == "mean":
        return states.mean(0)
    if kind == "last":
        return torch.cat([states[-1, :size], states[0, size:]])
    assert model.pooling is not None
    weights = (torch.tanh(model.pooling.key(states)) @ model.pooling.query).softmax(0)
    return (weights[:, None] * states).sum(0)


@pytest.mark.parametrize("is_bidirectional", [False, True], ids=["one way", "both ways"])
@pytest.mark.parametrize("pooling", ["max", "mean", "last", "attention"])
def test_pooling_is_over_the_real_tokens(pooling: str, is_bidirectional: bool) -> None:
    model = made(pooling=pooling, is_bidirectional=is_bidirectional)
    states, outputs = model.states(TOKENS), model(TOKENS)
    for index, length in enumerate(LENGTHS):
        expected = model.head(pooled_by_hand(model, states[index, :length], 5))
        torch.testing.assert_close(outputs[index], expected)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("num_layers", [1, 2])
def test_padding_never_matters_for_any_cell(cell: str, num_layers: int) -> None:
    model = made(cell=cell, num_layers=num_layers, pooling="last")
    alone = torch.cat([model(TOKENS[i : i + 1, :length]) for i, length in enumerate(LENGTHS)])
    torch.testing.assert_close(model(TOKENS), alone)


def test_the_last_states_are_those_the_net_hands_on() -> None:
    model = made(pooling="last")
    x = model.embedding(TOKENS)
    _, (last, _) = model.encoder(x, torch.tensor(LENGTHS))
    torch.testing.assert_close(model(TOKENS), model.head(last.flatten(1)))


def test_the_weights_of_attention_sum_to_1_over_the_real_tokens_and_are_those_used() -> None:
    model, seen = made(pooling="attention"), {}
    with listening(model, lambda name, value: seen.setdefault(name, value)):
        model(TOKENS)
    weights = seen["pooling.weights"]
    assert weights.shape == (3, 1, 1, 4)
    assert torch.allclose(weights.sum(-1), torch.ones(3, 1, 1))
    assert not weights[1, 0, 0, 2:].any() and not weights[2, 0, 0, 1:].any()
    mixed = (weights[:, 0, 0, :, None] * model.states(TOKENS)).sum(1)
    torch.testing.assert_close(seen["pooled"], mixed)


def test_outputs_of_tokens_are_the_head_on_each_state() -> None:
    model = made(output="tokens")
    torch.testing.assert_close(model(TOKENS), model.head(model.states(TOKENS)))
    assert model.crf is None


def test_a_field_over_tags_comes_with_the_model_and_is_saved_with_it() -> None:
    model = made(output="tokens", has_crf=True)
    assert isinstance(model.crf, CRF) and model.crf.num_tags == 3
    assert {"crf.transitions", "crf.may_follow"} <= set(model.state_dict())
    scores, is_there = model(TOKENS), TOKENS != 0
    assert model.crf.best(scores, is_there)[0].shape == TOKENS.shape


def test_the_likelihood_of_tags_gives_every_parameter_a_gradient() -> None:
    model = made(output="tokens", has_crf=True, num_characters=8, characters="lstm", character_size=4).train()
    assert model.crf is not None
    characters = torch.randint(1, 8, (*TOKENS.shape, 3)) * (TOKENS != 0)[:, :, None]
    tags = torch.randint(3, TOKENS.shape)
    model.crf.log_likelihood(model(TOKENS, characters), tags, TOKENS != 0).sum().backward()
    assert [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()] == []


def test_a_fields_transitions_are_trained_like_the_head() -> None:
    model = made(output="tokens", has_crf=True)
    assert model.crf is not None
    assert any(parameter is model.crf.transitions for parameter in model.parameter_groups()["head"])


@pytest.mark.parametrize("characters", ["cnn", "lstm"])
def test_letters_and_positions_stand_beside_the_words_vector(characters: str) -> None:
    model, seen = made(num_characters=8, characters=characters, character_size=4, num_positions=5), {}
    letters, positions = torch.randint(1, 8, (*TOKENS.shape, 3)), torch.randint(5, (*TOKENS.shape, 2))
    with listening(model, lambda name, value: seen.setdefault(name, value)):
        model(TOKENS, letters, positions)
    parts = [model.embedding(TOKENS), seen["letters.vectors"], seen["positions.vectors"]]
    torch.testing.assert_close(seen["embedding"], torch.cat(parts, 2))
    assert [part.shape[2] for part in parts] == [6, 4, 10]
