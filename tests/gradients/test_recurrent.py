"""Recurrent formulas, replaced values and alignment, against finite differences in float64."""

import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck

from clearhead.layers.alignment import KINDS, AlignmentAttention
from clearhead.layers.over_time import _Replace
from clearhead.layers.recurrent import CELLS, Recurrent
from clearhead.layers.tap import listening

LENGTHS = torch.tensor([2, 1])


def made(*shape: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_()


@pytest.mark.parametrize("is_looked_at", [False, True], ids=["fused", "formulas"])
@pytest.mark.parametrize("cell", CELLS)
def test_recurrent_nets(cell: str, is_looked_at: bool) -> None:
    torch.manual_seed(0)
    net = Recurrent(2, 2, cell=cell, is_bidirectional=True).double()
    x, names = made(2, 2, 2), [name for name, _ in net.named_parameters()]

    def run(x: Tensor, *parameters: Tensor) -> tuple[Tensor, ...]:
        with listening(net, lambda name, value: value.clone(), lambda name: is_looked_at and name.endswith("hidden")):
            outputs, state = torch.func.functional_call(net, dict(zip(names, parameters, strict=True)), (x, LENGTHS))
        return (outputs, *state)

    leaves = (x, *(parameter.detach().clone().requires_grad_() for parameter in net.parameters()))
    assert gradcheck(run, leaves, fast_mode=True)


@pytest.mark.parametrize("kind", KINDS)
def test_alignment(kind: str) -> None:
    torch.manual_seed(0)
    attention = AlignmentAttention(kind, 3, 3).double()
    is_padding = torch.tensor([[False, False, True, True], [False, False, False, False]])

    def run(query: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        return attention(query, attention.keys(memory), memory, is_padding)

    assert gradcheck(run, (made(2, 2, 3), made(2, 4, 3, seed=1)))


def test_replaced_values() -> None:
    """Where a number is replaced its own gradient is 0; the number put in its place gets it all."""
    value, given = made(2, 3), made(2, 3, seed=1)
    assert gradcheck(lambda given: _Replace.apply(value.detach(), given, value.detach()), (given,))
    assert gradcheck(lambda value: _Replace.apply(value, given.detach(), torch.zeros(2, 3)), (value,))
    slopes = torch.autograd.grad(_Replace.apply(value, value.detach().requires_grad_(), value.detach()).sum(), value)
    assert torch.equal(slopes[0], torch.ones(2, 3, dtype=torch.float64))
