"""Attention over another sequence: the formula, what is hidden, and taps."""

import pytest
import torch
from torch import Tensor

from clearhead.layers.cross_attention import MultiHeadAttention
from clearhead.layers.tap import find_taps, listening


@pytest.fixture
def layer() -> MultiHeadAttention:
    torch.manual_seed(0)
    return MultiHeadAttention(16, 4)


def by_hand(layer: MultiHeadAttention, x: Tensor, memory: Tensor, is_visible: Tensor) -> Tensor:
    """Write the formula down, head by head; `is_visible` is (batch, query_len, key_len)."""
    query, key, value = layer.query(x), layer.key(memory), layer.value(memory)
    mixed = []
    for head in range(4):
        part = slice(4 * head, 4 * head + 4)
        scores = query[..., part] @ key[..., part].transpose(1, 2) / 2.0
        mixed.append(scores.masked_fill(~is_visible, -torch.inf).softmax(-1) @ value[..., part])
    return layer.output(torch.cat(mixed, -1))


@torch.no_grad()
def test_it_computes_the_formula(layer: MultiHeadAttention) -> None:
    x, memory = torch.randn(2, 3, 16), torch.randn(2, 5, 16)
    assert torch.allclose(layer(x, memory), by_hand(layer, x, memory, torch.ones(2, 3, 5).bool()), atol=1e-5)


@torch.no_grad()
def test_what_is_not_visible_has_no_part_in_it(layer: MultiHeadAttention) -> None:
    x, memory, visible = torch.randn(2, 3, 16), torch.randn(2, 5, 16), torch.ones(2, 1, 1, 5).bool()
    visible[0, ..., 3:] = False
    expected = by_hand(layer, x, memory, visible[:, 0].expand(2, 3, 5))
    assert torch.allclose(layer(x, memory, visible=visible), expected, atol=1e-5)


@torch.no_grad()
def test_causal_positions_see_only_those_before_them(layer: MultiHeadAttention) -> None:
    x = torch.randn(2, 5, 16)
    expected = by_hand(layer, x, x, torch.ones(5, 5).tril().bool().expand(2, 5, 5))
    assert torch.allclose(layer(x, x, is_causal=True), expected, atol=1e-5)


@torch.no_grad()
def test_looking_gives_the_same_and_weights_that_sum_to_1(layer: MultiHeadAttention) -> None:
    x, memory, seen = torch.randn(2, 3, 16), torch.randn(2, 5, 16), {}
    with listening(layer, lambda name, value: seen.setdefault(name, value)):
        looked_at = layer(x, memory)
    assert torch.allclose(looked_at, layer(x, memory), atol=1e-6)
    assert set(seen) == set(find_taps(layer))
    assert seen["weights"].shape == (2, 4, 3, 5)
    assert torch.allclose(seen["weights"].sum(-1), torch.ones(2, 4, 3), atol=1e-6)


def test_training_in_bf16_takes_another_way_to_the_same_gradients(layer: MultiHeadAttention) -> None:
    x, memory = torch.randn(2, 3, 16), torch.randn(2, 5, 16)
    layer(x, memory).sum().backward()
    exact = {name: parameter.grad.clone() for name, parameter in layer.named_parameters() if parameter.grad is not None}
    layer.zero_grad()
    layer.to(torch.bfloat16)(x.bfloat16(), memory.bfloat16()).sum().backward()
    for name, parameter in layer.named_parameters():
        assert parameter.grad is not None
        assert torch.allclose(parameter.grad.float(), exact[name], atol=0.05 * float(exact[name].abs().max()) + 0.02)
