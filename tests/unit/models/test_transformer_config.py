"""What a Transformer's configuration derives, and what it refuses."""

from typing import Any

import pytest

from clearhead.core import config as configuration
from clearhead.models.transformer import TransformerConfig

JOINT = {"source_vocab_size": 37, "target_vocab_size": 37, "padding_id": 36, "start_id": 36, "end_id": 0}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"d_model": 130}, r"must be even and divisible by num_heads, got d_model=130, num_heads=4. Use d_model=128"),
        ({"d_model": 3, "num_heads": 1}, r"must be even .* got d_model=3, num_heads=1. Use d_model=2 or 4"),
        ({"num_decoder_layers": 0}, r"TransformerConfig.num_decoder_layers must be at least 1, got 0"),
        ({"d_ff": 0}, r"TransformerConfig.d_ff must be at least 1, got 0"),
        ({"dropout": 1.0}, r"TransformerConfig.dropout must be in \[0, 1\), got 1.0. Use 0.1"),
        ({"norm_eps": 0.0}, r"TransformerConfig.norm_eps must be above 0, got 0.0. Use 1e-05"),
        ({"activation": "tanh"}, r"activation must be one of relu, swish, gelu, got 'tanh'"),
        ({"preset": "bart"}, r"preset must be one of marian, tutorial, got 'bart'"),
        ({"end_id": 37}, r"end_id must be an id of the vocabulary \(0 to 36\), got 37"),
        ({"target_vocab_size": 40}, r"target_vocab_size must be source_vocab_size in the preset 'marian', got 40 and"),
        ({"padding_id": 0}, r"must be start_id and the last id, 36, .* got padding_id=0, start_id=36, end_id=0"),
        ({"start_id": 1}, r"must be start_id and the last id, 36, .* got padding_id=36, start_id=1, end_id=0"),
        ({"end_id": 36}, r"and not end_id in the preset 'marian', got padding_id=36, start_id=36, end_id=36"),
    ],
)  # fmt: skip
def test_impossible_sizes_and_tokens_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TransformerConfig(**(JOINT | options))


def test_what_is_left_out_is_derived() -> None:
    config = TransformerConfig(**JOINT, d_model=64, num_layers=5)
    assert (config.count_of_decoder_layers, config.inner_width, config.epsilon) == (5, 256, 1e-5)
    tutorial = TransformerConfig(**JOINT, preset="tutorial", num_decoder_layers=2, d_ff=7)
    assert (tutorial.count_of_decoder_layers, tutorial.inner_width, tutorial.epsilon) == (2, 7, 1e-6)


def test_it_survives_json() -> None:
    config = TransformerConfig(**JOINT, preset="tutorial", activation="gelu", num_decoder_layers=2)
    assert configuration.from_json(TransformerConfig, configuration.to_json(config)) == config
