"""Attention of recurrent decoders: its three formulas, padding, and what it refuses."""

import pytest
import torch
from torch import Tensor

from clearhead.inspector.recorder import Recorder
from clearhead.layers.alignment import KINDS, AlignmentAttention
from clearhead.layers.tap import listening

IS_PADDING = torch.tensor([[False, False, False, True], [False, True, True, True]])

Looked = tuple[Tensor, Tensor]


def made(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def attention_of(kind: str) -> AlignmentAttention:
    torch.manual_seed(0)
    return AlignmentAttention(kind, 6, 6)


def look(
    attention: AlignmentAttention, query: Tensor, memory: Tensor, is_padding: Tensor | None = IS_PADDING
) -> Looked:
    return attention(query, attention.keys(memory), memory, is_padding)


@pytest.mark.parametrize("kind", KINDS)
def test_scores_are_those_of_the_formula(kind: str) -> None:
    attention, query, memory = attention_of(kind), made(2, 3, 6), made(2, 4, 6, seed=1)
    with Recorder(attention) as seen:
        context, weights = look(attention, query, memory, None)
    q, m = query[1, 2], memory[1, 3]
    if kind == "dot":
        expected = q @ m
    elif kind == "general":
        expected = q @ (attention.key.weight @ m)
    else:
        inner = torch.tanh(attention.query.weight @ q + attention.key.weight @ m + attention.key.bias)
        expected = attention.score.weight[0] @ inner
    assert float(seen["scores"][1, 0, 2, 3]) == pytest.approx(expected.item(), abs=1e-5)
    assert torch.equal(seen["weights"][:, 0], weights)
    assert torch.equal(seen["context"], context)


@pytest.mark.parametrize("kind", KINDS)
def test_weights_sum_to_one_and_padding_weighs_nothing(kind: str) -> None:
    attention, query, memory = attention_of(kind), made(2, 3, 6), made(2, 4, 6, seed=1)
    context, weights = look(attention, query, memory)
    assert torch.allclose(weights.sum(-1), torch.ones(2, 3))
    assert not weights[IS_PADDING[:, None].expand(2, 3, 4)].any()
    assert torch.allclose(context[1], memory[1, :1].expand(3, 6), atol=1e-6)
    alone, _ = look(attention, query[:1], memory[:1, :3], None)
    assert torch.allclose(context[:1], alone, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_queries_do_not_know_each_other(kind: str) -> None:
    attention, query, memory = attention_of(kind), made(2, 3, 6), made(2, 4, 6, seed=1)
    together = look(attention, query, memory)
    for position in range(3):
        for one, all_of_them in zip(look(attention, query[:, [position]], memory), together, strict=True):
            assert torch.allclose(one, all_of_them[:, [position]], atol=1e-6)


def test_weights_that_are_changed_mix_other_vectors() -> None:
    attention, memory = attention_of("general"), made(2, 4, 6, seed=1)
    uniform = torch.full((2, 1, 3, 4), 0.25)
    with listening(attention, lambda name, value: uniform, lambda name: name == "weights"):
        context, weights = look(attention, made(2, 3, 6), memory)
    assert torch.allclose(context, memory.mean(1, keepdim=True).expand(2, 3, 6), atol=1e-6)
    assert torch.equal(weights, uniform[:, 0])


def test_the_additive_form_may_compare_at_another_width() -> None:
    attention = AlignmentAttention("additive", 6, 5, inner_size=3)
    context, _ = look(attention, made(2, 3, 6), made(2, 4, 5, seed=1))
    assert context.shape == (2, 3, 5)
    assert attention.keys(made(2, 4, 5)).shape == (2, 4, 3)


def test_impossible_kinds_are_refused() -> None:
    with pytest.raises(ValueError, match=r"must be one of additive, dot, general, got 'concat'. Use kind='general'"):
        AlignmentAttention("concat", 4, 4)
    with pytest.raises(ValueError, match=r"for 'dot', got query_size=4, memory_size=6. Use kind='general'"):
        AlignmentAttention("dot", 4, 6)
