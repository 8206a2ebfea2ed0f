"""New texts: from a command line, from lines, from tables; what cannot be read, and how it is said."""

import json
from pathlib import Path
from typing import Any

import pytest
from tiny_tasks import Trained, train_tiny

from clearhead.tasks import _text_reader
from clearhead.tasks._text_reader import TextReader
from clearhead.tasks.classification import ClassPredictor, predictor


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train_tiny("classification, texts", tmp_path_factory.mktemp("one"))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train_tiny("classification, two texts", tmp_path_factory.mktemp("two"))


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train_tiny("classification, relations", tmp_path_factory.mktemp("marked"))


def made(trained: Trained) -> ClassPredictor:
    return predictor(trained.model, Path(trained.result.path))


def said(trained: Trained, inputs: list[Any]) -> list[str]:
    return [answer.facts["label"] for answer in made(trained).predict(inputs)]


def test_texts_are_classified_alone_as_together(one: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{'fine' if number % 3 else 'dull'} {'cat ' * (number % 7)}" for number in range(40)]
    together = [answer.facts for answer in made(one).predict(texts)]
    assert [each["label"] for each in together] == ["good" if number % 3 else "bad" for number in range(40)]
    monkeypatch.setattr(_text_reader, "TEXTS_AT_ONCE", 7)
    for facts, again in zip(together, made(one).predict(texts), strict=True):
        assert facts["probabilities"] == pytest.approx(again.facts["probabilities"], abs=1e-5)
        assert facts["input"] == again.facts["input"]


def test_a_line_without_text_gets_an_empty_answer_in_its_place(one: Trained) -> None:
    answers = list(made(one).predict(["a fine dog", " ", "dull"]))
    assert [answer.text.split("\t")[0] for answer in answers] == ["good", "", "bad"]
    assert answers[1].facts == {"input": " ", "label": "", "probabilities": {}, "notes": ["There is nothing to read."]}
    assert [answer.text for answer in made(one).predict([""])] == [""]


def test_what_training_did_not_know_is_told(one: Trained) -> None:
    known, unknown, longer = made(one).predict(["a fine dog", "xyzzy plugh", "fine " * 300])
    assert "notes" not in known.facts
    assert unknown.facts["notes"] == ["Training knew nothing of what it says."]
    assert longer.facts["notes"] == ["Read 256 of 300 tokens."]


def test_a_file_is_read_line_by_line_or_by_its_columns(one: Trained, tmp_path: Path) -> None:
    lines, table, objects = tmp_path / "a.txt", tmp_path / "a.tsv", tmp_path / "a.jsonl"
    lines.write_bytes(b"\xef\xbb\xbffine dog\r\n\ndull dog\n")
    table.write_text('id\ttext\n1\tfine "dog\n2\tdull dog\n', encoding="utf-8")
    objects.write_text('{"text": "fine"}\n{"text": "dull", "id": 2}\n', encoding="utf-8")
    reads = made(one)
    assert said(one, reads.read_file(lines)) == ["good", "", "bad"]
    assert said(one, reads.read_file(table)) == said(one, reads.read_file(objects)) == ["good", "bad"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.tsv", b"id\ttxt\n1\tfine\n", r"a.tsv line 2 must have the column 'text', got 'id', 'txt'. Rename 'txt'."),
        ("a.tsv", b"text\tid\nfine\t1\nfine\n", r"line 3 has 1 fields, .* Every row to predict must be whole."),
        ("a.txt", b"fine\nd\xff\n", r"a.txt line 2 must be UTF-8, got byte 0xff at place 1. Save the file as UTF-8."),
    ],
)
def test_a_broken_file_is_refused_with_its_line(
    one: Trained, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=message):
        made(one).read_file(tmp_path / name)


def test_a_missing_file_is_refused(one: Trained, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"--file must be a text file or a table, got .*none.txt"):
        made(one).read_file(tmp_path / "none.txt")


def test_two_texts_come_by_tab_json_or_as_a_pair(two: Trained) -> None:
    row = {"first": "a red dog", "second": "red hills"}
    forms = ["a red dog\tred hills", json.dumps(row), json.dumps(list(row.values())), row, ("a red dog", "red hills")]
    shares = [answer.facts["probabilities"] for answer in made(two).predict(forms)]
    assert all(other == pytest.approx(shares[0], abs=1e-6) for other in shares)
    names = [answer.facts["input"] for answer in made(two).predict(forms)]
    assert names == [*forms[:3], "a red dog\tred hills", "a red dog\tred hills"]


def test_another_number_of_texts_is_refused(one: Trained, two: Trained) -> None:
    with pytest.raises(
        ValueError, match=r"Input 2 must be two texts \(first and second\), got 'a dog'. Part two texts"
    ):
        list(made(two).predict(["a\tb", "a dog"]))
    with pytest.raises(ValueError, match=r"Input 1 must be one text, got \('a', 'b'\)"):
        list(made(one).predict([("a", "b")]))
    with pytest.raises(ValueError, match=r"Input 1 must have the column 'second', got 'first'"):
        list(made(two).predict([{"first": "a"}]))


def test_relations_need_their_marks(marked: Trained) -> None:
    assert said(marked, ["the <e1>cat</e1> saw a <e2>dog</e2>", ""])[1] == ""
    with pytest.raises(
        ValueError, match=r"Input 2 must mark two entities as .* got no </e2> in 'the <e1>cat</e1> a <e"
    ):
        said(marked, ["<e1>cat</e1> and <e2>dog</e2>", "the <e1>cat</e1> a <e2>dog"])


def test_a_reader_knows_what_stands_for_what(one: Trained, two: Trained) -> None:
    reader = TextReader(Path(one.result.path))
    ids = reader.encode("a fine xyzzy")
    assert [reader.token_text(index) for index in ids] == ["a", "fine", "<unk>"]
    assert (reader.num_unknown("a fine xyzzy"), reader.kind) == (len("xyzzy"), "words")
    pieces = TextReader(Path(two.result.path)).pieces(("a red", "dog"))
    line = "a red\tdog"
    assert [line[piece.start : piece.end] for piece in pieces] == ["a", "red", "\t", "dog"]
