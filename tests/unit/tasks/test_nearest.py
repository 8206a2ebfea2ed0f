"""The most similar text of many."""

import pytest

from clearhead.tasks import _nearest
from clearhead.tasks._nearest import nearest_texts

TEXTS = ["a red dog runs", "the cat sat on the mat", "我吃了一个苹果", "she sells sea shells"]


def test_the_most_similar_text_is_found_in_any_language() -> None:
    assert nearest_texts(["the cats sat on mats", "他吃苹果", "red dogs run", TEXTS[3]], TEXTS) == [1, 2, 0, 3]


def test_how_many_are_compared_at_once_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ["the cat", "dog", "shells", "苹果", "mat"]
    together = nearest_texts(asked, TEXTS)
    monkeypatch.setattr(_nearest, "AT_ONCE", 2)
    assert nearest_texts(asked, TEXTS) == together


def test_of_many_texts_the_first_ones_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_nearest, "MOST_TEXTS", 2)
    assert set(nearest_texts(TEXTS, TEXTS)) <= {0, 1}
