"""A run into other formats, and foreign folders into runs."""

import os
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from tiny_tasks import options_for

from clearhead.models.gpt import GPT, GPTConfig
from clearhead.models.gpt2 import GPT2, GPT2Config
from clearhead.runs.convert import export_run, import_run
from clearhead.runs.run import open_run, save_run
from clearhead.tasks._text_reader import TextReader
from clearhead.tokenizers.base import Tokenizer, train_tokenizer
from clearhead.training.assemble import train

TOKENS = torch.tensor([[3, 1, 4, 1, 5]])


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer("character", ["the cat sat on the mat."], vocab_size=100)


@pytest.fixture(params=["qwen3", "llama", "gpt2"])
def saved(request: pytest.FixtureRequest, tmp_path: Path, tokenizer: Tokenizer) -> Path:
    torch.manual_seed(0)
    sizes: dict[str, Any] = {"vocab_size": tokenizer.vocab_size, "context_length": 16, "d_model": 16, "num_layers": 1}
    if request.param == "gpt2":
        model: GPT | GPT2 = GPT2(GPT2Config(num_heads=2, **sizes))
    else:
        model = GPT(GPTConfig(num_heads=2, use_qk_norm=request.param == "qwen3", **sizes))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter)
    save_run(tmp_path / request.param, model, tokenizer, {"data": {"name": "a line"}, "seed": 9})
    return tmp_path / request.param


def test_an_export_is_a_plain_folder_with_the_same_model(saved: Path, tmp_path: Path) -> None:
    out = export_run(saved, tmp_path / "out", to=saved.name)
    assert not (out / "clearhead.json").exists()
    assert "a line" in (out / "README.md").read_text(encoding="utf-8")
    exported = open_run(out)
    assert exported.info == {}
    assert torch.equal(exported.model()(TOKENS), open_run(saved).model()(TOKENS))
    assert exported.tokenizer.fingerprint == open_run(saved).tokenizer.fingerprint


def test_an_export_keeps_the_number_type_unless_asked_otherwise(saved: Path, tmp_path: Path) -> None:
    export_run(saved, tmp_path / "bf16", to=saved.name, dtype="bfloat16")
    export_run(tmp_path / "bf16", tmp_path / "again", to=saved.name)
    for name in ("bf16", "again"):
        stored = load_file(tmp_path / name / "model.safetensors")
        assert {tensor.dtype for tensor in stored.values()} == {torch.bfloat16}, name


def test_an_imported_folder_is_a_run_that_says_where_it_came_from(saved: Path, tmp_path: Path) -> None:
    export_run(saved, tmp_path / "foreign", to=saved.name)
    run = import_run(tmp_path / "foreign", tmp_path / "run")
    assert run.info["imported_from"] == saved.name
    assert run.info["model_type"] == saved.name
    assert torch.equal(run.model()(TOKENS), open_run(saved).model()(TOKENS))
    again = import_run(saved, tmp_path / "copy")
    assert again.info["imported_from"] is None
    assert again.info["seed"] == 9


def test_nothing_is_written_over_what_is_there(saved: Path, tmp_path: Path) -> None:
    names = sorted(os.listdir(saved))
    with pytest.raises(FileExistsError, match=r"OUT must be new or an empty folder, got .*, which exists"):
        export_run(saved, saved, to=saved.name)
    with pytest.raises(FileExistsError, match=r"Choose another name"):
        import_run(saved, saved / "config.json")
    assert sorted(os.listdir(saved)) == names


def test_a_format_that_cannot_hold_the_model_is_refused(saved: Path, tmp_path: Path) -> None:
    other = {"qwen3": "gpt2", "llama": "qwen3", "gpt2": "llama"}[saved.name]
    with pytest.raises(ValueError, match=rf"must be one of gguf, {saved.name}, clearhead for this .*got '{other}'"):
        export_run(saved, tmp_path / "out", to=other)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("units", ["words", "pieces"])
def test_an_export_of_a_classifier_of_texts_reads_texts_alike(tmp_path: Path, units: str) -> None:
    options = options_for("classification, texts", tmp_path)
    result = train(out=str(tmp_path / "run"), **options, task_options={"units": units, "max_units": 300})
    out = export_run(result.path, tmp_path / "out", to="clearhead")
    ours, exported = (TextReader(path) for path in (result.path, out))
    assert ours.encode("a fine dog") == exported.encode("a fine dog")
    tokens = torch.tensor([ours.encode("a fine dog")])
    assert torch.equal(open_run(result.path).model()(tokens), open_run(out).model()(tokens))
