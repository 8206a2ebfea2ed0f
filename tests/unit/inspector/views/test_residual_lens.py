"""The lens: norm and head behind every layer, the model's own answer in the last row."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from clearhead.inspector.look import Look
from clearhead.inspector.views.base import load_view
from clearhead.models.base import load_model

LookAt = Callable[[str], Look]
TEXT = "the cat sat"


def by_hand(look: Look) -> np.ndarray:
    """Return (stages, positions, vocabulary): the probabilities behind each layer, from the captured vectors."""
    taps = ["embedding", *(f"layers.{index}.residual" for index in range(len(look.model.layers)))]
    weight = look.model.head_weight().detach().double().numpy()
    found = []
    for tap in taps:
        x = look.value(tap).double().numpy()
        norm = look.model.final_norm
        if isinstance(norm, torch.nn.LayerNorm):
            x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + norm.eps)
            x = x * norm.weight.detach().double().numpy() + norm.bias.detach().double().numpy()
        else:
            scale = np.sqrt((x**2).mean(-1, keepdims=True) + look.model.config.norm_eps)
            x = x / scale * norm.weight.detach().double().numpy()
        powers = np.exp(x @ weight.T)
        found.append(powers / powers.sum(-1, keepdims=True))
    return np.stack(found)


@pytest.mark.parametrize("name", ["gpt", "gpt2"])
def test_each_row_is_norm_and_head_of_that_layer(look_through: Callable[[str, str], Look], name: str) -> None:
    look = look_through(name, TEXT)
    expected, final = by_hand(look), look.logits.argmax(-1).numpy()
    chosen = np.asarray(look.residual_lens())
    assert chosen.shape == (3, 11)
    assert np.allclose(chosen, expected[:, np.arange(11), final], atol=1e-5)


@pytest.mark.parametrize("name", ["gpt", "gpt2"])
def test_the_last_row_is_the_models_own_answer(look_through: Callable[[str, str], Look], name: str) -> None:
    look = look_through(name, TEXT)
    drawing = look.residual_lens(top=37)
    own = look.logits.softmax(-1)
    assert np.allclose(np.asarray(drawing)[-1], own.amax(-1), atol=1e-6)
    last = [row for row in drawing["top"].rows if row[0] == "layer 1"]
    assert [row[3] for row in last] == pytest.approx(own[-1].sort(descending=True).values.tolist(), abs=1e-6)
    assert sum(row[3] for row in last) == pytest.approx(1, abs=1e-6)


def test_the_best_token_of_each_layer_is_named(look_at: LookAt) -> None:
    look = look_at(TEXT)
    names = look.next_token()["probabilities"].labels
    said = look.residual_lens()["said"]
    for row, expected in zip(said.rows, by_hand(look).argmax(-1).T, strict=True):
        assert list(row[1:]) == [names[index] for index in expected]


def test_the_lens_of_a_decoder_of_pairs_reads_its_own_head(look_at_pair: Callable[..., Look]) -> None:
    look = look_at_pair()
    drawing = look.residual_lens()
    weight, bias, excluded = look.model.head()
    final = look.logits.argmax(-1)
    for row, tap in enumerate(("decoder.embedding", "decoder.layers.0.residual", "decoder.layers.1.residual")):
        scores = (look.value(tap) @ weight.T + bias).detach()
        if excluded is not None:
            scores[:, excluded] = -torch.inf
        expected = scores.softmax(-1)[torch.arange(len(final)), final]
        assert np.allclose(np.asarray(drawing)[row], expected, atol=1e-5)
    assert np.allclose(np.asarray(drawing)[-1], look.logits.softmax(-1).amax(-1), atol=1e-6)


def test_the_line_follows_the_choice_and_what_follows_in_the_text(look_at: LookAt) -> None:
    look = look_at(TEXT)
    lines = look.residual_lens(token=3)["probability"]
    expected = by_hand(look)[:, 3]
    own, actual = int(look.logits[3].argmax()), look.tokens[4]
    (first, mine), (second, theirs) = lines.series.items()
    assert first.endswith("(the model's choice)") and second == "c (follows in the text)"
    assert np.allclose(mine, expected[:, own], atol=1e-5)
    assert np.allclose(theirs, expected[:, actual], atol=1e-5)


def test_after_the_last_token_nothing_follows(look_at: LookAt) -> None:
    assert len(look_at(TEXT).residual_lens()["probability"].series) == 1


def test_lengths_are_those_of_the_stream(look_at: LookAt) -> None:
    look = look_at(TEXT)
    series = look.residual_lens(token=2)["norm"].series
    lengths = [look.value(tap).norm(dim=-1) for tap in ("embedding", "layers.0.residual", "layers.1.residual")]
    assert series["2 e"] == pytest.approx([float(length[2]) for length in lengths], rel=1e-5)
    assert series["mean of all tokens"] == pytest.approx([float(length.mean()) for length in lengths], rel=1e-5)


def test_the_rank_of_the_choice_is_counted_in_each_layer(look_at: LookAt) -> None:
    look = look_at(TEXT)
    ranks = [row[4] for row in look.residual_lens(token=5)["top"].rows if row[1] == 1]
    expected, own = by_hand(look)[:, 5], int(look.logits[5].argmax())
    assert ranks == [1 + int((row > row[own]).sum()) for row in expected]
    assert ranks[-1] == 1


def test_the_scores_follow_from_the_shown_vectors_and_rows(look_at: LookAt) -> None:
    look = look_at(TEXT)
    panel = look.residual_lens(token=4)["scores"]
    assert panel.check is not None
    operands = panel.check.arrays
    assert np.allclose(panel.values, operands["inputs"] @ operands["weights"].T, atol=1e-5)
    listed = [int(column.rpartition("(")[2].rstrip(")")) for column in panel.columns]
    assert np.allclose(panel.values[-1], look.logits[4][listed], atol=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"token": 11}, "residual_lens.token must be between 0 and 10 (there are 11 tokens), got 11."),
        ({"top": 0}, "residual_lens.top must be between 1 and 37 (the vocabulary), got 0. Use 5."),
    ],
)
def test_impossible_options_are_refused(look_at: LookAt, options: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        look_at(TEXT).residual_lens(**options)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("name", ["recurrent_lm", "attention_seq2seq", "mlp"])
def test_models_without_a_stream_have_no_lens(name: str) -> None:
    reason = load_view("residual_lens").applies(load_model(name).tiny())
    assert reason is not None and reason.endswith("has no vector that runs through its layers into scores of tokens.")
