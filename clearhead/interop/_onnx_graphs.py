"""Models as ONNX can hold them: without branches on data, with everything that is carried along as named tensors.

What writes token by token becomes two graphs. The first reads the source and gives the state before the first token;
the second reads one token a row and that state, and gives logits and the parts of the state that change:

    encoder   source              → NAME, NAME, …
    step      tokens, NAME, …     → logits, next_NAME, …

The step is the model's own `step`; an encoder is written out, because the model's own saves work where it sees that
nothing is padded, and a graph cannot.
Read with: models/transformer.py, models/attention_seq2seq.py, layers/recurrent.py
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from clearhead.layers.recurrent import Recurrent
from clearhead.models._transformer_state import TransformerState
from clearhead.models.attention_seq2seq import AttentionSeq2Seq, Writing
from clearhead.models.base import Encoded, FeatureModel, ImageModel, Model
from clearhead.models.transformer import Transformer

NEXT = "next_"
"""Before the name of a part of the state: what it is after the step."""
BATCH, SOURCE, WRITTEN = 2, 3, 4
"""Sizes of the examples from which a graph is recorded: all different, none 0 or 1, which would be taken as fixed."""


@dataclass(frozen=True)
class Graph:
    """One computation, with a name for each tensor that goes in or comes out."""

    module: nn.Module
    """Takes the inputs in their order and returns a tuple of the outputs."""
    inputs: Mapping[str, Tensor]
    """An example of each."""
    axes: Mapping[str, Mapping[int, str]]
    """Which axes of the inputs are of any size, and what they are called."""
    outputs: Sequence[str]


def graphs_of(model: Model) -> dict[str, Graph]:
    """Return the graphs of a float32 model that is ready to predict, by the names of their files."""
    if isinstance(model, Transformer):
        return _writing_graphs(model, _TransformerEncoder(model), _TransformerStep(model))
    if isinstance(model, AttentionSeq2Seq):
        return _writing_graphs(model, _RecurrentEncoder(model), _RecurrentStep(model))
    config = model.config
    if isinstance(model, ImageModel):
        example = torch.zeros(BATCH, config.num_channels, config.height, config.width)
    else:
        assert isinstance(model, FeatureModel), "the entry asks for no other"
        example = torch.zeros(BATCH, config.num_features)
    return {"model": Graph(_Outputs(model), {"x": example}, {"x": {0: "batch"}}, ["outputs"])}


class _Outputs(nn.Module):
    """A model of one tensor in and one out."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> tuple[Tensor]:
        return (self.model(x),)


def _writing_graphs(model: Transformer | AttentionSeq2Seq, encoder: nn.Module, step: Any) -> dict[str, Graph]:
    source = torch.full((BATCH, SOURCE), model.config.end_id)
    with torch.no_grad():
        state = dict(zip(step.state, encoder(source), strict=True))
    # The state before the first token has seen none; a graph recorded from it would take 0 as fixed.
    grown = {name: value.new_zeros(*value.shape[:2], WRITTEN, *value.shape[3:]) for name, value in state.items()}
    examples = {name: grown[name] if "written" in step.state[name].values() else value for name, value in state.items()}
    tokens = {"tokens": source[:, 0]}
    axes = {"tokens": {0: "batch"}, **step.state}
    told = ["logits", *(f"{NEXT}{name}" for name in step.changing)]
    return {
        "encoder": Graph(encoder, {"source": source}, {"source": {0: "batch", 1: "source"}}, list(step.state)),
        "step": Graph(step, {**tokens, **examples}, axes, told),
    }
