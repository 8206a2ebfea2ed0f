"""The attention view: all heads, one layer, one head, one row, two sides, and what it refuses."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from clearhead.inspector.edits import replace
from clearhead.inspector.look import Look
from clearhead.inspector.recorder import Recorder
from clearhead.inspector.views.base import labels

LookAt = Callable[[str], Look]
LookAtPair = Callable[..., Look]
TEXT = "我吃了一个苹果"


def weights_of(look: Look, layer: int) -> np.ndarray:
    return look.value(f"layers.{layer}.attention.weights").numpy()


def test_one_head_is_shown_in_five_stages_and_a_check(look_at: LookAt) -> None:
    drawing = look_at(TEXT).attention(layer=1, head=2)
    names = [panel.name for panel in drawing.panels]
    assert names == ["products", "scaled", "scores", "weights", "mixed", "check"]
    assert drawing["scaled"].title == "2. divided by √8 = 2.828"
    assert drawing["weights"].rows[5:] == ("5 苹", "6 果")
    assert drawing["mixed"].array.shape == (7, 8)
    assert all(row[1] < 1e-5 for row in drawing["check"].rows)


def test_the_check_finds_a_model_that_mixes_otherwise_than_it_says(look_at: LookAt) -> None:
    look = look_at(TEXT)
    honest = look.attention(layer=0, head=1)["check"].rows[-1][1]
    mixed = look.value("layers.0.attention.mixed")
    mixed[1, 3, 2] += 0.5
    found = look.attention(layer=0, head=1)["check"].rows[-1][1]
    assert honest < 1e-5
    assert found == pytest.approx(0.5, abs=1e-5)


def test_one_row_lists_every_number_on_the_way_to_its_weights(look_at: LookAt) -> None:
    look = look_at(TEXT)
    drawing = look.attention(layer=1, head=2, token=4)
    steps = drawing["steps"]
    weights = weights_of(look, 1)[2, 4]
    assert np.asarray(drawing).tolist() == weights.tolist()
    assert steps.column("token") == list(TEXT)
    assert steps.column("weight") == weights.tolist()
    assert steps.column("score")[5:] == [None, None]
    np.testing.assert_allclose(
        np.array(steps.column("query · key"), dtype=float) / np.sqrt(8), steps.column("/ √8"), rtol=1e-6
    )
    np.testing.assert_allclose(steps.column("/ √8")[:5], steps.column("score")[:5], rtol=1e-5)
    value = look.value("layers.1.attention.value")[1].numpy()
    lengths = np.linalg.norm(weights[:, None] * value, axis=1)
    np.testing.assert_allclose(steps.column("length of weight · value"), lengths, atol=1e-6)


def test_a_layer_without_a_head_shows_the_mean_of_its_heads(look_at: LookAt) -> None:
    look = look_at(TEXT)
    drawing = look.attention(layer=-1)
    np.testing.assert_allclose(np.asarray(drawing), weights_of(look, 1).mean(0), atol=1e-7)
    assert [panel.name for panel in drawing.panels] == ["weights", "heads", "strongest"]
    assert drawing["heads"].column("layer") == [1, 1, 1, 1]


def test_every_head_is_measured_by_its_own_weights(look_at: LookAt) -> None:
    look = look_at(TEXT)
    heads = look.attention()["heads"]
    assert len(heads.rows) == 8
    for layer, head, entropy, itself, before, first in heads.rows:
        weights = weights_of(look, layer)[head].astype(np.float64)
        logs = np.log2(weights, out=np.zeros_like(weights), where=weights > 0)
        assert entropy == pytest.approx(-(weights * logs).sum() / 7, rel=1e-5)
        assert itself == pytest.approx(np.trace(weights) / 7, rel=1e-5)
        assert before == pytest.approx(np.trace(weights, offset=-1) / 6, rel=1e-5)
        assert first == pytest.approx(weights[:, 0].mean(), rel=1e-5)


def test_rollout_multiplies_the_layers_with_half_of_each_from_the_residual_stream(look_at: LookAt) -> None:
    look = look_at(TEXT)
    rollout = look.attention()["rollout"].array
    steps = [0.5 * weights_of(look, layer).mean(0) + 0.5 * np.eye(7) for layer in (0, 1)]
    np.testing.assert_allclose(rollout, steps[1] @ steps[0], atol=1e-6)
    np.testing.assert_allclose(rollout.sum(-1), 1, atol=1e-6)


def test_the_strongest_attention_is_found_where_it_was_planted(look_at: LookAt) -> None:
    look = look_at(TEXT)
    planted = torch.zeros(1, 7)
    planted[0, 1] = 1.0
    edit = replace("layers.1.attention.weights", planted, head=2, positions=5)
    with Recorder(look.model, ["layers.1.attention.weights"], edits=[edit]) as seen:
        look.model(torch.tensor([look.tokens]))
    look._run[1].update(seen.values)
    strongest = look.attention(layer=1)["strongest"]
    assert strongest.rows[0] == ("5 苹", "1 吃", 2, 1.0, 6.0)


def test_a_single_token_looks_at_itself(look_at: LookAt) -> None:
    look = look_at("果")
    assert np.asarray(look.attention(layer=0, head=0)).tolist() == [[1.0]]
    assert look.attention(layer=0)["strongest"].rows[0] == ("0 果", "0 果", 0, 1.0, 1.0)
    assert look.attention()["heads"].rows[0][2:] == (0.0, 1.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layer": 2}, "attention.layer must be between 0 and 1 (there are 2 layers), got 2."),
        ({"layer": 0, "head": 4}, "attention.head must be between 0 and 3 (there are 4 heads), got 4."),
        ({"layer": 0, "head": 0, "token": 7}, "attention.token must be between 0 and 6 (there are 7 tokens), got 7."),
        (
            {"head": 1},
            "attention.layer must be given together with head, got head=1 alone. Choose a layer between ",
        ),
        ({"token": 1}, "attention.layer must be given together with token, got token=1 alone. "),
        (
            {"layer": 1, "token": 2},
            "attention.head must be given together with token, got token=2 alone. ",
        ),
    ],
)
def test_what_is_out_of_range_or_half_said_is_refused(look_at: LookAt, options: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        look_at(TEXT).attention(**options)
    assert str(caught.value).startswith(message)


def alignment_of(look: Look) -> np.ndarray:
    with torch.no_grad():
        return look.model.alignment(torch.tensor([look.tokens]), torch.tensor([look.target_tokens]))[0].numpy()


@pytest.mark.parametrize("name", ["transformer", "attention_seq2seq"])
def test_a_pair_shows_its_alignment_first_and_the_token_each_position_looked_at_most(
    look_at_pair: LookAtPair, name: str
) -> None:
    look = look_at_pair(name)
    drawing = look.attention()
    assert [panel.name for panel in drawing.panels] == ["alignment", "aligned", "every_head", "heads"]
    expected = alignment_of(look)
    np.testing.assert_allclose(np.asarray(drawing), expected, atol=1e-6)
    np.testing.assert_allclose(np.asarray(drawing).sum(-1), 1, atol=1e-6)
    assert drawing["alignment"].rows == ("0 <start>", "1 ␣", "2 一", "3 个", "4 猫")
    assert drawing["alignment"].columns == labels(look.pieces)
    rows = drawing["aligned"].rows
    assert [row[1] for row in rows] == ["␣", "一", "个", "猫", "<end>"]
    assert [row[2] for row in rows] == [labels(look.pieces)[index] for index in expected.argmax(-1)]
    np.testing.assert_allclose([row[3] for row in rows], expected.max(-1), atol=1e-6)


@pytest.mark.parametrize(
    ("side", "place", "shape"),
    [
        ("encoder", "encoder.layers.1.attention", (9, 9)),
        ("decoder", "decoder.layers.1.self_attention", (5, 5)),
        ("cross", "decoder.layers.1.cross_attention", (5, 9)),
    ],
)
def test_each_side_shows_its_own_weights_and_recomputes_them(
    look_at_pair: LookAtPair, side: str, place: str, shape: tuple[int, int]
) -> None:
    look = look_at_pair()
    drawing = look.attention(side=side, layer=1, head=2)
    weights = look.value(place + ".weights")[2].numpy()
    assert drawing.shape == shape
    np.testing.assert_array_equal(np.asarray(drawing), weights)
    np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-6)
    assert all(row[1] < 1e-5 for row in drawing["check"].rows)
    assert np.asarray(look.attention(side=side, layer=1)).shape == shape
    steps = look.attention(side=side, layer=1, head=2, token=3)["steps"]
    assert steps.column("weight") == weights[3].tolist()


def test_rollout_is_shown_of_a_text_that_looks_at_itself_only(look_at_pair: LookAtPair) -> None:
    look = look_at_pair()
    rollout = look.attention(side="encoder")["rollout"].array
    means = [look.value(f"encoder.layers.{layer}.attention.weights").mean(0).numpy() for layer in (0, 1)]
    steps = [0.5 * mean + 0.5 * np.eye(9) for mean in means]
    np.testing.assert_allclose(rollout, steps[1] @ steps[0], atol=1e-6)
    assert "the source is not followed" in look.attention(side="decoder")["rollout"].note


@pytest.mark.parametrize("kind", ["general", "dot", "additive"])
def test_a_recurrent_decoder_shows_scores_weights_and_context_and_recomputes_them(
    look_at_pair: LookAtPair, kind: str
) -> None:
    look = look_at_pair("attention_seq2seq", attention=kind, num_layers=2)
    drawing = look.attention(layer=0, head=0)
    assert [panel.name for panel in drawing.panels] == ["scores", "weights", "mixed", "check"]
    np.testing.assert_allclose(np.asarray(drawing), alignment_of(look), atol=1e-6)
    assert drawing["mixed"].array.shape == (5, 32)
    assert all(row[1] < 1e-5 for row in drawing["check"].rows)
    look.value("attention.scores")[0, 1, 2] += 0.5
    assert look.attention(layer=0, head=0)["check"].rows[0][1] == pytest.approx(0.5, abs=1e-5)


def test_across_two_texts_heads_are_measured_by_what_has_a_meaning_there(look_at_pair: LookAtPair) -> None:
    look = look_at_pair()
    heads = look.attention(side="cross")["heads"]
    assert heads.columns[3:] == ("the largest", "on the first", "on the last")
    weights = look.value("decoder.layers.1.cross_attention.weights")[3].numpy()
    assert heads.rows[-1][:2] == (1, 3)
    np.testing.assert_allclose(
        heads.rows[-1][3:], [weights.max(-1).mean(), weights[:, 0].mean(), weights[:, -1].mean()], rtol=1e-5
    )


def test_a_side_that_a_model_does_not_have_is_refused(look_at: LookAt, look_at_pair: LookAtPair) -> None:
    with pytest.raises(ValueError) as caught:
        look_at(TEXT).attention(side="cross")
    assert str(caught.value) == (
        "attention.side must be left out for a GPT, got 'cross'. Only models with an encoder and a decoder have sides."
    )
    with pytest.raises(ValueError) as caught:
        look_at_pair("attention_seq2seq").attention(side="encoder")
    assert str(caught.value) == "attention.side must be one of cross, got 'encoder'. Use 'cross'."
    assert "attention" not in look_at_pair("attention_seq2seq", attention="none").views()


def test_every_head_is_shown_small_and_opens_large(look_at: LookAt) -> None:
    look = look_at(TEXT)
    small = look.attention()["every_head"]
    assert small.across == 4
    assert small.labels[5] == "layer 1, head 1"
    assert small.opens[5] == {"layer": 1, "head": 1}
    np.testing.assert_array_equal(small.values[5], weights_of(look, 1)[1])


def test_weights_that_are_too_many_are_pooled_and_said_to_be(look_at: LookAt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearhead.inspector.views._attention_panels.MOST_WEIGHTS", 8 * 16)
    look = look_at(TEXT)
    small = look.attention()["every_head"]
    assert small.values.shape == (8, 4, 4)
    assert small.rows == ("0 我", "2 了", "4 个", "6 果")
    assert small.values[5, 1, 0] == weights_of(look, 1)[1, 2:4, 0:2].max()
    assert small.note.endswith("Each spot is the largest of 2 × 2 weights.")
