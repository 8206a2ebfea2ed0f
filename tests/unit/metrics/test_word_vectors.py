"""Scores of word vectors: numbers worked out by hand, and the same answers from loops."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from clearhead.metrics import word_vectors
from clearhead.metrics.word_vectors import (
    analogy,
    nearest,
    normalised,
    parse_analogies,
    parse_similarities,
    rank_correlation,
    score_analogies,
    score_similarities,
)

WORDS = ["king", "queen", "man", "woman", "apple"]
VECTORS = np.array([[2, 1, 0], [2, -1, 0], [0, 1, 0], [0, -1, 0], [0, 0, 3]], np.float32)


def test_vectors_get_length_one_and_zeros_stay() -> None:
    unit = normalised(np.array([[3.0, 4.0], [0.0, 0.0]], np.float32))
    assert unit.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0, 0]]


def test_the_nearest_words_are_those_with_the_largest_cosine() -> None:
    unit = normalised(VECTORS)
    found, cosines = nearest(unit, VECTORS[0], count=2, excluded=[0])
    assert found.tolist() == [1, 2]
    assert cosines == pytest.approx([3 / 5, 1 / np.sqrt(5)])


def test_man_is_to_king_as_woman_is_to_queen() -> None:
    found, _ = analogy(normalised(VECTORS), 2, 0, 3, count=1)
    assert WORDS[found[0]] == "queen"


def test_a_file_of_analogies_is_read_in_sections() -> None:
    text = ": capitals\nAthens Greece Oslo Norway\n\n: family\nboy girl he she\n男孩 女孩 他 她\n"
    assert parse_analogies(text) == {
        "capitals": [("Athens", "Greece", "Oslo", "Norway")],
        "family": [("boy", "girl", "he", "she"), ("男孩", "女孩", "他", "她")],
    }
    with pytest.raises(ValueError, match="Analogies line 2 must hold four words, got 3"):
        parse_analogies(": x\na b c\n")


def test_a_file_of_similarities_is_read_with_or_without_header() -> None:
    assert parse_similarities("word1\tword2\tscore\nold\tnew\t1.5\n") == [("old", "new", 1.5)]
    assert parse_similarities("李白 诗 9.2\n") == [("李白", "诗", 9.2)]
    with pytest.raises(ValueError, match="Similarities line 2 must hold two words and a number, got 'a\\\\tb'"):
        parse_similarities("a\tb\t1\na\tb\n")


def test_unknown_and_rare_words_leave_a_question_out_and_case_is_one() -> None:
    sections = {"family": [("Man", "KING", "woman", "queen"), ("man", "king", "woman", "prince")], "none": []}
    total, scores = score_analogies(WORDS, VECTORS, sections)
    assert (total.num_right, total.num_asked, total.num_left_out) == (1, 1, 1)
    assert scores["family"].accuracy == 1.0 and scores["none"].accuracy == 0.0
    total, _ = score_analogies(WORDS, VECTORS, sections, most_frequent=3)
    assert (total.num_asked, total.num_left_out) == (0, 2)


def test_of_words_that_differ_in_case_the_most_frequent_stands_for_all() -> None:
    words = [*WORDS, "Queen"]
    vectors = np.vstack([VECTORS, [[9, 9, 9]]]).astype(np.float32)
    total, _ = score_analogies(words, vectors, {"": [("man", "king", "woman", "Queen")]})
    assert total.num_right == 1


@pytest.mark.parametrize("seed", range(3))
def test_answers_equal_those_of_a_loop(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_vectors, "_SCORES_AT_ONCE", 12 * 7)  # several batches
    chance = np.random.default_rng(seed)
    words = [f"w{i}" for i in range(12)]
    vectors = chance.normal(size=(12, 3)).astype(np.float32)
    asked = chance.integers(0, 12, (200, 4))  # words given twice, and answers that are in the question
    total, _ = score_analogies(words, vectors, {"": [tuple(words[i] for i in row) for row in asked]})
    unit, right, right_among_all = normalised(vectors), 0, 0
    for a, b, c, d in asked:
        scores = unit @ (unit[b] - unit[a] + unit[c])
        right_among_all += int(scores.argmax()) == d
        scores[[a, b, c]] = -np.inf
        right += int(scores.argmax()) == d
    assert (total.num_right, total.num_right_among_all) == (right, right_among_all)
    assert right > 0


def test_similarity_is_the_rank_correlation_of_cosines_and_judgements() -> None:
    judgements = [("King", "queen", 9.0), ("king", "man", 5.0), ("king", "apple", 1.0), ("king", "pear", 3.0)]
    score = score_similarities(WORDS, VECTORS, judgements)
    assert (score.spearman, score.num_asked, score.num_left_out) == (pytest.approx(1.0), 3, 1)
    assert np.isnan(score_similarities(WORDS, VECTORS, judgements[:1]).spearman)


def test_equal_values_share_their_rank() -> None:
    x, y = np.array([1.0, 2, 2, 3, 9, 4]), np.array([0.1, 0.5, 0.2, 0.2, 0.3, 0.2])
    assert rank_correlation(x, y) == pytest.approx(spearmanr(x, y)[0])
    assert np.isnan(rank_correlation(x, np.ones(6)))
