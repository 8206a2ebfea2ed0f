"""Attribution: integrated gradients that complete, recomputed by a plain sum of steps; occlusion by hand."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from clearhead.inspector.edits import replace
from clearhead.inspector.look import Look
from clearhead.inspector.recorder import Recorder
from clearhead.inspector.views.base import load_view
from clearhead.models.base import load_model
from clearhead.models.neuron import Neuron

LookAt = Callable[[str], Look]
TEXT = "the cat"
STEPS = 2000


def log_p(look: Look, place: int, chosen: int, tokens: Tensor, vectors: Tensor | None = None) -> Tensor:
    """Return log p of an output of a language model, with these vectors where tokens enter."""
    edits = [] if vectors is None else [replace("embedding", vectors)]
    with Recorder(look.model, [], edits=edits, has_gradients=True):
        answers = look.model(tokens)[:, place].log_softmax(-1)[:, chosen]
    return answers if vectors is not None else answers.detach()


def by_steps(value: Tensor, nothing: Tensor, answer: Callable[[Tensor], Tensor]) -> Tensor:
    """Integrate in many equal steps: (value − nothing) · the mean slope at their middles."""
    total = torch.zeros_like(value)
    for start in range(0, STEPS, 100):
        shares = (torch.arange(start, start + 100) + 0.5) / STEPS
        points = nothing + shares.view(-1, *[1] * (value.dim() - 1)) * (value - nothing)
        points.requires_grad_()
        [slopes] = torch.autograd.grad(answer(points).sum(), [points])
        total += slopes.sum(0, keepdim=True) / STEPS
    return (total * (value - nothing))[0].detach()


def facts(look: Look, **options: object) -> dict[str, float]:
    return dict(look.attribution(**options)["completeness"].rows)


@pytest.mark.parametrize("name", ["gpt", "gpt2", "recurrent_lm"])
def test_integrated_gradients_of_tokens_are_the_sum_of_many_small_steps(
    look_through: Callable[[str, str], Look], name: str
) -> None:
    look = look_through(name, TEXT)
    tokens, end = torch.tensor([look.tokens]), look.tokenizer.end_of_text_id
    with Recorder(look.model, ["embedding"]) as seen:
        look.model(torch.full_like(tokens, end))
    nothing, value = seen["embedding"], look.value("embedding")[None]
    chosen = int(look.logits[5].argmax())
    expected = by_steps(value, nothing, lambda points: log_p(look, 5, chosen, tokens.expand(len(points), -1), points))
    drawing = look.attribution(token=5)
    np.testing.assert_allclose(np.asarray(drawing)[0], expected.sum(-1).numpy(), atol=2e-3)
    found = dict(drawing["completeness"].rows)
    assert found["the answer for this input"] == pytest.approx(float(log_p(look, 5, chosen, tokens)), abs=1e-5)
    at_nothing = float(log_p(look, 5, chosen, torch.full_like(tokens, end)))
    assert found["the answer for nothing"] == pytest.approx(at_nothing, abs=1e-5)


@pytest.mark.parametrize("name", ["gpt", "gpt2", "recurrent_lm"])
def test_they_complete_to_one_per_cent(look_through: Callable[[str, str], Look], name: str) -> None:
    for token in (0, 3, 6):
        drawing = look_through(name, TEXT).attribution(token=token)
        found = dict(drawing["completeness"].rows)
        difference = found["the answer for this input"] - found["the answer for nothing"]
        assert float(np.asarray(drawing)[0].sum()) == pytest.approx(difference, rel=0.01)
        assert found["error, share of the difference"] == pytest.approx(found["error"] / abs(difference))
        assert found["error, share of the difference"] < 0.01


def test_tokens_after_the_position_add_nothing(look_at: LookAt) -> None:
    assert not np.asarray(look_at(TEXT).attribution(token=3))[:, 4:].any()


def test_occlusion_asks_again_without_each_token(look_at: LookAt) -> None:
    look = look_at(TEXT)
    tokens, chosen = torch.tensor([look.tokens]), int(look.logits[-1].argmax())
    whole, expected = float(log_p(look, -1, chosen, tokens)), []
    for index in range(len(look.tokens)):
        without = tokens.clone()
        without[0, index] = look.tokenizer.end_of_text_id
        expected.append(whole - float(log_p(look, -1, chosen, without)))
    np.testing.assert_allclose(np.asarray(look.attribution())[1], expected, atol=1e-5)


def test_another_token_can_be_explained(look_at: LookAt) -> None:
    look = look_at(TEXT)
    wanted = look.tokenizer.encode("苹")[0]
    found = facts(look, answer="苹")
    assert found["the answer for this input"] == pytest.approx(float(look.logits[-1].log_softmax(-1)[wanted]), abs=1e-5)


def test_the_table_lists_what_weighs_most(look_at: LookAt) -> None:
    drawing = look_at(TEXT).attribution(top=3)
    values = dict(zip(drawing["attribution"].columns, np.asarray(drawing).T.tolist(), strict=True))
    assert [list(row[1:]) for row in drawing["parts"].rows] == [values[row[0]] for row in drawing["parts"].rows]
    sizes = sorted((abs(value[0]) for value in values.values()), reverse=True)
    assert [abs(row[1]) for row in drawing["parts"].rows] == sizes[:3]


def test_of_a_row_the_features_add_up_and_nothing_is_the_mean(row: Look) -> None:
    look = row
    drawing = look.attribution()
    value, chosen = look.inputs, 1  # the right answer is y2
    expected = by_steps(value, torch.zeros_like(value), lambda points: look.model(points).log_softmax(-1)[:, chosen])
    found = facts(look)
    np.testing.assert_allclose(np.asarray(drawing)[0], expected.numpy(), atol=0.01 * abs(found["difference"]))
    assert drawing["attribution"].columns == look.feature_names
    assert found["error, share of the difference"] < 0.01
    without = value.repeat(value.shape[1], 1)
    without.fill_diagonal_(0)
    lower = look.model(value).log_softmax(-1)[:, chosen] - look.model(without).log_softmax(-1)[:, chosen]
    np.testing.assert_allclose(np.asarray(drawing)[1], lower.detach().numpy(), atol=1e-5)


def test_of_one_neuron_each_input_adds_its_product() -> None:
    torch.manual_seed(0)
    model = Neuron.tiny().eval()
    with torch.no_grad():
        model.weight.normal_()
        model.bias.normal_()
    drawing = Look(model, None, torch.tensor([1.0, -2.0, 0.5]), target="1").attribution()
    products = (model.weight[0] * torch.tensor([1.0, -2.0, 0.5])).detach().numpy()
    np.testing.assert_allclose(np.asarray(drawing), np.stack([products, products]), atol=1e-5)


@pytest.mark.parametrize("model", ["image_cnn", "mlp"])
def test_of_a_picture_the_pixels_add_up_and_nothing_is_black(
    look_at_picture: Callable[[str], Look], model: str
) -> None:
    look = look_at_picture(model)
    black = torch.full_like(look.inputs, -0.4 / 0.3)
    drawing = look.attribution()
    assert np.asarray(drawing).shape == (2, 1, 9, 8)
    found = dict(drawing["completeness"].rows)
    chosen = int(look.logits.argmax())
    with torch.no_grad():
        ends = look.model(torch.cat([look.inputs, black])).log_softmax(-1)[:, chosen]
    assert found["the answer for this input"] == pytest.approx(float(ends[0]), abs=1e-5)
    assert found["the answer for nothing"] == pytest.approx(float(ends[1]), abs=1e-5)
    assert np.asarray(drawing)[0].sum() == pytest.approx(float(ends[0] - ends[1]), rel=0.01)
    patch = look.inputs.clone().reshape(1, 1, 9, 8)
    patch[0, 0, 2:4, 4:6] = black.reshape(9, 8)[2:4, 4:6]
    with torch.no_grad():
        without = look.model(patch.reshape(look.inputs.shape)).log_softmax(-1)[0, chosen]
    np.testing.assert_allclose(np.asarray(drawing)[1, 0, 2:4, 4:6], float(ends[0] - without), atol=1e-5)


@pytest.mark.parametrize("model", ["text_cnn", "recurrent"])
def test_of_a_text_nothing_is_unknown_words(look_at_text: Callable[..., Look], model: str) -> None:
    look = look_at_text(model)
    drawing = look.attribution(answer="y2")
    found = dict(drawing["completeness"].rows)
    with torch.no_grad():
        unknown = look.model(torch.ones_like(look.inputs)).log_softmax(-1)[0, 1]
    assert found["the answer for nothing"] == pytest.approx(float(unknown), abs=1e-5)
    assert found["the answer for this input"] == pytest.approx(float(look.logits.log_softmax(-1)[1]), abs=1e-5)
    assert found["error, share of the difference"] < 0.01
    without = look.inputs.clone()
    without[0, 2] = 1
    with torch.no_grad():
        lower = look.logits.log_softmax(-1)[1] - look.model(without).log_softmax(-1)[0, 1]
    assert np.asarray(drawing)[1, 2] == pytest.approx(float(lower), abs=1e-5)


def test_of_a_tagger_a_word_is_taken_away_with_its_letters(tagger: Look) -> None:
    drawing = tagger.attribution(token=2)
    tokens, letters = (part.clone() for part in tagger.batch)
    chosen = int(tagger.logits[2].argmax())
    tokens[0, 1], letters[0, 1] = 1, 0
    with torch.no_grad():
        lower = tagger.logits[2].log_softmax(-1) - tagger.model(tokens, letters)[0, 2].log_softmax(-1)
        nothing = tagger.model(torch.ones_like(tokens), torch.zeros_like(letters))[0, 2].log_softmax(-1)
    assert np.asarray(drawing)[1, 1] == pytest.approx(float(lower[chosen]), abs=1e-5)
    found = dict(drawing["completeness"].rows)
    assert found["the answer for nothing"] == pytest.approx(float(nothing[chosen]), abs=1e-5)
    assert found["error, share of the difference"] < 0.01


def test_the_right_answer_is_explained_where_it_is_known(look_at_text: Callable[..., Look]) -> None:
    assert "'y3'" in look_at_text(target="y3").attribution()["attribution"].title


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"token": 7}, "attribution.token must be between 0 and 6 (there are 7 tokens), got 7."),
        ({"top": 0}, "attribution.top must be at least 1, got 0. Use 12."),
        ({"answer": "苹果"}, "view.answer must be one token of the model, got '苹果', which is 2."),
    ],
)
def test_impossible_options_are_refused(look_at: LookAt, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        look_at(TEXT).attribution(**options)
    assert str(caught.value).startswith(message)


def test_a_label_that_is_none_is_refused_with_those_there_are(look_at_text: Callable[..., Look]) -> None:
    with pytest.raises(ValueError, match=r"No 'y9' in the outputs of the model"):
        look_at_text().attribution(answer="y9")


@pytest.mark.parametrize("name", ["word2vec", "transformer"])
def test_models_of_another_kind_are_not_offered_it(name: str) -> None:
    reason = load_view("attribution").applies(load_model(name).tiny())
    assert reason is not None and "does not come from one input to one answer" in reason
