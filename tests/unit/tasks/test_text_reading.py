"""How texts become tokens: units, two texts, long ones, marks; what a run keeps of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from tiny_tasks import write_texts

from clearhead.data._units import UNKNOWN_ID, UnitRules, Units, load_units
from clearhead.tasks._text_examples import open_texts
from clearhead.tasks._text_reading import TextRules, is_mostly_han, learn_texts, load_rules
from clearhead.tasks.base import Asked
from clearhead.tasks.classification import ClassificationOptions


def rules_of(text: str, **options: Any) -> TextRules:
    has_marks = options.pop("has_marks", False)
    units = Units.learn([text], UnitRules(has_marks=has_marks))
    return TextRules(
        **{"num_texts": 1, "max_tokens": 6, "max_distance": 3, **options}, units=units, has_marks=has_marks
    )


def learn(folder: Path, asked: Asked, *, parent: Path | None = None, **options: Any) -> list[str]:
    told: list[str] = []
    folder.mkdir(exist_ok=True)
    learn_texts(
        open_texts(asked), asked, ClassificationOptions(**options), folder, parent=parent, tell=told.append
    )  # fmt: skip
    return told


def said(rules: TextRules, *rows: tuple[str, ...]) -> list[list[str]]:
    tokens, _ = rules.encode(rows)
    start, found = 0, []
    for end in tokens.ends.tolist():
        found.append([rules.units.name(int(token)) for token in tokens.ids[start:end]])
        start = end
    return found


def test_two_texts_are_joined_by_the_separator() -> None:
    rules = rules_of("a b c d", num_texts=2)
    assert said(rules, ("a b", "c")) == [["a", "b", "<sep>", "c"]]


def test_the_end_of_a_long_text_is_cut_and_its_length_told() -> None:
    rules = rules_of("a b c d e f g h")
    assert said(rules, ("a b c d e f g h",)) == [["a", "b", "c", "d", "e", "f"]]
    assert rules.encode([("a b c d e f g h",), ("a",)])[1] == [8, 1]
    assert rules.limited(2).max_tokens == 2 and rules.limited(100).max_tokens == 6


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("a b c d e f g h", "c", "a b c d <sep> c"),
        ("a", "a b c d e f g h", "a <sep> a b c d"),
        ("a b c d e", "d e f g h", "a b c <sep> d e"),
    ],
)
def test_of_two_texts_the_longer_one_is_cut(first: str, second: str, expected: str) -> None:
    rules = rules_of("a b c d e f g h", num_texts=2)
    assert said(rules, (first, second)) == [expected.split()]


def test_a_long_text_is_read_where_its_marks_are() -> None:
    text = "a b c d e f <e1>g</e1> h <e2>a</e2> b c"
    rules = rules_of(text, has_marks=True, max_tokens=8)
    assert said(rules, (text,)) == ["f <e1> g </e1> h <e2> a </e2>".split()]
    tokens, _ = rules.encode([(text,)])
    assert tokens.spans is not None and tokens.spans.tolist() == [[[1, 3], [5, 7]]]
    assert rules.num_distances == 2 * 3 + 2


def test_spans_are_those_of_their_marks_in_either_order() -> None:
    rules = rules_of("a", has_marks=True, max_tokens=20)
    tokens, _ = rules.encode([("<e2>a</e2> a <e1>a</e1>",)])
    assert tokens.spans is not None and tokens.spans.tolist() == [[[4, 6], [0, 2]]]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [([("我很好",)], True), ([("a film",), ("好",)], False), ([("iPhone 手机很好用啊真的",)], True)],
)
def test_chinese_is_known_by_most_of_its_characters(texts: list[tuple[str, ...]], expected: bool) -> None:
    assert is_mostly_han(texts) is expected


def test_a_run_keeps_its_units_and_limits(tmp_path: Path) -> None:
    data = write_texts(tmp_path, "one")
    told = learn(tmp_path / "run", Asked(data=str(data)), max_tokens=9)
    assert told[0] == "Reading texts.tsv." and told[1].endswith("units (words).")
    rules = load_rules(tmp_path / "run")
    assert (rules.max_tokens, rules.num_texts, rules.has_marks) == (9, 1, False)
    assert {"fine", "dull"} <= set(rules.units.units) and rules.vocab_size == rules.units.vocab_size


def test_rare_units_are_unknown_and_a_share_of_the_data_knows_fewer(tmp_path: Path) -> None:
    data = write_texts(tmp_path, "one")
    whole, rare, some = tmp_path / "whole", tmp_path / "rare", tmp_path / "some"
    learn(whole, Asked(data=str(data)))
    learn(rare, Asked(data=str(data)), min_count=40)
    learn(some, Asked(data=str(data), train_share=0.01))
    sizes = [load_units(folder).vocab_size for folder in (whole, rare, some)]
    assert sizes[1] < sizes[0] > sizes[2]
    assert UNKNOWN_ID in load_units(rare).encode("unheard")


@pytest.mark.parametrize(
    ("asked", "options", "kind"),
    [
        ({}, {}, "words"),
        ({"tokenizer": "character"}, {}, "characters"),
        ({"tokenizer": "bpe", "vocab_size": 300}, {}, "pieces"),
        ({}, {"units": "cased_words"}, "cased_words"),
    ],
)
def test_units_are_chosen_by_the_user(
    tmp_path: Path, asked: dict[str, Any], options: dict[str, Any], kind: str
) -> None:
    learn(tmp_path / "run", Asked(data=str(write_texts(tmp_path, "one")), **asked), **options)
    assert load_units(tmp_path / "run").rules.kind == kind


@pytest.mark.parametrize(
    ("form", "asked", "options", "message"),
    [
        ("one", {"tokenizer": "unigram"}, {}, r"No 'unigram' in --tokenizer of a task of texts"),
        ("one", {}, {"units": "word"}, r"No 'word' in --task.units.*Did you mean 'words'"),
        ("marked", {}, {"units": "pieces"}, r"--task.units must be words, .* for texts with marked .* got 'pieces'"),
        ("one", {}, {"units": "pieces", "vectors": "."}, r"--task.vectors must come with units that are words"),
        ("one", {"text_column": "txt"}, {}, r"has no column 'txt' \(it has 'text'.*label"),
    ],
)
def test_what_does_not_fit_is_refused(
    tmp_path: Path, form: str, asked: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        learn(tmp_path / "run", Asked(data=str(write_texts(tmp_path, form)), **asked), **options)


def test_going_on_from_a_run_keeps_its_units_and_needs_its_classes(tmp_path: Path) -> None:
    data = Asked(data=str(write_texts(tmp_path, "one")))
    learn(tmp_path / "run", data, max_tokens=9)
    learn(tmp_path / "next", data, parent=tmp_path / "run", max_tokens=20)
    assert load_rules(tmp_path / "next").max_tokens == 9
    recipe = tmp_path / "run" / "preprocessing.json"
    values = json.loads(recipe.read_text(encoding="utf-8"))
    values["target"]["label_names"] = ["up", "down"]
    recipe.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(ValueError, match=r"--from must be a run with the classes of these data \(bad, good\), got one"):
        learn(tmp_path / "other", data, parent=tmp_path / "run")
    with pytest.raises(ValueError, match=r"--task.vectors must not come with --from"):
        learn(tmp_path / "other", data, parent=tmp_path / "run", vectors=str(tmp_path))
    with pytest.raises(ValueError, match=r"--from must be a run that classifies texts, .*has no vocabulary.json"):
        learn(tmp_path / "third", data, parent=tmp_path)
