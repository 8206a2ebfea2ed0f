"""Models as ONNX can hold them: no branch that looks at numbers, and everything carried along is a named tensor.

What writes token by token becomes two graphs. The first reads the source and gives the state before the first token;
the second reads one token a row and that state, and gives logits and what has changed of the state:

    encoder   source              → NAME, NAME, …
    step      tokens, NAME, …     → logits, next_NAME, …

The step is the model's own. The encoders are written out: the models' own save work where nothing is padded, and for
that they look at the batch.
Read with: models/transformer.py, models/attention_seq2seq.py, _onnx_recurrent.py
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from clearhead.interop._onnx_recurrent import OnnxRecurrent
from clearhead.models._transformer_state import TransformerState
from clearhead.models.attention_seq2seq import AttentionSeq2Seq, Writing
from clearhead.models.base import ImageModel, Model
from clearhead.models.transformer import Transformer

NEXT = "next_"
"""Begins the name of a part of the state as it is after the step."""
BATCH, SOURCE, WRITTEN = 2, 3, 4
"""Sizes of the examples from which graphs are recorded; 0 and 1 would be taken as the only ones."""
STATE = ("hidden", "cell")
"""What a recurrent net carries along; only an LSTM has a cell."""
Axes = Mapping[int, str]


@dataclass(frozen=True)
class Graph:
    """One computation, with a name for each tensor that goes in or comes out."""

    module: nn.Module
    """Takes the inputs in their order and returns the outputs in theirs, as a tuple."""
    inputs: Mapping[str, Tensor]
    """An example of each."""
    axes: Mapping[str, Axes]
    """Which axes of the inputs may be of any size, and what they are called."""
    outputs: Sequence[str]


def graphs_of(model: Model) -> dict[str, Graph]:
    """Return the graphs of a model in float32 that is ready to predict, by name."""
    if isinstance(model, Transformer):
        return _writing(model, partial(_transformer_start, model), partial(_transformer_step, model), _layers(model))
    if isinstance(model, AttentionSeq2Seq):
        encoder = OnnxRecurrent(model.encoder)
        start, step = partial(_recurrent_start, model, encoder), partial(_recurrent_step, model)
        return _writing(model, start, step, _recurrent_state(model), encoder)
    config = model.config
    is_image = isinstance(model, ImageModel)
    sizes = (config.num_channels, config.height, config.width) if is_image else (config.num_features,)
    example = torch.zeros(BATCH, *sizes)
    return {"model": Graph(_Call(lambda x: (model(x),), model), {"x": example}, {"x": {0: "batch"}}, ["outputs"])}


class _Call(nn.Module):
    """A function as a module, so that the weights it uses are found."""

    def __init__(self, function: Callable[..., tuple[Tensor, ...]], *modules: nn.Module) -> None:
        super().__init__()
        self.function = function
        self.modules_used = nn.ModuleList(modules)

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        return self.function(*inputs)


@dataclass(frozen=True)
class _Part:
    """A tensor of the state: which of its axes vary, and whether a step changes it."""

    axes: Axes
    is_changed: bool = False


def _writing(
    model: Transformer | AttentionSeq2Seq,
    start: Callable[..., tuple[Tensor, ...]],
    step: Callable[..., tuple[Tensor, ...]],
    state: Mapping[str, _Part],
    *modules: nn.Module,
) -> dict[str, Graph]:
    source = torch.full((BATCH, SOURCE), model.config.end_id)
    with torch.no_grad():
        first = dict(zip(state, start(source), strict=True))
    for name, part in state.items():
        if "written" in part.axes.values():  # nothing is, at the start: a graph recorded there would know no other size
            first[name] = first[name].new_zeros(*first[name].shape[:2], WRITTEN, first[name].shape[3])
    axes = {name: part.axes for name, part in state.items()}
    told = ["logits", *(f"{NEXT}{name}" for name, part in state.items() if part.is_changed)]
    read = {"source": source}, {"source": {0: "batch", 1: "source"}}
    said = {"tokens": source[:, 0], **first}, {"tokens": {0: "batch"}, **axes}
    return {
        "encoder": Graph(_Call(start, model, *modules), *read, list(state)),
        "step": Graph(_Call(step, model), *said, told),
    }


def _layers(model: Transformer) -> dict[str, _Part]:
    """Name the keys and values: those of the source, (batch, heads, source, head_dim), and those written so far."""
    state = {"is_padding": _Part({0: "batch", 1: "source"})}
    for length in ("source", "written"):
        for index in range(len(model.decoder.layers)):
            for what in ("key", "value"):
                state[f"{length}_{what}_{index}"] = _Part({0: "batch", 2: length}, is_changed=length == "written")
    return state


def _transformer_start(model: Transformer, source: Tensor) -> tuple[Tensor, ...]:
    is_first = torch.arange(source.shape[1], device=source.device) == 0
    is_padding = (source == model.config.padding_id) & ~is_first
    x = model.encoder.enter(model.embedding(source) * math.sqrt(model.config.d_model))
    for layer in model.encoder.layers:
        x = layer(x, ~is_padding[:, None, None, :])
    of_source = [tensor for layer in model._decoder_blocks() for tensor in layer.cross_attention.offer(x)]
    batch, heads, _, head_dim = of_source[0].shape
    return (is_padding, *of_source, *(x.new_zeros(batch, heads, 0, head_dim) for _ in of_source))


def _transformer_step(
    model: Transformer, tokens: Tensor, is_padding: Tensor, *keys_and_values: Tensor
) -> tuple[Tensor, ...]:
    pairs = list(zip(keys_and_values[::2], keys_and_values[1::2], strict=True))
    state = _Growing(pairs[: len(pairs) // 2], ~is_padding[:, None, None, :], pairs[len(pairs) // 2 :])
    logits = model.step(tokens, state)
    return (logits, *(tensor for pair in state.written for tensor in pair))


class _Growing(TransformerState):
    """The state of a Transformer that makes longer tensors instead of writing into ones that have room."""

    def __init__(
        self, sources: list[tuple[Tensor, Tensor]], visible: Tensor, written: list[tuple[Tensor, Tensor]]
    ) -> None:
        super().__init__(sources, visible, capacity=0)
        self.written = list(written)
        self.length = written[0][0].shape[2]

    def append(self, layer_index: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        keys, values = self.written[layer_index]
        self.written[layer_index] = torch.cat([keys, key], 2), torch.cat([values, value], 2)
        return self.written[layer_index]


def _recurrent_state(model: AttentionSeq2Seq) -> dict[str, _Part]:
    """Name what this kind of attention needs: the memory and what it is asked by, the state, what the cell reads."""
    config, state = model.config, {}
    if model.attention is not None:
        state = {name: _Part({0: "batch", 1: "source"}) for name in ("is_padding", "memory")}
        if model.attention.kind != "dot":  # whose keys are the memory itself
            state["keys"] = _Part({0: "batch", 1: "source"})
    for name in STATE if config.cell == "lstm" else STATE[:1]:
        state[name] = _Part({0: "batch"}, is_changed=True)
    if config.use_input_feeding or model.attention is None:
        state["read"] = _Part({0: "batch"}, is_changed=config.use_input_feeding)
    return state


def _recurrent_start(model: AttentionSeq2Seq, encoder: OnnxRecurrent, source: Tensor) -> tuple[Tensor, ...]:
    is_padding = source == model.config.padding_id
    memory, last = encoder(model.source_embedding(source), (~is_padding).sum(1))
    ways = (part.reshape(-1, model.config.num_layers, model.config.d_model) for part in last)
    summary = tuple(torch.tanh(bridge(part)) for bridge, part in zip(model.bridge, ways, strict=True))
    first = {"is_padding": is_padding, "memory": memory} | dict(zip(STATE, summary, strict=False))
    if model.attention is not None:
        first["keys"] = model.attention.keys(memory)
    if model.config.use_input_feeding:
        first["read"] = memory.new_zeros(memory.shape[0], 1, model.config.output_width)
    else:
        first["read"] = summary[0][:, -1:]  # read at every position where nothing is asked
    return tuple(first[name] for name in _recurrent_state(model))


def _recurrent_step(model: AttentionSeq2Seq, tokens: Tensor, *carried: Tensor) -> tuple[Tensor, ...]:
    parts = _recurrent_state(model)
    state = dict(zip(parts, carried, strict=True))
    memory = state.get("memory", tokens.new_zeros(0))
    now = tuple(state[name] for name in STATE if name in state)
    writing = Writing(memory, state.get("keys", memory), state.get("is_padding"), now, state.get("read"))
    logits = model.step(tokens, writing)
    after = dict(zip(STATE, writing.state, strict=False)) | {"read": writing.read}
    changed = [after[name] for name, part in parts.items() if part.is_changed]
    return (logits, *(tensor for tensor in changed if tensor is not None))
