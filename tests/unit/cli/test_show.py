"""`clearhead show`: lists, and runs described."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clearhead.models.gpt import GPT
from clearhead.runs.run import save_run
from clearhead.tokenizers.base import train_tokenizer


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    save_run(tmp_path / "run", GPT.tiny(), train_tokenizer("character", ["abc 猫"], vocab_size=37), {"seed": 5})
    return tmp_path / "run"


def test_everything_is_listed_without_a_word(command: Callable[..., Any]) -> None:
    outcome = command("show")
    assert outcome.exit_code == 0
    for word in ("models", "gpt2", "recipes", "tokenizers", "views", "attention", "formats", "qwen3"):
        assert word in outcome.out


def test_one_list_as_text_and_as_json(command: Callable[..., Any]) -> None:
    assert "learned vector for every position" in command("show", "models").out
    listed = json.loads(command("show", "models", "--json").out)
    assert {"gpt", "gpt2"} <= set(listed)


def test_a_run_is_described_as_text_and_as_json(command: Callable[..., Any], saved: Path) -> None:
    outcome = command("show", saved)
    assert outcome.exit_code == 0
    assert "parameters" in outcome.out
    assert "model.safetensors" in outcome.out
    described = json.loads(command("show", saved, "--json").out)
    assert described["parameters"] == sum(p.numel() for p in GPT.tiny().parameters())
    assert described["seed"] == 5


def test_the_card_of_a_run_is_written_for_a_browser(command: Callable[..., Any], saved: Path, tmp_path: Path) -> None:
    outcome = command("show", saved, "--html", tmp_path / "card.html")
    assert outcome.exit_code == 0
    assert f"Wrote {tmp_path / 'card.html'}" in outcome.out
    assert "<!doctype html>" in (tmp_path / "card.html").read_text(encoding="utf-8").lower()


@pytest.mark.parametrize("words", [("models",), ("claim",), ()])
def test_a_list_has_no_card(command: Callable[..., Any], words: tuple[str, ...], tmp_path: Path) -> None:
    outcome = command("show", *words, "--html", tmp_path / "card.html")
    assert outcome.exit_code == 2
    assert "show.html must stand beside a run, got" in outcome.err
    assert "Name the folder of one: clearhead show RUN --html" in outcome.err
    assert not (tmp_path / "card.html").exists()


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("modles", "show.what must be a run or one of models, tasks, recipes, views, tokenizers, formats, data"),
        ("no-such-run-at-all", "No run at no-such-run-at-all."),
    ],
)
def test_a_mistake_is_one_sentence(
    command: Callable[..., Any], word: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = command("show", word)
    assert outcome.exit_code == 2
    assert sentence in outcome.err
    assert "Traceback" not in outcome.err
