"""Qwen3 and Llama folders: what is read back, and every variant that would give silently wrong numbers."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from clearhead.interop import llama, qwen3
from clearhead.interop.base import read_model, write_model
from clearhead.models.gpt import GPT, GPTConfig

TOKENS = torch.tensor([[3, 1, 4, 1, 5, 9, 2, 6]])


def made(**options: Any) -> GPT:
    torch.manual_seed(0)
    sizes = {"vocab_size": 19, "context_length": 16, "d_model": 24, "num_layers": 2, "num_heads": 4, "num_kv_heads": 2}
    model = GPT(GPTConfig(**(sizes | options)))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(1.0 if parameter.dim() == 1 else 0.0, 0.3)
    return model.eval()


def change(folder: Path, **values: Any) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_model(made(), tmp_path / "qwen3")
    return tmp_path / "qwen3"


@pytest.fixture
def llama_folder(tmp_path: Path) -> Path:
    write_model(made(use_qk_norm=False), tmp_path / "llama")
    return tmp_path / "llama"


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"head_dim": 10},
        {"is_tied": True},
        {"use_qk_norm": False},
        {"use_qk_norm": False, "is_tied": True, "head_dim": 16},
        {"rope_theta": 500000.0, "norm_eps": 1e-5, "d_ff": 17},
    ],
)
def test_what_is_written_reads_back_the_same(tmp_path: Path, options: dict[str, Any]) -> None:
    model = made(**options)
    write_model(model, tmp_path / "m")
    again = read_model(tmp_path / "m").eval()
    for name in ("use_qk_norm", "is_tied", "rope_theta", "norm_eps", "context_length", "width_of_head", "inner_width"):
        assert getattr(again.config, name) == getattr(model.config, name), name
    assert torch.equal(again(TOKENS), model(TOKENS))
    assert all(torch.equal(a, b) for a, b in zip(again.parameters(), model.parameters(), strict=True))


def test_the_file_says_what_readers_of_transformers_look_for(folder: Path) -> None:
    with safe_open(str(folder / "model.safetensors"), framework="pt") as file:
        assert file.metadata() == {"format": "pt"}
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert config["rope_theta"] == config["rope_parameters"]["rope_theta"] == 10000.0
    assert config["dtype"] == config["torch_dtype"] == "float32"
    assert config["head_dim"] == 6
    assert config["architectures"] == ["Qwen3ForCausalLM"]


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_a_narrower_number_type_is_kept_in_the_file_and_read_as_float32(tmp_path: Path, dtype: str) -> None:
    model = made()
    write_model(model, tmp_path / "m", dtype=dtype)
    stored = load_file(tmp_path / "m" / "model.safetensors")
    assert {str(tensor.dtype) for tensor in stored.values()} == {f"torch.{dtype}"}
    again = read_model(tmp_path / "m")
    assert torch.equal(again.head.weight, model.head.weight.to(getattr(torch, dtype)).float())


def test_an_unknown_number_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"dtype must be one of float32, bfloat16, float16, got 'int8'"):
        write_model(made(), tmp_path / "m", dtype="int8")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"hidden_act": "gelu"}, r'config.json.hidden_act must be "silu" or "swish", got "gelu"'),
        ({"attention_bias": True}, r"config.json.attention_bias must be false, got true"),
        (
            {"rope_scaling": {"rope_type": "yarn", "factor": 4.0}},
            r'config.json.rope_scaling.rope_type must be "default", got "yarn"',
        ),
        (
            {"rope_parameters": {"rope_type": "linear", "rope_theta": 1e4}},
            r'rope_parameters.rope_type must be "default", got "linear"',
        ),
        ({"rope_parameters": {"rope_theta": 5e4}}, r"rope_parameters.rope_theta must agree .* got 50000 and 10000"),
        ({"rope_parameters": {"partial_rotary_factor": 0.5}}, r"partial_rotary_factor must be 1.0 or 1, got 0.5"),
        ({"rope_parameters": {"full_attention": {"rope_theta": 1e4}}}, r"rope_parameters.full_attention must be a key"),
        ({"rope_scaling": "yarn"}, r"config.json.rope_scaling must be an object, got 'yarn'"),
        ({"rope_theta": 0.5, "rope_parameters": None}, r"config.json.rope_theta must be at least 1, got 0.5"),
        (
            {"use_sliding_window": True, "sliding_window": 8, "max_window_layers": 1},
            r"use_sliding_window must be false",
        ),
        (
            {"layer_types": ["full_attention", "sliding_attention"]},
            r"layer_types must be 'full_attention' in every layer",
        ),
        ({"layer_types": ["full_attention"]}, r"layer_types must name each of 2 layers"),
        ({"quantization_config": {"quant_method": "awq"}}, r"config.json.quantization_config must be null"),
        ({"architectures": ["Qwen3ForSequenceClassification"]}, r'architectures must be \["Qwen3ForCausalLM"\]'),
        ({"auto_map": {"AutoModel": "evil.Model"}}, r"config.json.auto_map must be a key that Clearhead knows"),
        ({"num_experts": 8}, r"config.json.num_experts must be a key that Clearhead knows, got 8"),
        ({"max_position_embeddings": 2**30}, r"max_position_embeddings must be at most 1048576, got 1073741824"),
        ({"hidden_size": "24"}, r"config.json.hidden_size must be a whole number"),
        (
            {"num_hidden_layers": 10**9},
            r"number of layers in config.json must fit the weights, got 1000000000 layers and 25",
        ),
        (
            {"num_hidden_layers": 3},
            r"must hold the tensor 'model.layers.2.input_layernorm.weight', got 25 tensors without it",
        ),
        ({"num_hidden_layers": 1}, r"must hold only tensors of the model in config.json, got 11 more"),
        (
            {"hidden_size": 2**31 - 1},
            r"'model.embed_tokens.weight' must have the shape \[19, 2147483647\].* got \[19, 24\]",
        ),
        (
            {"vocab_size": 20},
            r"'model.embed_tokens.weight' must have the shape \[20, 24\] of config.json, got \[19, 24\]",
        ),
        ({"num_attention_heads": 8}, r"'model.layers.0.self_attn.q_proj.weight' must have the shape \[48, 24\]"),
        ({"num_key_value_heads": 3}, r"num_heads must be divisible by num_kv_heads, got num_heads=4, num_kv_heads=3"),
        ({"head_dim": 7}, r"head_dim must be even"),
        ({"tie_word_embeddings": True}, r"tensor 'lm_head.weight' must equal the embedding"),
        ({"tie_word_embeddings": "yes"}, r"tie_word_embeddings must be true or false, got 'yes'"),
    ],
)
def test_what_would_compute_other_numbers_is_refused(folder: Path, values: dict[str, Any], message: str) -> None:
    change(folder, **values)
    with pytest.raises(ValueError, match=message):
        qwen3.read(folder)


@pytest.mark.parametrize(
    "values",
    [
        {"use_sliding_window": True, "sliding_window": 4096, "max_window_layers": 2},
        {"use_sliding_window": False, "sliding_window": 4096},
        {"layer_types": ["full_attention", "full_attention"]},
        {"rope_scaling": {"rope_type": "default", "rope_theta": 10000.0}},
        {"rope_parameters": None},
        {"_name_or_path": "somewhere", "id2label": {"0": "LABEL_0"}, "transformers_version": "4.51.0", "top_k": 50},
    ],
)
def test_what_changes_no_number_is_accepted(folder: Path, values: dict[str, Any]) -> None:
    change(folder, **values)
    assert torch.equal(qwen3.read(folder).eval()(TOKENS), made()(TOKENS))


def test_llama_with_biases_is_refused(llama_folder: Path) -> None:
    for key in ("attention_bias", "mlp_bias"):
        change(llama_folder, attention_bias=False, mlp_bias=False)
        change(llama_folder, **{key: True})
        with pytest.raises(ValueError, match=rf"config.json.{key} must be false, got true"):
            llama.read(llama_folder)


def test_llama_needs_a_width_that_its_class_accepts(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"divisible by num_heads in a Llama folder, got d_model=24, num_heads=5"):
        write_model(made(use_qk_norm=False, num_heads=5, num_kv_heads=1, head_dim=6), tmp_path / "m")
    assert not (tmp_path / "m").exists()


def test_a_repeated_head_is_accepted_when_it_is_the_embedding(tmp_path: Path) -> None:
    model = made(is_tied=True)
    write_model(model, tmp_path)
    stored = load_file(tmp_path / "model.safetensors")
    save_file(stored | {"lm_head.weight": stored["model.embed_tokens.weight"].clone()}, tmp_path / "model.safetensors")
    assert torch.equal(read_model(tmp_path).eval()(TOKENS), model(TOKENS))


def test_a_loaded_model_can_be_saved_over_its_own_file(folder: Path) -> None:
    model = read_model(folder)
    with torch.no_grad():
        model.head.weight.add_(1.0)
    write_model(model, folder)
    assert torch.equal(read_model(folder).head.weight, model.head.weight)
