import pytest
import torch
from torch import nn

from clearhead.layers import linear as module
from clearhead.layers.linear import Linear, linear


@pytest.mark.parametrize("has_bias", [True, False])
@pytest.mark.parametrize("shape", [(3, 8), (500, 256), (4, 130, 256)])
def test_both_ways_give_the_answer_of_pytorch(
    shape: tuple[int, ...], has_bias: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    theirs = nn.Linear(shape[-1], 320, bias=has_bias)
    ours = Linear(shape[-1], 320, bias=has_bias)
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(shape)
    for is_faster in (True, False):
        if is_faster and not hasattr(torch.ops.mkldnn, "_linear_pointwise"):
            continue
        monkeypatch.setattr(module, "onednn_is_faster", lambda is_faster=is_faster: is_faster)
        with torch.inference_mode():
            assert torch.allclose(ours(x), theirs(x), atol=1e-4)


def test_with_gradients_it_is_pytorchs_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> bool:
        raise AssertionError("asked though gradients are wanted")

    monkeypatch.setattr(module, "onednn_is_faster", fail)
    x = torch.randn(300, 256, requires_grad=True)
    weight = torch.randn(512, 256, requires_grad=True)
    linear(x, weight).sum().backward()
    assert x.grad is not None and weight.grad is not None


def test_small_products_are_not_worth_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_through_onednn", lambda *_: pytest.fail("called for a small product"))
    with torch.inference_mode():
        assert linear(torch.ones(2, 16), torch.ones(4, 16)).tolist() == [[16.0] * 4] * 2


def test_a_build_without_the_operation_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("no such operation")

    monkeypatch.setattr(module, "_through_onednn", refuse)
    module.onednn_is_faster.cache_clear()
    try:
        assert module.onednn_is_faster() is False
    finally:
        module.onednn_is_faster.cache_clear()
