"""A claim that was tested, told as plain text."""

from clearhead.experiments._claims_finding import PAGE_WORDS, aligned
from clearhead.experiments.claims.base import Figure


def test_a_column_of_chinese_is_as_wide_as_it_looks() -> None:
    names = {"en": "a", "zh": "甲"}
    figure = Figure(name=names, columns={"en": ["x", "y"], "zh": ["名称", "数"]}, rows=[["ab", 5], [names, 12]])
    assert aligned(figure, "zh") == ["  名称  数", "  ab     5", "  甲    12"]


def test_both_languages_of_the_page_have_every_phrase() -> None:
    assert PAGE_WORDS["en"].keys() == PAGE_WORDS["zh"].keys()
