"""What a recurrent net read and where it began, put together from captured values: its formulas can then be redone."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from clearhead.inspector.views._sides import exact
from clearhead.inspector.views.base import Looked
from clearhead.layers.recurrent import Recurrent
from clearhead.layers.tap import find_taps
from clearhead.models._word_reading import Letters

WAYS = ("left_to_right", "right_to_left")


def recurrent_nets(model: nn.Module) -> dict[str, Recurrent]:
    """Return the nets that read the tokens of a model, by their names, in its order ("encoder", "decoder")."""
    # What reads the letters of each word has a word's letters along its time, not the tokens.
    spells = {id(part) for module in model.modules() if isinstance(module, Letters) for part in module.modules()}
    named = model.named_modules()
    return {name: module for name, module in named if isinstance(module, Recurrent) and id(module) not in spells}


def ways_of(net: Recurrent) -> tuple[str, ...]:
    """Return in which directions a net reads."""
    return WAYS[: 1 + net.is_bidirectional]


@dataclass(frozen=True)
class Reading:
    """One layer of one net, read one way."""

    look: Looked
    net: str
    layer: int
    way: str

    @property
    def place(self) -> str:
        """Return where its taps are."""
        return f"{self.net}.layers.{self.layer}.{self.way}".lstrip(".")

    @property
    def is_from_right(self) -> bool:
        """Whether it begins at the last token."""
        return self.way == "right_to_left"

    def value(self, what: str) -> Tensor:
        """Return a gate, the cell or the hidden state at every position, (seq, hidden)."""
        return self.look.value(f"{self.place}.{what}")

    def first(self, what: str) -> Tensor:
        """Return the cell or the hidden state before anything was read, (hidden,)."""
        model: Any = self.look.model
        if self.net != "decoder" or not hasattr(model, "bridge"):
            return torch.zeros(self.value(what).shape[-1], dtype=torch.float64)
        # The decoder begins where the encoder ended, from the left and from the right (attention_seq2seq.py).
        left, right = (Reading(self.look, "encoder", self.layer, way).value(what) for way in WAYS)
        bridge = model.bridge[0 if what == "hidden" else 1]
        ended = exact(torch.cat([left[-1], right[0]]))
        return torch.tanh(exact(bridge.weight) @ ended + exact(bridge.bias))

    def before(self, what: str) -> Tensor:
        """Return the cell or the hidden state that each position found, (seq, hidden)."""
        now, first = exact(self.value(what)), self.first(what)[None]
        return torch.cat([now[1:], first]) if self.is_from_right else torch.cat([first, now[:-1]])

    def inputs(self) -> Tensor | None:
        """Return what the layer read at every position, (seq, inputs); None in a model whose inputs are not known."""
        if self.layer > 0:
            return memory(self.look, self.net, self.layer - 1)
        model: Any = self.look.model
        if not hasattr(model, "bridge"):
            return self._embedded()
        if self.net == "encoder":
            return exact(self.look.value("source_embedding"))
        x = exact(self.look.value("target_embedding"))
        config = model.config
        if config.attention == "none":
            summary = Reading(self.look, "decoder", config.num_layers - 1, WAYS[0]).first("hidden")
            return torch.cat([x, summary.expand(len(x), -1)], -1)
        if config.attention == "additive":
            return torch.cat([x, exact(self.look.value("attention.context"))], -1)
        if config.use_input_feeding:
            said = exact(self.look.value("output"))
            return torch.cat([x, torch.cat([torch.zeros_like(said[:1]), said[:-1]])], -1)
        return x

    def _embedded(self) -> Tensor | None:
        """Return what passed the tap `embedding`, where a net reads just that; a word's letters may be read beside."""
        if "embedding" not in find_taps(self.look.model):
            return None
        x = exact(self.look.value("embedding"))
        return x if x.shape[-1] == recurrent_nets(self.look.model)[self.net].kernel.input_size else None


def memory(look: Looked, net: str, layer: int) -> Tensor:
    """Return the hidden states of a layer, both ways side by side, (seq, outputs)."""
    ways = ways_of(recurrent_nets(look.model)[net])
    return exact(torch.cat([Reading(look, net, layer, way).value("hidden") for way in ways], -1))
