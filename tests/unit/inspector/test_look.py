"""Looking: one run of the model, every view by its name, every mistake in one sentence."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from clearhead.core import catalog
from clearhead.inspector.hooks import INSIDE
from clearhead.inspector.look import Drawing, Look, look
from clearhead.inspector.views.base import ROOM
from clearhead.models.base import LanguageModel
from clearhead.tokenizers.base import Tokenizer

LookAt = Callable[[str], Look]


class StandIn:
    """What `look` needs of a run."""

    name = "tiny"

    def __init__(self, model: LanguageModel, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self._model = model

    def model(self) -> LanguageModel:
        return self._model


def count_runs(model: LanguageModel) -> list[int]:
    """Return a list that grows by the length of the input with every forward pass."""
    runs: list[int] = []
    model.register_forward_hook(lambda module, inputs, output: runs.append(inputs[0].shape[1]))
    return runs


def test_a_run_is_opened_and_read_with(model: LanguageModel, tokenizer: Tokenizer) -> None:
    seen = look(StandIn(model, tokenizer), "the cat")
    with torch.no_grad():
        expected = model(torch.tensor([tokenizer.encode("the cat")]))[0]
    assert torch.equal(seen.logits, expected)
    assert repr(seen) == "Look at 'the cat' (7 tokens) through tiny"


def test_the_model_runs_once_for_all_that_grows_only_with_the_text(look_at: LookAt) -> None:
    seen = look_at("the cat")
    runs = count_runs(seen.model)
    seen.tokenization()
    assert runs == []
    seen.next_token()
    seen.next_token(temperature=0.5, top_k=3)
    seen.context_vectors(token=2)
    seen.value("layers.1.attention.query")
    assert runs == [7]


def test_the_weights_of_one_layer_cost_one_more_run_and_are_kept(look_at: LookAt) -> None:
    seen = look_at("the cat")
    seen.value("layers.1.attention.weights")
    runs = count_runs(seen.model)
    seen.attention(layer=1, head=0)  # the scores were not asked for yet
    seen.attention(layer=1, head=3)
    assert runs == [7]
    seen.attention(layer=0, head=3)
    assert "layers.1.attention.weights" not in seen._run[1]


def test_a_value_that_does_not_fit_is_refused_and_a_smaller_one_is_shown(
    model: LanguageModel, tokenizer: Tokenizer
) -> None:
    seen = Look(model, tokenizer, "the cat", memory_limit_bytes=1000)  # the embedding of 7 tokens takes 896 bytes
    assert seen.value("embedding").shape == (7, 32)
    with pytest.raises(ValueError, match=r"must fit in 1e\+03 bytes, got 1 × layers.\*.feed_forward.hidden"):
        seen.value("layers.0.feed_forward.hidden")


def test_views_are_listed_and_offered_as_attributes(look_at: LookAt) -> None:
    seen = look_at("the cat")
    assert {"attention", "context_vectors", "next_token", "tokenization"} <= set(seen.views())
    assert {"neuron", "pixels", "word_pair"}.isdisjoint(seen.views())
    assert set(seen.views()) <= set(dir(seen))
    assert seen.attention.__doc__ == "Which tokens did each token look at, and how was that computed?"


def test_what_an_attribute_returns_is_an_array_that_draws_itself(look_at: LookAt) -> None:
    drawing = look_at("我吃了一个苹果").attention(layer=1, head=1)
    array = np.asarray(drawing)
    assert array.shape == drawing.shape == (7, 7)
    assert len(drawing) == 7
    assert drawing[6, 2] == array[6, 2]
    assert np.asarray(drawing, dtype=np.float64).dtype == np.float64
    assert np.allclose(np.array(drawing) @ np.ones(7), 1)
    assert "4. softmax of each row" in str(drawing)
    assert str(drawing) == repr(drawing)
    assert "6 果" in drawing._repr_html_()
    assert [panel["name"] for panel in drawing.to_json()][:3] == ["products", "scaled", "scores"]


def test_a_panel_of_a_drawing_is_found_by_its_name(look_at: LookAt) -> None:
    drawing = look_at("the cat").attention(layer=1, head=1)
    assert drawing["weights"].array is drawing.array
    with pytest.raises(ValueError, match=r"No 'weight' in the panels of this view\..*Did you mean 'weights'"):
        drawing["weight"]


def test_an_array_copied_may_be_changed_and_the_drawing_stays(look_at: LookAt) -> None:
    drawing = look_at("the cat").attention(layer=1, head=1)
    copied = np.array(drawing)
    copied[:] = -1
    assert drawing.array.min() >= 0
    assert isinstance(drawing, Drawing)


def test_the_overview_shows_the_tokens_the_next_token_and_the_strongest_attention(look_at: LookAt) -> None:
    assert [panel.name for panel in look_at("the cat").overview()] == ["tokens", "top", "strongest"]


def test_another_text_goes_through_the_same_model(look_at: LookAt) -> None:
    seen = look_at("the cat")
    assert seen.again("the cat").model is seen.model
    assert torch.equal(seen.again("the").logits[-1], seen.logits[2]) or torch.allclose(
        seen.again("the").logits[-1], seen.logits[2], atol=1e-5
    )


def refused(call: Callable[[], Any], error: type[Exception] = ValueError) -> str:
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


def test_an_empty_text_is_refused(look_at: LookAt) -> None:
    assert refused(lambda: look_at("")) == "look.text must hold at least one token, got ''. Give a text to read."


def test_a_text_longer_than_the_context_is_refused_with_both_numbers(look_at: LookAt) -> None:
    assert refused(lambda: look_at("the cat sat. " * 3)) == (
        "look.text must be at most 32 tokens long (the model's context), got 39. Shorten the text."
    )


def test_an_unknown_view_is_refused_with_the_nearest(look_at: LookAt) -> None:
    seen = look_at("the cat")
    expected = f"Available: {', '.join(catalog.entries(ROOM))}. Did you mean 'attention'?"
    assert refused(lambda: seen.view("atention")) == f"No 'atention' in inspector/views/. {expected}"
    assert refused(lambda: seen.atention, AttributeError) == f"Look has no view 'atention'. {expected}"


def test_an_unknown_option_is_refused_with_the_nearest(look_at: LookAt) -> None:
    message = refused(lambda: look_at("the cat").attention(layers=1))
    assert message == (
        "No 'layers' in the options of the view 'attention'. Available: head, layer, token. Did you mean 'layer'?"
    )


def test_a_view_that_does_not_apply_is_refused_with_the_reason_and_those_that_do(look_at: LookAt) -> None:
    class Plain(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.config = None

    seen = look_at("the cat")
    seen.model = Plain()
    expected = (
        f"The view 'attention' does not apply: a Plain has no attention. Views that do: {', '.join(seen.views())}."
    )
    assert refused(lambda: seen.view("attention")) == expected
    assert "tokenization" in seen.views() and "attention" not in seen.views()


def test_options_without_a_view_are_refused_with_the_views_that_take_them(look_at: LookAt) -> None:
    seen = look_at("the cat")
    assert refused(lambda: seen.panels(None, word="cat")) == (
        "look.view must be named together with word, got word='cat' alone. "
        "Add --view; views that take it: context_vectors."
    )
    assert [panel.name for panel in seen.panels(None)] == ["tokens", "top", "strongest"]


def test_a_text_whose_attention_would_not_fit_is_refused_before_it_is_computed(
    model: LanguageModel, tokenizer: Tokenizer
) -> None:
    seen = Look(model, tokenizer, "the cat", memory_limit_bytes=4 * 6 * 6 * 4)  # 4 heads, 6 tokens, 4 bytes
    runs = count_runs(seen.model)
    for ask in (lambda: seen.value("layers.0.attention.weights"), lambda: seen.reduce("*.weights", lambda *_: _)):
        assert refused(ask) == (
            "look.text must be at most 6 tokens long for the attention of 4 heads to fit in 576 bytes, got 7. "
            "Shorten the text."
        )
    assert len(runs) <= 1  # the pass in which all that is small was kept
    assert seen.again("the ca").value("layers.0.attention.weights").shape == (4, 6, 6)


def test_a_module_is_no_run_and_the_way_to_look_at_one_is_told(model: LanguageModel) -> None:
    said = "Look at a module of your own with clearhead.inspector.look.Look(model, tokenizer, text)."
    expected = f"look.run must be a run or the folder of one, got a GPT. {said}"
    assert refused(lambda: look(model, "the cat"), TypeError) == expected
    assert refused(lambda: look(7, "the cat"), TypeError) == expected.replace("GPT", "int")


def test_a_module_that_returns_no_tensor_is_refused(tokenizer: Tokenizer) -> None:
    class Wordy(torch.nn.Linear):
        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            return {"logits": tokens}  # type: ignore[return-value]

    seen = Look(Wordy(2, 2), tokenizer, "the cat")
    assert refused(lambda: seen.logits, TypeError) == (
        "look.model must return one tensor, its raw scores, got a dict from a Wordy. "
        "Put it into a module whose forward returns the tensor."
    )


def test_of_a_model_without_taps_it_is_said_what_cannot_be_seen(look_at: LookAt, tokenizer: Tokenizer) -> None:
    class Foreign(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = torch.nn.Embedding(tokenizer.vocab_size, tokenizer.vocab_size)
            self.idle = torch.nn.Linear(2, 2)

        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            scores: torch.Tensor = self.table(tokens)
            return scores

    seen = Look(Foreign(), tokenizer, "the cat")
    assert seen.unseen == [INSIDE, "idle did not run, or what it does was called without it."]
    assert torch.equal(seen.value("table.returned"), seen.logits)
    assert look_at("the cat").unseen == []
