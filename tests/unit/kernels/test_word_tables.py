"""Tables of word2vec: chances, draws and the Huffman tree, against their definitions."""

import heapq
import math

import numpy as np
import pytest

from clearhead.kernels.word2vec import draw_word
from clearhead.kernels.word_tables import Tree, alias_table, answer_table, huffman_tree, keep_chances

COUNTS = np.array([500, 300, 120, 40, 40, 9, 1], np.int64)


def path(tree: Tree, word: int) -> tuple[list[int], list[bool]]:
    steps = slice(tree.starts[word], tree.starts[word + 1])
    return tree.nodes[steps].tolist(), tree.turns[steps].tolist()


def test_the_table_holds_the_sigmoid_and_its_negative_logarithm() -> None:
    table = answer_table()
    assert table[0] == pytest.approx([1 / (1 + math.exp(6)), math.log(1 + math.exp(6))])
    assert table[6 * 128] == pytest.approx([0.5, math.log(2)])


def test_frequent_words_are_thinned_out_by_the_formula_of_the_published_program() -> None:
    share = keep_chances(COUNTS, 0.01)[0] / 2**32
    frequency = 500 / COUNTS.sum()
    assert share == pytest.approx((math.sqrt(frequency / 0.01) + 1) * 0.01 / frequency)
    assert keep_chances(COUNTS, 0.01)[-1] == 2**32


def test_a_sample_of_zero_keeps_every_word() -> None:
    assert (keep_chances(COUNTS, 0.0) == 2**32).all()


@pytest.mark.parametrize("power", [0.0, 0.75, 1.0])
def test_an_alias_table_gives_every_word_exactly_its_share(power: float) -> None:
    entries = alias_table(COUNTS, power)
    own = (entries >> np.uint64(32)) / 2**32
    otherwise = (entries & np.uint64(2**32 - 1)).astype(np.int64)
    share = own.copy()
    np.add.at(share, otherwise, 1 - own)
    expected = COUNTS**power / (COUNTS**power).sum()
    assert share / len(COUNTS) == pytest.approx(expected, abs=1e-8)


def test_words_are_drawn_as_often_as_their_share_says() -> None:
    entries, state = alias_table(COUNTS, 1.0), np.array([7], np.uint64)
    drawn = np.bincount([int(draw_word(entries, state)) for _ in range(20_000)], minlength=len(COUNTS))
    expected = COUNTS / COUNTS.sum() * 20_000
    assert ((drawn - expected) ** 2 / expected).sum() < 22.5  # χ² with 6 degrees of freedom, p = 0.001


@pytest.mark.parametrize("counts", [COUNTS, np.array([1, 9, 3, 3, 70, 2, 8, 8, 8]), np.array([5, 5])])
def test_the_tree_is_as_short_as_a_heap_would_make_it(counts: np.ndarray) -> None:
    tree = huffman_tree(counts)
    heap, cost = counts.tolist(), 0
    heapq.heapify(heap)
    while len(heap) > 1:
        joined = heapq.heappop(heap) + heapq.heappop(heap)
        cost += joined
        heapq.heappush(heap, joined)
    assert (np.diff(tree.starts) * counts).sum() == cost
    assert tree.longest == max(len(path(tree, word)[0]) for word in range(len(counts)))


def test_every_path_leads_to_one_word_only() -> None:
    tree = huffman_tree(COUNTS)
    paths = [path(tree, word) for word in range(len(COUNTS))]
    for nodes, turns in paths:
        assert nodes[0] == len(COUNTS) - 2  # the root is the last inner node
        agreeing = [1 for other_nodes, other_turns in paths if other_turns[: len(turns)] == turns]
        assert agreeing == [1] and len(set(nodes)) == len(nodes)
    assert {node for nodes, _ in paths for node in nodes} == set(range(len(COUNTS) - 1))


def test_the_chances_of_all_words_of_a_tree_sum_to_one() -> None:
    tree, scores = huffman_tree(COUNTS), np.random.default_rng(0).normal(size=len(COUNTS) - 1)
    first = 1 / (1 + np.exp(-scores))
    chances = [
        math.prod(first[node] if turn else 1 - first[node] for node, turn in zip(*path(tree, word), strict=True))
        for word in range(len(COUNTS))
    ]
    assert sum(chances) == pytest.approx(1)
