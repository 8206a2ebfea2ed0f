"""GPT: what is its own (taps, grouped heads, the start of training) and what it refuses."""

import math

import pytest
import torch

from clearhead.layers.tap import find_taps
from clearhead.models.gpt import GPT, GPTConfig

TOKENS = torch.tensor([[5, 1, 30, 2, 2, 9, 17], [0, 36, 4, 4, 12, 3, 8]])


def test_every_place_that_the_views_ask_for_has_a_tap() -> None:
    of_a_block = ["query", "key", "value", "scores", "weights", "mixed", "output"]
    wanted = {"embedding", "final_norm"}
    for index in range(2):
        wanted |= {f"layers.{index}.attention.{name}" for name in of_a_block}
        wanted |= {f"layers.{index}.{name}" for name in ("feed_forward.hidden", "feed_forward.output", "residual")}
    assert set(find_taps(GPT.tiny())) == wanted


def test_weights_have_the_names_that_saved_files_are_made_of() -> None:
    names = set(GPT.tiny().state_dict())
    block = {"attention_norm", "feed_forward_norm", "feed_forward.gate", "feed_forward.up", "feed_forward.down"}
    block |= {f"attention.{part}" for part in ("query", "key", "value", "output", "query_norm", "key_norm")}
    expected = {f"layers.{index}.{part}.weight" for index in range(2) for part in block}
    assert names == expected | {"embedding.weight", "final_norm.weight", "head.weight"}


def test_it_starts_at_equal_likelihood_with_blocks_that_add_nothing() -> None:
    torch.manual_seed(0)
    model = GPT.tiny()
    assert not model(TOKENS).any()
    hidden = model.hidden(TOKENS)
    expected = torch.nn.functional.rms_norm(model.embedding.weight[TOKENS], (32,), eps=1e-6)
    assert torch.allclose(hidden, expected, atol=1e-5)


def test_a_tied_head_is_the_embedding() -> None:
    tied = GPT(GPTConfig(vocab_size=9, context_length=8, d_model=8, num_layers=1, num_heads=1, is_tied=True))
    assert tied.head_weight() is tied.embedding.weight
    assert "head.weight" not in tied.state_dict()
    assert tied.parameter_groups()["head"] == []
    model = GPT.tiny()
    assert model.parameter_groups()["head"] == [model.head.weight]


def test_sizes_that_are_not_given_are_derived() -> None:
    config = GPTConfig(vocab_size=10, d_model=384, num_heads=6)
    assert (config.width_of_head, config.count_of_kv_heads, config.inner_width) == (64, 6, 1024)
    config = GPTConfig(vocab_size=10, d_model=384, num_heads=6, head_dim=32, num_kv_heads=2, d_ff=100)
    assert (config.width_of_head, config.count_of_kv_heads, config.inner_width) == (32, 2, 100)


def test_the_same_words_in_another_order_are_another_text() -> None:
    torch.manual_seed(0)
    model = GPT.tiny().eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    swapped = TOKENS[:, [1, 0, 2, 3, 4, 5, 6]]
    assert not torch.allclose(model(TOKENS)[:, -1], model(swapped)[:, -1], atol=1e-3)


def test_rotary_angles_are_no_weights_and_follow_the_head() -> None:
    model = GPT.tiny()
    assert "angles" not in model.state_dict()
    assert model.angles.shape == (2, 32, 8)
    assert model.angles[0, 3, 0].item() == pytest.approx(math.cos(3), abs=1e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"d_model": 130},
            r"GPTConfig.d_model must be divisible by num_heads, got d_model=130, num_heads=4. Use d_model=128 or 132",
        ),
        ({"d_model": 12, "num_heads": 4}, r"GPTConfig.head_dim must be even .*, got 3. Use head_dim=4"),
        (
            {"num_heads": 6, "d_model": 96, "num_kv_heads": 4},
            r"num_heads must be divisible by num_kv_heads, got num_heads=6, num_kv_heads=4. Use num_kv_heads=2",
        ),
        ({"vocab_size": 0}, r"GPTConfig.vocab_size must be at least 1, got 0"),
        ({"num_layers": -1}, r"GPTConfig.num_layers must be at least 1, got -1"),
        ({"dropout": 1.0}, r"GPTConfig.dropout must be in \[0, 1\), got 1.0. Use 0.1"),
        ({"dropout": -0.1}, r"GPTConfig.dropout must be in \[0, 1\), got -0.1. Use 0.1"),
        ({"num_kv_heads": -2}, r"GPTConfig.num_kv_heads must be at least 1, got -2"),
        ({"head_dim": -2}, r"GPTConfig.head_dim must be at least 1, got -2"),
        ({"d_ff": 0}, r"GPTConfig.d_ff must be at least 1, got 0"),
    ],
)
def test_impossible_sizes_are_refused(options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GPTConfig(**({"vocab_size": 10} | options))
