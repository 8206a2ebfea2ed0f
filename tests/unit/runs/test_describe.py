"""What `clearhead show RUN` says."""

from pathlib import Path

import pytest

from clearhead.interop.base import write_model
from clearhead.models.gpt2 import GPT2
from clearhead.runs.describe import describe, rows
from clearhead.runs.run import open_run, save_run
from clearhead.tokenizers.base import train_tokenizer


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    tokenizer = train_tokenizer("character", ["abcdefg"], vocab_size=37)
    info = {"data": {"name": "letters"}, "scores": {"loss": 1.23456789}, "baselines": {"bigram": {"loss": 2.0}}}
    save_run(tmp_path / "run", GPT2.tiny(), tokenizer, info)
    (tmp_path / "run" / "checkpoints" / "step-000001").mkdir(parents=True)
    (tmp_path / "run" / "checkpoints" / "step-000001" / "model.safetensors").write_bytes(bytes(5_000_000))
    return tmp_path / "run"


def test_a_run_is_described_by_its_own_numbers(saved: Path) -> None:
    described = describe(open_run(saved))
    assert described["parameters"] == sum(p.numel() for p in GPT2.tiny().parameters())
    assert described["model"] == "gpt2"
    assert described["data"]["name"] == "letters"
    assert described["baselines"] == {"bigram": {"loss": 2.0}}
    assert described["files"]["checkpoints/"] == 5_000_000
    assert described["files"]["config.json"] == (saved / "config.json").stat().st_size
    assert "imported_from" not in described


def test_the_rows_are_words(saved: Path) -> None:
    laid_out = rows(describe(open_run(saved)))
    assert laid_out["scores.loss"] == "1.23457"
    assert laid_out["baselines.bigram"] == "loss 2"
    assert laid_out["config.d_model"] == "32"
    assert "checkpoints/ 5 MB" in laid_out["files"]
    assert "," in laid_out["parameters"]


def test_a_foreign_folder_is_described_by_its_config(tmp_path: Path) -> None:
    write_model(GPT2.tiny(), tmp_path)
    described = describe(open_run(tmp_path))
    assert described["model_type"] == "gpt2"
    assert described["config"]["n_embd"] == 32
    assert "data" not in described
