"""The gradient flow view: every length is autograd's own, through the layers and from each output to each input."""

import copy
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from text_looks import look_at_class, look_at_tags, shaken
from torch import Tensor, nn

from clearhead.inspector.look import Look
from clearhead.inspector.views.gradient_flow import layer_of
from clearhead.models.base import load_model
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.tokenizers.base import Tokenizer

LookAt = Callable[[str], Look]
LookAtPair = Callable[..., Look]
TEXT = "the cat sat"


def slopes_by_hand(model: nn.Module, embedding: nn.Module, batch: list[Tensor], score: Callable[[Tensor], Tensor]):  # type: ignore[no-untyped-def]
    """Return the length of the gradient of one score with respect to each vector that a table gives out."""
    given: list[Tensor] = []

    def replaced(module: nn.Module, inputs: object, output: Tensor) -> Tensor:
        given.append(output.detach().requires_grad_())
        return given[-1]

    hook = embedding.register_forward_hook(replaced)
    [slope] = torch.autograd.grad(score(model(*batch)), given)
    hook.remove()
    return slope[0].norm(dim=-1).numpy()


def read_by(cell: str, tokenizer: Tokenizer, text: str = TEXT) -> Look:
    sizes = {"vocab_size": tokenizer.vocab_size, "d_model": 10, "num_layers": 2, "cell": cell}
    return Look(shaken("recurrent_lm", **sizes), tokenizer, text, name=cell)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_recurrent_nets_outputs_owe_to_each_input_what_autograd_says(cell: str, tokenizer: Tokenizer) -> None:
    look = read_by(cell, tokenizer)
    found = look.gradient_flow()["through_time"].array
    assert found.shape == (11, 11)
    x = (look.model.embedding(look.inputs) * 10**0.5).detach().requires_grad_()
    logits = look.model.net.kernel(x)[0] @ look.model.embedding.weight.T
    for place in range(11):
        [slope] = torch.autograd.grad(logits[0, place].max(), x, retain_graph=True)
        np.testing.assert_allclose(found[place], slope[0].norm(dim=-1).numpy(), rtol=1e-3, atol=1e-7)


def test_attentions_outputs_owe_to_each_input_what_autograd_says(look_at: LookAt) -> None:
    look = look_at(TEXT)
    found = look.gradient_flow(answer="t")["through_time"].array
    [token] = look.tokenizer.encode("t")
    for place in range(11):
        by_hand = slopes_by_hand(
            look.model, look.model.embedding, [look.inputs], lambda output, place=place: output[0, place, token]
        )
        np.testing.assert_allclose(found[place], by_hand, rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize("name", ["gpt", "gpt2", "recurrent_lm"])
def test_no_output_owes_anything_to_a_later_input(name: str, tokenizer: Tokenizer) -> None:
    model = load_model(name).tiny().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3)
    found = Look(model, tokenizer, TEXT).gradient_flow()["through_time"].array
    assert (np.triu(found, 1) == 0).all()
    assert (found[np.tril_indices(11)] > 0).all()


def test_a_tagger_that_reads_both_ways_owes_to_both_sides() -> None:
    look = look_at_tags("John Smith saw Rome")
    drawing = look.gradient_flow()
    for place in range(4):
        best = int(look.logits[place].argmax())
        # Its letters stand beside the vector of a word: each belongs to that word, so the joined vector is the input.
        x: list[Tensor] = []
        hook = look.model.encoder.register_forward_pre_hook(
            lambda module, given, x=x: x.append(given[0].detach().requires_grad_()) or (x[-1], *given[1:])
        )
        [slope] = torch.autograd.grad(look.model(*look.batch)[0, place, best], x)
        hook.remove()
        np.testing.assert_allclose(
            drawing["through_time"].array[place], slope[0].norm(dim=-1).numpy(), rtol=1e-3, atol=1e-7
        )
    assert list(drawing["distance"].series) == ["tagger", "tagger, from the right"]


@pytest.mark.parametrize("name", ["recurrent", "text_cnn"])
def test_a_classifier_is_followed_over_what_it_has_read_so_far(name: str, tmp_path: Path) -> None:
    look = look_at_class(tmp_path, name, "the cat sat on a red mat", target="good")
    found = look.gradient_flow()["through_time"].array
    for place in range(7):
        by_hand = slopes_by_hand(
            look.model, look.model.embedding, [look.inputs[:, : place + 1]], lambda output: output[0, 1]
        )
        np.testing.assert_allclose(found[place, : place + 1], by_hand, rtol=1e-3, atol=1e-7)
        assert (found[place, place + 1 :] == 0).all()


@pytest.mark.parametrize(("side", "table"), [("encoder", "source_embedding"), ("decoder", "target_embedding")])
def test_what_a_pairs_decoder_says_owes_to_either_side(look_at_pair: LookAtPair, side: str, table: str) -> None:
    look = look_at_pair("attention_seq2seq")
    drawing = look.gradient_flow(side=side)
    heatmap = drawing["through_time"]
    assert heatmap.rows == ("0 <start>", "1 ␣", "2 一", "3 个", "4 猫")
    assert len(heatmap.columns) == (9 if side == "encoder" else 5)
    assert ("distance" in [panel.name for panel in drawing.panels]) == (side == "decoder")
    for place in range(5):
        best = int(look.logits[place].argmax())
        by_hand = slopes_by_hand(
            look.model,
            getattr(look.model, table),
            list(look.batch),
            lambda output, place=place, best=best: output[0, place, best],
        )
        np.testing.assert_allclose(heatmap.values[place], by_hand, rtol=1e-3, atol=1e-7)


def test_more_outputs_than_are_taken_at_once_are_those_of_each(look_at: LookAt, tokenizer: Tokenizer) -> None:
    look = read_by("gru", tokenizer, "the cat sat. " * 3)
    found = look.gradient_flow(length=39)["through_time"].array
    assert found.shape == (39, 39)
    short = look.gradient_flow(length=20)["through_time"]
    np.testing.assert_allclose(short.values, found[:20, :20], rtol=1e-3, atol=1e-7)
    assert short.note.endswith("The first 20 of 39 tokens.")


def test_over_distance_stand_the_means_of_the_diagonals_and_shares_add_up(tokenizer: Tokenizer) -> None:
    drawing = read_by("lstm", tokenizer).gradient_flow()
    found = drawing["through_time"].array
    by_hand = [np.mean([found[row, row - gap] for row in range(gap, 11)]) for gap in range(11)]
    np.testing.assert_allclose(drawing["distance"].series["lstm"], by_hand, rtol=1e-6)
    shares = found / found.sum(1, keepdims=True)
    by_hand = [np.mean([shares[row, row - gap] for row in range(gap, 11)]) for gap in range(11)]
    np.testing.assert_allclose(drawing["share"].series["lstm"], by_hand, rtol=1e-6)


def test_a_plain_recurrent_net_forgets_by_a_factor_for_each_token(tokenizer: Tokenizer) -> None:
    look = read_by("rnn", tokenizer)
    kernel = look.model.net.kernel
    with torch.no_grad():  # layer 1 hands on, layer 0 turns its state and halves it; nothing is bent much
        for name, tensor in kernel.named_parameters():
            tensor.mul_(0.01) if "ih" in name else tensor.zero_()
        nn.init.orthogonal_(kernel.weight_hh_l0, gain=0.5)
        look.model.embedding.weight.mul_(0.01)
    line = look.gradient_flow(answer="t")["distance"].series["rnn"]
    assert line[8] / line[7] == pytest.approx(0.5, abs=0.1)
    assert line[8] / line[0] == pytest.approx(0.5**8, rel=0.5)


def test_two_models_are_compared_on_the_same_text(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    look, others = read_by("rnn", tokenizer), {"a": read_by("lstm", tokenizer), "b": read_by("rnn", tokenizer)}
    monkeypatch.setattr(Look, "through", lambda self, run: others[run])
    drawing = look.gradient_flow(against="a, b")
    assert list(drawing["distance"].series) == ["rnn", "lstm", "b"]
    own = others["a"].gradient_flow()["share"].series["lstm"]
    np.testing.assert_array_equal(drawing["share"].series["lstm"], own)


def test_the_gradients_of_the_loss_are_those_of_a_backward_pass(tmp_path: Path) -> None:
    look = look_at_class(tmp_path, "recurrent", TEXT, target="good")
    drawing = look.gradient_flow()
    model = copy.deepcopy(look.model)
    loss = nn.functional.cross_entropy(model(*look.batch), torch.tensor([1]))
    loss.backward()
    assert f"The gradient of the loss of good: −log p: {float(loss.detach()):.6g}" in drawing["places"].note
    tensors = {row[0]: row[1:] for row in drawing["tensors"].rows}
    assert list(tensors) == [name for name, _ in model.named_parameters()]
    for name, parameter in model.named_parameters():
        count, length, slope, each = tensors[name]
        assert count == parameter.numel()
        assert length == pytest.approx(float(parameter.detach().norm()), rel=1e-4)
        assert slope == pytest.approx(float(parameter.grad.norm()), rel=1e-3, abs=1e-8)
        assert each == pytest.approx(slope / math.sqrt(count))
    squares = [(p.grad**2).sum() for name, p in model.named_parameters() if name.startswith("encoder.")]
    count = sum(p.numel() for name, p in model.named_parameters() if name.startswith("encoder."))
    layers = dict(zip(drawing["layers"].points, drawing["layers"].series["gradient"], strict=True))
    assert list(layers) == ["embedding", "encoder.layers.0", "head"]
    assert layers["encoder.layers.0"] == pytest.approx(math.sqrt(float(sum(squares)) / count), rel=1e-3)


def test_at_the_last_vector_the_gradient_of_a_score_is_a_row_of_the_head(tmp_path: Path) -> None:
    look = look_at_class(tmp_path, "text_cnn", TEXT)
    for label, index in (("bad", 0), ("so-so", 2)):
        places = {row[0]: row for row in look.gradient_flow(answer=label)["places"].rows}
        _, count, length, slope, _ = places["pooled"]
        assert count == 300
        assert length == pytest.approx(float(look.value("pooled").norm()), rel=1e-5)
        assert slope == pytest.approx(float(look.model.head.weight[index].detach().norm()), rel=1e-5)


def test_a_gate_gets_its_gradient_from_every_place_it_acts_at(tokenizer: Tokenizer) -> None:
    look = read_by("lstm", tokenizer)
    places = {row[0]: row for row in look.gradient_flow(token=3)["places"].rows}
    hidden = places["net.layers.1.left_to_right.hidden"]
    best = int(look.logits[3].argmax())
    x = (look.model.embedding(look.inputs) * 10**0.5).detach()
    states = look.model.net.kernel(x)[0]
    assert hidden[2] == pytest.approx(float(states.detach().norm()), rel=1e-4)
    # At place 3 the output reads the state itself; the states before it act through the recurrence only.
    assert hidden[3] > float(look.model.embedding.weight[best].detach().norm())


def test_a_language_model_is_followed_from_its_loss_or_from_one_answer(look_at: LookAt) -> None:
    look = look_at(TEXT)
    assert "the loss of each next token of 'the cat sat'" in look.gradient_flow()["places"].note
    assert "the raw score of 't' after '4 c'" in look.gradient_flow(answer="t", token=4)["places"].note


def test_gradients_that_are_far_apart_are_drawn_by_their_logarithm() -> None:
    torch.manual_seed(0)
    model = MLP(MLPConfig(num_features=4, num_outputs=3, hidden=(6,)))
    with torch.no_grad():
        model.head.weight.fill_(0.5)
    near = Look(model, None, torch.randn(4)).gradient_flow()["layers"]
    assert near.array.max() < 30 * near.array.min() and near.scale == "linear"
    with torch.no_grad():
        model.head.weight.mul_(1e-4)  # little of what the output wants comes through to the layers before
    far = Look(model, None, torch.randn(4)).gradient_flow()["layers"]
    assert far.array.max() > 30 * far.array.min() and far.scale == "log"


def test_numbers_and_images_have_no_time() -> None:
    look = Look(MLP(MLPConfig(num_features=4, num_outputs=3, hidden=(6,))), None, torch.randn(4))
    drawing = look.gradient_flow()
    assert [panel.name for panel in drawing.panels] == ["places", "layers", "tensors"]
    assert drawing["places"].column("place")[0] == "input"
    with pytest.raises(ValueError, match=r"gradient_flow.against must be left out for a MLP, got 'x'\."):
        look.gradient_flow(against="x")


def test_word_vectors_that_stay_as_they_are_have_no_gradient(tmp_path: Path) -> None:
    look = look_at_class(tmp_path, "text_cnn", TEXT, vectors="both")
    names = look.gradient_flow()["tensors"].column("tensor")
    assert "embedding.weight" in names and "static_embedding.weight" not in names


def test_looking_leaves_no_gradient_behind(look_at: LookAt) -> None:
    look = look_at(TEXT)
    look.gradient_flow()
    assert all(parameter.grad is None for parameter in look.model.parameters())


@pytest.mark.parametrize(
    ("tensor", "layer"),
    [
        ("layers.3.attention.query.weight", "layers.3"),
        ("encoder.layers.0.norm.weight", "encoder.layers.0"),
        ("encoder.kernel.weight_ih_l1_reverse", "encoder.layers.1"),
        ("filters.by_width.2.bias", "filters.by_width.2"),
        ("embedding.weight", "embedding"),
        ("crf.transitions", "crf"),
        ("weight", "weight"),
    ],
)
def test_a_tensor_belongs_to_its_layer(tensor: str, layer: str) -> None:
    assert layer_of(tensor) == layer


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"length": 0}, "gradient_flow.length must be between 1 and 128, got 0. Use 24."),
        ({"length": 129}, "gradient_flow.length must be between 1 and 128, got 129. Use 24."),
        ({"token": 11}, "gradient_flow.token must be between 0 and 10 (there are 11 tokens), got 11."),
        ({"side": "encoder"}, "gradient_flow.side must be left out for a GPT, got 'encoder'."),
    ],
)
def test_what_is_out_of_range_is_refused(look_at: LookAt, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        look_at(TEXT).gradient_flow(**options)
    assert str(caught.value).startswith(message)
