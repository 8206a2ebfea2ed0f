"""The convolution layer: against PyTorch's parts, place by place."""

import pytest
import torch

from clearhead.layers.convolution import ConvolutionLayer
from clearhead.layers.tap import listening


def made(num_inputs: int = 3, **options: int) -> ConvolutionLayer:
    torch.manual_seed(0)
    layer = ConvolutionLayer(num_inputs, 4, **options)
    torch.nn.init.normal_(layer.norm.weight, 1.0, 0.3)
    return layer


@pytest.mark.parametrize(("num_inputs", "window", "stride"), [(3, 3, 1), (1, 5, 2), (2, 1, 1)])
def test_it_is_filters_then_norm_over_the_channels_then_relu(num_inputs: int, window: int, stride: int) -> None:
    layer = made(num_inputs, window=window, stride=stride)
    x = torch.randn(2, num_inputs, 9, 8)
    maps = torch.conv2d(x, layer.filters.weight, stride=stride, padding=window // 2)
    scaled = maps / (maps.square().mean(1, keepdim=True) + 1e-6).sqrt() * layer.norm.weight[:, None, None]
    assert torch.allclose(layer(x), scaled.clamp_min(0), atol=1e-5)


def test_one_number_is_the_product_of_its_window_and_a_filter() -> None:
    layer, x = made(), torch.randn(1, 3, 6, 6)
    window = (x[0, :, 1:4, 2:5] * layer.filters.weight[1]).sum()
    assert torch.allclose(layer.filters(x)[0, 1, 2, 3], window, atol=1e-5)


def test_the_layout_in_memory_changes_no_number() -> None:
    layer, x = made(), torch.randn(2, 3, 6, 5)
    turned = x.contiguous(memory_format=torch.channels_last)
    assert torch.allclose(layer(turned), layer(x), atol=1e-6)
    assert layer(x).is_contiguous(memory_format=torch.channels_last)


def test_an_image_does_not_depend_on_its_neighbours_in_the_batch() -> None:
    layer, x = made().train(), torch.randn(4, 3, 6, 6)
    assert torch.allclose(layer(x)[1:2], layer(x[1:2]), atol=1e-6)


def test_the_taps_show_both_sides_of_the_relu() -> None:
    layer, seen = made(), {}
    with listening(layer, lambda name, value: seen.setdefault(name, value)):
        output = layer(torch.randn(2, 3, 6, 6))
    assert seen["before"].min() < 0
    assert torch.equal(seen["after"], seen["before"].clamp_min(0))
    assert torch.equal(seen["after"], output)
