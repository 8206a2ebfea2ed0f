"""Dropout: the asked-for share, the same mean, a gradient only where something was kept."""

import pytest
import torch

from clearhead.layers.dropout import dropout


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.9])
def test_the_share_is_dropped_and_the_mean_stays(share: float) -> None:
    torch.manual_seed(0)
    out = dropout(torch.ones(1000, 401), share)
    dropped = float((out == 0).float().mean())
    assert dropped == pytest.approx(share, abs=1 / 256 + 0.002)
    assert float(out.mean()) == pytest.approx(1.0, abs=0.02)
    assert len(out.unique()) == 2


def test_the_gradient_is_the_mask() -> None:
    torch.manual_seed(0)
    x = torch.randn(7, 13, requires_grad=True)
    out = dropout(x, 0.5)
    out.backward(torch.full_like(out, 3.0))
    assert torch.allclose(x.grad, 3 * (out.detach() != 0) * 2.0)


def test_the_same_random_state_drops_the_same_numbers() -> None:
    x = torch.ones(5, 9)
    torch.manual_seed(3)
    first, second = dropout(x, 0.5), dropout(x, 0.5)
    torch.manual_seed(3)
    assert torch.equal(dropout(x, 0.5), first)
    assert not torch.equal(first, second)


def test_nothing_is_done_for_a_share_of_zero_and_bf16_stays_bf16() -> None:
    x = torch.ones(3, 3, dtype=torch.bfloat16)
    assert dropout(x, 0.0) is x
    assert dropout(x, 0.5).dtype == torch.bfloat16
