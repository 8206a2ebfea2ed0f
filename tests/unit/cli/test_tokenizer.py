"""`clearhead tokenizer`: train one, look at one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clearhead.tokenizers.base import load, train_tokenizer

TEXT = "The cat sat on the mat.\n床前明月光，疑是地上霜。\n" * 30


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    train_tokenizer("bpe", [TEXT], vocab_size=300).save(tmp_path / "bpe")
    return tmp_path / "bpe"


def test_one_is_trained_and_saved(command: Callable[..., Any], text: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    outcome = command("tokenizer", "train", "--data", text, "--kind", "bpe", "--vocab-size", 290, "--out", out)
    assert outcome.exit_code == 0
    assert outcome.out == f"bpe tokenizer of 290 tokens: {out}\n"
    assert load(out).vocab_size == 290
    assert load(out).decode(load(out).encode("床前 cat")) == "床前 cat"


def test_what_the_training_had_to_tell_is_told(command: Callable[..., Any], text: Path, tmp_path: Path) -> None:
    outcome = command("tokenizer", "train", "--data", text, "--vocab-size", 5000, "--out", tmp_path / "out")
    assert "tokens only; 5,000 were asked for." in outcome.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--kind", "bqe", "--vocab-size", "300"], "Did you mean 'bpe'?"),
        (["--vocab-size", "12"], "bpe.vocab_size must be at least 257"),
        ([], "Choose it (--vocab-size)"),
        (["--kind", "byte", "--vocab-size", "300"], "byte.vocab_size must be 257"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_written(
    command: Callable[..., Any], text: Path, tmp_path: Path, words: list[str], message: str
) -> None:
    outcome = command("tokenizer", "train", "--data", text, "--out", tmp_path / "out", *words)
    assert outcome.exit_code == 2
    assert message in outcome.err
    assert outcome.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_models_tokenizer_is_not_written_over(command: Callable[..., Any], text: Path, trained: Path) -> None:
    before = (trained / "tokenizer.json").read_bytes()
    (trained / "config.json").write_text("{}", encoding="utf-8")
    outcome = command("tokenizer", "train", "--data", text, "--kind", "byte", "--out", trained)
    assert outcome.exit_code == 2
    assert "must hold no model" in outcome.err
    assert (trained / "tokenizer.json").read_bytes() == before


def test_the_vocabulary_is_shown_with_the_merges_learned_first(command: Callable[..., Any], trained: Path) -> None:
    outcome = command("tokenizer", "show", trained, "--merges", 3)
    assert outcome.exit_code == 0
    for shown in ("bpe", "300", "<|endoftext|>", "The first merges"):
        assert shown in outcome.out


def test_the_pieces_of_a_text_are_shown_with_each_merge(command: Callable[..., Any], trained: Path) -> None:
    outcome = command("tokenizer", "show", trained, "The 床前")
    assert outcome.exit_code == 0
    for shown in ("床", "e5 ba 8a", "become", "learned as"):
        assert shown in outcome.out


def test_the_same_as_json(command: Callable[..., Any], trained: Path) -> None:
    panels = json.loads(command("tokenizer", "show", trained, "The cat", "--json", "--merges", 2).out)
    named = {panel["name"]: panel for panel in panels}
    ids = [row[named["pieces"]["columns"].index("id")] for row in named["pieces"]["rows"]]
    assert ids == load(trained).encode("The cat")
    assert len(named["learned"]["rows"]) == 2


def test_a_folder_without_a_tokenizer_is_one_sentence(command: Callable[..., Any], tmp_path: Path) -> None:
    outcome = command("tokenizer", "show", tmp_path)
    assert outcome.exit_code == 2
    assert "must hold tokenizer.json" in outcome.err
    assert outcome.err.count("\n") == 1
