"""The recorder keeps the model's own values, only those asked for, and leaves the model as it was."""

import math

import pytest
import torch
from torch import Tensor

from clearhead.inspector.recorder import Recorder, in_words, kind_of, match_taps
from clearhead.layers.tap import find_taps
from clearhead.models.base import LanguageModel

TOKENS = torch.tensor([[3, 1, 4, 1, 5, 9, 2, 6]])


def test_only_what_is_asked_for_is_kept_in_the_order_of_the_run(model: LanguageModel) -> None:
    with Recorder(model, ["layers.*.residual", "embedding"]) as seen:
        model(TOKENS)
    assert list(seen.values) == ["embedding", "layers.0.residual", "layers.1.residual"]
    assert seen["layers.1.residual"].shape == (1, 8, 32)


def test_a_pattern_with_an_exclamation_mark_leaves_taps_out(model: LanguageModel) -> None:
    with Recorder(model, ["layers.0.attention.*", "!*.scores", "!*.weights"]) as seen:
        model(TOKENS)
    labels = [name.rpartition(".")[2] for name in seen.values]
    assert labels == ["query", "key", "value", "mixed", "output"]


def test_the_last_value_kept_is_the_one_the_model_goes_on_with(model: LanguageModel) -> None:
    with Recorder(model, ["final_norm"]) as seen:
        logits = model(TOKENS)
    assert torch.equal(torch.nn.functional.linear(seen["final_norm"], model.head_weight()), logits)
    assert torch.equal(seen["final_norm"], model.hidden(TOKENS).detach())


def test_looking_changes_no_logit(model: LanguageModel) -> None:
    with torch.no_grad():
        plain = model(TOKENS)
    with Recorder(model):
        watched = model(TOKENS)
    assert torch.equal(plain, watched)


def test_every_tap_is_closed_and_the_mode_restored_even_after_an_error(model: LanguageModel) -> None:
    model.train()
    model.final_norm.eval()  # type: ignore[operator]
    with pytest.raises(RuntimeError), Recorder(model):
        assert not model.training
        raise RuntimeError
    assert not any(tap.is_open for tap in find_taps(model).values())
    assert [model.training, model.final_norm.training] == [True, False]  # type: ignore[union-attr]


def test_values_are_taken_without_gradients_and_do_not_change_afterwards(model: LanguageModel) -> None:
    cache = model.new_cache(1)
    with Recorder(model, ["layers.0.attention.key"]) as seen:
        logits = model(TOKENS, cache)
    before = seen["layers.0.attention.key"].clone()
    cache.keys.zero_()
    assert not logits.requires_grad
    assert torch.equal(seen["layers.0.attention.key"], before)


def test_a_tap_that_does_not_exist_is_refused_with_the_kinds_there_are(model: LanguageModel) -> None:
    with pytest.raises(ValueError) as caught:
        Recorder(model, ["layers.0.attention.weight"])
    message = str(caught.value)
    assert "Recorder.wanted must name taps of the model, got 'layers.0.attention.weight'" in message
    assert "layers.*.attention.scores" in message
    assert "Did you mean 'layers.*.attention.weights'?" in message


def test_a_value_that_was_not_recorded_is_named_with_the_nearest(model: LanguageModel) -> None:
    with Recorder(model, ["layers.*.residual"]) as seen:
        model(TOKENS)
    with pytest.raises(ValueError, match=r"No 'layers.2.residual' in the recorded values.*Did you mean 'layers.1"):
        seen["layers.2.residual"]


def test_what_does_not_fit_in_memory_is_refused_before_it_is_kept(model: LanguageModel) -> None:
    # One layer's weights: 4 heads · 8 · 8 numbers · 4 bytes = 1,024 bytes; two layers do not fit, one would.
    recorder = Recorder(model, ["*.weights"], memory_limit_bytes=1500)
    with pytest.raises(ValueError) as caught, recorder:
        model(TOKENS)
    message = str(caught.value)
    assert "must fit in 1.46 KB, got 2 × layers.*.attention.weights of 1 KB each (2 KB in all)" in message
    # Half as many squares again: √(1500 / 2048) of the length.
    assert "1 of them would fit: ask for fewer layers, give at most 86% of the input, or raise" in message
    assert recorder.values == {}


def test_what_was_said_to_fit_does_fit(model: LanguageModel) -> None:
    with Recorder(model, ["layers.1.attention.weights"], memory_limit_bytes=1500) as seen:
        model(TOKENS)
    assert list(seen.values) == ["layers.1.attention.weights"]


def test_kinds_that_do_not_fit_can_be_passed_over(model: LanguageModel) -> None:
    with Recorder(
        model, ["*.weights", "embedding"], memory_limit_bytes=1500, leaves_out_what_does_not_fit=True
    ) as seen:
        model(TOKENS)
    assert list(seen.values) == ["embedding"]


def test_a_reduction_is_kept_instead_of_the_value(model: LanguageModel) -> None:
    with Recorder(model, ["*.weights"], reduce=lambda name, value: value.amax((2, 3)), memory_limit_bytes=64) as seen:
        model(TOKENS)
    assert [value.shape for value in seen.values.values()] == [(1, 4), (1, 4)]


def test_gradients_with_respect_to_a_value_are_those_of_small_changes(model: LanguageModel) -> None:
    model.double()
    with Recorder(model, ["layers.0.residual"], has_gradients=True) as seen:
        output = model(TOKENS)[0, -1, 7]
    slope = seen.gradients(output)["layers.0.residual"]

    def output_with(shift: float) -> float:
        from clearhead.inspector.edits import replace

        moved = seen["layers.0.residual"].detach().clone()
        moved[0, 2, 5] += shift
        with Recorder(model, [], edits=[replace("layers.0.residual", moved)]):
            return float(model(TOKENS)[0, -1, 7])

    measured = (output_with(1e-5) - output_with(-1e-5)) / 2e-5
    assert math.isclose(float(slope[0, 2, 5]), measured, rel_tol=1e-6)


def test_gradients_reach_the_attention_weights_and_no_parameter(model: LanguageModel) -> None:
    with Recorder(model, ["layers.1.attention.*"], has_gradients=True) as seen:
        output = model(TOKENS)[0, -1, 7]
    slopes = seen.gradients(output)
    weights, mixed = slopes["layers.1.attention.weights"], slopes["layers.1.attention.mixed"]
    value = seen["layers.1.attention.value"].repeat_interleave(2, dim=1)
    assert torch.allclose(weights, mixed @ value.transpose(-2, -1), atol=1e-6)
    assert float(weights[0, :, -1].abs().max()) > 1e-4
    assert all(parameter.grad is None for parameter in model.parameters())


def test_a_value_of_frozen_weights_has_gradients_too(model: LanguageModel) -> None:
    model.requires_grad_(False)
    with Recorder(model, ["embedding"], has_gradients=True) as seen:
        output = model(TOKENS)[0, -1, 7]
    assert float(seen.gradients(output)["embedding"].abs().max()) > 0


def test_what_the_output_does_not_depend_on_has_the_gradient_zero(model: LanguageModel) -> None:
    with Recorder(model, ["layers.1.residual", "layers.0.attention.value"], has_gradients=True) as seen:
        model(TOKENS)
    first = seen["layers.0.attention.value"].sum()
    slopes = seen.gradients(first)
    assert torch.equal(slopes["layers.1.residual"], torch.zeros(1, 8, 32))
    assert torch.equal(slopes["layers.0.attention.value"], torch.ones(1, 2, 8, 8))


def test_gradients_must_be_asked_for_beforehand(model: LanguageModel) -> None:
    with Recorder(model, ["embedding"]) as seen:
        logits = model(TOKENS)
    with pytest.raises(ValueError, match=r"Recorder.has_gradients must be True to ask for gradients, got False"):
        seen.gradients(logits[0, 0, 0])


@pytest.mark.parametrize(
    ("output", "got"),
    [(torch.zeros(2, 3, requires_grad=True), r"got shape \[2, 3\]\."), (torch.zeros(()), "computed without gradients")],
)
def test_gradients_are_those_of_one_number(model: LanguageModel, output: Tensor, got: str) -> None:
    with Recorder(model, ["embedding"], has_gradients=True) as seen:
        model(TOKENS)
    with pytest.raises(ValueError, match=got):
        seen.gradients(output)


def test_taps_of_different_layers_are_of_one_kind() -> None:
    assert kind_of("layers.11.attention.weights") == "layers.*.attention.weights"
    assert match_taps(["a.1", "a.2", "b"], ["a.*", "!a.2"], where="x") == ["a.1"]


@pytest.mark.parametrize(
    ("count", "text"), [(900, "900 bytes"), (1536, "1.5 KB"), (1 << 30, "1 GB"), (5 << 40, "5.12e+03 GB")]
)
def test_sizes_are_written_for_people(count: int, text: str) -> None:
    assert in_words(count) == text
