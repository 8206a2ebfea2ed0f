"""The vocabulary of letters."""

import json

import numpy as np
import pytest

from clearhead.data._letters import NO_LETTER, UNKNOWN_LETTER, Letters


def test_letters_are_numbered_from_the_most_frequent() -> None:
    letters = Letters.of(["aab", "ab", "c", "c"])
    assert letters.letters == ["a", "b", "c"] and letters.size == 5
    assert Letters.of(["aab", "ab", "c"], max_letters=2).letters == ["a", "b"]


def test_words_become_rows_of_ids_with_nothing_after_their_last_letter() -> None:
    ids = Letters(["a", "b"]).encode(["ab", "b?b", ""])
    assert ids.dtype == np.int64
    assert ids.tolist() == [[2, 3, NO_LETTER], [3, UNKNOWN_LETTER, 3], [NO_LETTER] * 3]


def test_of_a_long_word_the_beginning_and_the_end_are_read() -> None:
    letters = Letters("abcdefg")
    wanted = [letters.encode([word])[0].tolist() for word in ("abfg", "abcfg")]
    assert letters.encode(["abcdefg"], 4).tolist() == [wanted[0]]
    assert letters.encode(["abcdefg"], longest=5).tolist() == [wanted[1]]
    assert letters.encode(["a" * 10_000]).shape == (1, 20)


def test_no_words_are_no_rows() -> None:
    assert Letters("a").encode([]).shape == (0, 1)


def test_chinese_characters_are_letters() -> None:
    letters = Letters.of(["中国", "中文"])
    assert letters.letters[0] == "中" and letters.encode(["中国", "国"]).tolist()[1][1] == NO_LETTER


def test_a_saved_vocabulary_reads_words_alike() -> None:
    letters = Letters.of(["naïve", "𝄞", "a"])
    again = Letters.from_json(json.loads(json.dumps(letters.to_json())))
    assert again.encode(["naïve 𝄞"]).tolist() == letters.encode(["naïve 𝄞"]).tolist()


@pytest.mark.parametrize(
    "values", [None, {"letters": "ab"}, {"letters": ["ab"]}, {"letters": ["a", "a"]}, {"letters": [1]}]
)
def test_what_is_no_vocabulary_is_refused(values: object) -> None:
    with pytest.raises(ValueError, match=r'Letters must be saved as \{"letters": \["e", …\]\}, got '):
        Letters.from_json(values)


def test_numbers_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Letters\.max_letters must be at least 1, got 0"):
        Letters.of(["a"], max_letters=0)
    with pytest.raises(ValueError, match=r"Letters\.longest must be at least 2, got 1"):
        Letters("a").encode(["a"], longest=1)
