"""What a panel says about its numbers is so: computed again from the check's operands alone, they are those shown."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from text_looks import look_at_class, look_at_tags

from clearhead.inspector.look import Look
from clearhead.models.base import load_model
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.models.recurrent_lm import RecurrentLM, RecurrentLMConfig
from clearhead.panels.base import Check, Panel
from clearhead.panels.formula import Formula
from clearhead.panels.image import Image
from clearhead.tokenizers.base import train_tokenizer

LookAt = Callable[[str], Look]
LookAtPair = Callable[..., Look]
TEXT = "我吃了一个苹果 the cat"

ERROR_FUNCTION = np.vectorize(math.erf)
BENDS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "none": lambda x: x,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(0, x),
    "gelu": lambda x: x * (1 + ERROR_FUNCTION(x / np.sqrt(2))) / 2,
    "gelu_tanh": lambda x: x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
    "silu": lambda x: x / (1 + np.exp(-x)),
}


def recomputed(check: Check) -> np.ndarray:
    """Work out every number of a panel by the rules of `Check`, in float64."""
    a = {name: np.asarray(array, dtype=np.float64) for name, array in check.arrays.items()}
    bias, gain = a.get("bias", np.zeros(1)), a.get("gain", np.ones(1))
    epsilon = check.numbers.get("epsilon", 0.0)
    if check.rule == "dot":
        return check.numbers.get("scale", 1.0) * (a["left"] @ a["right"].T)
    if check.rule == "mix":
        return a["weights"] @ a["values"]
    if check.rule == "affine":
        return BENDS[check.activation](a["inputs"] @ a["weights"].T + bias)
    if check.rule == "softmax":
        powers = np.exp((a["logits"] - a["logits"].max(-1, keepdims=True)) / check.numbers.get("temperature", 1.0))
        return np.asarray(powers / powers.sum(-1, keepdims=True))
    if check.rule in ("sum", "product"):
        return a["left"] + a["right"] if check.rule == "sum" else a["left"] * a["right"]
    x = a["inputs"] - (a["inputs"].mean(-1, keepdims=True) if check.rule == "layer_norm" else 0)
    scaled = x / np.sqrt((x**2).mean(-1, keepdims=True) + epsilon)
    return np.asarray(scaled[:, : len(gain)] * gain + (bias if check.rule == "layer_norm" else 0))


def shown(panel: Panel) -> np.ndarray:
    """Return the numbers of a panel as rows and columns, as a check counts them."""
    if isinstance(panel, Formula):
        return panel.array[-1:][None]
    if isinstance(panel, Image):
        return panel.array.reshape(len(panel.array), -1)
    return np.atleast_2d(panel.array)


def confirm(panels: Sequence[Panel], *names: str) -> None:
    """Recompute every panel that says how; those named must be among them."""
    checked = {panel.name: panel for panel in panels if panel.check is not None}
    assert set(names) <= set(checked), f"{sorted(set(names) - set(checked))} say nothing"
    for panel in checked.values():
        assert panel.check is not None
        own, again = shown(panel), recomputed(panel.check)
        if isinstance(panel, Image):  # a row of units may end before the picture does
            own = own[:, : again.shape[1]]
        assert own.shape == again.shape, (panel.name, own.shape, again.shape)
        is_there = np.isfinite(own)
        assert is_there.any()
        np.testing.assert_allclose(again[is_there], own[is_there], atol=1e-5, err_msg=panel.name)


def test_every_stage_of_a_head_follows_from_the_stages_before(look_at: LookAt) -> None:
    panels = look_at(TEXT).attention(layer=1, head=2).panels
    confirm(panels, "products", "scaled", "scores", "weights", "mixed")


def test_one_row_of_weights_is_the_softmax_of_its_scores(look_at: LookAt) -> None:
    confirm(look_at(TEXT).attention(layer=0, head=1, token=5).panels, "weights")


@pytest.mark.parametrize("side", ["encoder", "decoder", "cross"])
def test_every_stage_across_two_texts_follows_too(look_at_pair: LookAtPair, side: str) -> None:
    confirm(look_at_pair().attention(side=side, layer=1, head=1).panels, "scores", "weights", "mixed")


@pytest.mark.parametrize("kind", ["dot", "general", "additive"])
def test_the_alignment_of_a_recurrent_decoder_follows(look_at_pair: LookAtPair, kind: str) -> None:
    names = ("weights", "mixed") if kind == "additive" else ("scores", "weights", "mixed")
    confirm(look_at_pair("attention_seq2seq", attention=kind).attention(layer=0, head=0).panels, *names)


@pytest.mark.parametrize("token", [None, 2])
def test_every_step_of_a_gpt_block_follows(look_at: LookAt, token: int | None) -> None:
    panels = look_at(TEXT).block(layer=1, head=1, token=token).panels
    names = ("step_2_norm", "step_2_value", "step_3", "step_4", "step_5", "step_6", "step_7", "step_8", "step_8_norm")
    confirm(panels, *names, "step_9_gate", "step_9_inner", "step_9_bent", "step_9_outer", "step_9")


def test_every_step_of_a_block_with_learned_positions_follows(tokenizer: object) -> None:
    torch.manual_seed(1)
    model = load_model("gpt2").tiny().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3)
    panels = Look(model, tokenizer, TEXT).block().panels
    confirm(panels, "step_1", "step_2", "step_2_key", "step_2_norm", "step_9_bent", "step_9")


@pytest.mark.parametrize("options", [{}, {"token": 1}, {"head": 1}])
@pytest.mark.parametrize("side", ["encoder", "decoder"])
def test_every_step_of_a_published_block_follows(look_at_pair: LookAtPair, side: str, options: dict[str, int]) -> None:
    panels = look_at_pair().block(side=side, **options).panels
    parts = ("step_8", "step_8_sum", "step_9_bent") if side == "encoder" else ("step_5", "step_7_sum", "step_8_bent")
    confirm(panels, "step_1", "step_2", "step_3", "step_4", *parts)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"temperature": 0.5},
        {"temperature": 0.0},
        {"top_k": 3},
        {"temperature": 1.7, "top_k": 20, "top_p": 0.9, "min_p": 0.02, "repetition_penalty": 1.3},
    ],
)
def test_the_probabilities_of_the_next_token_follow_from_the_scores(look_at: LookAt, options: dict[str, float]) -> None:
    confirm(look_at(TEXT).next_token(**options).panels, "probabilities")


def test_the_temperature_is_that_of_the_settings(look_at: LookAt) -> None:
    check = look_at(TEXT).next_token(temperature=0.5)["probabilities"].check
    assert check.numbers == {"temperature": 0.5}
    assert check.formula == "exp(score / 0.5) / Σ exp(scores / 0.5)"


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("lstm", ("hidden", "cell", "input_gate", "forget_gate", "candidate", "output_gate")),
        ("gru", ("hidden", "reset_gate", "update_gate")),
        ("rnn", ("hidden",)),
    ],
)
def test_gates_and_states_follow_from_what_was_read(cell: str, parts: tuple[str, ...]) -> None:
    torch.manual_seed(1)
    tokenizer = train_tokenizer("character", ["the cat"], vocab_size=None)
    sizes = {"vocab_size": tokenizer.vocab_size, "d_model": 12, "num_layers": 2, "cell": cell}
    look = Look(RecurrentLM(RecurrentLMConfig(**sizes)).eval(), tokenizer, "the cat")
    for layer in (0, 1):
        confirm(look.recurrent_state(layer=layer).panels, *parts)


@pytest.mark.parametrize("options", [{"side": "encoder", "way": "right_to_left"}, {"side": "decoder"}])
def test_gates_follow_in_every_net_and_way(look_at_pair: LookAtPair, options: dict[str, str]) -> None:
    confirm(look_at_pair("attention_seq2seq").recurrent_state(**options).panels, "hidden", "cell", "forget_gate")


@pytest.mark.parametrize("activation", ["identity", "sigmoid", "tanh", "relu", "gelu"])
def test_a_neuron_and_a_layer_follow_from_their_inputs(activation: str) -> None:
    torch.manual_seed(2)
    model = MLP(MLPConfig(num_features=64, num_outputs=4, hidden=(6, 5), activation=activation))
    look = Look(model, None, torch.randn(64))
    for layer in (0, 1, 2):
        confirm(look.neuron(layer=layer, unit=3).panels, "sum")
        confirm(look.pixels(layer=layer).panels, "products", "before", "after")


def test_a_layer_with_too_many_weights_to_send_says_nothing() -> None:
    look = Look(MLP(MLPConfig(num_features=784, num_outputs=2, hidden=(512,))), None, torch.randn(784))
    assert look.pixels()["after"].check is None
    assert look.neuron(layer=0, unit=1)["sum"].check is not None


def test_a_window_of_a_filter_and_the_filter_set_by_hand_follow() -> None:
    torch.manual_seed(3)
    model = load_model("image_cnn").tiny().eval()
    config = model.config
    look = Look(model, None, torch.rand(config.num_channels, config.height, config.width))
    for layer in (0, 1):
        confirm(look.pixels(layer=layer).panels, "window")
    confirm(look.pixels(filter="difference").panels, "before")


def test_cosines_are_products_of_vectors_of_length_1(look_at: LookAt) -> None:
    confirm(look_at("the cat sat").word_geometry(words="t h e c a").panels, "cosines")


def test_votes_of_ngrams_and_scores_of_classes_follow(tmp_path: Path) -> None:
    look = look_at_class(tmp_path, "text_cnn", "the cat sat on a red mat", widths=(2, 3), num_filters=5)
    confirm(look.ngrams().panels, "filters", "scores")
    for unit in (0, 9):
        confirm(look.ngrams(unit=unit).panels, "windows")


@pytest.mark.parametrize("has_crf", [True, False])
def test_emissions_of_tags_follow_from_the_states(has_crf: bool) -> None:
    names = ("emissions",) if has_crf else ("emissions", "probabilities")
    confirm(look_at_tags("John Smith saw Rome", has_crf=has_crf).tags().panels, *names)
