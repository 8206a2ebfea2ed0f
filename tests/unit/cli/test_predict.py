"""`clearhead predict`: where inputs come from, where answers go, and what is refused."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny import tiny_train, write_sample_text
from tiny_tasks import train_tiny

Command = Callable[..., Any]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_tiny("translation", tmp_path_factory.mktemp("predict")).result.path


def test_words_are_answered_line_by_line(run: Path, command: Command) -> None:
    done = command("predict", run, "the cat", "a dog", "--device", "cpu")
    assert (done.exit_code, done.err) == (0, "")
    assert len(done.out.splitlines()) == 2


def test_a_file_and_standard_input_give_the_same(
    run: Path, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = "\ufeffthe cat\n\na dog\r\n".encode()
    (tmp_path / "in.txt").write_bytes(data)
    from_file = command("predict", run, "--file", tmp_path / "in.txt", "--device", "cpu")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
    from_stdin = command("predict", run, "--device", "cpu")
    assert from_file.out == from_stdin.out
    lines = from_file.out.splitlines()
    assert len(lines) == 3 and lines[1] == ""
    assert lines[0] == command("predict", run, "the cat", "--device", "cpu").out.strip("\n")


def test_json_has_a_line_for_each_input(run: Path, command: Command) -> None:
    done = command("predict", run, "the cat", "", "--json", "--num-best", "2", "--has-alignment")
    facts = [json.loads(line) for line in done.out.splitlines()]
    assert [each["input"] for each in facts] == ["the cat", ""]
    assert len(facts[0]["alternatives"]) == 1 and facts[0]["alignment"]


def test_answers_go_into_a_new_file(run: Path, command: Command, tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    done = command("predict", run, "the cat", "--out", out)
    assert (done.exit_code, done.out) == (0, "")
    assert out.read_text(encoding="utf-8") == command("predict", run, "the cat").out
    again = command("predict", run, "a dog", "--out", out)
    assert again.exit_code == 2 and "must be a new file" in again.err
    assert out.read_text(encoding="utf-8").count("\n") == 1


def test_a_mistake_leaves_no_empty_file(run: Path, command: Command, tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    assert command("predict", run, "cat " * 99, "--out", out).exit_code == 2
    assert command("predict", run, "--file", tmp_path / "nothing", "--out", out).exit_code == 2
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["the cat", "--file", "x.txt"], "predict takes inputs or --file, got both ('the cat' and 'x.txt')."),
        (["--file", "nothing.txt"], "--file must be a text file with an input on each line, got nothing.txt"),
        (["cat " * 99], "Text 1 must be at most 64 tokens long"),
        (["the cat", "--num-beams", "0"], "num_beams must be"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_2(
    run: Path, command: Command, words: list[str], sentence: str
) -> None:
    done = command("predict", run, *words)
    assert (done.exit_code, done.out) == (2, "")
    assert sentence in done.err and done.err.count("\n") == 1


def test_bytes_that_are_no_text_are_named_by_their_line(run: Path, command: Command, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_bytes(b"fine\nbad \xff\n")
    done = command("predict", run, "--file", tmp_path / "in.txt")
    assert done.exit_code == 2 and "line 2 must be UTF-8, got byte 0xff at place 4." in done.err


def test_a_language_model_is_sent_to_generate(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    path = tiny_train(write_sample_text(tmp_path), tmp_path / "run", steps=2).path
    done = command("predict", path, "the cat")
    assert done.exit_code == 2 and "got language_modeling. Use clearhead generate." in done.err


def test_rows_of_a_table_are_answered(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    path = train_tiny("classification, rows", tmp_path).result.path
    (tmp_path / "new.csv").write_text("x,y,colour\n3,1,red\n-3,1,green\n", encoding="utf-8")
    done = command("predict", path, "--file", tmp_path / "new.csv")
    assert [line.split("\t")[0] for line in done.out.splitlines()] == ["right", "left"]
    refused = command("predict", path, '{"x": 1}')
    assert refused.exit_code == 2 and "must have the column" in refused.err
    option = command("predict", path, '{"x": 1, "y": 1, "colour": "red"}', "--num-beams", "2")
    assert option.exit_code == 2 and "num_beams" in option.err


def test_columns_are_only_for_tags(run: Path, command: Command, tmp_path: Path) -> None:
    done = command("predict", run, "the cat", "--out", tmp_path / "out.conll", "--device", "cpu")
    assert done.exit_code == 2 and "--out must not end with .conll" in done.err
    assert not (tmp_path / "out.conll").exists()


def test_words_that_are_parted_already_are_kept_on_request(command: Command, tmp_path: Path) -> None:
    tagger = train_tiny("tagging, words", tmp_path).result.path
    cut = command("predict", tagger, "don't-go", "--json", "--device", "cpu")
    kept = command("predict", tagger, "don't-go", "--is-split", "--json", "--device", "cpu")
    assert json.loads(cut.out)["tokens"] == ["don't", "-", "go"]
    assert json.loads(kept.out)["tokens"] == ["don't-go"]
