"""The next-token view: the model's probabilities, what the settings make of them, and how sure it is."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch

from clearhead.generation.sampling import SamplingConfig, probabilities
from clearhead.inspector.look import Look

LookAt = Callable[[str], Look]
TEXT = "the cat sat"


def test_the_table_lists_the_best_tokens_with_the_models_own_numbers(look_at: LookAt) -> None:
    look = look_at(TEXT)
    top = look.next_token(top=5)["top"]
    logits = look.logits[-1]
    best = logits.sort(descending=True, stable=True)
    assert top.column("rank") == [1, 2, 3, 4, 5]
    assert top.column("id") == best.indices[:5].tolist()
    assert top.column("logit") == best.values[:5].tolist()
    assert top.column("probability") == logits.softmax(-1)[best.indices[:5]].tolist()


def test_the_rest_is_what_the_listed_tokens_leave(look_at: LookAt) -> None:
    top = look_at(TEXT).next_token(top=5)["top"]
    share = 1 - sum(float(p) for p in top.column("probability"))  # type: ignore[arg-type]
    assert top.note == f"The other 32 tokens share {share:.2%}."


@pytest.mark.parametrize(
    "options",
    [
        {"temperature": 0.5},
        {"temperature": 0.0},
        {"top_k": 3},
        {"top_p": 0.6},
        {"min_p": 0.3},
        {"repetition_penalty": 1.5},
        {"temperature": 1.3, "top_k": 20, "top_p": 0.9, "min_p": 0.02, "repetition_penalty": 1.2},
    ],
)
def test_what_is_drawn_from_is_what_generation_draws_from(look_at: LookAt, options: dict[str, float]) -> None:
    look = look_at(TEXT)
    config = SamplingConfig(**{"temperature": 1.0, **options})  # type: ignore[arg-type]
    is_seen = torch.zeros(37, dtype=torch.bool)
    is_seen[look.tokens] = True
    expected = probabilities(look.logits[-1], config, is_seen)
    np.testing.assert_array_equal(np.asarray(look.next_token(**options)), expected.numpy())


def test_the_stages_follow_the_order_in_which_the_settings_act(look_at: LookAt) -> None:
    look = look_at(TEXT)
    drawing = look.next_token(temperature=0.5, top_k=4, min_p=0.001, top=6)
    stages = drawing["stages"]
    assert stages.columns == ("token", "logit", "temperature 0.5", "top-k 4", "min-p 0.001")
    assert stages.column("top-k 4")[4:] == [None, None]
    logits = [float(value) for value in stages.column("logit")]  # type: ignore[arg-type]
    np.testing.assert_allclose(
        np.array(stages.column("temperature 0.5"), dtype=float), (np.array(logits) - logits[0]) / 0.5, rtol=1e-5
    )
    drawn = np.asarray(drawing)
    assert drawing["top"].column("drawn with") == drawn[drawing["top"].column("id")].tolist()
    assert drawing["probabilities"].note.startswith("4 of 37 tokens can be drawn; ")


def test_without_settings_there_are_no_stages(look_at: LookAt) -> None:
    assert [panel.name for panel in look_at(TEXT).next_token().panels] == ["top", "probabilities", "facts"]


def test_entropy_and_surprise_are_those_of_the_probabilities(look_at: LookAt) -> None:
    look = look_at(TEXT)
    facts = dict(look.next_token(token=3)["facts"].rows)
    own = look.logits[3].double().softmax(-1)
    actual = look.tokens[4]
    assert facts["entropy, bits"] == pytest.approx(float(-(own * own.log2()).sum()), rel=1e-5)
    assert facts["as unsure as between this many equal choices"] == pytest.approx(2 ** facts["entropy, bits"])
    assert facts["token that follows in the text"] == "c"
    assert facts["its probability"] == pytest.approx(float(own[actual]), rel=1e-5)
    assert facts["its surprise, bits"] == pytest.approx(-math.log2(float(own[actual])), rel=1e-5)
    assert facts["its rank"] == 1 + int((own > own[actual]).sum())


def test_after_the_last_token_no_truth_is_known(look_at: LookAt) -> None:
    assert "its rank" not in dict(look_at(TEXT).next_token()["facts"].rows)


def test_rows_of_the_model_that_the_tokenizer_does_not_use_are_named_so(look_at: LookAt) -> None:
    look = look_at(TEXT)
    labels = look.next_token()["probabilities"].labels
    assert look.tokenizer.vocab_size < 37
    assert labels[-1] == "(unused 36)"
    assert labels[look.tokens[3]] == "␣"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"token": 11}, "next_token.token must be between 0 and 10 (there are 11 tokens), got 11."),
        ({"top": 0}, "next_token.top must be between 1 and 37 (the vocabulary), got 0. Use 10."),
        ({"top": 38}, "next_token.top must be between 1 and 37 (the vocabulary), got 38. Use 10."),
        ({"top_k": 0}, "SamplingConfig.top_k must be a whole number of at least 1, got 0."),
        ({"temperature": -1.0}, "SamplingConfig.temperature must be a number of at least 0, got -1.0."),
    ],
)
def test_impossible_settings_are_refused(look_at: LookAt, options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        look_at(TEXT).next_token(**options)
    assert str(caught.value).startswith(message)
