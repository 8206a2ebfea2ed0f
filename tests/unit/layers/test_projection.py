"""Several maps of one input: joined while training, apart otherwise, the same answer."""

import torch
from torch import nn

from clearhead.layers.projection import project


def test_joined_and_separate_products_agree_in_values_and_gradients() -> None:
    torch.manual_seed(0)
    maps = [nn.Linear(16, width, bias=False) for width in (8, 24, 4)]
    x = torch.randn(2, 5, 16, requires_grad=True)
    joined = project(x, *maps)
    separate = [one(x) for one in maps]
    assert [part.shape[-1] for part in joined] == [8, 24, 4]
    for left, right in zip(joined, separate, strict=True):
        assert torch.allclose(left, right, atol=1e-6)
    sources = [x, *(one.weight for one in maps)]
    of_joined = torch.autograd.grad(sum(part.square().sum() for part in joined), sources)
    of_separate = torch.autograd.grad(sum(part.square().sum() for part in separate), sources)
    for left, right in zip(of_joined, of_separate, strict=True):
        assert torch.allclose(left, right, atol=1e-4)


@torch.no_grad()
def test_without_gradients_each_map_is_applied_alone() -> None:
    maps = [nn.Linear(4, 3, bias=False), nn.Linear(4, 2, bias=False)]
    x = torch.randn(2, 4)
    assert all(torch.equal(part, one(x)) for part, one in zip(project(x, *maps), maps, strict=True))
