"""One update of word2vec: by the formula, by `Word2Vec.learn` and by the kernel it is the same."""

import copy
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from clearhead.inspector.look import Look
from clearhead.kernels import word2vec
from clearhead.kernels.word_tables import answer_table, huffman_tree
from clearhead.models.word2vec import Word2Vec, Word2VecConfig

WORDS = ["the", "of", "king", "queen", "man", "woman", "cat", "sat"]
COUNTS = np.array([100, 80, 30, 25, 20, 18, 9, 7])
OBJECTIVES = ("negative_sampling", "hierarchical_softmax", "full_softmax")


def look_at(objective: str = "negative_sampling", mode: str = "skip_gram") -> Look:
    torch.manual_seed(6)
    model = Word2Vec(Word2VecConfig(vocab_size=8, embedding_dim=6, mode=mode, objective=objective))  # type: ignore[arg-type]
    torch.nn.init.normal_(model.output_vectors, std=0.5)
    return Look(model, SimpleNamespace(words=WORDS, counts=COUNTS, vocab_size=8), "the king sat of cat")


@pytest.mark.parametrize("mode", ["skip_gram", "cbow"])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_step_is_the_one_the_model_takes(objective: str, mode: str) -> None:
    (_, formula, own, difference), (_, _, _, distance) = look_at(objective, mode).word_pair()["check"].rows
    assert formula == pytest.approx(own, abs=1e-6) and difference < 1e-6
    assert distance < 1e-6


def test_the_vectors_after_are_those_of_the_kernel() -> None:
    look = look_at()
    drawing = look.word_pair(token=1, rate=0.05)
    asked = [WORDS.index(word) for word in drawing["answers"].column("asked about")]
    model = copy.deepcopy(look.model)
    inputs, output = (matrix.copy() for matrix in model.arrays())
    vectors, errors = inputs[[0]].copy(), np.zeros((1, 6), np.float32)  # the word read is "the", to the left
    questions = np.array([*asked, *[0] * 5], np.uint64)
    truths = np.array([True] + [False] * (len(asked) - 1))
    steps = np.zeros((1, len(asked) + 5), np.float32)
    loss = word2vec.learn_answers(
        vectors, 1, errors, output, questions, truths, len(asked), steps, np.float32(0.05), answer_table()
    )
    assert drawing["check"].rows[0][1] == pytest.approx(loss, abs=1e-5)
    shown = dict(zip(drawing["vectors"].rows, drawing["vectors"].values, strict=True))
    assert shown["the (input) after"] == pytest.approx(inputs[0] + errors[0], abs=1e-5)
    assert shown["king (output) after"] == pytest.approx(output[2], abs=1e-5)


def test_negatives_are_drawn_by_the_power_of_their_count() -> None:
    table = look_at().word_pair(power=0.75, negatives=9)["negatives"]
    weights = COUNTS**0.75 / (COUNTS**0.75).sum()
    for word, count, share, chance, _ in table.rows:
        index = WORDS.index(str(word))
        assert count == COUNTS[index]
        assert share == pytest.approx(COUNTS[index] / COUNTS.sum())
        assert chance == pytest.approx(weights[index])
    assert sum(table.column("drawn")) == 9


def test_the_path_is_that_of_the_tree_and_its_chances_multiply_to_the_words() -> None:
    drawing = look_at("hierarchical_softmax").word_pair(token=1)
    tree = huffman_tree(COUNTS)
    path = slice(tree.starts[2], tree.starts[3])
    assert drawing["path"].column("inner node") == tree.nodes[path].tolist()
    assert drawing["path"].column("first branch") == tree.turns[path].tolist()
    right = [chance if truth else 1 - chance for _, truth, _, chance, _, _ in drawing["answers"].rows]
    assert -np.log(np.prod(right)) == pytest.approx(drawing["check"].rows[0][1])


def test_the_window_says_how_likely_each_word_is_inside() -> None:
    table = look_at().word_pair(token=0, window=2)["window"]
    assert table.column("chance to be inside") == [None, 1.0, 0.5, 0.0, 0.0]
    assert table.column("part") == ["predicted", "read", "near", "", ""]


def test_one_word_alone_has_no_pair() -> None:
    with pytest.raises(ValueError, match=r"look\.text must hold at least two words for a pair, got 'the'"):
        look_at().again("the").word_pair()
