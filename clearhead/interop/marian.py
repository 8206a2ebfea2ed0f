"""Marian folders: the native form of `transformer` in its preset "marian".

Source: class MarianMTModel of transformers, which holds the models of Marian (Junczys-Dowmunt et al. 2018, arXiv
1804.00344). Differs: nothing in what is computed.
Read with: _weights.py
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import torch

from clearhead.interop._json import FIX, HARMLESS, StrictConfig, read_json, write_json
from clearhead.interop._tensors import StoredTensor, check_tensors, find_tensors, read_tensors
from clearhead.interop._weights import Slot, read_model_folder, write_model_folder
from clearhead.models.base import Model
from clearhead.models.transformer import Transformer, TransformerConfig

MODEL_TYPE = "marian"
ARCHITECTURE = "MarianMTModel"
NORM_EPS = 1e-5  # the class has no key for it
BIAS = "final_logits_bias"
POSITIONS = ("model.encoder.embed_positions.weight", "model.decoder.embed_positions.weight")
EMBEDDINGS = (
    "model.shared.weight",
    "lm_head.weight",
    "model.encoder.embed_tokens.weight",
    "model.decoder.embed_tokens.weight",
)
"""One matrix under four names; most files store only the first."""
LONGEST_CONTEXT = 1 << 14  # the table of sinusoids is as long as the context, and no tensor in the file bears it out
HARMLESS_HERE = HARMLESS | {
    "_num_labels", "activation_dropout", "add_bias_logits", "bad_words_ids", "classif_dropout", "classifier_dropout",
    "decoder_layerdrop", "encoder_layerdrop", "extra_pos_embeddings", "init_std",
}  # fmt: skip


class TokenizerFiles(Protocol):
    """What the writer asks of a tokenizer for pairs: to write its own files."""

    def save(self, directory: Path, *, model_max_length: int | None = None) -> None:
        """Write source.spm, target.spm, vocab.json and tokenizer_config.json."""


def reads(config: dict[str, Any]) -> bool:
    """Say whether a folder with this config.json is one of these."""
    return config.get("model_type") == MODEL_TYPE


def writes(model: Model) -> bool:
    """Say whether this model can be written so that nothing is lost."""
    return isinstance(model, Transformer) and model.config.is_joint and model.config.epsilon == NORM_EPS


def read(directory: Path) -> Transformer:
    """Read a folder into a float32 model."""
    directory = Path(directory)
    config = _read_config(StrictConfig(read_json(directory / "config.json"), where="config.json"))

    def table(tensors: Mapping[str, StoredTensor]) -> list[Slot]:
        return slots(config, embedding=next((name for name in EMBEDDINGS if name in tensors), EMBEDDINGS[0]))

    model = read_model_folder(
        directory,
        num_layers=config.num_layers + config.count_of_decoder_layers,
        slots=table,
        build=lambda: Transformer(config),
        ignored=[BIAS, *POSITIONS, *EMBEDDINGS],
        repeated=dict.fromkeys(EMBEDDINGS, "embedding.weight"),
    )
    assert isinstance(model, Transformer)
    _read_unlearned(model, directory)
    return model


def write(model: Model, directory: Path, *, tokenizer: TokenizerFiles | None = None, dtype: str | None = None) -> None:
    """Write a folder that MarianMTModel.from_pretrained reads."""
    directory = Path(directory)
    own: TransformerConfig = model.config
    ids = {"pad_token_id": own.padding_id, "decoder_start_token_id": own.start_id, "eos_token_id": own.end_id}
    bias = Slot(BIAS, (BIAS,), (1, own.target_vocab_size))
    write_model_folder(
        model, directory, slots=[*slots(own), bias], config=config_json(own), tokenizer=None, dtype=dtype
    )
    # The shared writer knows special tokens only from a tokenizer of one language; here the model's config has them.
    write_json(directory / "config.json", read_json(directory / "config.json") | ids)
    if tokenizer is not None:
        tokenizer.save(directory, model_max_length=own.context_length)
    settings = {
        "bad_words_ids": [[own.padding_id]],
        "forced_eos_token_id": own.end_id,
        "num_beams": 4,
        "max_length": own.context_length,
    }
    write_json(directory / "generation_config.json", ids | settings)


def config_json(config: TransformerConfig) -> dict[str, Any]:
    """State a configuration in the words of transformers; CTranslate2 reads the three keys about norms."""
    return {
        "architectures": [ARCHITECTURE],
        "model_type": MODEL_TYPE,
        "is_encoder_decoder": True,
        "vocab_size": config.source_vocab_size,
        "decoder_vocab_size": config.target_vocab_size,
        "share_encoder_decoder_embeddings": True,
        "tie_word_embeddings": True,
        "max_position_embeddings": config.context_length,
        "static_position_embeddings": True,
        "d_model": config.d_model,
        "encoder_layers": config.num_layers,
        "decoder_layers": config.count_of_decoder_layers,
        "encoder_attention_heads": config.num_heads,
        "decoder_attention_heads": config.num_heads,
        "encoder_ffn_dim": config.inner_width,
        "decoder_ffn_dim": config.inner_width,
        "activation_function": config.activation,
        "scale_embedding": True,
        "normalize_before": False,
        "normalize_embedding": False,
        "add_final_layer_norm": False,
        "dropout": config.dropout,
        "attention_dropout": 0.0,
        "activation_dropout": 0.0,
        "use_cache": True,
    }


def slots(config: TransformerConfig, *, embedding: str = EMBEDDINGS[0]) -> list[Slot]:
    """List every stored tensor with learned numbers beside our parameter."""
    d_model, d_ff = config.d_model, config.inner_width
    feed_forward = [
        ("fc1", "feed_forward.up", (d_ff, d_model)),
        ("fc2", "feed_forward.down", (d_model, d_ff)),
        ("final_layer_norm", "feed_forward_norm", (d_model,)),
    ]
    of_encoder = [*_attention("self_attn", "attention", d_model), *feed_forward]
    of_decoder = [
        *_attention("self_attn", "self_attention", d_model),
        *_attention("encoder_attn", "cross_attention", d_model),
        *feed_forward,
    ]
    sides = [("encoder", config.num_layers, of_encoder), ("decoder", config.count_of_decoder_layers, of_decoder)]
    table = [Slot(embedding, ("embedding.weight",), (config.source_vocab_size, d_model))]
    for side, num_layers, parts in sides:
        for index in range(num_layers):
            there, here = f"model.{side}.layers.{index}.", f"{side}.layers.{index}."
            for theirs, ours, shape in parts:
                table.append(Slot(f"{there}{theirs}.weight", (f"{here}{ours}.weight",), shape))
                table.append(Slot(f"{there}{theirs}.bias", (f"{here}{ours}.bias",), shape[:1]))
    return table


def _attention(theirs: str, ours: str, d_model: int) -> list[tuple[str, str, tuple[int, ...]]]:
    names = [("q_proj", "query"), ("k_proj", "key"), ("v_proj", "value"), ("out_proj", "output")]
    maps = [(f"{theirs}.{there}", f"{ours}.{here}", (d_model, d_model)) for there, here in names]
    return [*maps, (f"{theirs}_layer_norm", f"{ours}_norm", (d_model,))]


def _read_unlearned(model: Transformer, directory: Path) -> None:
    """Take over the bias of the logits where a file has one, and hold stored positions against the formula."""
    table = model.encoder.positions
    shapes = {BIAS: tuple(model.final_logits_bias.shape)} | dict.fromkeys(POSITIONS, tuple(table.shape))
    tensors = {name: tensor for name, tensor in find_tensors(directory).items() if name in shapes}
    check_tensors(tensors, {name: shapes[name] for name in tensors}, where=directory.name)
    for name, tensor in read_tensors(tensors.values()):
        if name == BIAS:
            model.final_logits_bias.copy_(tensor)
        elif not torch.allclose(tensor, table, atol=0.01):  # bfloat16 keeps sines to 0.004
            difference = float((tensor - table).abs().max())
            raise ValueError(
                f"{directory.name}: tensor {name!r} must be sinusoids, all sines first, got numbers that differ by "
                f"{difference:.3g}. Clearhead does not compute this variant; choose a model without it."
            )


def _read_config(values: StrictConfig) -> TransformerConfig:
    """Hold a config.json to what we compute; what it leaves out has transformers' default."""
    values.get("model_type")
    values.must_be("architectures", [ARCHITECTURE])
    values.must_be("is_encoder_decoder", True)
    for key in ("share_encoder_decoder_embeddings", "tie_word_embeddings", "static_position_embeddings"):
        values.must_be(key, True)
    for key in ("normalize_before", "normalize_embedding", "add_final_layer_norm", "is_decoder"):
        values.must_be(key, False)
    values.must_be("quantization_config", None)
    values.must_be("chunk_size_feed_forward", 0)
    if not values.truth("scale_embedding", default=False):
        raise ValueError(
            f"{values.where}.scale_embedding must be true, got false. "
            f"Clearhead does not compute this variant; choose a model without it."
        )
    values.must_be("activation_function", "gelu", "relu", "swish", "silu")
    activation: Any = values.values.get("activation_function") or "gelu"
    vocab_size = values.integer("vocab_size", default=58101)
    values.must_be("decoder_vocab_size", vocab_size)
    num_layers = values.integer("encoder_layers", default=12)
    values.must_be("num_hidden_layers", num_layers)
    num_heads = values.integer("encoder_attention_heads", default=16)
    d_ff = values.integer("encoder_ffn_dim", default=4096)
    for key, expected, default in (("decoder_attention_heads", num_heads, 16), ("decoder_ffn_dim", d_ff, 4096)):
        found = values.integer(key, default=default)
        if found != expected:
            raise ValueError(
                f"{values.where}.{key} must be {expected} as in the encoder, got {found}. "
                f"Clearhead does not compute this variant; choose a model without it."
            )
    context_length = values.integer("max_position_embeddings", default=1024)
    if context_length > LONGEST_CONTEXT:
        raise ValueError(
            f"{values.where}.max_position_embeddings must be at most {LONGEST_CONTEXT}, got {context_length}. "
            f"Write a smaller number; inputs up to it give the same answer."
        )
    config = TransformerConfig(
        source_vocab_size=vocab_size,
        target_vocab_size=vocab_size,
        padding_id=_token_id(values, "pad_token_id", vocab_size, default=58100),
        start_id=_token_id(values, "decoder_start_token_id", vocab_size, default=58100),
        end_id=_token_id(values, "eos_token_id", vocab_size, default=0),
        context_length=context_length,
        d_model=values.integer("d_model", default=1024),
        num_layers=num_layers,
        num_decoder_layers=values.integer("decoder_layers", default=12),
        num_heads=num_heads,
        d_ff=d_ff,
        activation="swish" if activation == "silu" else activation,
        dropout=min(values.number("dropout", default=0.1), 0.99),
    )
    values.finish(HARMLESS_HERE)
    return config


def _token_id(values: StrictConfig, key: str, vocab_size: int, *, default: int) -> int:
    value = default if values.get(key) is None else values.get(key)
    if type(value) is not int or not 0 <= value < vocab_size:
        raise ValueError(
            f"{values.where}.{key} must be a token id from 0 to {vocab_size - 1}, got {value!r:.80}. {FIX}"
        )
    return value
