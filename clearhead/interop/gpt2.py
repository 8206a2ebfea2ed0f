"""GPT-2 folders: the native form of `gpt2`.

Source: Radford et al. 2019; class GPT2LMHeadModel of transformers. Its linear maps are stored as [in, out],
query, key and value side by side. Differs: nothing in what is computed.
Read with: _weights.py
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clearhead.interop._json import HARMLESS, StrictConfig, read_json
from clearhead.interop._tensors import StoredTensor
from clearhead.interop._weights import Slot, read_model_folder, write_model_folder
from clearhead.models.base import LanguageModel
from clearhead.models.gpt2 import GPT2, GPT2Config
from clearhead.tokenizers.base import Tokenizer

MODEL_TYPE = "gpt2"
ARCHITECTURE = "GPT2LMHeadModel"
PREFIX = "transformer."


def reads(config: dict[str, Any]) -> bool:
    """Say whether a folder with this config.json is one of these."""
    return config.get("model_type") == MODEL_TYPE


def writes(model: LanguageModel) -> bool:
    """Say whether this model can be written so that nothing is lost."""
    return isinstance(model, GPT2)


def read(directory: Path) -> GPT2:
    """Read a folder into a float32 model."""
    directory = Path(directory)
    config = _read_config(StrictConfig(read_json(directory / "config.json"), where="config.json"))

    def table(tensors: Mapping[str, StoredTensor]) -> list[Slot]:
        # The folders of the first GPT-2 release store the names without their prefix.
        return slots(config, prefix=PREFIX if f"{PREFIX}wte.weight" in tensors else "")

    blocks = [f"{prefix}h.{index}.attn." for prefix in (PREFIX, "") for index in range(min(config.num_layers, 1000))]
    model = read_model_folder(
        directory,
        num_layers=config.num_layers,
        slots=table,
        build=lambda: GPT2(config),
        ignored=[block + name for block in blocks for name in ("bias", "masked_bias")],  # causal masks of older files
        repeated={"lm_head.weight": "embedding.weight"} if config.is_tied else {},
    )
    assert isinstance(model, GPT2)
    return model


def write(
    model: LanguageModel, directory: Path, *, tokenizer: Tokenizer | None = None, dtype: str | None = None
) -> None:
    """Write a folder that GPT2LMHeadModel.from_pretrained reads."""
    own: GPT2Config = model.config
    config = {
        "architectures": [ARCHITECTURE],
        "model_type": MODEL_TYPE,
        "vocab_size": own.vocab_size,
        "n_positions": own.context_length,
        "n_embd": own.d_model,
        "n_layer": own.num_layers,
        "n_head": own.num_heads,
        "n_inner": own.inner_width,
        "activation_function": "gelu_new",
        "layer_norm_epsilon": own.norm_eps,
        "tie_word_embeddings": own.is_tied,
        "embd_pdrop": own.dropout,
        "resid_pdrop": own.dropout,
        "attn_pdrop": 0.0,
        "scale_attn_weights": True,
        "scale_attn_by_inverse_layer_idx": False,
        "use_cache": True,
    }
    write_model_folder(model, directory, slots=slots(own), config=config, tokenizer=tokenizer, dtype=dtype)


def slots(config: GPT2Config, *, prefix: str = PREFIX) -> list[Slot]:
    """List every stored tensor of a GPT-2 model beside our parameters."""
    d_model, d_ff = config.d_model, config.inner_width
    linear_maps = [
        ("attn.c_attn", ("attention.query", "attention.key", "attention.value"), d_model, 3 * d_model),
        ("attn.c_proj", ("attention.output",), d_model, d_model),
        ("mlp.c_fc", ("feed_forward.up",), d_model, d_ff),
        ("mlp.c_proj", ("feed_forward.down",), d_ff, d_model),
    ]
    table = [
        Slot(f"{prefix}wte.weight", ("embedding.weight",), (config.vocab_size, d_model)),
        Slot(f"{prefix}wpe.weight", ("position_embedding.weight",), (config.context_length, d_model)),
    ]
    for index in range(config.num_layers):
        there, here = f"{prefix}h.{index}.", f"layers.{index}."
        for theirs, names, inputs, outputs in linear_maps:
            weights = tuple(f"{here}{name}.weight" for name in names)
            biases = tuple(f"{here}{name}.bias" for name in names)
            table.append(Slot(f"{there}{theirs}.weight", weights, (inputs, outputs), is_transposed=True))
            table.append(Slot(f"{there}{theirs}.bias", biases, (outputs,)))
        table += _norm(f"{there}ln_1", f"{here}attention_norm", d_model)
        table += _norm(f"{there}ln_2", f"{here}feed_forward_norm", d_model)
    table += _norm(f"{prefix}ln_f", "final_norm", d_model)
    if not config.is_tied:
        table.append(Slot("lm_head.weight", ("head.weight",), (config.vocab_size, d_model)))
    return table


def _norm(theirs: str, ours: str, size: int) -> list[Slot]:
    return [Slot(f"{theirs}.{part}", (f"{ours}.{part}",), (size,)) for part in ("weight", "bias")]


def _read_config(values: StrictConfig) -> GPT2Config:
    values.get("model_type")
    values.must_be("architectures", [ARCHITECTURE])
    values.must_be("activation_function", "gelu_new", "gelu_pytorch_tanh")  # two names of one formula
    values.must_be("scale_attn_weights", True)
    values.must_be("scale_attn_by_inverse_layer_idx", False)
    values.must_be("add_cross_attention", False)
    values.must_be("quantization_config", None)
    values.must_be("is_encoder_decoder", False)
    values.must_be("chunk_size_feed_forward", 0)
    d_model = values.integer("n_embd")
    config = GPT2Config(
        vocab_size=values.integer("vocab_size"),
        context_length=values.integer("n_positions"),
        d_model=d_model,
        num_layers=values.integer("n_layer"),
        num_heads=values.integer("n_head"),
        d_ff=values.integer("n_inner", default=4 * d_model),
        norm_eps=values.number("layer_norm_epsilon", default=1e-5),
        is_tied=values.truth("tie_word_embeddings", default=True),
        dropout=min(values.number("resid_pdrop", default=0.1), 0.99),
    )
    values.finish(HARMLESS)
    return config
