"""Qwen3: the same weights and the same input give transformers' numbers, in both directions."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, Qwen3Config, Qwen3ForCausalLM

from clearhead.models.gpt import GPT, GPTConfig
from clearhead.runs.convert import export_run, import_run
from clearhead.runs.run import open_run, save_run
from clearhead.tokenizers.base import Tokenizer

TOLERANCE = 1e-4
OURS: list[dict[str, Any]] = [
    {},
    {"num_kv_heads": 2, "head_dim": 12, "rope_theta": 500.0},
    {"num_kv_heads": 1, "is_tied": True, "d_ff": 40, "norm_eps": 1e-5},
]
SIZES = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "max_position_embeddings": 128,
}
THEIRS: list[dict[str, Any]] = [
    {},
    {"tie_word_embeddings": True, "num_key_value_heads": 1, "rms_norm_eps": 1e-5},
    {"head_dim": 8, "rope_parameters": {"rope_type": "default", "rope_theta": 1e6}, "num_key_value_heads": 4},
]
CT2 = {"num_kv_heads": 2, "head_dim": 16, "rope_theta": 500.0}


def build(vocab_size: int, options: dict[str, Any]) -> GPT:
    sizes = {"context_length": 128, "d_model": 32, "num_layers": 2, "num_heads": 4}
    return GPT(GPTConfig(vocab_size=vocab_size, **(sizes | options)))


@pytest.mark.parametrize("options", OURS)
def test_a_run_of_ours_is_a_folder_of_theirs(
    tmp_path: Path,
    tokenizer: Tokenizer,
    prompt: str,
    scattered: Callable[[Any], Any],
    our_greedy: Callable[..., list[int]],
    their_greedy: Callable[..., list[int]],
    options: dict[str, Any],
) -> None:
    model = scattered(build(tokenizer.vocab_size, options))
    save_run(tmp_path / "run", model, tokenizer, {"seed": 1})
    theirs = AutoModelForCausalLM.from_pretrained(tmp_path / "run")
    their_tokenizer = AutoTokenizer.from_pretrained(tmp_path / "run")
    ids = tokenizer.encode(prompt)
    assert type(theirs).__name__ == "Qwen3ForCausalLM"
    assert their_tokenizer(prompt)["input_ids"] == ids
    difference = theirs(torch.tensor([ids])).logits - model(torch.tensor([ids]))
    assert difference.abs().max() < TOLERANCE
    made = our_greedy(model, ids)
    assert len(set(made)) > 3  # a text, not one token over and over
    assert their_greedy(theirs, ids) == made
    assert their_tokenizer.decode(made, skip_special_tokens=True) == tokenizer.decode(made)


@pytest.mark.parametrize(("options", "shard_size"), [(THEIRS[0], "20KB"), *((options, "1GB") for options in THEIRS)])
def test_a_folder_of_theirs_is_a_run_of_ours(
    tmp_path: Path,
    tokenizer: Tokenizer,
    prompt: str,
    scattered: Callable[[Any], Any],
    our_greedy: Callable[..., list[int]],
    their_greedy: Callable[..., list[int]],
    options: dict[str, Any],
    shard_size: str,
) -> None:
    config = Qwen3Config(vocab_size=tokenizer.vocab_size, bos_token_id=None, eos_token_id=None, **(SIZES | options))
    theirs = scattered(Qwen3ForCausalLM(config))
    theirs.save_pretrained(tmp_path / "theirs", max_shard_size=shard_size)
    tokenizer.save(tmp_path / "theirs")
    run = open_run(tmp_path / "theirs")
    model = run.model()
    ids = run.tokenizer.encode(prompt)
    difference = theirs(torch.tensor([ids])).logits - model(torch.tensor([ids]))
    assert difference.abs().max() < TOLERANCE
    assert our_greedy(model, ids) == their_greedy(theirs, ids)


def test_import_and_export_bring_the_same_weights_back(
    tmp_path: Path, tokenizer: Tokenizer, scattered: Callable[[Any], Any]
) -> None:
    config = Qwen3Config(vocab_size=tokenizer.vocab_size, bos_token_id=None, eos_token_id=None, **SIZES)
    theirs = scattered(Qwen3ForCausalLM(config))
    theirs.save_pretrained(tmp_path / "theirs")
    tokenizer.save(tmp_path / "theirs")
    import_run(tmp_path / "theirs", tmp_path / "run")
    export_run(tmp_path / "run", tmp_path / "again", to="qwen3")
    again = AutoModelForCausalLM.from_pretrained(tmp_path / "again")
    before, after = theirs.state_dict(), again.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


@pytest.mark.slow
def test_ctranslate2_reads_a_run(
    tmp_path: Path,
    tokenizer: Tokenizer,
    prompt: str,
    scattered: Callable[[Any], Any],
    our_greedy: Callable[..., list[int]],
) -> None:
    ctranslate2 = pytest.importorskip("ctranslate2", reason="ctranslate2 is not installed")
    converter = shutil.which("ct2-transformers-converter", path=Path(sys.executable).parent)
    assert converter is not None, "ctranslate2 is installed without its converter"
    model = scattered(build(tokenizer.vocab_size, CT2))
    save_run(tmp_path / "run", model, tokenizer, {"seed": 1})
    words = [converter, "--model", str(tmp_path / "run"), "--output_dir", str(tmp_path / "ct2")]
    subprocess.run(words, check=True, capture_output=True, timeout=240)
    generator = ctranslate2.Generator(str(tmp_path / "ct2"), intra_threads=1)
    ids = tokenizer.encode(prompt)
    start = [str(tokenizer.backend.id_to_token(token)) for token in ids]
    made = generator.generate_batch(
        [start], max_length=50, sampling_topk=1, include_prompt_in_result=False, end_token=[]
    )
    assert made[0].sequences_ids[0] == our_greedy(model, ids)
