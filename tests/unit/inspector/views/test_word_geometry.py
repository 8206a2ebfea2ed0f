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


@pytest.fixture
def groups() -> Look:
    """Return 24 words whose vectors are in three groups, far apart."""
    rng = np.random.default_rng(0)
    words = [f"{group}{index}" for group in "abc" for index in range(8)]
    model = Word2Vec(Word2VecConfig(vocab_size=24, embedding_dim=10))
    centres = np.repeat(rng.normal(size=(3, 10)) * 5, 8, axis=0)
    with torch.no_grad():
        model.input_vectors.copy_(torch.from_numpy(centres + rng.normal(size=(24, 10))))
    return Look(model, SimpleNamespace(words=words, counts=np.arange(24, 0, -1), vocab_size=24), "a0 a1 b0 b1 c0 c1")


def test_tsne_draws_the_same_picture_each_time(groups: Look) -> None:
    first, second = (groups.word_geometry(map="tsne")["plane"] for _ in range(2))
    np.testing.assert_array_equal(first.points, second.points)
    assert first.labels == second.labels


def test_tsne_keeps_groups_together(groups: Look) -> None:
    plane = groups.word_geometry(map="tsne")["plane"]
    assert plane.num_around == 18 and sorted(plane.labels) == sorted(groups.tokenizer.words)
    distances = np.linalg.norm(plane.points[:, None] - plane.points[None], axis=-1)
    np.fill_diagonal(distances, np.inf)
    for word, nearest in zip(plane.labels, distances.argmin(1), strict=True):
        assert plane.labels[nearest][0] == word[0]


def test_the_note_of_tsne_tells_its_perplexity_and_what_it_does_not_mean(groups: Look) -> None:
    note = groups.word_geometry(map="tsne", around=7)["plane"].note
    assert note.startswith("t-SNE of 13 vectors of length 1, perplexity 4, Kullback-Leibler divergence 0.")
    assert "how far apart groups lie" in note


def test_those_that_stand_around_are_the_nearest_to_any_of_the_words(groups: Look) -> None:
    plane = groups.word_geometry(words="a0 b0", around=5)["plane"]
    assert plane.labels[:2] == ("a0", "b0") and plane.num_around == 5
    others = [word for word in groups.tokenizer.words if word not in ("a0", "b0")]

    def likeness(word: str) -> float:
        own, *given = (
            groups.model.input_vectors[groups.tokenizer.words.index(name)].detach().double().numpy()
            for name in (word, "a0", "b0")
        )
        return max(cosine(own, each) for each in given)

    assert list(plane.labels[2:]) == sorted(others, key=likeness, reverse=True)[:5]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"map": "umap"}, "word_geometry.map must be one of pca, tsne, got 'umap'. Use pca."),
        ({"around": 201}, "word_geometry.around must be between 0 and 200, got 201. Use 60."),
        (
            {"map": "tsne", "words": "a0 a1 b0", "around": 0},
            "word_geometry.words must be at least 4 words for t-SNE, got 3 (a0 a1 b0). Name more words,",
        ),
    ],
)
def test_a_map_that_cannot_be_drawn_is_refused(groups: Look, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        groups.word_geometry(**options)
    assert str(caught.value).startswith(message)


def test_fewer_words_around_than_asked_for_are_all_there_are(groups: Look) -> None:
    assert groups.word_geometry(around=200)["plane"].num_around == 18
