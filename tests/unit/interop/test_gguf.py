"""A GGUF file read back: tensors and vocabulary with the gguf package, logits with transformers' own reader."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from clearhead.interop import base
from clearhead.models.gpt import GPT, GPTConfig
from clearhead.models.gpt2 import GPT2, GPT2Config
from clearhead.tokenizers.base import END_OF_TEXT, Tokenizer, train_tokenizer

gguf = pytest.importorskip("gguf", reason="the gguf package is not installed")
CORPUS = ["the cat sat on the mat, and the dog sat on the cat. 猫坐在垫子上，狗坐在猫上。"] * 4


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer("bpe", CORPUS, vocab_size=300)


def scattered(model: Any) -> Any:
    torch.manual_seed(0)
    for name, parameter in model.named_parameters():
        is_scale = parameter.dim() == 1 and name.endswith("weight")
        torch.nn.init.normal_(parameter, 1.0 if is_scale else 0.0, 0.3)
    return model.eval()


SIZES: dict[str, Any] = {"context_length": 32, "num_layers": 2}
MODELS: dict[str, Callable[[int], Any]] = {
    "qwen3": lambda size: GPT(
        GPTConfig(vocab_size=size, d_model=24, num_heads=2, num_kv_heads=1, head_dim=16, **SIZES)
    ),
    "llama": lambda size: GPT(
        GPTConfig(
            vocab_size=size, d_model=32, num_heads=4, num_kv_heads=2, use_qk_norm=False, rope_theta=500.0, **SIZES
        )
    ),
    "gpt2": lambda size: GPT2(GPT2Config(vocab_size=size, d_model=32, num_heads=4, **SIZES)),
}


@pytest.mark.parametrize("name", MODELS)
def test_transformers_reads_the_weights_to_the_same_logits(tmp_path: Path, tokenizer: Tokenizer, name: str) -> None:
    from transformers import AutoConfig, AutoModelForCausalLM
    from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint

    model = scattered(MODELS[name](tokenizer.vocab_size))
    base.write_model(model, tmp_path / "folder", tokenizer=tokenizer)
    base.write_model(model, tmp_path / "file", tokenizer=tokenizer, to="gguf")
    theirs = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(tmp_path / "folder")).eval()
    assert type(theirs).__name__.lower().startswith(name)
    read = load_gguf_checkpoint(tmp_path / "file" / "model.gguf", return_tensors=True, model_to_load=theirs)
    missing = theirs.load_state_dict(read["tensors"], strict=False)
    assert missing.unexpected_keys == []
    assert missing.missing_keys in ([], ["lm_head.weight"])  # the tied head of GPT-2
    ids = torch.tensor([tokenizer.encode("the dog sat on 猫")])
    with torch.no_grad():
        assert (theirs(ids).logits - model(ids)).abs().max() < 1e-4


def fields(path: Path) -> tuple[Any, dict[str, Any]]:
    reader = gguf.GGUFReader(path)
    return reader, {name: field.contents() for name, field in reader.fields.items()}


def test_tensors_and_sizes_are_those_of_the_model(tmp_path: Path, tokenizer: Tokenizer) -> None:
    model = scattered(MODELS["qwen3"](tokenizer.vocab_size))
    base.write_model(model, tmp_path, tokenizer=tokenizer, to="gguf")
    reader, found = fields(tmp_path / "model.gguf")
    stored = {tensor.name: np.array(tensor.data) for tensor in reader.tensors}
    assert len(stored) == len(model.state_dict())
    assert np.array_equal(stored["blk.1.attn_k.weight"], model.layers[1].attention.key.weight.detach().numpy())
    assert np.array_equal(stored["output_norm.weight"], model.final_norm.weight.detach().numpy())
    assert found["general.architecture"] == "qwen3"
    expected = {
        "context_length": 32,
        "embedding_length": 24,
        "block_count": 2,
        "feed_forward_length": model.config.inner_width,
        "attention.head_count": 2,
        "attention.head_count_kv": 1,
        "attention.key_length": 16,
        "attention.value_length": 16,
        "rope.freq_base": 10000.0,
    }
    assert {key: found[f"qwen3.{key}"] for key in expected} == expected
    assert found["qwen3.attention.layer_norm_rms_epsilon"] == pytest.approx(1e-6)


def test_the_vocabulary_is_that_of_the_tokenizer_with_spare_rows_marked(tmp_path: Path, tokenizer: Tokenizer) -> None:
    model = GPT2(GPT2Config(vocab_size=tokenizer.vocab_size + 2, d_model=32, num_heads=4, **SIZES))
    base.write_model(model, tmp_path, tokenizer=tokenizer, to="gguf")
    _, found = fields(tmp_path / "model.gguf")
    tokens = found["tokenizer.ggml.tokens"]
    assert tokens[: tokenizer.vocab_size] == [tokenizer.backend.id_to_token(i) for i in range(tokenizer.vocab_size)]
    assert tokens[tokenizer.vocab_size :] == [f"[PAD{tokenizer.vocab_size}]", f"[PAD{tokenizer.vocab_size + 1}]"]
    kinds = found["tokenizer.ggml.token_type"]
    assert kinds[tokens.index(END_OF_TEXT)] == gguf.TokenType.CONTROL
    assert kinds[-1] == gguf.TokenType.UNUSED
    assert kinds.count(gguf.TokenType.NORMAL) >= 256
    assert len(found["tokenizer.ggml.merges"]) > 10
    assert found["tokenizer.ggml.model"] == "gpt2"
    assert found["tokenizer.ggml.pre"] == "gpt-2"
    assert found["tokenizer.ggml.eos_token_id"] == tokenizer.end_of_text_id
    assert found["tokenizer.ggml.add_bos_token"] is False


@pytest.mark.parametrize(("dtype", "stored"), [("float16", "F16"), ("bfloat16", "BF16"), (None, "F32")])
def test_matrices_take_the_asked_number_type_and_vectors_stay_wide(
    tmp_path: Path, tokenizer: Tokenizer, dtype: str | None, stored: str
) -> None:
    model = scattered(MODELS["gpt2"](tokenizer.vocab_size))
    base.write_model(model, tmp_path, tokenizer=tokenizer, to="gguf", dtype=dtype)
    reader, _ = fields(tmp_path / "model.gguf")
    kinds = {tensor.name: tensor.tensor_type.name for tensor in reader.tensors}
    assert kinds["blk.0.attn_qkv.weight"] == stored
    assert kinds["blk.0.attn_qkv.bias"] == kinds["position_embd.weight"] == "F32"


def test_a_vocabulary_that_llama_cpp_cannot_compute_is_refused(tmp_path: Path) -> None:
    characters = train_tokenizer("character", CORPUS, vocab_size=100)
    model = MODELS["gpt2"](characters.vocab_size)
    with pytest.raises(ValueError, match=r"must be a byte-level BPE as llama.cpp computes it, got kind 'character'"):
        base.write_model(model, tmp_path / "out", tokenizer=characters, to="gguf")
    with pytest.raises(ValueError, match=r"interop.gguf.tokenizer must be given, got None"):
        base.write_model(model, tmp_path / "out", to="gguf")
    assert not (tmp_path / "out").exists()
