"""Marian folders: what the file says, what is read back, other names of one matrix, refused variants."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from clearhead.interop import marian
from clearhead.layers.positions import sinusoids
from clearhead.models.transformer import Transformer, TransformerConfig

SOURCE = torch.tensor([[3, 1, 4, 0], [5, 9, 0, 18]])
TARGET = torch.tensor([[18, 2, 6], [18, 7, 7]])


def made(**options: Any) -> Transformer:
    torch.manual_seed(0)
    tokens = {"source_vocab_size": 19, "target_vocab_size": 19, "padding_id": 18, "start_id": 18, "end_id": 0}
    sizes = {"context_length": 16, "d_model": 24, "num_layers": 2, "num_heads": 4, "d_ff": 20}
    model = Transformer(TransformerConfig(**(tokens | sizes | options)))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(1.0 if parameter.dim() == 1 else 0.0, 0.3)
    return model.eval()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a written model."""
    marian.write(made(), tmp_path / "m")
    return tmp_path / "m"


def change(folder: Path, **values: Any) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values), encoding="utf-8")


def change_tensors(folder: Path, **tensors: torch.Tensor) -> None:
    stored = load_file(folder / "model.safetensors")
    save_file({k: v.clone() for k, v in (stored | tensors).items()}, folder / "model.safetensors")


@pytest.mark.parametrize(
    "options", [{}, {"activation": "swish", "dropout": 0.2}, {"num_decoder_layers": 1, "num_heads": 2, "end_id": 5}]
)
def test_what_is_written_reads_back_the_same(tmp_path: Path, options: dict[str, Any]) -> None:
    model = made(**options)
    model.final_logits_bias.uniform_(-1, 1)
    marian.write(model, tmp_path)
    again = marian.read(tmp_path).eval()
    for name in ("activation", "dropout", "context_length", "inner_width", "count_of_decoder_layers", "end_id"):
        assert getattr(again.config, name) == getattr(model.config, name), name
    assert torch.equal(again(SOURCE, TARGET), model(SOURCE, TARGET))
    assert all(torch.equal(tensor, again.state_dict()[name]) for name, tensor in model.state_dict().items())


def test_the_files_say_what_other_tools_look_for(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert config["architectures"] == ["MarianMTModel"]
    assert config["pad_token_id"] == config["decoder_start_token_id"] == config["vocab_size"] - 1
    assert config["eos_token_id"] == 0
    assert (config["normalize_before"], config["normalize_embedding"], config["add_final_layer_norm"]) == (False,) * 3
    settings = json.loads((folder / "generation_config.json").read_text(encoding="utf-8"))
    assert settings["bad_words_ids"] == [[18]] and settings["num_beams"] == 4 and settings["forced_eos_token_id"] == 0
    stored = load_file(folder / "model.safetensors")
    assert stored["final_logits_bias"].shape == (1, 19)
    assert stored["model.decoder.layers.1.encoder_attn.q_proj.weight"].shape == (24, 24)
    assert len([name for name, tensor in stored.items() if tensor.shape == (19, 24)]) == 1


def test_the_tokenizer_writes_its_own_files(tmp_path: Path) -> None:
    class Tokenizer:
        def save(self, directory: Path, *, model_max_length: int | None = None) -> None:
            (directory / "vocab.json").write_text(str(model_max_length), encoding="utf-8")

    marian.write(made(), tmp_path, tokenizer=Tokenizer())
    assert (tmp_path / "vocab.json").read_text(encoding="utf-8") == "16"


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_a_narrower_number_type_is_kept_in_the_file(folder: Path, dtype: str) -> None:
    model = made()
    marian.write(model, folder, dtype=dtype)
    assert {str(tensor.dtype) for tensor in load_file(folder / "model.safetensors").values()} == {f"torch.{dtype}"}
    rounded = model.embedding.weight.to(getattr(torch, dtype)).float()
    assert torch.equal(marian.read(folder).embedding.weight, rounded)


def test_only_what_the_class_computes_is_written() -> None:
    assert marian.writes(made())
    assert not marian.writes(made(preset="tutorial"))
    assert not marian.writes(made(norm_eps=1e-6))
    assert not marian.writes(torch.nn.Linear(2, 2))


def test_the_embedding_may_stand_under_any_of_its_names(folder: Path) -> None:
    expected = marian.read(folder).eval()(SOURCE, TARGET)
    stored = load_file(folder / "model.safetensors")
    embedding = stored.pop("model.shared.weight")
    for names in (marian.EMBEDDINGS[1:2], marian.EMBEDDINGS[2:], marian.EMBEDDINGS):
        save_file(stored | {name: embedding.clone() for name in names}, folder / "model.safetensors")
        assert torch.equal(marian.read(folder).eval()(SOURCE, TARGET), expected)
    change_tensors(folder, **{"lm_head.weight": embedding + 1})
    with pytest.raises(ValueError, match=r"tensor 'lm_head.weight' must equal the embedding"):
        marian.read(folder)


def test_a_file_without_a_bias_has_none(folder: Path) -> None:
    stored = load_file(folder / "model.safetensors")
    del stored["final_logits_bias"]
    save_file(stored, folder / "model.safetensors")
    assert not marian.read(folder).final_logits_bias.any()


def test_stored_positions_must_be_ours(folder: Path) -> None:
    name = "model.encoder.embed_positions.weight"
    change_tensors(folder, **{name: sinusoids(16, 24)})
    assert torch.equal(marian.read(folder).eval()(SOURCE, TARGET), made()(SOURCE, TARGET))
    change_tensors(folder, **{name: sinusoids(16, 24, is_interleaved=True)})
    with pytest.raises(ValueError, match=r"'model.encoder.embed_positions.weight' must be sinusoids, all sines first"):
        marian.read(folder)
    change_tensors(folder, **{name: sinusoids(17, 24)})
    with pytest.raises(ValueError, match=r"must have the shape \[16, 24\] of config.json, got \[17, 24\]"):
        marian.read(folder)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"activation_function": "tanh"}, r'must be "gelu" or "relu" or "swish" or "silu", got "tanh"'),
        ({"normalize_before": True}, r"config.json.normalize_before must be false, got true"),
        ({"normalize_embedding": True}, r"config.json.normalize_embedding must be false, got true"),
        ({"add_final_layer_norm": True}, r"config.json.add_final_layer_norm must be false, got true"),
        ({"static_position_embeddings": False}, r"static_position_embeddings must be true, got false"),
        ({"share_encoder_decoder_embeddings": False}, r"share_encoder_decoder_embeddings must be true, got false"),
        ({"tie_word_embeddings": False}, r"config.json.tie_word_embeddings must be true, got false"),
        ({"scale_embedding": None}, r"config.json.scale_embedding must be true, got false"),
        ({"architectures": ["MarianForCausalLM"]}, r'architectures must be \["MarianMTModel"\]'),
        ({"decoder_attention_heads": 2}, r"decoder_attention_heads must be 4 as in the encoder, got 2"),
        ({"decoder_ffn_dim": 21}, r"config.json.decoder_ffn_dim must be 20 as in the encoder, got 21"),
        ({"decoder_vocab_size": 18}, r"config.json.decoder_vocab_size must be 19, got 18"),
        ({"pad_token_id": 19}, r"config.json.pad_token_id must be a token id from 0 to 18, got 19"),
        ({"eos_token_id": [0]}, r"config.json.eos_token_id must be a token id from 0 to 18, got \[0\]"),
        ({"pad_token_id": 3}, r"padding_id must be start_id and the last id, 18, .* got padding_id=3, start_id=18"),
        ({"max_position_embeddings": 2**30}, r"max_position_embeddings must be at most 16384, got 1073741824"),
        ({"encoder_layers": 1 << 30}, r"must fit the weights, got 1073741826 layers and 86 tensors"),
        ({"encoder_layers": 3}, r"must hold the tensor 'model.encoder.layers.2.self_attn.q_proj.weight'"),
        ({"decoder_layers": 1}, r"must hold only tensors of the model in config.json, got 26 more"),
        ({"d_model": 28}, r"'model.shared.weight' must have the shape \[19, 28\] of config.json, got \[19, 24\]"),
        ({"encoder_ffn_dimm": 9}, r"config.json.encoder_ffn_dimm must be a key that Clearhead knows, got 9. Did you"),
    ],
)  # fmt: skip
def test_what_would_compute_other_numbers_is_refused(folder: Path, values: dict[str, Any], message: str) -> None:
    change(folder, **values)
    with pytest.raises(ValueError, match=message):
        marian.read(folder)


def test_the_keys_of_published_models_change_nothing(folder: Path) -> None:
    published = {
        "_num_labels": 3, "add_bias_logits": False, "bad_words_ids": [[18]], "bos_token_id": 0, "classif_dropout": 0.0,
        "classifier_dropout": 0.0, "decoder_layerdrop": 0.0, "encoder_layerdrop": 0.0, "extra_pos_embeddings": 19,
        "force_bos_token_to_be_generated": False, "forced_eos_token_id": 0, "init_std": 0.02, "max_length": 512,
        "num_beams": 6, "num_hidden_layers": 2, "id2label": {"0": "LABEL_0"}, "transformers_version": "4.22.0.dev0",
    }  # fmt: skip
    change(folder, **published)
    assert torch.equal(marian.read(folder).eval()(SOURCE, TARGET), made()(SOURCE, TARGET))
