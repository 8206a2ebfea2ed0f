"""The nine steps of an encoder block and of a decoder block as published in 2017: the norm stands after each sum.

Read with: models/transformer.py
"""

import math
from typing import Any

import torch
from torch import Tensor

from clearhead.inspector.views._block_attention import Asking, attend
from clearhead.inspector.views._block_checks import of_linear, of_norm, of_pair
from clearhead.inspector.views._block_math import BENDS, linear, norm
from clearhead.inspector.views._block_steps import Steps
from clearhead.inspector.views._sides import exact
from clearhead.inspector.views.base import Looked, labels


def encoder_block(steps: Steps, place: str, layer: int) -> Tensor:
    """Add the nine steps of an encoder block; return what it hands on."""
    block = steps.look.model.get_submodule(place)
    x = _entering(steps, "encoder", layer)
    names = ("step_2", "step_3", "step_4", "step_5", "step_6", "step_7")
    asking = Asking(f"{place}.attention", block.attention, steps.asking, False, names)
    attended = attend(steps, asking, x, x)
    x = _add_and_norm(steps, "step_8", block.attention_norm, x, attended, f"{place}.attention_residual")
    return _feed_forward(steps, "step_9", block, place, x)


def decoder_block(steps: Steps, place: str, layer: int) -> Tensor:
    """Add the first eight steps of a decoder block; return what it hands on."""
    look = steps.look
    block = look.model.get_submodule(place)
    x = _entering(steps, "decoder", layer)
    own = f"{place}.self_attention"
    names = ("step_2", "step_3_products", "step_3", "step_4", "step_4_mixed", "step_5_output")
    written = attend(steps, Asking(own, block.self_attention, steps.asking, True, names, "masked self-attention"), x, x)
    x = _add_and_norm(steps, "step_5", block.self_attention_norm, x, written, f"{own}_residual")
    memory = exact(look.value(f"encoder.layers.{len(look.model.encoder.layers) - 1}.residual"))
    names = ("step_6_query", "step_6_products", "step_6_scores", "step_6", "step_7_mixed", "step_7_output")
    cross = f"{place}.cross_attention"
    attended = attend(
        steps, Asking(cross, block.cross_attention, labels(look.pieces), False, names, "cross-attention"), x, memory
    )
    x = _add_and_norm(steps, "step_7", block.cross_attention_norm, x, attended, f"{cross}_residual")
    return _feed_forward(steps, "step_8", block, place, x)


def token_vectors(look: Looked, side: str) -> Tensor:
    """Return √d_model · E[token] of every token of a side."""
    model = look.model
    tokens = look.tokens if side == "encoder" else look.target_tokens
    own = model.target_embedding if side == "decoder" else None
    matrix = exact((own or model.embedding).weight)
    return matrix[torch.tensor(tokens)] * math.sqrt(model.config.d_model)


def _entering(steps: Steps, side: str, layer: int) -> Tensor:
    """Add what enters the block: word vectors and positions, or what the block below handed on."""
    look = steps.look
    if layer > 0:
        below = exact(look.value(f"{side}.layers.{layer - 1}.residual"))
        return steps.add(
            "step_1", f"What enters {side} layer {layer}", f"x, the output of {side} layer {layer - 1}", below
        )
    vectors = steps.add("step_1_vectors", "Word vectors", "√d_model · E[token]", token_vectors(look, side))
    table = exact(look.model.get_submodule(side).positions)[: len(vectors)]
    positions = steps.add("step_1_positions", "Positions", "P, sines and cosines", table)
    return steps.add(
        "step_1",
        f"What enters {side} layer {layer}",
        "x = word vector + position",
        vectors + positions,
        tap=f"{side}.embedding",
        check=of_pair("sum", "word vector + position", vectors, positions),
    )


def _add_and_norm(steps: Steps, name: str, module: Any, x: Tensor, added: Tensor, tap: str) -> Tensor:
    said = "what came in + what was found"
    total = steps.add(f"{name}_sum", "Add", said, x + added, check=of_pair("sum", said, x, added))
    written = "(sum − mean) / √(variance + ε) · weight + bias"
    return steps.add(name, "Add & norm", written, norm(module, total), tap=tap, check=of_norm(module, total))


def _feed_forward(steps: Steps, name: str, block: Any, place: str, x: Tensor) -> Tensor:
    part, where = block.feed_forward, f"{place}.feed_forward"
    written, bend = BENDS[steps.look.model.config.activation]
    inner = steps.add(f"{name}_inner", "Widen", "x · W_1 + b_1", linear(part.up, x), check=of_linear(part.up, x))
    how = of_linear(part.up, x, bend=steps.look.model.config.activation)
    hidden = steps.add(f"{name}_bent", "Bend", written, bend(inner), tap=f"{where}.hidden", check=how)
    narrowed, how = linear(part.down, hidden), of_linear(part.down, hidden)
    outer = steps.add(f"{name}_outer", "Narrow", "bent · W_2 + b_2", narrowed, tap=f"{where}.output", check=how)
    return _add_and_norm(steps, name, block.feed_forward_norm, x, outer, f"{place}.residual")
