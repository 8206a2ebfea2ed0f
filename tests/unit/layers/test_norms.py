"""RMSNorm against PyTorch's own, forward and backward."""

import pytest
import torch
from torch.nn.functional import rms_norm

from clearhead.layers.norms import RMSNorm


@pytest.mark.parametrize("shape", [(1, 8), (3, 5, 32), (2, 3, 4, 6), (7, 64)])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 2e-5), (torch.bfloat16, 0.1)])
def test_it_equals_pytorchs(shape: tuple[int, ...], dtype: torch.dtype, tolerance: float) -> None:
    torch.manual_seed(0)
    norm = RMSNorm(shape[-1], eps=1e-6)
    torch.nn.init.normal_(norm.weight)
    norm = norm.to(dtype)
    x = torch.randn(shape).to(dtype).requires_grad_()
    upstream = torch.randn(shape).to(dtype)
    norm(x).backward(upstream)

    weight, exact = norm.weight.detach().double().requires_grad_(), x.detach().double().requires_grad_()
    expected = rms_norm(exact, weight.shape, weight, 1e-6)
    expected.backward(upstream.double())
    assert norm(x).dtype == dtype
    assert torch.allclose(norm(x).double(), expected, atol=tolerance, rtol=tolerance)
    assert torch.allclose(x.grad.double(), exact.grad, atol=tolerance, rtol=tolerance)
    assert torch.allclose(norm.weight.grad.double(), weight.grad, atol=tolerance, rtol=tolerance)


def test_a_vector_of_zeros_stays_zero_and_has_a_finite_gradient() -> None:
    x = torch.zeros(2, 8, requires_grad=True)
    out = RMSNorm(8)(x)
    out.sum().backward()
    assert not out.any()
    assert torch.isfinite(x.grad).all()


def test_the_length_of_the_input_is_forgotten() -> None:
    x = torch.randn(4, 16, generator=torch.Generator().manual_seed(0))
    norm = RMSNorm(16)
    assert torch.allclose(norm(x), norm(1000 * x), atol=1e-5)
    assert torch.allclose(norm(x).square().mean(-1), torch.ones(4), atol=1e-5)


def test_large_bf16_numbers_do_not_overflow_on_the_way() -> None:
    x = torch.full((1, 4), 1e20, dtype=torch.bfloat16)
    out = RMSNorm(4)(x)
    assert torch.isfinite(out).all()
