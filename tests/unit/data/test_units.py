"""Texts cut into units, and the vocabulary of those."""

from pathlib import Path

import pytest

from clearhead.data._units import (
    PADDING_ID,
    SEPARATOR_ID,
    UNKNOWN_ID,
    UnitRules,
    Units,
    load_units,
)

TEXTS = ["I don't like it, I don't!", "它 is 3.5 元"]


def said(units: Units, text: str) -> list[str]:
    """Return the units a text is cut into."""
    return [unit for unit, _, _ in units.cut(text)]


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("words", ["i", "don't", "3", ".", "5", "元", "好"]),
        ("cased_words", ["I", "don't", "3", ".", "5", "元", "好"]),
        ("characters", list("Idon't3.5元好")),
    ],
)
def test_a_text_is_cut_as_its_rule_says(kind: str, wanted: list[str]) -> None:
    assert said(Units.learn(TEXTS, UnitRules(kind=kind)), "I don't 3.5元好") == wanted


def test_chinese_words_are_those_of_the_dictionary() -> None:
    units = Units.learn(["我喜欢苹果手机，真的。"], UnitRules(kind="chinese_words"))
    assert said(units, "我喜欢苹果手机") == ["我", "喜欢", "苹果", "手机"]
    assert [piece.text for piece in units.pieces("我喜欢苹果")] == ["我", "喜欢", "苹果"]


def test_units_stand_where_they_stand_in_the_text() -> None:
    units, text = Units.learn(TEXTS, UnitRules()), "Don't  LIKE 元!"
    pieces = units.pieces(text)
    assert [text[piece.start : piece.end] for piece in pieces] == ["Don't", "LIKE", "元", "!"]
    assert [piece.id for piece in pieces] == units.encode(text)


def test_the_most_frequent_come_first_and_the_rest_is_unknown() -> None:
    units = Units.learn(TEXTS, UnitRules(min_count=2))
    assert units.units == ["don't", "i"]
    assert units.encode("i like don't") == [4, UNKNOWN_ID, 3]
    assert [units.name(index) for index in (PADDING_ID, UNKNOWN_ID, SEPARATOR_ID)] == ["<pad>", "<unk>", "<sep>"]
    assert Units.learn(TEXTS, UnitRules(max_units=1)).units == ["don't"]


def test_marks_are_units_of_their_own_only_where_texts_have_them() -> None:
    text = "the <e1>cat</e1> <e2>sat</e2>"
    marked = Units.learn([text], UnitRules(has_marks=True))
    assert said(marked, text) == ["the", "<e1>", "cat", "</e1>", "<e2>", "sat", "</e2>"]
    assert marked.encode("<e1></e1><e2></e2>") == [3, 4, 5, 6]
    assert said(Units.learn([text], UnitRules()), "<e1>") == ["<", "e", "1", ">"]


def test_a_text_cannot_name_a_control_unit() -> None:
    units = Units.learn_words([["<pad>", "a"]], UnitRules(kind="cased_words"))
    assert "<pad>" not in units.units and units.units == ["a"]


def test_words_cut_already_are_one_unit_each() -> None:
    units = Units.learn_words([["U.S.", "didn't", "U.S."]], UnitRules())
    assert units.units == ["u.s.", "didn't"]
    assert units.encode_words(["u.S.", "New York"]) == [3, UNKNOWN_ID]


def test_words_with_vectors_are_added_once_and_behind() -> None:
    units = Units.learn(["the cat"], UnitRules())
    more = units.with_words(["The", "dog", "Dog", "bird"])
    assert more.units == [*units.units, "dog", "bird"]
    assert more.encode("the bird") == [units.encode("the")[0], more.vocab_size - 1]


def test_pieces_say_any_text_and_come_after_the_control_units(tmp_path: Path) -> None:
    units = Units.learn(["hello there " * 50], UnitRules(kind="pieces", max_units=300))
    ids = units.encode("hello 你")
    assert min(ids) >= units.first_id and UNKNOWN_ID not in ids
    assert "".join(units.cut("hello there")[0][0] + units.cut("hello there")[1][0]) == "hello there"
    units.save(tmp_path)
    assert load_units(tmp_path).encode("hello 你") == ids


def test_a_vocabulary_comes_back_from_its_folder(tmp_path: Path) -> None:
    units = Units.learn(TEXTS, UnitRules(kind="cased_words", has_marks=True))
    units.save(tmp_path)
    again = load_units(tmp_path)
    assert (again.rules, again.units, again.vocab_size) == (units.rules, units.units, units.vocab_size)


def test_a_folder_without_a_vocabulary_and_a_broken_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"must hold vocabulary\.json, which says how texts are cut; got none"):
        load_units(tmp_path)
    (tmp_path / "vocabulary.json").write_text('{"rules": {"kind": "wordz"}, "units": []}', encoding="utf-8")
    with pytest.raises(ValueError, match=r"vocabulary\.json must be what a training wrote, got .*wordz"):
        load_units(tmp_path)


def test_impossible_rules_are_refused() -> None:
    with pytest.raises(ValueError, match=r"No 'word' in UnitRules\.kind\. .* Did you mean 'words'\?"):
        UnitRules(kind="word")
    with pytest.raises(ValueError, match=r"UnitRules\.min_count must be at least 1, got 0\. Use 1 to keep all\."):
        UnitRules(min_count=0)
