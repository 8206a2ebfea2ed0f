"""Marks of two entities: what is well marked and what is not."""

import pytest

from clearhead.data._labeled_marks import broken_mark, check_marks

GOOD = "The <e1>cup</e1> holds <e2>tea</e2>."


@pytest.mark.parametrize("text", [GOOD, "<e2>tea</e2> in a <e1>cup</e1>"])
def test_each_entity_marked_once_is_well_marked(text: str) -> None:
    assert broken_mark(text) is None and check_marks([("line 1", text)], [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("The <e1>cup holds <e2>tea</e2>", "no </e1>"),
        ("The <e1>cup</e1> holds tea", "no <e2>"),
        ("<e1>a</e1> <e1>b</e1> <e2>c</e2>", "2 times <e1>"),
        ("<e1>a <e2>b</e1> c</e2>", "the order <e1> <e2> </e1> </e2>"),
        ("</e1>a<e1> <e2>b</e2>", "the order </e1> <e1> <e2> </e2>"),
        ("<e1> </e1> <e2>b</e2>", "nothing between <e1> and </e1>"),
    ],
)
def test_what_is_wrong_is_said(text: str, problem: str) -> None:
    assert broken_mark(text) == problem
    with pytest.raises(ValueError, match=f"line 9 must mark two entities .* got {problem} in "):
        check_marks([("line 1", GOOD), ("line 2", GOOD), ("line 9", text)], [])


def test_texts_without_marks_have_none() -> None:
    report: list[str] = []
    assert not check_marks([("line 1", "plain")], report) and report == []


def test_a_mark_in_few_texts_is_plain_text_and_told() -> None:
    report: list[str] = []
    assert not check_marks([("line 1", "plain"), ("line 2", "plain"), ("line 3", GOOD)], report)
    assert report == ["1 of 3 texts hold <e1> or the like: read as plain text."]
