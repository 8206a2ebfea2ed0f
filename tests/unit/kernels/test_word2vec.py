"""The loops of word2vec, against the same formulas in NumPy."""

import numpy as np
import pytest

from clearhead.kernels.word2vec import answer, draw, draw_below, learn_answers, learn_choice
from clearhead.kernels.word_tables import answer_table

TABLE = answer_table()


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).normal(scale=0.3, size=shape).astype(np.float32)


def test_random_bits_are_those_of_splitmix64() -> None:
    # The first three numbers from the seed 1234567, as published with the algorithm.
    state = np.array([1234567], np.uint64)
    assert [int(draw(state)) for _ in range(3)] == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_whole_numbers_are_drawn_evenly_below_their_limit() -> None:
    state = np.array([1], np.uint64)
    seen = np.bincount([int(draw_below(5, state)) for _ in range(5000)])
    assert len(seen) == 5 and ((seen - 1000) ** 2 / 1000).sum() < 18.5  # χ², 4 degrees of freedom, p = 0.001


@pytest.mark.parametrize("score", [-5.999, -2.3, 0.0, 0.7001, 5.999])
@pytest.mark.parametrize("is_true", [True, False])
def test_an_answer_is_the_sigmoid_within_a_few_millionths(score: float, is_true: bool) -> None:
    missing, loss = answer(np.float32(score), is_true, TABLE)
    towards = score if is_true else -score
    assert missing == pytest.approx(is_true - sigmoid(np.array(score)), abs=3e-6)
    assert loss == pytest.approx(np.log1p(np.exp(-towards)), abs=3e-6)


@pytest.mark.parametrize("score", [6.5, 30.0])
def test_beyond_six_a_right_answer_moves_nothing_and_a_wrong_one_moves_fully(score: float) -> None:
    assert answer(np.float32(score), True, TABLE) == pytest.approx((0, np.log1p(np.exp(-score))), abs=1e-5)
    assert answer(np.float32(score), False, TABLE) == pytest.approx((-1, score + np.log1p(np.exp(-score))), abs=1e-5)


@pytest.mark.parametrize("num_vectors", [1, 2, 5])
@pytest.mark.parametrize("num_questions", [1, 6, 13])
@pytest.mark.parametrize("width", [1, 7, 100])
def test_answers_move_rows_and_vectors_by_the_gradient(num_vectors: int, num_questions: int, width: int) -> None:
    vectors, output = numbers(num_vectors, width), numbers(40, width)
    asked = np.random.default_rng(1).permutation(40)[:num_questions]
    truths = np.arange(num_questions) % 3 == 0
    before, errors = output.copy(), np.empty_like(vectors)
    questions = np.concatenate([asked, np.zeros(5)]).astype(np.uint64)
    room = np.empty((num_vectors, num_questions + 5), np.float32)
    loss = learn_answers(
        vectors, num_vectors, errors, output, questions, truths, num_questions, room, np.float32(0.1), TABLE
    )
    scores = vectors.astype(np.float64) @ before[asked].T
    steps = 0.1 * (truths - sigmoid(scores))
    expected = before.copy()
    expected[asked] += steps.T @ vectors
    assert np.abs(scores).max() < 6
    assert loss == pytest.approx(np.log1p(np.exp(np.where(truths, -scores, scores))).sum(), rel=1e-5)
    assert output == pytest.approx(expected, abs=1e-5)
    assert errors == pytest.approx(steps @ before[asked], abs=1e-5)
    assert (np.delete(output, asked, axis=0) == np.delete(before, asked, axis=0)).all()


def test_a_row_asked_about_twice_moves_twice() -> None:
    vectors, output = numbers(1, 8), np.zeros((3, 8), np.float32)
    errors, room = np.empty_like(vectors), np.empty((1, 7), np.float32)
    questions = np.array([2, 2, 0, 0, 0, 0, 0], np.uint64)
    learn_answers(vectors, 1, errors, output, questions, np.array([False, False]), 2, room, np.float32(0.1), TABLE)
    assert output[2] == pytest.approx(-0.1 * vectors[0], abs=1e-6)  # two steps of one half
    assert not output[0].any()


def test_a_choice_among_all_words_moves_every_row_by_the_gradient_of_softmax() -> None:
    vectors, output = numbers(2, 9), numbers(30, 9)
    before, errors = output.copy(), np.zeros_like(vectors)
    loss = learn_choice(vectors, 1, errors, output, 4, np.empty(30, np.float32), np.float32(0.2))
    scores = before.astype(np.float64) @ vectors[1]
    chances = np.exp(scores) / np.exp(scores).sum()
    steps = 0.2 * ((np.arange(30) == 4) - chances)
    assert loss == pytest.approx(-np.log(chances[4]), abs=1e-5)
    assert output == pytest.approx(before + np.outer(steps, vectors[1]), abs=1e-5)
    assert errors[1] == pytest.approx(steps @ before, abs=1e-5)
    assert not errors[0].any()
