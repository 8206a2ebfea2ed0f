"""Word geometry: cosines, the plane and the ranks of analogies, recomputed by hand."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from clearhead.inspector.look import Look
from clearhead.models.base import load_model
from clearhead.models.word2vec import Word2Vec, Word2VecConfig
from clearhead.tokenizers.base import Tokenizer

WORDS = ["the", "king", "queen", "man", "woman", "cat", "dog", "apple"]


@pytest.fixture
def look() -> Look:
    torch.manual_seed(4)
    model = Word2Vec(Word2VecConfig(vocab_size=len(WORDS), embedding_dim=5))
    return Look(model, SimpleNamespace(words=WORDS, counts=np.arange(8, 0, -1), vocab_size=8), "king queen man woman")


def vector(look: Look, word: str) -> np.ndarray:
    return look.model.input_vectors[WORDS.index(word)].detach().double().numpy()


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def test_cosines_are_those_of_the_vectors(look: Look) -> None:
    table = look.word_geometry()["cosines"]
    assert table.rows == ("king", "queen", "man", "woman")
    for row, first in enumerate(table.rows):
        for column, second in enumerate(table.columns):
            assert table.values[row, column] == pytest.approx(cosine(vector(look, first), vector(look, second)))


def test_the_plane_keeps_the_two_directions_of_largest_spread(look: Look) -> None:
    plane = look.word_geometry(words="king queen man woman cat dog")["plane"]
    vectors = np.stack([vector(look, word) for word in plane.labels])
    centred = vectors - vectors.mean(0)
    spread = np.linalg.eigvalsh(centred.T @ centred)[::-1]
    assert (plane.points**2).sum(0) == pytest.approx(spread[:2])
    assert f"{spread[:2].sum() / spread.sum():.1%}" in plane.note


def test_an_analogy_lists_the_question_words_too_and_ranks_both_ways(look: Look) -> None:
    table = look.word_geometry(analogy="king - man + woman = queen", top=5)["analogy"]
    wanted = unit(vector(look, "king")) - unit(vector(look, "man")) + unit(vector(look, "woman"))
    order = sorted(WORDS, key=lambda word: -cosine(wanted, vector(look, word)))
    assert table.column("word") == order
    assert table.column("rank among all") == list(range(1, 9))
    others = [word for word in order if word not in ("king", "man", "woman")]
    for word, rank in zip(order, table.column("rank without the question's words"), strict=True):
        assert rank == (others.index(word) + 1 if word in others else None)


def test_the_differences_of_the_pairs_are_compared(look: Look) -> None:
    table = look.word_geometry(analogy="king - man + woman = queen")["differences"]
    k, q, m, w = (unit(vector(look, word)) for word in ("king", "queen", "man", "woman"))
    assert table.column("cosine") == pytest.approx([cosine(k - m, q - w), cosine(k - q, m - w)])


def test_a_text_model_shows_the_embedding_of_its_tokens(tokenizer: Tokenizer) -> None:
    look = Look(load_model("gpt").tiny(), tokenizer, "the cat")
    drawing = look.word_geometry(words="t h")
    rows = look.model.embedding.weight[tokenizer.encode("th")].detach().double().numpy()
    assert drawing["cosines"].values[0, 1] == pytest.approx(cosine(rows[0], rows[1]))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"words": "kingg"}, "word_geometry.words must be words the model knows, got 'kingg'. Did you mean 'king'?"),
        ({"analogy": "king queen"}, 'word_geometry.analogy must look like "king - man + woman = queen", got'),
        ({"top": 0}, "word_geometry.top must be at least 1, got 0. Use 8."),
    ],
)
def test_what_cannot_be_shown_is_refused(look: Look, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        look.word_geometry(**options)
    assert str(caught.value).startswith(message)


def test_a_word_of_several_tokens_is_refused_in_a_text_model(tokenizer: Tokenizer) -> None:
    with pytest.raises(ValueError, match="single tokens of the model, got 'cat', which it reads as 3"):
        Look(load_model("gpt").tiny(), tokenizer, "the cat").word_geometry(words="cat")
