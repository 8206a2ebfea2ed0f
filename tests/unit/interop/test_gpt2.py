"""GPT-2 folders: transposed matrices, the first release's names, refused variants."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from clearhead.interop import gpt2
from clearhead.interop.base import read_model, write_model
from clearhead.models.gpt2 import GPT2, GPT2Config

TOKENS = torch.tensor([[3, 1, 4, 1, 5, 9, 2, 6]])


def made(**options: Any) -> GPT2:
    torch.manual_seed(0)
    sizes = {"vocab_size": 19, "context_length": 16, "d_model": 24, "num_layers": 2, "num_heads": 4}
    model = GPT2(GPT2Config(**(sizes | options)))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(1.0 if parameter.dim() == 1 else 0.0, 0.3)
    return model.eval()


@pytest.mark.parametrize("options", [{}, {"is_tied": False}, {"d_ff": 10, "norm_eps": 1e-6, "dropout": 0.2}])
def test_what_is_written_reads_back_the_same(tmp_path: Path, options: dict[str, Any]) -> None:
    model = made(**options)
    write_model(model, tmp_path)
    again = read_model(tmp_path).eval()
    assert again.config.dropout == model.config.dropout
    assert again.config.norm_eps == model.config.norm_eps
    assert torch.equal(again(TOKENS), model(TOKENS))
    assert ("lm_head.weight" in load_file(tmp_path / "model.safetensors")) is not model.config.is_tied


def test_query_key_and_value_lie_side_by_side_as_in_by_out(tmp_path: Path) -> None:
    model = made()
    write_model(model, tmp_path)
    stored = load_file(tmp_path / "model.safetensors")
    attention = model.layers[1].attention
    assert torch.equal(stored["transformer.h.1.attn.c_attn.weight"][:, 24:48], attention.key.weight.T)
    assert torch.equal(stored["transformer.h.1.attn.c_attn.bias"][48:], attention.value.bias)
    assert stored["transformer.h.1.mlp.c_fc.weight"].shape == (24, 96)


def test_names_and_masks_of_the_first_release_are_read(tmp_path: Path) -> None:
    model = made()
    write_model(model, tmp_path)
    stored = load_file(tmp_path / "model.safetensors")
    bare = {name.removeprefix("transformer."): tensor.clone() for name, tensor in stored.items()}
    bare |= {f"h.{index}.attn.bias": torch.ones(1, 1, 16, 16).tril() for index in range(2)}
    bare["lm_head.weight"] = bare["wte.weight"].clone()
    save_file(bare, tmp_path / "model.safetensors")
    assert torch.equal(read_model(tmp_path).eval()(TOKENS), model(TOKENS))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"activation_function": "relu"}, r'activation_function must be "gelu_new" or "gelu_pytorch_tanh", got "relu"'),
        ({"scale_attn_weights": False}, r"scale_attn_weights must be true, got false"),
        ({"scale_attn_by_inverse_layer_idx": True}, r"scale_attn_by_inverse_layer_idx must be false, got true"),
        ({"add_cross_attention": True}, r"add_cross_attention must be false, got true"),
        ({"architectures": ["GPT2DoubleHeadsModel"]}, r'architectures must be \["GPT2LMHeadModel"\]'),
        (
            {"n_positions": 17},
            r"'transformer.wpe.weight' must have the shape \[17, 24\] of config.json, got \[16, 24\]",
        ),
        ({"n_head": 5}, r"GPT2Config.d_model must be divisible by num_heads, got d_model=24, num_heads=5"),
        ({"n_inner": 50}, r"'transformer.h.0.mlp.c_fc.weight' must have the shape \[24, 50\]"),
        ({"n_layer": 1 << 30}, r"must fit the weights, got 1073741824 layers and 28 tensors"),
        ({"n_emdb": 24}, r"config.json.n_emdb must be a key that Clearhead knows, got 24. Did you mean 'n_embd'"),
    ],
)
def test_what_would_compute_other_numbers_is_refused(tmp_path: Path, values: dict[str, Any], message: str) -> None:
    write_model(made(), tmp_path)
    path = tmp_path / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        gpt2.read(tmp_path)
