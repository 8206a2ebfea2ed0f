"""The nine steps of a block whose norms stand before its parts (GPT-2; and GPT, with rotary positions and a gate).

Read with: models/gpt2.py, models/gpt.py
"""

from typing import Any

import torch
from torch import Tensor

from clearhead.inspector.views._block_attention import Asking, attend
from clearhead.inspector.views._block_checks import of_linear, of_norm, of_pair
from clearhead.inspector.views._block_math import BENDS, linear, norm
from clearhead.inspector.views._block_steps import Steps
from clearhead.inspector.views._sides import exact
from clearhead.inspector.views.base import Looked


def pre_norm_block(steps: Steps, place: str, layer: int) -> Tensor:
    """Add the nine steps of a block; return what it hands on."""
    look = steps.look
    block = look.model.get_submodule(place)
    x = _entering(steps, layer)
    normed = _norm(steps, "step_2_norm", block.attention_norm, x)
    names = ("step_2", "step_3", "step_4", "step_5", "step_6", "step_7")
    theta = getattr(look.model.config, "rope_theta", None)
    asking = Asking(f"{place}.attention", block.attention, steps.asking, True, names, theta=theta)
    attended = attend(steps, asking, normed, normed)
    how = of_pair("sum", "what came in + what was found", x, attended)
    x = steps.add("step_8", "Add", "what came in + what was found", x + attended, check=how)
    normed = _norm(steps, "step_8_norm", block.feed_forward_norm, x)
    outer = _feed_forward(steps, block, f"{place}.feed_forward", normed)
    how = of_pair("sum", "what came in + narrowed", x, outer)
    return steps.add("step_9", "Add", "what came in + narrowed", x + outer, tap=f"{place}.residual", check=how)


def before_attention(look: Looked, place: str, layer: int) -> Tensor:
    """Return the normalised vectors of which a block makes its queries, keys and values."""
    entered = "embedding" if layer == 0 else f"{place.rpartition('.')[0]}.{layer - 1}.residual"
    return norm(look.model.get_submodule(place).attention_norm, exact(look.value(entered)))


def _entering(steps: Steps, layer: int) -> Tensor:
    look, model = steps.look, steps.look.model
    if layer > 0:
        below = exact(look.value(f"layers.{layer - 1}.residual"))
        return steps.add("step_1", f"What enters layer {layer}", f"x, the output of layer {layer - 1}", below)
    vectors = exact(model.embedding.weight)[torch.tensor(look.tokens)]
    learned = getattr(model, "position_embedding", None)
    if learned is None:
        return steps.add(
            "step_1", f"What enters layer {layer}", "x = E[token]; positions turn Q and K", vectors, tap="embedding"
        )
    vectors = steps.add("step_1_vectors", "Word vectors", "E[token]", vectors)
    positions = steps.add("step_1_positions", "Positions", "P, learned", exact(learned.weight)[: len(vectors)])
    return steps.add(
        "step_1",
        f"What enters layer {layer}",
        "x = word vector + position",
        vectors + positions,
        tap="embedding",
        check=of_pair("sum", "word vector + position", vectors, positions),
    )


def _norm(steps: Steps, name: str, module: Any, x: Tensor) -> Tensor:
    is_layer_norm = isinstance(module, torch.nn.LayerNorm)
    written = "(x − mean) / √(variance + ε) · weight + bias" if is_layer_norm else "x / √(mean of x² + ε) · weight"
    return steps.add(name, "Norm", written, norm(module, x), check=of_norm(module, x))


def _feed_forward(steps: Steps, block: Any, where: str, x: Tensor) -> Tensor:
    part = block.feed_forward
    if hasattr(part, "gate"):
        gate = steps.add("step_9_gate", "Gate", "x · W_gate", linear(part.gate, x), check=of_linear(part.gate, x))
        up = steps.add("step_9_inner", "Widen", "x · W_1", linear(part.up, x), check=of_linear(part.up, x))
        opened = BENDS["swish"][1](gate)
        bent, written = opened * up, "gate · σ(gate) ⊙ widened"
        how = of_pair("product", "(gate · σ(gate)) · widened", opened, up)
    else:
        up = steps.add("step_9_inner", "Widen", "x · W_1 + b_1", linear(part.up, x), check=of_linear(part.up, x))
        written, bend = BENDS["gelu_tanh"]
        bent, how = bend(up), of_linear(part.up, x, bend="gelu_tanh")
    hidden = steps.add("step_9_bent", "Bend", written, bent, tap=f"{where}.hidden", check=how)
    bias = "" if part.down.bias is None else " + b_2"
    outer, how = linear(part.down, hidden), of_linear(part.down, hidden)
    return steps.add("step_9_outer", "Narrow", f"bent · W_2{bias}", outer, tap=f"{where}.output", check=how)
