"""`clearhead export RUN --to FORMAT OUT`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from clearhead.models.gpt import GPT, GPTConfig
from clearhead.runs.run import open_run, save_run
from clearhead.tokenizers.base import train_tokenizer

TOKENS = torch.tensor([[3, 1, 4]])


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    tokenizer = train_tokenizer("bpe", ["the cat sat on the mat"] * 3, vocab_size=270)
    model = GPT(GPTConfig(vocab_size=270, context_length=16, d_model=16, num_layers=1, num_heads=2))
    torch.nn.init.normal_(model.head.weight)
    save_run(tmp_path / "run", model, tokenizer, {})
    return tmp_path / "run"


def test_the_format_may_stand_between_run_and_out(command: Callable[..., Any], saved: Path, tmp_path: Path) -> None:
    outcome = command("export", saved, "--to", "qwen3", tmp_path / "out", "--dtype", "bfloat16")
    assert outcome.exit_code == 0, outcome.err
    assert f"Written: {tmp_path / 'out'}" in outcome.out
    exported = open_run(tmp_path / "out")
    assert exported.config["dtype"] == "bfloat16"
    assert torch.allclose(exported.model()(TOKENS), open_run(saved).model()(TOKENS), atol=0.1)


def test_gguf_becomes_one_file_where_a_file_is_named(command: Callable[..., Any], saved: Path, tmp_path: Path) -> None:
    pytest.importorskip("gguf", reason="the gguf package is not installed")
    outcome = command("export", saved, "--to", "gguf", tmp_path / "models" / "cat.gguf")
    assert outcome.exit_code == 0, outcome.err
    assert (tmp_path / "models" / "cat.gguf").read_bytes()[:4] == b"GGUF"
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["cat.gguf"]
    assert command("export", saved, "--to", "gguf", tmp_path / "folder").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "folder").iterdir()) == ["README.md", "model.gguf"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--to", "llama", "out"], "The format must be one of gguf, qwen3, clearhead for this GPT model, got 'llama'"),
        (["--to", "qwen", "out"], "Did you mean 'qwen3'?"),
        (["--to", "qwen3", "run"], "OUT must be new or an empty folder"),
    ],
)
def test_a_mistake_is_one_sentence(
    command: Callable[..., Any], saved: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], sentence: str
) -> None:
    monkeypatch.chdir(saved.parent)
    outcome = command("export", "run", *words)
    assert outcome.exit_code == 2
    assert sentence in outcome.err
    assert "Traceback" not in outcome.err
