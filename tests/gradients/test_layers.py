"""The backward passes written by hand, against finite differences in float64."""

import pytest
import torch
from torch.autograd import gradcheck

from clearhead.layers import linear_cross_entropy as cross_entropy_module
from clearhead.layers.activations import ACTIVATIONS, find_activation
from clearhead.layers.attention import _CausalAttention
from clearhead.layers.convolution import ConvolutionLayer
from clearhead.layers.linear_cross_entropy import IGNORE_INDEX, linear_cross_entropy
from clearhead.layers.norms import RMSNorm, _RMSNormFunction


def made(*shape: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_()


@pytest.mark.parametrize("shape", [(1, 4), (2, 3, 5), (2, 2, 2, 3)])
@pytest.mark.parametrize("eps", [1e-6, 0.1])
def test_rms_norm(shape: tuple[int, ...], eps: float) -> None:
    assert gradcheck(lambda x, weight: _RMSNormFunction.apply(x, weight, eps), (made(*shape), made(shape[-1], seed=1)))


def test_the_norm_layer_uses_the_checked_backward() -> None:
    norm = RMSNorm(4).double()
    assert type(norm(made(2, 4)).grad_fn).__name__ == "_RMSNormFunctionBackward"


@pytest.mark.parametrize(("seq", "block"), [(1, 64), (5, 64), (6, 2), (7, 3), (9, 4)])
def test_causal_attention(seq: int, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_CausalAttention, "BLOCK", block)
    leaves = [made(1, 2, seq, 3, seed=seed) for seed in range(3)]
    assert gradcheck(_CausalAttention.apply, leaves)


@pytest.mark.parametrize("slice_elements", [1, 20, 1 << 23])
def test_linear_cross_entropy(slice_elements: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross_entropy_module, "SLICE_ELEMENTS", slice_elements)
    targets = torch.tensor([2, IGNORE_INDEX, 0, 6, 6])
    assert gradcheck(lambda hidden, weight: linear_cross_entropy(hidden, weight, targets), (made(5, 4), made(7, 4)))


@pytest.mark.parametrize(("window", "stride"), [(3, 1), (5, 2)])
def test_convolution_with_its_norm(window: int, stride: int) -> None:
    torch.manual_seed(0)
    layer = ConvolutionLayer(2, 3, window=window, stride=stride).double()
    assert gradcheck(layer, (made(2, 2, 4, 5),))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name: str) -> None:
    assert gradcheck(find_activation(name).function, (made(4, 3),))
