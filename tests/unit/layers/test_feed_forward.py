"""The gated feed-forward part, against its formula."""

import torch

from clearhead.layers.feed_forward import GatedFeedForward
from clearhead.layers.tap import listening


def test_it_is_down_of_silu_gate_times_up() -> None:
    torch.manual_seed(0)
    layer = GatedFeedForward(8, 12)
    x = torch.randn(2, 3, 8)
    gate, up = x @ layer.gate.weight.T, x @ layer.up.weight.T
    hidden = gate * torch.sigmoid(gate) * up
    assert torch.allclose(layer(x), hidden @ layer.down.weight.T, atol=1e-6)
    seen = {}
    with listening(layer, lambda name, value: seen.setdefault(name, value)):
        out = layer(x)
    assert torch.allclose(seen["hidden"], hidden, atol=1e-6)
    assert torch.equal(seen["output"], out)


def test_an_inner_unit_that_is_switched_off_adds_nothing() -> None:
    torch.manual_seed(0)
    layer = GatedFeedForward(8, 12)
    x = torch.randn(1, 2, 8)
    before = layer(x)

    def without_the_first(name: str, value: torch.Tensor) -> torch.Tensor:
        return value * (torch.arange(12) != 0)

    with listening(layer, without_the_first, lambda name: name == "hidden"):
        after = layer(x)
    gate, up = x @ layer.gate.weight[0], x @ layer.up.weight[0]
    missing = (gate * torch.sigmoid(gate) * up)[..., None] * layer.down.weight[:, 0]
    assert torch.allclose(before - after, missing, atol=1e-6)
