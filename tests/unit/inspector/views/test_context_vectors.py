"""Vectors in context: the same word, its vector after each layer, and how like it is elsewhere."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from text_looks import look_at_class

from clearhead.inspector.look import Look

LookAt = Callable[[str], Look]
FRUIT, PHONE = "我吃了一个苹果", "苹果发布了新手机"


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def test_the_vectors_are_what_passed_after_each_layer(look_at: LookAt) -> None:
    look = look_at(FRUIT)
    drawing = look.context_vectors(token=2)
    assert drawing["vectors"].rows == ("embedding", "layer 0", "layer 1", "final norm")
    taps = ("embedding", "layers.0.residual", "layers.1.residual", "final_norm")
    assert np.array_equal(np.asarray(drawing), np.stack([look.value(tap)[2].numpy() for tap in taps]))


def test_the_last_token_is_shown_when_none_is_named(look_at: LookAt) -> None:
    look = look_at(FRUIT)
    assert np.array_equal(look.context_vectors().array, look.context_vectors(token=6).array)


def test_a_word_is_shown_by_its_last_token(look_at: LookAt) -> None:
    look = look_at(FRUIT)
    assert np.array_equal(look.context_vectors(word="苹果").array, look.context_vectors(token=6).array)


def test_cosines_between_layers_are_those_of_the_vectors(look_at: LookAt) -> None:
    drawing = look_at(FRUIT).context_vectors(token=2)
    vectors, between = np.asarray(drawing), drawing["between_layers"].array
    for row in range(4):
        for column in range(4):
            assert between[row, column] == pytest.approx(cosine(vectors[row], vectors[column]), abs=1e-6)


def test_one_word_in_two_texts_begins_alike_and_grows_apart(look_at: LookAt) -> None:
    look = look_at(FRUIT)
    drawing = look.context_vectors(word="苹果", other=PHONE)
    line = drawing["cosine"]
    mine, theirs = np.asarray(drawing), look.again(PHONE).context_vectors(token=1).array
    assert line.points == ("embedding", "layer 0", "layer 1", "final norm")
    assert line.series["cosine"] == pytest.approx([cosine(a, b) for a, b in zip(mine, theirs, strict=True)], abs=1e-6)
    assert line.series["cosine"][0] == pytest.approx(1, abs=1e-6)
    assert line.series["cosine"][2] < 0.99
    assert line.title == f"How like are '6 果' of {FRUIT!r} and '1 果' of {PHONE!r}?"


def test_a_word_that_occurs_twice_is_compared_with_itself(look_at: LookAt) -> None:
    look = look_at("苹果 the 苹果")
    line = look.context_vectors(word="苹果")["cosine"]
    first, second = look.context_vectors(token=1).array, look.context_vectors(token=8).array
    assert line.title == "How like are '1 果' and '8 果'?"
    assert line.series["cosine"] == pytest.approx([cosine(a, b) for a, b in zip(first, second, strict=True)], abs=1e-6)


def test_a_word_that_occurs_once_has_nothing_to_be_compared_with(look_at: LookAt) -> None:
    names = [panel.name for panel in look_at(FRUIT).context_vectors(word="苹果").panels]
    assert names == ["vectors", "between_layers", "neighbours"]


def test_neighbours_are_the_nearest_rows_of_the_embedding_matrix(look_at: LookAt) -> None:
    look = look_at(FRUIT)
    table = look.context_vectors(token=0, top=3)["neighbours"]
    matrix = look.model.embedding.weight.detach().numpy()
    own = look.tokens[0]
    cosines = {index: cosine(matrix[own], row) for index, row in enumerate(matrix) if index != own}
    best = sorted(cosines, key=lambda index: -cosines[index])[:3]
    assert table.column("id") == best
    assert table.column("cosine") == pytest.approx([cosines[index] for index in best], abs=1e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"token": 7}, "context_vectors.token must be between 0 and 6 (there are 7 tokens), got 7."),
        ({"word": "手机"}, f"context_vectors.word must occur in the text {FRUIT!r}, got '手机'. Choose a word of it."),
        ({"word": ""}, f"context_vectors.word must occur in the text {FRUIT!r}, got ''."),
        ({"word": "我", "other": PHONE}, f"context_vectors.word must occur in the text {PHONE!r}, got '我'."),
        ({"other": PHONE}, f"context_vectors.word must be given together with other, got other={PHONE!r} alone."),
        ({"word": "我", "token": 1}, "context_vectors.token must not be given together with word, got 1."),
        ({"top": 37}, "context_vectors.top must be between 1 and 36, got 37. Use 8."),
    ],
)
def test_what_cannot_be_shown_is_refused(look_at: LookAt, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        look_at(FRUIT).context_vectors(**options)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_recurrent_net_shows_its_states_layer_by_layer_both_ways_side_by_side(tmp_path: Path, cell: str) -> None:
    look = look_at_class(tmp_path, "recurrent", "the cat saw the dog", cell=cell, num_layers=2, hidden_size=5)
    drawing = look.context_vectors(token=1)
    assert drawing["vectors"].rows == ("embedding", "layer 0", "layer 1")
    vectors = np.asarray(drawing)
    assert vectors.shape == (3, 10)
    np.testing.assert_allclose(vectors[0, :7], look.model.embedding.weight[look.tokens[1]].detach().numpy())
    assert np.isnan(vectors[0, 7:]).all()
    with torch.no_grad():
        states = look.model.states(look.inputs)[0, 1].numpy()
    np.testing.assert_allclose(vectors[2], states, atol=1e-6)


def test_vectors_of_different_width_are_not_compared(tmp_path: Path) -> None:
    look = look_at_class(tmp_path, "recurrent", "the cat saw the dog", num_layers=2, hidden_size=5)
    drawing = look.context_vectors(token=1)
    vectors, between = np.asarray(drawing), drawing["between_layers"].array
    assert np.isnan(between[0]).tolist() == [False, True, True]
    assert between[1, 2] == pytest.approx(cosine(vectors[1], vectors[2]), abs=1e-6)


def test_a_word_that_occurs_twice_begins_alike_and_grows_apart_in_a_recurrent_net(tmp_path: Path) -> None:
    look = look_at_class(tmp_path, "recurrent", "the cat saw the dog", hidden_size=5)
    drawing = look.context_vectors(word="the")
    second = look.context_vectors(token=3).array
    line = drawing["cosine"].series["cosine"]
    assert drawing["cosine"].points == ("embedding", "layer 0")
    assert line[0] == pytest.approx(1, abs=1e-6)
    assert line[1] == pytest.approx(cosine(np.asarray(drawing)[1], second[1]), abs=1e-6)
    assert line[1] < 0.999
