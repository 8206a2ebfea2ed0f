"""Attention at a glance: every head measured, one layer's mean, its strongest looks, and how two texts are aligned."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from clearhead.inspector.views._sides import choose_side, is_pair
from clearhead.inspector.views.base import Looked, labels, numbers, taps_ending
from clearhead.layers.tap import find_taps
from clearhead.panels.base import Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.table import Cell, Table
from clearhead.panels.thumbnails import Thumbnails
from clearhead.panels.tokens import token_label

WEIGHTS = "attention.weights"
MOST_WEIGHTS = 40_000_000
"""More weights of all heads together are pooled; the note says so."""


@dataclass(frozen=True)
class Attention:
    """One kind of attention of a model that has read something: a layer each, and the pieces that look and are seen."""

    look: Looked
    side: str
    """Which of a pair's sides, or "" in a model that has none."""
    places: list[str]
    """Where the taps of each layer are."""
    asking: Sequence[Any]
    asked: Sequence[Any]
    is_recurrent: bool
    """Whether a recurrent state asks: one head, no query and key of its own, scores that are not divided by √width."""

    @property
    def is_cross(self) -> bool:
        """Whether one text looks at another."""
        return self.side == "cross"

    def named(self, layer: int) -> str:
        """Return how a layer is called in a title: "layer 3", "cross layer 3"."""
        return f"{self.side} layer {layer}".lstrip()


def find_attention(look: Looked, side: str | None) -> Attention:
    """Return the kind of attention that was asked for.

    Raises:
        ValueError: the model has no such side.
    """
    known = sides_of(look.model)
    side = choose_side(side, known, where="attention.side", model=look.model, default="cross")
    places = known[side] if side else [name.removesuffix(".weights") for name in taps_ending(look.model, WEIGHTS)]
    asking = look.target_pieces if side in ("decoder", "cross") else look.pieces
    asked = look.target_pieces if side == "decoder" else look.pieces
    return Attention(look, side, places, asking, asked, f"{places[0]}.query" not in find_taps(look.model))


def all_layers(seen: Attention) -> list[Panel]:
    """Show every head in one run: small, and summed up in a few measures."""
    rollout, mean = torch.eye(len(seen.asking)), torch.empty(0)
    pictures: dict[str, np.ndarray] = {}
    num_heads = len(seen.places) * getattr(seen.look.model.config, "num_heads", 1)
    pooling = math.ceil(math.sqrt(num_heads * len(seen.asking) * len(seen.asked) / MOST_WEIGHTS))

    def measure(name: str, weights: Tensor) -> Tensor:
        nonlocal rollout, mean
        mean = weights.mean(0).float().cpu()
        pooled = weights if pooling == 1 else functional.max_pool2d(weights[None], pooling, ceil_mode=True)[0]
        pictures[name] = numbers(pooled)
        if not seen.is_cross:
            # Half of what leaves a block came along the residual stream.
            rollout = (0.5 * mean + 0.5 * torch.eye(len(mean))) @ rollout
        return _measures(weights, is_cross=seen.is_cross)

    pattern = re.sub(r"\d+", "*", seen.places[0]) + ".weights" if seen.side else "*" + WEIGHTS
    measured = seen.look.reduce(pattern, measure)
    rows: list[tuple[Cell, ...]] = [
        (layer, head, *(float(number) for number in numbers(measured[place + ".weights"])[head]))
        for layer, place in enumerate(seen.places)
        for head in range(len(measured[place + ".weights"]))
    ]
    heads = _table_of_heads(rows, "Every head", is_cross=seen.is_cross)
    small = _thumbnails(seen, [pictures[place + ".weights"] for place in seen.places], pooling)
    if seen.is_cross:
        return [*_alignment(seen, numbers(mean)), small, heads]
    names = labels(seen.asking)
    note = "Mean over heads, half residual, multiplied through all layers; each row sums to 1."
    if seen.side == "decoder":
        note += " Among the written tokens only: what came from the source is not followed."
    return [
        heads,
        small,
        Heatmap(
            name="rollout",
            title="Rollout: how much of each token's last vector stems from each token",
            note=note,
            values=rollout.numpy(),
            rows=names,
            columns=names,
            row_axis="token",
            column_axis="source",
        ),
    ]


def one_layer(seen: Attention, layer: int) -> list[Panel]:
    """Show the mean over the heads of a layer, each head measured, and the strongest looks."""
    weights = seen.look.value(seen.places[layer] + ".weights")
    measured = numbers(_measures(weights, is_cross=seen.is_cross))
    rows: list[tuple[Cell, ...]] = [(layer, head, *map(float, row)) for head, row in enumerate(measured)]
    name = seen.named(layer)
    return [
        Heatmap(
            name="weights",
            title=f"{name[0].upper()}{name[1:]}, the mean of its {len(weights)} heads",
            note="Each row sums to 1: how a token shares its attention among those it may see.",
            values=numbers(weights.mean(0)),
            rows=labels(seen.asking),
            columns=labels(seen.asked),
            row_axis="query",
            column_axis="key",
        ),
        _table_of_heads(rows, f"The heads of {name}", is_cross=seen.is_cross),
        _strongest(seen, layer),
    ]


def sides_of(model: Any) -> dict[str, list[str]]:
    """Return the places of each kind of attention of a model of pairs, in the order of its layers; else nothing."""
    found: dict[str, list[str]] = {}
    for name in find_taps(model) if is_pair(model) else ():
        if name.endswith(WEIGHTS):
            side = "encoder" if name.startswith("encoder.") else "decoder" if "self_attention" in name else "cross"
            found.setdefault(side, []).append(name.removesuffix(".weights"))
    return found


def _thumbnails(seen: Attention, weights: list[np.ndarray], pooling: int) -> Thumbnails:
    """Show the weights of all heads side by side, a row for each layer."""
    places = [(layer, head) for layer, heads in enumerate(weights) for head in range(len(heads))]
    options: dict[str, int | str] = {"side": seen.side} if seen.side else {}
    note = "A row for each layer, a column for each head; all in one scale."
    if pooling > 1:
        note += f" Each spot is the largest of {pooling} × {pooling} weights."
    return Thumbnails(
        name="every_head",
        title="The weights of every head",
        note=note,
        values=np.concatenate(weights),
        labels=tuple(f"{seen.named(layer)}, head {head}" for layer, head in places),
        rows=labels(seen.asking)[::pooling],
        columns=labels(seen.asked)[::pooling],
        row_axis="query",
        column_axis="key",
        across=len(weights[0]),
        opens=tuple({**options, "layer": layer, "head": head} for layer, head in places),
    )


def _alignment(seen: Attention, weights: np.ndarray) -> list[Panel]:
    """Show the mean over the heads of the last layer, and for each target token the source token it looked at most."""
    rows: list[tuple[Cell, ...]] = []
    ends = seen.asking[-1].id == seen.look.model.config.end_id
    written = [*(token_label(piece.text) for piece in seen.asking[1:]), None if ends else "<end>"]
    sources = labels(seen.asked)
    for after, writes, row in zip(labels(seen.asking), written, weights, strict=True):
        best = int(row.argmax())
        rows.append((after, writes, sources[best], float(row[best])))
    return [
        Heatmap(
            name="alignment",
            title="Alignment: where in the source each position of the target looked",
            note="The last layer, mean over its heads; each row sums to 1. A row stands at the token that was read, "
            "and looks for the one after it.",
            values=weights,
            rows=labels(seen.asking),
            columns=sources,
            row_axis="target",
            column_axis="source",
        ),
        Table(
            name="aligned",
            title="The source token each position looked at most",
            columns=("after", "writes", "looks at", "weight"),
            rows=tuple(rows),
        ),
    ]


def _measures(weights: Tensor, *, is_cross: bool) -> Tensor:
    """Return for each head: entropy in bits, and the mean weight on itself, on the token before, on the first one.

    Across two texts: entropy, the mean of the largest weight, and the mean weight on the first and on the last token.
    """
    logarithms = torch.where(weights > 0, weights, 1).log2()
    entropy = -(weights * logarithms).sum(-1).mean(-1)
    if is_cross:
        parts = (weights.amax(-1).mean(-1), weights[..., 0].mean(-1), weights[..., -1].mean(-1))
        return torch.stack([entropy.abs(), *parts], dim=-1)
    itself = weights.diagonal(dim1=-2, dim2=-1).mean(-1)
    # The first token has none before it; a single token gives 0.
    before = weights.diagonal(offset=-1, dim1=-2, dim2=-1).sum(-1) / max(1, weights.shape[-1] - 1)
    return torch.stack([entropy.abs(), itself, before, weights[..., 0].mean(-1)], dim=-1)


def _table_of_heads(rows: list[tuple[Cell, ...]], title: str, *, is_cross: bool) -> Table:
    within, across = ("on itself", "on the one before", "on the first"), ("the largest", "on the first", "on the last")
    return Table(
        name="heads",
        title=title,
        note="Entropy: 0 bits looks at one token only, 1 bit at two alike. The rest are mean weights.",
        columns=("layer", "head", "entropy, bits", *(across if is_cross else within)),
        rows=tuple(rows),
    )


def _strongest(seen: Attention, layer: int, count: int = 8) -> Table:
    """List the tokens that looked at one token most, compared with looking at all they may see alike."""
    place = seen.places[layer]
    weights = numbers(seen.look.value(place + ".weights"))  # (heads, query_len, key_len)
    num_visible = numbers(seen.look.value(place + ".scores").isfinite().sum(-1))
    best = weights.max(0).argmax(-1)  # for each query the key that any head looks at most
    heads = np.take_along_axis(weights, best[None, :, None], axis=-1)[..., 0].argmax(0)
    asking, asked = labels(seen.asking), labels(seen.asked)
    rows: list[tuple[float, tuple[Cell, ...]]] = []
    for query, (key, head) in enumerate(zip(best, heads, strict=True)):
        weight = float(weights[head, query, key])
        times_even = weight * float(num_visible[head, query])
        rows.append((times_even, (asking[query], asked[key], int(head), weight, times_even)))
    rows.sort(key=lambda row: -row[0])
    return Table(
        name="strongest",
        title=f"The strongest attention of {seen.named(layer)}",
        note="Each token with the head that looked hardest; 'times even': against looking at all it may see alike.",
        columns=("token", "looks at", "head", "weight", "times even"),
        rows=tuple(row for _, row in rows[:count]),
    )
