"""One query before and after it is turned by its position, pair by pair."""

import math

from torch import Tensor

from clearhead.inspector.views._block_math import into_heads, linear, norm, rotary_angles, turn
from clearhead.inspector.views._block_pre_norm import before_attention
from clearhead.inspector.views._sides import exact
from clearhead.inspector.views.base import Looked, labels
from clearhead.panels.table import Cell, Table


def rotation(look: Looked, layer: int, head: int, token: int) -> tuple[Table, float]:
    """Return the pairs of one query, and how far the turned queries of this layer are from the model's own."""
    place = f"layers.{layer}"
    attention = look.model.get_submodule(place).attention
    straight = into_heads(linear(attention.query, before_attention(look, place, layer)), attention.num_heads)
    straight = norm(attention.query_norm, straight)
    turned = exact(look.value(f"{place}.attention.query"))
    theta, width = look.model.config.rope_theta, attention.head_dim
    angles = rotary_angles(token + 1, width, theta)[token]
    half = width // 2

    def row(pair: int) -> tuple[Cell, ...]:
        before, after = straight[head, token], turned[head, token]
        degrees = math.degrees(float(angles[pair])) % 360
        return (pair, degrees, *(float(x[index]) for x in (before, after) for index in (pair, pair + half)))

    table = Table(
        name="rotation",
        title=f"How the query of {labels(look.pieces)[token]!r} is turned (layer {layer}, head {head})",
        note=f"Pair i is component i and i + {half}. Turning changes no length: each pair stays on its circle.",
        columns=("pair", "angle, degrees", "first before", "second before", "first after", "second after"),
        rows=tuple(row(pair) for pair in range(half)),
    )
    return table, _largest(turn(straight, theta), turned)


def _largest(formula: Tensor, own: Tensor) -> float:
    return float((formula - own).abs().max())
