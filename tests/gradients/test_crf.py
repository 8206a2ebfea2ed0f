"""The expected counts of a conditional random field are its slopes: against finite differences in float64."""

import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck

from clearhead.layers import crf_sums
from clearhead.layers.crf import CRF

LENGTHS = torch.tensor([4, 2, 1])
IS_THERE = torch.arange(4) < LENGTHS[:, None]


@pytest.mark.parametrize("way", ["products", "logarithms"])
@pytest.mark.parametrize("has_rules", [False, True])
def test_log_likelihood(way: str, has_rules: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "logarithms":
        monkeypatch.setattr(crf_sums, "LARGEST_SCORE", 0.0)
    chance = torch.Generator().manual_seed(0)
    crf = CRF(3).double()
    if has_rules:
        may_follow = torch.tensor([[True, True, False], [True, True, True], [True, False, True]])
        crf.allow(may_follow, torch.tensor([True, True, False]), torch.tensor([True, False, True]))
    names = [name for name, _ in crf.named_parameters()]
    tags = torch.tensor([[0, 1, 2, 2], [1, 0, 0, 0], [0, 0, 0, 0]])

    def run(x: Tensor, *parameters: Tensor) -> Tensor:
        weights = {f"crf.{name}": parameter for name, parameter in zip(names, parameters, strict=True)}
        return torch.func.functional_call(_Likelihood(crf), weights, (x, tags))

    leaves = [torch.randn(3, 4, 3, generator=chance, dtype=torch.float64)]
    leaves += [torch.randn(p.shape, generator=chance, dtype=torch.float64) for p in crf.parameters()]
    assert gradcheck(run, [leaf.requires_grad_() for leaf in leaves])


class _Likelihood(torch.nn.Module):
    """The method as a module's forward, which is what can be called with other weights."""

    def __init__(self, crf: CRF) -> None:
        super().__init__()
        self.crf = crf

    def forward(self, x: Tensor, tags: Tensor) -> Tensor:
        return self.crf.log_likelihood(x, tags, IS_THERE)
