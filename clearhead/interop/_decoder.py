"""What Qwen3 and Llama folders have in common: names of tensors, keys of config.json.

Source: configuration and modeling files of transformers 5.23 for both classes; a test holds the logits equal.
"""

from pathlib import Path
from typing import Any

from clearhead.interop._json import HARMLESS, StrictConfig, read_json
from clearhead.interop._weights import Slot, read_model_folder
from clearhead.models.gpt import GPT, GPTConfig

LONGEST_CONTEXT = 1 << 20  # the table of angles is as long as the context, and no tensor in the file bears it out


def slots(config: GPTConfig) -> list[Slot]:
    """List every stored tensor of a Qwen3 or Llama model beside our parameter."""
    d_model, head_dim = config.d_model, config.width_of_head
    query_width, kv_width = config.num_heads * head_dim, config.count_of_kv_heads * head_dim
    of_a_block = [
        ("input_layernorm", "attention_norm", (d_model,)),
        ("self_attn.q_proj", "attention.query", (query_width, d_model)),
        ("self_attn.k_proj", "attention.key", (kv_width, d_model)),
        ("self_attn.v_proj", "attention.value", (kv_width, d_model)),
        ("self_attn.o_proj", "attention.output", (d_model, query_width)),
        ("post_attention_layernorm", "feed_forward_norm", (d_model,)),
        ("mlp.gate_proj", "feed_forward.gate", (config.inner_width, d_model)),
        ("mlp.up_proj", "feed_forward.up", (config.inner_width, d_model)),
        ("mlp.down_proj", "feed_forward.down", (d_model, config.inner_width)),
    ]
    if config.use_qk_norm:
        of_a_block.append(("self_attn.q_norm", "attention.query_norm", (head_dim,)))
        of_a_block.append(("self_attn.k_norm", "attention.key_norm", (head_dim,)))
    table = [Slot("model.embed_tokens.weight", ("embedding.weight",), (config.vocab_size, d_model))]
    for index in range(config.num_layers):
        for theirs, ours, shape in of_a_block:
            table.append(Slot(f"model.layers.{index}.{theirs}.weight", (f"layers.{index}.{ours}.weight",), shape))
    table.append(Slot("model.norm.weight", ("final_norm.weight",), (d_model,)))
    if not config.is_tied:
        table.append(Slot("lm_head.weight", ("head.weight",), (config.vocab_size, d_model)))
    return table


def read(directory: Path, *, architecture: str, use_qk_norm: bool, head_dim: int | None) -> GPT:
    """Read a folder of one of the two classes.

    Args:
        head_dim: the width of a head where config.json leaves it out; None means hidden_size / heads.
    """
    directory = Path(directory)
    values = StrictConfig(read_json(directory / "config.json"), where="config.json")
    config = _read_config(values, architecture=architecture, use_qk_norm=use_qk_norm, head_dim=head_dim)
    model = read_model_folder(
        directory,
        num_layers=config.num_layers,
        slots=lambda tensors: slots(config),
        build=lambda: GPT(config),
        ignored=[
            f"model.layers.{index}.self_attn.rotary_emb.inv_freq" for index in range(min(config.num_layers, 1000))
        ],
        repeated={"lm_head.weight": "embedding.weight"} if config.is_tied else {},
    )
    assert isinstance(model, GPT)
    return model


def config_json(config: GPTConfig, *, architecture: str, model_type: str) -> dict[str, Any]:
    """State a configuration in the words of transformers."""
    return {
        "architectures": [architecture],
        "model_type": model_type,
        "vocab_size": config.vocab_size,
        "max_position_embeddings": config.context_length,
        "hidden_size": config.d_model,
        "num_hidden_layers": config.num_layers,
        "num_attention_heads": config.num_heads,
        "num_key_value_heads": config.count_of_kv_heads,
        "head_dim": config.width_of_head,
        "intermediate_size": config.inner_width,
        "hidden_act": "silu",
        "rms_norm_eps": config.norm_eps,
        # transformers 5 reads rope_parameters; 4, vLLM and other readers the two older keys.
        "rope_parameters": {"rope_type": "default", "rope_theta": config.rope_theta},
        "rope_theta": config.rope_theta,
        "rope_scaling": None,
        "tie_word_embeddings": config.is_tied,
        "attention_bias": False,
        "attention_dropout": 0.0,
        "use_cache": True,
    }


def _read_config(values: StrictConfig, *, architecture: str, use_qk_norm: bool, head_dim: int | None) -> GPTConfig:
    values.get("model_type")
    values.must_be("architectures", [architecture])
    values.must_be("hidden_act", "silu", "swish")
    values.must_be("attention_bias", False)
    values.must_be("mlp_bias", False)
    values.must_be("partial_rotary_factor", 1.0, 1)
    values.must_be("quantization_config", None)
    values.must_be("is_encoder_decoder", False)
    values.must_be("chunk_size_feed_forward", 0)
    values.must_be("add_cross_attention", False)
    num_layers = values.integer("num_hidden_layers")
    d_model, num_heads = values.integer("hidden_size"), values.integer("num_attention_heads")
    _refuse_sliding_window(values, num_layers)
    context_length = values.integer("max_position_embeddings")
    if context_length > LONGEST_CONTEXT:
        raise ValueError(
            f"{values.where}.max_position_embeddings must be at most {LONGEST_CONTEXT}, got {context_length}. "
            f"Write a smaller number; inputs up to it give the same answer."
        )
    if head_dim is None and values.values.get("head_dim") is None and d_model % num_heads != 0:
        raise ValueError(
            f"{values.where}.hidden_size must be divisible by num_attention_heads when there is no head_dim, "
            f"got {d_model} and {num_heads}. Write head_dim."
        )
    config = GPTConfig(
        vocab_size=values.integer("vocab_size"),
        context_length=context_length,
        d_model=d_model,
        num_layers=num_layers,
        num_heads=num_heads,
        num_kv_heads=values.integer("num_key_value_heads", default=num_heads),
        head_dim=values.integer("head_dim", default=head_dim or max(1, d_model // num_heads)),
        d_ff=values.integer("intermediate_size"),
        rope_theta=_read_rope_theta(values),
        norm_eps=values.number("rms_norm_eps", default=1e-6),
        use_qk_norm=use_qk_norm,
        is_tied=values.truth("tie_word_embeddings", default=False),
    )
    values.finish(HARMLESS)
    return config


def _read_rope_theta(values: StrictConfig) -> float:
    theta = values.number("rope_theta", default=0.0)
    for key in ("rope_scaling", "rope_parameters"):
        given = values.get(key)
        if given is None or given == {}:
            continue
        if not isinstance(given, dict):
            raise ValueError(f"{values.where}.{key} must be an object, got {given!r:.80}. Export the model again.")
        inner = StrictConfig(given, where=f"{values.where}.{key}")
        inner.must_be("rope_type", "default")
        inner.must_be("type", "default")
        inner.must_be("partial_rotary_factor", 1.0, 1)
        found = inner.number("rope_theta", default=theta)
        inner.finish(())
        if theta and found != theta:
            raise ValueError(
                f"{values.where}.{key}.rope_theta must agree with the other rope_theta, got {found:g} and {theta:g}. "
                f"Keep the one the model was trained with."
            )
        theta = found
    if theta and theta < 1.0:
        raise ValueError(f"{values.where}.rope_theta must be at least 1, got {theta:g}. Export the model again.")
    return theta or 10000.0


def _refuse_sliding_window(values: StrictConfig, num_layers: int) -> None:
    kinds = values.get("layer_types")
    if kinds is not None and (not isinstance(kinds, list) or len(kinds) != num_layers):
        raise ValueError(
            f"{values.where}.layer_types must name each of {num_layers} layers, got {str(kinds)[:80]}. Export again."
        )
    other = next((kind for kind in kinds or [] if kind != "full_attention"), None)
    if other is not None:
        raise ValueError(
            f"{values.where}.layer_types must be 'full_attention' in every layer, got {other!r:.80}. "
            f"Clearhead does not compute this variant; choose a model without it."
        )
    window = values.get("sliding_window")
    is_used = values.get("use_sliding_window")
    first_windowed = values.get("max_window_layers")
    reaches_a_layer = not isinstance(first_windowed, int) or first_windowed < num_layers
    if is_used and window is not None and kinds is None and reaches_a_layer:
        raise ValueError(
            f"{values.where}.use_sliding_window must be false, got true with sliding_window={window}. "
            f"Clearhead does not compute this variant; choose a model without it."
        )
