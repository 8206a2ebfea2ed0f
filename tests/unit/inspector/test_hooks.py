"""Models without taps are seen through what their parts return, and what that leaves out is said."""

from collections import namedtuple

import pytest
import torch
from torch import Tensor, nn

from clearhead.inspector.edits import ablate
from clearhead.inspector.hooks import INSIDE, returned_names
from clearhead.inspector.recorder import Recorder
from clearhead.models.base import LanguageModel

Pair = namedtuple("Pair", "first second")


class Foreign(nn.Module):
    """A model of another library: no tap, a part that returns a tuple, one that runs twice and one that never does."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(3, 3), nn.Linear(3, 3)])
        self.net = nn.LSTM(3, 4, batch_first=True)
        self.named = Named()
        self.unused = nn.Linear(3, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.layers[1](self.layers[0](self.layers[0](x)))
        return self.net(self.named(x).first)[0]


class Named(nn.Module):
    def forward(self, x: Tensor) -> Pair:
        return Pair(2 * x, x)


@pytest.fixture
def foreign() -> Foreign:
    torch.manual_seed(0)
    return Foreign().eval()


X = torch.tensor([[[1.0, -2.0, 0.5], [0.3, 0.1, -1.0]]])


def test_every_part_that_can_run_is_a_place(foreign: Foreign) -> None:
    assert returned_names(foreign) == [
        f"{name}.returned" for name in ("layers.0", "layers.1", "net", "named", "unused")
    ]


def test_what_a_part_returned_is_kept(foreign: Foreign) -> None:
    with Recorder(foreign) as seen:
        output = foreign(X)
    twice = foreign.layers[0](foreign.layers[0](X))
    assert torch.equal(seen["layers.0.returned"], twice)
    assert torch.equal(seen["layers.1.returned"], foreign.layers[1](twice))
    assert torch.equal(seen["net.returned"], output)
    assert torch.equal(seen["named.returned"], 2 * seen["layers.1.returned"])


def test_what_cannot_be_seen_is_said(foreign: Foreign) -> None:
    with Recorder(foreign) as seen:
        foreign(X)
    assert seen.unseen == [
        INSIDE,
        "layers.0 ran 2 times; only what it returned last is kept.",
        "net returned 2 values, of which only the first is seen.",
        "named returned 2 values, of which only the first is seen.",
        "unused did not run, or what it does was called without it.",
    ]


def test_what_a_part_returned_can_be_changed(foreign: Foreign) -> None:
    with Recorder(foreign, [], edits=[ablate("named.returned")]):
        output = foreign(X)
    assert torch.equal(output, foreign.net(torch.zeros_like(X))[0])
    with Recorder(foreign, [], edits=[ablate("net.returned")]):
        assert not foreign(X).any()
    assert foreign(X).any()


def test_gradients_reach_what_a_part_returned(foreign: Foreign) -> None:
    with Recorder(foreign, ["layers.1.returned"], has_gradients=True) as seen:
        output = foreign(X)[0, 1, 2]
    slope = seen.gradients(output)["layers.1.returned"]
    value = seen["layers.1.returned"].detach().clone().requires_grad_()
    expected = torch.autograd.grad(foreign.net(2 * value)[0][0, 1, 2], [value])[0]
    assert torch.allclose(slope, expected)


def test_a_value_that_is_no_tensor_is_passed_over() -> None:
    class Words(nn.Module):
        def forward(self, x: Tensor) -> dict[str, Tensor]:
            return {"said": x}

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.words = Words()

        def forward(self, x: Tensor) -> Tensor:
            return self.words(x)["said"]

    with Recorder(model := Model()) as seen:
        model(X)
    assert seen.values == {}
    assert seen.unseen == [INSIDE, "words returned a dict, into which nobody looks."]


def test_a_model_with_taps_is_seen_through_them_unless_parts_are_asked_for(model: LanguageModel) -> None:
    tokens = torch.tensor([[3, 1, 4]])
    with Recorder(model) as seen:
        model(tokens)
    assert not any(name.endswith(".returned") for name in seen.values) and seen.unseen == []
    with Recorder(model, ["embedding", "layers.*.feed_forward.returned"]) as seen:
        model(tokens)
    assert list(seen.values) == ["embedding", "layers.0.feed_forward.returned", "layers.1.feed_forward.returned"]
    with Recorder(model, ["layers.1.feed_forward.output"]) as taps:
        model(tokens)
    assert torch.equal(seen["layers.1.feed_forward.returned"], taps["layers.1.feed_forward.output"])


def test_a_part_that_is_not_there_is_refused_with_those_that_are(foreign: Foreign) -> None:
    with pytest.raises(ValueError) as caught:
        Recorder(foreign, ["layer.0.returned"])
    assert "Recorder.wanted must name taps of the model, got 'layer.0.returned'" in str(caught.value)
    assert "Did you mean 'layers.*.returned'?" in str(caught.value)


def test_no_hook_stays_behind(foreign: Foreign) -> None:
    with pytest.raises(RuntimeError), Recorder(foreign):
        raise RuntimeError
    assert not any(module._forward_hooks for module in foreign.modules())
