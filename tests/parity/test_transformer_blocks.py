"""Every block of the Transformer against PyTorch's own layer with the same weights."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from clearhead.layers.cross_attention import MultiHeadAttention
from clearhead.models.transformer import DecoderBlock, EncoderBlock, FeedForward, TransformerConfig

CONFIG = TransformerConfig(
    source_vocab_size=9,
    target_vocab_size=9,
    padding_id=8,
    start_id=8,
    end_id=0,
    d_model=24,
    num_heads=3,
    d_ff=40,
    dropout=0.0,
)
SIZES = {"d_model": 24, "nhead": 3, "dim_feedforward": 40, "dropout": 0.0, "batch_first": True, "norm_first": False}
SOURCE, TARGET = (torch.randn(4, length, 24, generator=torch.Generator().manual_seed(length)) for length in (7, 5))
IS_PADDING = torch.arange(7)[None] >= torch.tensor([7, 3, 1, 5])[:, None]


def copy_attention(theirs: nn.MultiheadAttention, ours: MultiHeadAttention) -> None:
    theirs.in_proj_weight.copy_(torch.cat([ours.query.weight, ours.key.weight, ours.value.weight]))
    theirs.in_proj_bias.copy_(torch.cat([ours.query.bias, ours.key.bias, ours.value.bias]))
    theirs.out_proj.load_state_dict(ours.output.state_dict())


def copy_feed_forward(theirs: Any, ours: FeedForward) -> None:
    theirs.linear1.load_state_dict(ours.up.state_dict())
    theirs.linear2.load_state_dict(ours.down.state_dict())


def gradients(output: Tensor, *inputs: Tensor) -> list[Tensor]:
    weight = torch.randn(output.shape, generator=torch.Generator().manual_seed(9))
    return list(torch.autograd.grad((output * weight).sum(), inputs))


@pytest.mark.parametrize("padding", [None, IS_PADDING])
def test_the_encoder_block_is_pytorchs(scattered: Callable[[Any], Any], padding: Tensor | None) -> None:
    ours, theirs = scattered(EncoderBlock(CONFIG)).train(), nn.TransformerEncoderLayer(**SIZES)
    with torch.no_grad():
        copy_attention(theirs.self_attn, ours.attention)
        copy_feed_forward(theirs, ours.feed_forward)
        theirs.norm1.load_state_dict(ours.attention_norm.state_dict())
        theirs.norm2.load_state_dict(ours.feed_forward_norm.state_dict())
    x = SOURCE.clone().requires_grad_()
    visible = None if padding is None else ~padding[:, None, None]
    mine, expected = ours(x, visible), theirs(x, src_key_padding_mask=padding)
    assert torch.allclose(mine, expected, atol=1e-5)
    assert torch.allclose(*gradients(mine, x), *gradients(expected, x), atol=1e-4)


@pytest.mark.parametrize("padding", [None, IS_PADDING])
def test_the_decoder_block_is_pytorchs(scattered: Callable[[Any], Any], padding: Tensor | None) -> None:
    ours, theirs = scattered(DecoderBlock(CONFIG)).train(), nn.TransformerDecoderLayer(**SIZES)
    with torch.no_grad():
        copy_attention(theirs.self_attn, ours.self_attention)
        copy_attention(theirs.multihead_attn, ours.cross_attention)
        copy_feed_forward(theirs, ours.feed_forward)
        for their_norm, our_norm in (
            (theirs.norm1, ours.self_attention_norm),
            (theirs.norm2, ours.cross_attention_norm),
            (theirs.norm3, ours.feed_forward_norm),
        ):
            their_norm.load_state_dict(our_norm.state_dict())
    x, memory = TARGET.clone().requires_grad_(), SOURCE.clone().requires_grad_()
    visible = None if padding is None else ~padding[:, None, None]
    future = torch.ones(5, 5, dtype=torch.bool).triu(1)
    mine = ours(x, memory, visible)
    expected = theirs(x, memory, tgt_mask=future, memory_key_padding_mask=padding)
    assert torch.allclose(mine, expected, atol=1e-5)
    for gradient, reference in zip(gradients(mine, x, memory), gradients(expected, x, memory), strict=True):
        assert torch.allclose(gradient, reference, atol=1e-4)


def test_training_in_bf16_takes_another_way_to_the_same_gradients(scattered: Callable[[Any], Any]) -> None:
    exact = scattered(EncoderBlock(CONFIG)).train()
    visible = ~IS_PADDING[:, None, None]
    x = SOURCE.clone().requires_grad_()
    reference = gradients(exact(x, visible), x)[0]
    rounded_x = SOURCE.bfloat16().requires_grad_()
    rounded = exact.bfloat16()
    gradient = gradients(rounded(rounded_x, visible).float(), rounded_x)[0].float()
    assert (gradient - reference).norm() < 0.03 * reference.norm()
