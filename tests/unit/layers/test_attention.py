"""Attention: the fused way, the explicit way and our own kernel say the same; nobody sees what is hidden."""

import math

import pytest
import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from clearhead.layers import attention
from clearhead.layers.attention import SelfAttention, _CausalAttention, attend, attention_scores
from clearhead.layers.positions import rotary_angles
from clearhead.layers.tap import Tap

LENGTHS = [1, 2, 7, 63, 64, 65, 128, 129, 255, 257, 300]
"""Around the borders of the blocks: 64 queries, from 257 on a quarter of the length."""


def made(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).to(dtype)


def open_tap(label: str) -> tuple[Tap, list[Tensor]]:
    tap, seen = Tap(label), []

    def keep(name: str, value: Tensor) -> Tensor:
        seen.append(value)
        return value

    tap.observer = keep
    return tap, seen


@pytest.mark.parametrize("is_causal", [False, True])
@pytest.mark.parametrize("query_len", [1, 5, 9])
def test_fused_attention_equals_the_formula_written_out(is_causal: bool, query_len: int) -> None:
    query, key, value = made(2, 4, query_len, 8), made(2, 4, 9, 8, seed=1), made(2, 4, 9, 8, seed=2)
    if is_causal and query_len != 9:
        visible = torch.ones(query_len, 9, dtype=torch.bool).tril(9 - query_len)[None, None]
        mixed = attend(query, key, value, visible=visible)
    else:
        mixed = attend(query, key, value, is_causal=is_causal)
    weights = attention_scores(query, key, is_causal=is_causal).softmax(-1)
    assert torch.allclose(mixed, weights @ value, atol=1e-6)


def test_scores_are_dot_products_over_the_root_of_the_width() -> None:
    query, key = made(1, 1, 3, 16), made(1, 1, 3, 16, seed=1)
    scores = attention_scores(query, key)
    expected = sum(float(query[0, 0, 2, i]) * float(key[0, 0, 1, i]) for i in range(16)) / 4
    assert float(scores[0, 0, 2, 1]) == pytest.approx(expected, abs=1e-5)


def test_the_last_query_stands_at_the_last_key() -> None:
    scores = attention_scores(made(1, 1, 2, 4), made(1, 1, 5, 4, seed=1), is_causal=True)
    assert torch.isinf(scores[0, 0, 0]).tolist() == [False, False, False, False, True]
    assert not torch.isinf(scores[0, 0, 1]).any()


def test_neighbouring_heads_share_a_key_and_a_value() -> None:
    query, key, value = made(2, 6, 5, 8), made(2, 2, 5, 8, seed=1), made(2, 2, 5, 8, seed=2)
    shared = attend(query, key, value, is_causal=True)
    for head in range(6):
        alone = attend(query[:, [head]], key[:, [head // 3]], value[:, [head // 3]], is_causal=True)
        assert torch.allclose(shared[:, [head]], alone, atol=1e-6)


def test_looking_at_the_weights_changes_no_bit_and_shows_rows_that_sum_to_one() -> None:
    query, key, value = made(2, 2, 6, 8), made(2, 2, 6, 8, seed=1), made(2, 2, 6, 8, seed=2)
    plain = attend(query, key, value, is_causal=True)
    tap, seen = open_tap("weights")
    assert torch.equal(attend(query, key, value, is_causal=True, weights_tap=tap), plain)
    assert torch.allclose(seen[0].sum(-1), torch.ones(2, 2, 6))
    assert not seen[0].triu(1).any()


@pytest.mark.parametrize("which", ["scores_tap", "weights_tap"])
def test_changed_scores_or_weights_change_the_answer(which: str) -> None:
    query, key, value = made(1, 1, 4, 8), made(1, 1, 4, 8, seed=1), made(1, 1, 4, 8, seed=2)
    tap = Tap("edited")
    uniform = torch.full((1, 1, 4, 4), 0.25 if which == "weights_tap" else 3.0)
    tap.observer = lambda name, seen: uniform
    mixed = attend(query, key, value, is_causal=True, **{which: tap})
    assert torch.allclose(mixed, value.mean(2, keepdim=True).expand(-1, -1, 4, -1), atol=1e-6)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("seq", LENGTHS)
def test_our_kernel_gives_pytorchs_answer_and_gradients(seq: int, dtype: torch.dtype) -> None:
    leaves = [made(2, 2, seq, 16, seed=seed, dtype=dtype).requires_grad_() for seed in range(3)]
    exact = [leaf.detach().double().requires_grad_() for leaf in leaves]
    upstream = made(2, 2, seq, 16, seed=3, dtype=dtype)
    mixed = _CausalAttention.apply(*leaves)
    mixed.backward(upstream)
    expected = scaled_dot_product_attention(*exact, is_causal=True)
    expected.backward(upstream.double())
    tolerance = 1e-5 if dtype == torch.float32 else 0.06
    assert mixed.dtype == dtype
    assert torch.allclose(mixed.double(), expected, atol=tolerance)
    for leaf, reference in zip(leaves, exact, strict=True):
        assert leaf.grad is not None and leaf.grad.dtype == dtype
        assert torch.allclose(leaf.grad.double(), reference.grad, atol=tolerance, rtol=tolerance)


def test_our_kernel_takes_values_that_are_not_contiguous() -> None:
    joined = made(2, 70, 3, 2, 16).requires_grad_()
    parts = [part.transpose(1, 2) for part in joined.unbind(2)]
    expected = scaled_dot_product_attention(*parts, is_causal=True)
    (reference,) = torch.autograd.grad(expected.square().sum(), joined)
    mixed = _CausalAttention.apply(*[part.transpose(1, 2) for part in joined.unbind(2)])
    (gradient,) = torch.autograd.grad(mixed.square().sum(), joined)
    assert torch.allclose(mixed, expected, atol=1e-5)
    assert torch.allclose(gradient, reference, atol=1e-4)


def test_our_kernel_trains_bf16_on_a_cpu_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    class Noted(_CausalAttention):
        @staticmethod
        def forward(ctx: object, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
            calls.append(query.shape)
            return _CausalAttention.forward(ctx, query, key, value)

    monkeypatch.setattr(attention, "_CausalAttention", Noted)
    query = made(1, 1, 8, 16, dtype=torch.bfloat16).requires_grad_()
    attend(query, query, query, is_causal=True)
    assert len(calls) == 1
    with torch.no_grad():
        attend(query, query, query, is_causal=True)
    attend(query.detach(), query.detach(), query.detach(), is_causal=True)
    attend(query, query, query)
    attend(query.float(), query.float(), query.float(), is_causal=True)
    assert len(calls) == 1


def test_a_row_that_sees_nothing_but_itself_returns_its_own_value() -> None:
    value = made(1, 1, 3, 4)
    visible = torch.eye(3, dtype=torch.bool)[None, None]
    assert torch.allclose(attend(made(1, 1, 3, 4, seed=1), made(1, 1, 3, 4, seed=2), value, visible=visible), value)


def test_a_layer_without_query_and_key_norm_has_fewer_weights() -> None:
    def layer(use_qk_norm: bool) -> SelfAttention:
        return SelfAttention(32, 4, 2, 8, use_qk_norm=use_qk_norm, norm_eps=1e-6)

    with_norm, without = dict(layer(True).named_parameters()), dict(layer(False).named_parameters())
    assert set(with_norm) - set(without) == {"query_norm.weight", "key_norm.weight"}
    assert without["key.weight"].shape == (16, 32)
    x = made(2, 5, 32)
    assert layer(True)(x, rotary_angles(5, 8)).shape == x.shape


def test_nothing_hidden_weighs_anything_even_when_it_is_infinite() -> None:
    query, key, value = made(1, 1, 3, 4), made(1, 1, 3, 4, seed=1), made(1, 1, 3, 4, seed=2)
    key[0, 0, 2] = 1e30
    scores = attention_scores(query, key, is_causal=True)
    assert scores[0, 0, 0].tolist()[1:] == [-math.inf, -math.inf]
    assert torch.equal(scores.softmax(-1)[0, 0, :2, 2], torch.zeros(2))
    assert torch.isfinite(attend(query, key, value, is_causal=True)[0, 0, :2]).all()
