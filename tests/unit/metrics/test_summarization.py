"""ROUGE: cases worked out by hand, and the quick longest common order beside the table everyone knows."""

import random

import pytest

from clearhead.metrics.summarization import longest_common_subsequence, rouge, split_words


def test_the_cases_of_the_paper() -> None:
    # Lin 2004, section 3.1: "police killed the gunman"; both candidates share one pair of words, but not one order.
    reference = ["police killed the gunman"]
    first, second = rouge(["police kill the gunman"], reference), rouge(["the gunman kill police"], reference)
    assert first.rouge_2 == second.rouge_2 == pytest.approx(1 / 3)
    assert first.rouge_l == pytest.approx(3 / 4)
    assert second.rouge_l == pytest.approx(2 / 4)


def test_precision_and_recall_weigh_alike() -> None:
    # 2 of 3 words are right, 2 of 5 are found: F1 = 2·2/(3 + 5).
    assert rouge(["a b x"], ["a b c d e"]).rouge_1 == pytest.approx(0.5)


def test_a_word_is_found_as_often_as_it_stands_in_the_reference() -> None:
    assert rouge(["the the the"], ["the cat the"]).rouge_1 == pytest.approx(2 * 2 / 6)


def test_scores_are_means_over_the_summaries() -> None:
    both = rouge(["a b", "x y"], ["a b", "c d"])
    assert (both.rouge_1, both.rouge_2, both.rouge_l) == (0.5, 0.5, 0.5)


def test_chinese_counts_by_character_and_case_does_not_count() -> None:
    assert split_words("今天GPT-2很 Good。") == ["今", "天", "gpt", "2", "很", "good"]
    assert rouge(["今天好"], ["今天很好"]).rouge_1 == pytest.approx(6 / 7)


def test_an_empty_summary_scores_nothing() -> None:
    empty = rouge(["", "。"], ["a b", ""])
    assert (empty.rouge_1, empty.rouge_2, empty.rouge_l) == (0, 0, 0)


@pytest.mark.parametrize("seed", range(10))
def test_the_longest_common_order_is_that_of_the_table(seed: int) -> None:
    chance = random.Random(seed)
    first, second = ([chance.choice("abcd") for _ in range(chance.randrange(150))] for _ in range(2))
    table = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i, mine in enumerate(first):
        for j, yours in enumerate(second):
            table[i + 1][j + 1] = table[i][j] + 1 if mine == yours else max(table[i][j + 1], table[i + 1][j])
    assert longest_common_subsequence(first, second) == table[-1][-1]


def test_summaries_and_references_are_pairs() -> None:
    with pytest.raises(ValueError, match="one for each reference, at least one, got 2 for 1 references"):
        rouge(["a", "b"], ["a"])
