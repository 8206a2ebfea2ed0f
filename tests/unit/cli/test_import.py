"""`clearhead import DIR OUT`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from clearhead.interop.base import write_model
from clearhead.models.gpt2 import GPT2
from clearhead.runs.run import open_run
from clearhead.tokenizers.base import train_tokenizer


def test_a_foreign_folder_becomes_a_run(command: Callable[..., Any], tmp_path: Path) -> None:
    model = GPT2.tiny().eval()
    write_model(model, tmp_path / "foreign", tokenizer=train_tokenizer("character", ["abc"], vocab_size=37))
    outcome = command("import", tmp_path / "foreign", tmp_path / "run")
    assert outcome.exit_code == 0, outcome.err
    parameters = sum(p.numel() for p in model.parameters())
    assert f"{parameters:,} parameters" in outcome.out
    run = open_run(tmp_path / "run")
    assert run.info["imported_from"] == "gpt2"
    tokens = torch.tensor([[1, 2, 3]])
    assert torch.equal(run.model()(tokens), model(tokens))


def test_a_folder_of_pickles_says_how_to_convert_it(command: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "config.json").write_text('{"model_type": "gpt2"}', encoding="utf-8")
    (tmp_path / "foreign" / "pytorch_model.bin").write_bytes(b"\x80\x02.")
    outcome = command("import", tmp_path / "foreign", tmp_path / "run")
    assert outcome.exit_code == 2
    assert "a pickle" in outcome.err
    assert "save_pretrained" in outcome.err
    assert not (tmp_path / "run").exists()
