"""Edits change exactly what they name, and the model computes on from there."""

import pytest
import torch
from torch import Tensor

from clearhead.inspector.edits import Edit, ablate, clamp, replace
from clearhead.inspector.recorder import Recorder
from clearhead.models.base import LanguageModel

TOKENS = torch.tensor([[3, 1, 4, 1, 5, 9, 2, 6]])
OTHER = torch.tensor([[3, 1, 4, 8, 5, 9, 2, 6]])


def logits(model: LanguageModel, *edits: Edit, tokens: Tensor = TOKENS) -> Tensor:
    with Recorder(model, [], edits=edits):
        return model(tokens)


def test_a_head_switched_off_equals_a_model_whose_output_matrix_ignores_it(model: LanguageModel) -> None:
    edited = logits(model, ablate("layers.1.attention.mixed", head=2))
    with torch.no_grad():
        model.layers[1].attention.output.weight[:, 16:24] = 0  # type: ignore[index,union-attr,operator]
    assert torch.allclose(edited, logits(model), atol=1e-6)


def test_without_edits_nothing_changes_and_after_the_block_nothing_stays(model: LanguageModel) -> None:
    before = logits(model)
    assert not torch.allclose(logits(model, ablate("layers.*.attention.mixed")), before)
    assert torch.equal(logits(model), before)


def test_what_is_recorded_is_the_changed_value_and_what_follows_from_it(model: LanguageModel) -> None:
    with Recorder(model, ["layers.0.*"], edits=[ablate("layers.0.attention.mixed", head=1)]) as seen:
        model(TOKENS)
    mixed = seen["layers.0.attention.mixed"]
    assert torch.equal(mixed[:, 1], torch.zeros(1, 8, 8))
    weight = model.layers[0].attention.output.weight  # type: ignore[index,union-attr]
    expected = torch.nn.functional.linear(mixed.transpose(1, 2).flatten(2), weight)  # type: ignore[arg-type]
    assert torch.allclose(seen["layers.0.attention.output"], expected, atol=1e-6)


def test_replaced_attention_weights_are_what_the_head_computes_with(model: LanguageModel) -> None:
    itself = torch.eye(8).expand(1, 8, 8)
    with Recorder(
        model, ["layers.1.attention.*"], edits=[replace("layers.1.attention.weights", itself, head=3)]
    ) as seen:
        model(TOKENS)
    # Who looks only at itself takes over its own value; heads 2 and 3 share the second key/value head.
    assert torch.equal(seen["layers.1.attention.mixed"][:, 3], seen["layers.1.attention.value"][:, 1])


def test_scores_replaced_before_the_softmax_spread_the_weights_anew(model: LanguageModel) -> None:
    edits = [replace("layers.0.attention.scores", 0.0, head=0)]
    with Recorder(model, ["layers.0.attention.weights"], edits=edits) as seen:
        model(TOKENS)
    assert torch.allclose(seen["layers.0.attention.weights"][0, 0], torch.full((8, 8), 1 / 8))


def test_an_activation_patched_from_another_run_carries_its_answer_over(model: LanguageModel) -> None:
    with Recorder(model, ["layers.1.residual"]) as other:
        theirs = model(OTHER)
    patched = logits(model, replace("layers.1.residual", other["layers.1.residual"]))
    assert torch.allclose(patched, theirs, atol=1e-6)


def test_one_position_patched_changes_no_earlier_one(model: LanguageModel) -> None:
    with Recorder(model, ["layers.0.residual"]) as other:
        model(OTHER)
    part = other["layers.0.residual"][:, 3]
    patched, plain = logits(model, replace("layers.0.residual", part, positions=3)), logits(model)
    assert torch.equal(patched[:, :3], plain[:, :3])
    assert not torch.allclose(patched[:, 3], plain[:, 3])


def test_a_clamped_value_keeps_to_its_limits(model: LanguageModel) -> None:
    with Recorder(model, ["embedding"], edits=[clamp("embedding", low=-0.1, high=0.2)]) as seen:
        model(TOKENS)
    assert float(seen["embedding"].min()) == pytest.approx(-0.1)
    assert float(seen["embedding"].max()) == pytest.approx(0.2)


def test_positions_may_be_a_range(model: LanguageModel) -> None:
    with Recorder(model, ["embedding"], edits=[ablate("embedding", positions=slice(2, 4))]) as seen:
        model(TOKENS)
    is_zero = (seen["embedding"][0] == 0).all(-1)
    assert is_zero.tolist() == [False, False, True, True, False, False, False, False]


def test_the_models_own_tensor_is_left_as_it_was(model: LanguageModel) -> None:
    value = torch.ones(1, 2, 3)
    assert torch.equal(ablate("x").apply("x", value), torch.zeros(1, 2, 3))
    assert torch.equal(value, torch.ones(1, 2, 3))


def test_a_head_that_does_not_exist_is_refused_with_the_range(model: LanguageModel) -> None:
    message = "Edit.head must be between 0 and 3 at layers.0.attention.mixed, got 4"
    with pytest.raises(ValueError, match=message):
        logits(model, ablate("layers.0.attention.mixed", head=4))


def test_a_head_where_there_are_none_is_refused(model: LanguageModel) -> None:
    with pytest.raises(ValueError, match=r"Edit.head must be None at layers.0.residual, got 1. Leave it out"):
        logits(model, ablate("layers.0.residual", head=1))


def test_a_position_beyond_the_text_is_refused_with_the_range(model: LanguageModel) -> None:
    with pytest.raises(ValueError, match=r"Edit.positions must be between 0 and 7 at embedding, got 8"):
        logits(model, ablate("embedding", positions=8))


def test_a_value_of_another_shape_is_refused_with_both_shapes(model: LanguageModel) -> None:
    with pytest.raises(
        ValueError, match=r"shape \[1, 8, 32\] at embedding, got \[1, 9, 32\]\. .*texts of equal length"
    ):
        logits(model, replace("embedding", torch.zeros(1, 9, 32)))


@pytest.mark.parametrize(("low", "high"), [(None, None), (2.0, 1.0)])
def test_limits_must_be_given_in_order(low: float | None, high: float | None) -> None:
    with pytest.raises(ValueError, match=f"got low={low}, high={high}"):
        clamp("embedding", low=low, high=high)


def test_an_edit_of_no_tap_is_refused(model: LanguageModel) -> None:
    with pytest.raises(ValueError, match=r"Edit.tap must .* got 'embeding'.*Did you mean 'embedding'"):
        logits(model, ablate("embeding"))
