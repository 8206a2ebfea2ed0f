"""Ablation: what the model says without a part equals the model run by hand without it; patches bring answers over."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from clearhead.inspector.edits import ablate, replace
from clearhead.inspector.look import Look
from clearhead.inspector.recorder import Recorder
from clearhead.inspector.views.base import load_view
from clearhead.layers.tap import listening
from clearhead.models.base import load_model

LookAt = Callable[[str], Look]
TEXT, OTHER = "the cat sat", "the hat sat"


def moved(one: Tensor, other: Tensor) -> float:
    return float((one.double().softmax(-1) - other.double().softmax(-1)).abs().sum() / 2)


def without_head(look: Look, layer: int, head: int) -> Tensor:
    """Return the logits when the columns of the output matrix that read a head are zero."""
    output = look.model.layers[layer].attention.output
    width, kept = look.model.config.width_of_head, output.weight.detach().clone()
    with torch.no_grad():
        output.weight[:, head * width : (head + 1) * width] = 0
        logits = look.model(look.inputs)[0]
        output.weight.copy_(kept)
    return logits


@pytest.mark.parametrize("name", ["gpt", "gpt2"])
def test_every_head_is_tried_and_the_map_shows_how_far_the_answer_moves(
    look_through: Callable[[str, str], Look], name: str
) -> None:
    look = look_through(name, TEXT)
    drawing = look.ablation(top=3)
    expected = np.array([[moved(look.logits[-1], without_head(look, i, j)[-1]) for j in range(4)] for i in range(2)])
    np.testing.assert_allclose(drawing["map"].values, expected, atol=1e-6)
    rows, chosen = drawing["changes"].rows, int(look.logits[-1].argmax())
    assert [row[1] for row in rows] == pytest.approx(sorted(expected.ravel(), reverse=True)[:3], abs=1e-6)
    for row in rows:
        place, _, head = str(row[0]).rpartition(" head ")
        told = without_head(look, int(place.split(".")[1]), int(head))[-1].softmax(-1)
        assert row[2] == pytest.approx(float(told[chosen]), abs=1e-6)
        assert row[3] == look.next_token()["probabilities"].labels[int(told.argmax())]


def test_one_head_is_switched_off_at_every_place(look_at: LookAt) -> None:
    look = look_at(TEXT)
    logits = without_head(look, 0, 1)
    drawing = look.ablation(tap="layers.0.attention.mixed", head=1, token=4)
    names = look.next_token()["probabilities"].labels
    before, now = look.logits[4].softmax(-1), logits[4].softmax(-1)
    for name, intact, changed, difference in drawing["changes"].rows:
        index = names.index(name)
        assert intact == pytest.approx(float(before[index]), abs=1e-6)
        assert changed == pytest.approx(float(now[index]), abs=1e-6)
        assert difference == pytest.approx(changed - intact)
    expected = [[moved(look.logits[place], logits[place]) for place in range(11)]]
    np.testing.assert_allclose(drawing["places"].values, expected, atol=1e-6)
    assert dict(drawing["facts"].rows)["change"] == pytest.approx(expected[0][4], abs=1e-6)


def test_the_probabilities_follow_from_the_scores_beside_them(look_at: LookAt) -> None:
    panel = look_at(TEXT).ablation(tap="layers.1.feed_forward.output")["probabilities"]
    assert panel.check is not None and panel.check.rule == "softmax"
    scores = panel.check.arrays["logits"]
    powers = np.exp(scores - scores.max())
    np.testing.assert_allclose(panel.values, (powers / powers.sum())[0], atol=1e-9)


def test_one_unit_is_switched_off(look_at: LookAt) -> None:
    look = look_at(TEXT)
    tap, weight = "layers.1.feed_forward.hidden", look.model.layers[1].feed_forward.down.weight
    kept = weight.detach().clone()
    with torch.no_grad():
        weight[:, 5] = 0
        expected = look.model(look.inputs)[0, -1]
        weight.copy_(kept)
    facts = dict(look.ablation(tap=tap, unit=5)["facts"].rows)
    assert facts["change"] == pytest.approx(moved(look.logits[-1], expected), abs=1e-6)


def test_a_pattern_switches_off_every_tap_it_fits(look_at: LookAt) -> None:
    look = look_at(TEXT)
    with Recorder(look.model, [], edits=[ablate("layers.*.attention.output")]):
        expected = look.model(look.inputs)[0, -1]
    facts = dict(look.ablation(tap="*.attention.output")["facts"].rows)
    assert facts["change"] == pytest.approx(moved(look.logits[-1], expected), abs=1e-6)


def test_the_units_of_the_last_hidden_layer_are_tried_in_an_mlp(row: Look) -> None:
    drawing = row.ablation(top=20)
    hidden, head = row.value("layers.1.after"), row.model.head
    expected = {}
    for unit in range(len(hidden)):
        changed = hidden.clone()
        changed[unit] = 0
        expected[f"layers.1.after unit {unit}"] = moved(row.logits, head(changed).detach())
    assert dict(zip(drawing["map"].labels, drawing["map"].values, strict=True)) == pytest.approx(expected, abs=1e-6)
    assert [line[0] for line in drawing["changes"].rows[:2]] == sorted(expected, key=lambda n: -expected[n])[:2]
    assert drawing["changes"].columns[2] == "probability of y2"  # the right answer is followed


@pytest.mark.parametrize("name", ["text_cnn", "recurrent"])
def test_the_pooled_units_are_tried_in_a_classifier_of_texts(look_at_text: Callable[..., Look], name: str) -> None:
    look = look_at_text(name)
    drawing = look.ablation()
    pooled, moves = look.value("pooled"), dict(zip(drawing["map"].labels, drawing["map"].values, strict=True))
    for unit in (0, 7):
        changed = pooled.clone()
        changed[unit] = 0
        expected = moved(look.logits, look.model.head(changed).detach())
        assert moves[f"pooled unit {unit}"] == pytest.approx(expected, abs=1e-6)


def test_the_inputs_of_a_neuron_are_tried() -> None:
    model = load_model("neuron").tiny().eval()
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[1.0, -3.0, 2.0]]))
    drawing = Look(model, None, torch.tensor([1.0, 1.0, 0.5]), target="1").ablation()
    assert [line[:2] for line in drawing["changes"].rows] == [("x2", 3.0), ("x1", 1.0), ("x3", 1.0)]


def test_the_gates_are_tried_in_a_recurrent_net(look_through: Callable[[str, str], Look]) -> None:
    look = look_through("recurrent_lm", "the")
    drawing = look.ablation()
    assert len(drawing["map"].labels) == 6 and all(name.endswith("_gate") for name in drawing["map"].labels)
    moves = dict(zip(drawing["map"].labels, drawing["map"].values, strict=True))
    tap = "net.layers.1.left_to_right.output_gate"
    # With the last gate closed the state is 0, every score is 0, and every token equally likely.
    assert moves[tap] == pytest.approx(moved(look.logits[-1], torch.zeros(37)), abs=1e-6)


def test_a_layer_brought_over_brings_the_answer(look_at: LookAt) -> None:
    look, other = look_at(TEXT), look_at(OTHER)
    drawing = look.ablation(tap="layers.1.residual", other=OTHER)
    theirs = other.logits[-1].softmax(-1)
    names = look.next_token()["probabilities"].labels
    for name, _, changed, _ in drawing["changes"].rows:
        assert changed == pytest.approx(float(theirs[names.index(name)]), abs=1e-6)


def test_one_vector_after_the_other_is_brought_over(look_at: LookAt) -> None:
    look, other = look_at(TEXT), look_at(OTHER)
    drawing = look.ablation(other=OTHER, top=4)
    values = drawing["map"].values
    assert drawing["map"].rows == ("embedding", "layers.0.residual", "layers.1.residual")
    whole = moved(look.logits[-1], other.logits[-1])
    # The two differ in one word's first vector alone; at the end the last vector is all that is read.
    assert values[0, 4] == pytest.approx(whole, abs=1e-6) and values[2, 10] == pytest.approx(whole, abs=1e-6)
    assert values[0, [0, 1, 2, 3, *range(5, 11)]] == pytest.approx(0, abs=1e-6)
    assert values[2, :10] == pytest.approx(0, abs=1e-6)
    brought = other.value("layers.0.residual")

    def put(name: str, value: Tensor) -> Tensor:
        value = value.clone()
        value[0, 6] = brought[6]
        return value

    with torch.no_grad(), listening(look.model, put, lambda name: name == "layers.0.residual"):
        expected = look.model(look.inputs)[0, -1]
    assert values[1, 6] == pytest.approx(moved(look.logits[-1], expected), abs=1e-6)
    best = np.sort(values, axis=None)[::-1][:4]
    assert [row[2] for row in drawing["changes"].rows] == pytest.approx(best)


def test_one_head_is_brought_over(look_at: LookAt) -> None:
    look, other = look_at(TEXT), look_at(OTHER)
    tap = "layers.0.attention.mixed"
    drawing = look.ablation(tap=tap, head=2, other=OTHER)
    with Recorder(look.model, [tap]) as seen:
        look.model(look.inputs)
    mixed = seen[tap].clone()
    mixed[:, 2] = other.value(tap)[2]
    with Recorder(look.model, [], edits=[replace(tap, mixed)]):
        expected = look.model(look.inputs)[0, -1]
    facts = dict(drawing["facts"].rows)
    assert facts["change"] == pytest.approx(moved(look.logits[-1], expected), abs=1e-6)


def test_of_a_pair_the_source_may_be_another(look_at_pair: Callable[..., Look]) -> None:
    look = look_at_pair("transformer")
    drawing = look.ablation(other="the hat")
    assert drawing["map"].rows[0] == "encoder.embedding"
    other = look.again("the hat", look.target)
    whole = moved(look.logits[-1], other.logits[-1])
    assert drawing["map"].values[0].max() == pytest.approx(whole, abs=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"head": 1}, "ablation.tap must be given together with head, got head=1 alone."),
        ({"unit": 1}, "ablation.tap must be given together with unit, got unit=1 alone."),
        ({"tap": "layers.0.attention.scores"}, "ablation.tap must not be scores, got 'layers.0.attention.scores'"),
        (
            {"tap": "layers.0.attention.mixd"},
            "ablation.tap must name taps of the model, got 'layers.0.attention.mixd'.",
        ),
        ({"tap": "layers.0.attention.mixed", "head": 4}, "Edit.head must be between 0 and 3 at layers.0.attention"),
        ({"tap": "layers.0.residual", "unit": 32}, "ablation.unit of layers.0.residual must be between 0 and 31"),
        ({"top": 0}, "ablation.top must be at least 1, got 0. Use 12."),
        ({"token": 11}, "ablation.token must be between 0 and 10"),
        ({"other": "the"}, "ablation.other must have as many tokens as the input (11), got 3 in 'the'."),
        ({"other": "the", "tap": "layers.0.residual"}, "Edit.change must return the shape [1, 11, 32]"),
    ],
)
def test_impossible_options_are_refused(look_at: LookAt, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        look_at(TEXT).ablation(**options)
    assert str(caught.value).startswith(message)


def test_a_tap_that_nothing_passes_is_refused(tagger: Look) -> None:
    with pytest.raises(ValueError) as caught:
        tagger.ablation(tap="crf.emissions")
    assert str(caught.value).startswith("ablation.tap must be on the way from the input to the scores, got 'crf.emi")
    assert "crf.emissions" not in tagger.ablation(other="the red cat")["changes"].column("value")
    assert "the transitions between tags are left out" in tagger.ablation()["changes"].note


def test_models_without_places_to_change_are_not_offered_it() -> None:
    applies = load_view("ablation").applies
    assert applies(torch.nn.Linear(2, 2)) == "a Linear has no taps, so nothing in it can be changed."
    assert applies(load_model("word2vec").tiny()) == "a Word2Vec is two matrices and has no parts to switch off."
