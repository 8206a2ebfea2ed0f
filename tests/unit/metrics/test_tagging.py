"""Scores of tags: cases worked out by hand after the rules of conlleval, and the tagger that knows only counts."""

from itertools import pairwise, product

import numpy as np
import pytest

from clearhead.core.tags import may_follow
from clearhead.metrics import tagging
from clearhead.metrics.tagging import Span


def conlleval_chunks(row: list[str]) -> list[Span]:
    """Count chunks with the tests of conlleval, one condition a line as the script has them (letters O, B, I, E)."""
    found: list[Span] = []
    start: int | None = None
    before, type_before = "O", ""
    for index, tag in enumerate([*row, "O"]):
        letter, _, kind = tag.partition("-")
        is_end = (before, letter) in {
            ("B", "B"),
            ("B", "O"),
            ("I", "B"),
            ("I", "O"),
            ("E", "E"),
            ("E", "I"),
            ("E", "O"),
        }
        is_end = is_end or (before != "O" and type_before != kind)
        if start is not None and is_end:
            found.append(Span(type_before, start, index))
            start = None
        is_start = (before, letter) in {
            ("B", "B"),
            ("I", "B"),
            ("O", "B"),
            ("O", "I"),
            ("E", "E"),
            ("E", "I"),
            ("O", "E"),
        }
        if is_start or (letter != "O" and type_before != kind):
            start = index
        before, type_before = letter, kind
    return found


def test_chunks_are_those_of_conlleval_for_every_row_of_four_tags() -> None:
    tags = ["O", *(f"{letter}-{kind}" for letter in "BI" for kind in ("X", "Y"))]
    for row in product(tags, repeat=4):
        assert tagging.spans(row, "BIO") == conlleval_chunks(list(row)), row


def test_ends_are_read_as_conlleval_reads_them() -> None:
    tags = ["O", "B-X", "I-X", "E-X", "E-Y"]
    for row in product(tags, repeat=4):
        # Its script has no line for B after E of one kind, where a chunk plainly begins.
        if ("E-X", "B-X") not in pairwise(row):
            assert tagging.spans(row, "BIOES") == conlleval_chunks(list(row)), row


@pytest.mark.parametrize(
    ("row", "scheme", "expected"),
    [
        ("B-PER I-PER O B-LOC", "BIO", [("PER", 0, 2), ("LOC", 3, 4)]),
        ("B-PER I-LOC", "BIO", [("PER", 0, 1), ("LOC", 1, 2)]),
        ("O I-PER I-PER B-PER", "BIO", [("PER", 1, 3), ("PER", 3, 4)]),
        ("S-PER I-PER E-PER B-PER E-PER", "BIOES", [("PER", 0, 1), ("PER", 1, 3), ("PER", 3, 5)]),
        ("B-ORG M-ORG E-ORG S-NAME B-ORG O", "BMES", [("ORG", 0, 3), ("NAME", 3, 4), ("ORG", 4, 5)]),
        ("B E S B M E", "BMES", [("", 0, 2), ("", 2, 3), ("", 3, 6)]),
        ("O O", "BIO", []),
    ],
)
def test_spans_by_hand(row: str, scheme: str, expected: list[tuple[str, int, int]]) -> None:
    assert tagging.spans(row.split(), scheme) == [Span(*each) for each in expected]


def test_tags_that_mark_no_spans_have_none_to_read() -> None:
    with pytest.raises(ValueError, match=r"No 'none' in the schemes that mark spans\. Available: BIO, BIOES, BMES"):
        tagging.spans(["NOUN"], "none")


def test_entities_count_when_both_ends_and_the_kind_are_right() -> None:
    true = [row.split() for row in ("B-PER I-PER O B-LOC", "B-ORG I-ORG O", "O B-PER")]
    said = [row.split() for row in ("B-PER I-PER O B-ORG", "B-ORG O O", "O B-PER")]
    # True: PER, LOC, ORG, PER. Said: PER, ORG (was LOC), ORG (too short), PER. Right: two of four and of four.
    scores = tagging.entity_scores(true, said, "BIO")
    assert (scores.precision, scores.recall, scores.f1) == (0.5, 0.5, 0.5)
    assert (scores.num_true, scores.num_predicted, scores.num_right) == (4, 4, 2)
    assert list(scores.per_kind) == ["LOC", "ORG", "PER"]
    assert scores.per_kind["PER"].f1 == 1.0
    organisations = scores.per_kind["ORG"]
    assert (organisations.num_true, organisations.num_predicted, organisations.num_right) == (1, 2, 0)
    assert scores.per_kind["LOC"].precision == 0.0 and scores.per_kind["LOC"].num_predicted == 0


def test_precision_and_recall_differ_where_more_is_said_than_is_true() -> None:
    scores = tagging.entity_scores([["B-X", "O", "O"]], [["B-X", "B-X", "B-X"]], "BIO")
    assert scores.precision == pytest.approx(1 / 3) and scores.recall == 1.0 and scores.f1 == pytest.approx(0.5)


def test_without_any_span_all_scores_are_zero() -> None:
    scores = tagging.entity_scores([["O"]], [["O"]], "BIO")
    assert (scores.precision, scores.recall, scores.f1, scores.per_kind) == (0.0, 0.0, 0.0, {})


def test_a_span_counts_once_in_its_own_sentence() -> None:
    scores = tagging.span_scores([[Span("X", 0, 1)], []], [[], [Span("X", 0, 1)]])
    assert (scores.num_true, scores.num_predicted, scores.num_right) == (1, 1, 0)


def test_the_accuracy_counts_words_not_sentences() -> None:
    assert tagging.token_accuracy([["A", "B", "C"], ["A"]], [["A", "B", "A"], ["B"]]) == 0.5
    assert tagging.token_accuracy([], []) == 0.0


def test_rows_of_other_sentences_are_refused() -> None:
    with pytest.raises(
        ValueError, match=r"entity_scores\.predicted must have a tag for each word, got 1 for 2 in row 1"
    ):
        tagging.entity_scores([["O"], ["O", "O"]], [["O"], ["O"]], "BIO")
    with pytest.raises(ValueError, match=r"token_accuracy\.predicted must have a row for each true one, got 1 for 2"):
        tagging.token_accuracy([["O"], ["O"]], [["O"]])


def test_the_baseline_says_what_a_word_was_most_often_and_unknown_ones_what_rare_ones_were() -> None:
    sentences = [["the", "dog", "runs"], ["the", "run", "run"], ["a", "run", "the"]]
    tags = [["DET", "NOUN", "VERB"], ["DET", "NOUN", "VERB"], ["DET", "NOUN", "DET"]]
    # Seen once: dog NOUN, runs VERB, a DET: of equals the first by name.
    found = tagging.most_frequent_tag(sentences, tags, [["run", "the", "cat"], []])
    assert found == [["NOUN", "DET", "DET"], []]
    rare = [*sentences, ["cats"], ["birds"]], [*tags, ["NOUN"], ["NOUN"]]
    assert tagging.most_frequent_tag(*rare, [["fish"]]) == [["NOUN"]]


def test_the_baseline_does_without_rare_words() -> None:
    assert tagging.most_frequent_tag([["a", "a", "b", "b"]], [["X", "X", "Y", "X"]], [["c"]]) == [["X"]]


def test_what_may_follow_what_is_what_the_scheme_says() -> None:
    names = ["O", "B-X", "I-X", "B-Y", "I-Y"]
    follow, start, end = tagging.allowed(names, "BIO")
    assert follow.dtype == start.dtype == end.dtype == np.bool_
    expected = [[may_follow(previous, tag, "BIO") for tag in names] for previous in names]
    assert follow.tolist() == expected and not follow[0, 2] and follow[1, 2] and not follow[3, 2] and follow[2, 3]
    assert start.tolist() == [True, True, False, True, False] and end.all()


def test_a_span_must_be_closed_where_the_scheme_closes_spans() -> None:
    names = ["O", "B-X", "M-X", "E-X", "S-X"]
    follow, start, end = tagging.allowed(names, "BMES")
    assert follow.astype(int).tolist() == [
        [1, 1, 0, 0, 1],
        [0, 0, 1, 1, 0],
        [0, 0, 1, 1, 0],
        [1, 1, 0, 0, 1],
        [1, 1, 0, 0, 1],
    ]
    assert start.tolist() == [True, True, False, False, True] and end.tolist() == [True, False, False, True, True]


def test_parts_of_speech_may_follow_each_other_as_they_like() -> None:
    assert all(rule.all() for rule in tagging.allowed(["NOUN", "VERB"], "none"))
    with pytest.raises(ValueError, match=r"No 'IOB' in the tagging schemes\. .*Did you mean 'BIO'"):
        tagging.allowed(["O"], "IOB")
