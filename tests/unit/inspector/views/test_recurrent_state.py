"""The recurrent state view: states and gates over time, one token's units, and the formulas beside them."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from text_looks import look_at_tags

from clearhead.inspector.look import Look
from clearhead.models.recurrent_lm import RecurrentLM, RecurrentLMConfig
from clearhead.tokenizers.base import train_tokenizer

LookAt = Callable[[str], Look]
LookAtPair = Callable[..., Look]
NAME = "attention_seq2seq"
GATES = {
    "lstm": ["cell", "input_gate", "forget_gate", "candidate", "output_gate"],
    "gru": ["reset_gate", "update_gate", "candidate"],
    "rnn": [],
}


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_the_state_and_every_gate_are_the_models_own(look_at_pair: LookAtPair, cell: str) -> None:
    look = look_at_pair(NAME, cell=cell)
    drawing = look.recurrent_state()
    assert [panel.name for panel in drawing.panels] == ["hidden", *GATES[cell], "means", "check"]
    assert drawing.shape == (9, 16)
    for part in ("hidden", *GATES[cell]):
        own = look.value(f"encoder.layers.0.left_to_right.{part}").numpy()
        np.testing.assert_array_equal(drawing[part].array, own)


@pytest.mark.parametrize("attention", ["general", "dot", "additive", "none"])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_the_formulas_give_what_the_model_had_in_every_net_layer_and_way(
    look_at_pair: LookAtPair, attention: str, cell: str
) -> None:
    look = look_at_pair(NAME, cell=cell, attention=attention, num_layers=2)
    for options in (
        {"side": "encoder", "layer": 0},
        {"side": "encoder", "layer": 1, "way": "right_to_left"},
        {"side": "decoder", "layer": 0},
        {"side": "decoder", "layer": 1},
    ):
        check = look.recurrent_state(**options)["check"]
        assert len(check.rows) == {"lstm": 6, "gru": 4, "rnn": 1}[cell]
        assert all(row[1] < 1e-5 for row in check.rows), (options, check.rows)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_the_formulas_hold_in_a_language_model_from_its_token_vectors_on(cell: str) -> None:
    torch.manual_seed(1)
    tokenizer = train_tokenizer("character", ["the cat"], vocab_size=None)
    sizes = {"vocab_size": tokenizer.vocab_size, "d_model": 12, "num_layers": 2, "cell": cell}
    look = Look(RecurrentLM(RecurrentLMConfig(**sizes)).eval(), tokenizer, "the cat", name="tiny")
    for layer in (0, 1):
        check = look.recurrent_state(layer=layer)["check"]
        assert len(check.rows) == {"lstm": 6, "gru": 4, "rnn": 1}[cell]
        assert all(row[1] < 1e-5 for row in check.rows), check.rows


def test_with_input_feeding_the_formulas_hold_too(look_at_pair: LookAtPair) -> None:
    look = look_at_pair(NAME, use_input_feeding=True)
    assert all(row[1] < 1e-5 for row in look.recurrent_state(side="decoder")["check"].rows)


def test_the_written_out_cell_is_what_torch_computes(look_at_pair: LookAtPair) -> None:
    look = look_at_pair(NAME)
    net = look.model.encoder.kernel
    with torch.no_grad():
        outputs, (_, last_cell) = net(look.model.source_embedding(torch.tensor([look.tokens])))
    np.testing.assert_allclose(np.asarray(look.recurrent_state()), outputs[0, :, :16].numpy(), atol=1e-6)
    from_right = look.recurrent_state(way="right_to_left")
    np.testing.assert_allclose(np.asarray(from_right), outputs[0, :, 16:].numpy(), atol=1e-6)
    np.testing.assert_allclose(from_right["cell"].array[0], last_cell[1, 0].numpy(), atol=1e-6)


def test_the_check_finds_a_cell_that_follows_another_formula(look_at_pair: LookAtPair) -> None:
    look = look_at_pair(NAME)
    look.value("encoder.layers.0.left_to_right.cell")[4, 3] += 0.5
    rows = dict(look.recurrent_state()["check"].rows)
    assert rows["cell = f ⊙ C + i ⊙ candidate"] == pytest.approx(0.5, abs=1e-5)
    assert rows["hidden = o ⊙ tanh(cell)"] > 1e-3
    assert rows["i = σ(W_i x + b + U_i h + c)"] < 1e-5


def test_the_table_holds_the_mean_of_each_gate_at_each_token(look_at_pair: LookAtPair) -> None:
    look = look_at_pair(NAME)
    drawing = look.recurrent_state(side="decoder")
    means = drawing["means"]
    assert means.columns == ("token", "input gate", "forget gate", "output gate", "|hidden|", "|cell|", "|candidate|")
    assert means.column("token") == ["0 <start>", "1 ␣", "2 一", "3 个", "4 猫"]
    np.testing.assert_allclose(means.column("forget gate"), drawing["forget_gate"].array.mean(1), rtol=1e-6)
    np.testing.assert_allclose(means.column("|cell|"), np.abs(drawing["cell"].array).mean(1), rtol=1e-6)


def test_one_token_writes_out_its_largest_units_number_by_number(look_at_pair: LookAtPair) -> None:
    look = look_at_pair(NAME)
    steps = look.recurrent_state(side="decoder", token=2, top=5)["steps"]
    hidden = look.value("decoder.layers.0.left_to_right.hidden").numpy()
    order = np.argsort(-np.abs(hidden[2]))[:5]
    assert steps.column("unit") == order.tolist()
    assert steps.column("hidden") == hidden[2, order].tolist()
    np.testing.assert_allclose(steps.column("hidden before"), hidden[1, order], rtol=1e-6)
    names = ("cell before", "input gate", "forget gate", "candidate", "output gate", "cell", "hidden")
    before, i, f, candidate, o, cell, after = (np.array(steps.column(name)) for name in names)
    np.testing.assert_allclose(f * before + i * candidate, cell, atol=1e-6)
    np.testing.assert_allclose(o * np.tanh(cell), after, atol=1e-6)


def test_the_first_state_of_the_decoder_is_where_the_encoder_ended(look_at_pair: LookAtPair) -> None:
    look = look_at_pair(NAME)
    with torch.no_grad():
        hidden, cell = look.model.encode(torch.tensor([look.tokens])).summary
    steps = look.recurrent_state(side="decoder", token=0, top=32)["steps"]
    units = steps.column("unit")
    np.testing.assert_allclose(steps.column("hidden before"), hidden[0, 0][units].numpy(), atol=1e-6)
    np.testing.assert_allclose(steps.column("cell before"), cell[0, 0][units].numpy(), atol=1e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"side": "cross"}, "recurrent_state.side must be one of encoder, decoder, got 'cross'. Use 'encoder'."),
        ({"layer": 1}, "recurrent_state.layer must be between 0 and 0 (there is 1 layer), got 1. "),
        (
            {"side": "decoder", "way": "right_to_left"},
            "recurrent_state.way must be one of left_to_right in this net, got 'right_to_left'. Use 'left_to_right'.",
        ),
        ({"token": 9}, "recurrent_state.token must be between 0 and 8 (there are 9 tokens), got 9. "),
        ({"token": 0, "top": 17}, "recurrent_state.top must be between 1 and 16 (the state's width), got 17. Use 8."),
    ],
)
def test_what_is_out_of_range_is_refused(look_at_pair: LookAtPair, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        look_at_pair(NAME).recurrent_state(**options)
    assert str(caught.value).startswith(message)


def test_a_model_without_a_state_says_so(look_at: LookAt) -> None:
    with pytest.raises(ValueError, match="a GPT carries no state from token to token"):
        look_at("the").recurrent_state()


@pytest.mark.parametrize("characters", ["cnn", "lstm"])
def test_of_a_tagger_the_net_that_reads_its_words_is_shown_not_the_one_that_spells_them(characters: str) -> None:
    look = look_at_tags("John Smith saw Rome", characters=characters)
    drawing = look.recurrent_state(way="right_to_left")
    assert drawing.shape == (4, 5)
    np.testing.assert_array_equal(drawing.array, look.value("encoder.layers.0.right_to_left.hidden").numpy())
    assert len(drawing["check"].rows) == 6
    assert all(row[1] < 1e-5 for row in drawing["check"].rows), drawing["check"].rows
    with torch.no_grad():
        states = look.model.states(*look.batch)[0, :, 5:].numpy()
    np.testing.assert_allclose(drawing.array, states, atol=1e-6)
