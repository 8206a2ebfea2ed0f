"""Scores of translations: BLEU by its own formula on short texts, signatures, Chinese, lengths."""

import math

import pytest

from clearhead.metrics.translation import (
    bleu,
    bleu_by_length,
    chrf,
    exact_match,
    tokenization_for,
    tokenized_bleu,
)

ENGLISH = ["The cat sat on the mat.", "Two dogs run through the snow.", "A man plays guitar."]
CHINESE = ["今天天气很好。", "我喜欢读书。"]


def test_bleu_is_the_formula() -> None:
    # 5 of 6 words, 3 of 5 pairs, 2 of 4 triples, 1 of 3 fours; both texts are equally long.
    expected = 100 * math.exp((math.log(5 / 6) + math.log(3 / 5) + math.log(2 / 4) + math.log(1 / 3)) / 4)
    found = bleu(["a b c d x f"], ["a b c d e f"], tokenize="none")
    assert found.value == pytest.approx(expected)


def test_short_translations_pay_for_their_shortness() -> None:
    found = bleu(["a b c d e"], ["a b c d e f g"], tokenize="none")
    assert found.value == pytest.approx(100 * math.exp(1 - 7 / 5))


def test_every_score_says_how_it_was_computed() -> None:
    assert "tok:13a" in bleu(ENGLISH, ENGLISH).signature and "case:mixed" in bleu(ENGLISH, ENGLISH).signature
    assert "tok:zh" in bleu(CHINESE, CHINESE, tokenize="zh").signature
    assert "case:lc" in bleu(ENGLISH, ENGLISH, lowercase=True).signature
    assert chrf(ENGLISH, ENGLISH).signature.startswith("chrF2|nrefs:1")
    signature = tokenized_bleu(ENGLISH, ENGLISH, language="de").signature
    assert "tok:none" in signature and signature.endswith("|moses:de")


def test_case_counts_unless_it_is_taken_away() -> None:
    small = [text.lower() for text in ENGLISH]
    assert bleu(small, ENGLISH).value < 100
    assert bleu(small, ENGLISH, lowercase=True).value == pytest.approx(100)
    assert tokenized_bleu(small, ENGLISH, language="en").value == pytest.approx(100)


def test_chinese_is_cut_by_character_where_it_is_most_of_the_text() -> None:
    assert tokenization_for(CHINESE) == "zh"
    assert tokenization_for([*ENGLISH, "好"]) == "13a"
    assert tokenization_for(["3.14", "?"]) == "13a"
    almost = ["今天天气不好。", "我喜欢读书。"]
    assert bleu(almost, CHINESE, tokenize="zh").value > 50 > bleu(almost, CHINESE, tokenize="13a").value


def test_tokenized_bleu_separates_marks_and_does_not_smooth() -> None:
    assert tokenized_bleu(["the mat ."], ["the mat."], language="en").value == 0  # three tokens have no run of four
    assert tokenized_bleu(["on the mat ."], ["on the mat."], language="en").value == pytest.approx(100)


def test_chrf_rewards_parts_of_words() -> None:
    assert 0 < chrf(["translations"], ["translation"]).value < 100
    assert chrf(["xyz"], ["abc"]).value == 0


def test_exact_match_does_not_mind_spaces_around() -> None:
    assert exact_match(["2024-05-01 ", "2024-05-02"], ["2024-05-01", "2024-05-03"]) == 0.5


def test_buckets_hold_every_sentence_once_and_score_alone() -> None:
    wrong = [*ENGLISH[:2], "something else entirely happened here"]
    found = bleu_by_length([3, 10, 55], wrong, ENGLISH, bounds=(10, 20))
    assert [(bucket.low, bucket.high, bucket.count) for bucket in found] == [(0, 10, 2), (21, 55, 1)]
    assert found[0].bleu == pytest.approx(100)
    assert found[1].bleu == pytest.approx(bleu(wrong[2:], ENGLISH[2:]).value)


def test_nothing_to_compare_is_refused() -> None:
    with pytest.raises(ValueError, match="one for each reference, at least one, got 2 for 3 references"):
        bleu(ENGLISH[:2], ENGLISH)
    with pytest.raises(ValueError, match="got 0 for 0 references"):
        exact_match([], [])
    with pytest.raises(ValueError, match="lengths must be one for each of the 3 references, got 1"):
        bleu_by_length([1], ENGLISH, ENGLISH)
