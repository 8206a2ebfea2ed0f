"""Which tokens each token looked at: all heads at a glance, one layer, or one head from scores to mixed values.

    scores = query · key / √head_dim     visible ones only     weights = softmax(scores)     mixed = Σ weights · value

Source: Vaswani et al. 2017, section 3.2, arXiv 1706.03762; rollout: Abnar and Zuidema 2020, arXiv 2005.00928.
"""

import math

import numpy as np
import torch
from torch import Tensor, nn

from clearhead.inspector.views.base import Looked, at, labels, numbers, taps_ending
from clearhead.panels.bars import Bars
from clearhead.panels.base import Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.table import Cell, Table
from clearhead.panels.tokens import token_label

TITLE = "Attention"
QUESTION = "Which tokens did each token look at, and how was that computed?"
ANSWER = "weights"

WEIGHTS = "attention.weights"


def applies(model: nn.Module) -> str | None:
    """Return None for models with attention."""
    return None if taps_ending(model, WEIGHTS) else f"a {type(model).__name__} has no attention."


def view(look: Looked, *, layer: int | None = None, head: int | None = None, token: int | None = None) -> list[Panel]:
    """Show every head of every layer, the heads of one layer, one head step by step, or one token's row of it.

    Args:
        layer: counted from 0; -1 is the last; none given shows all layers.
        head: counted from 0; -1 is the last; none given shows all heads of the layer.
        token: the position that looks; needs a layer and a head.
    """
    places = [name.removesuffix(".weights") for name in taps_ending(look.model, WEIGHTS)]
    if layer is None and (head is not None or token is not None):
        option, value = ("head", head) if head is not None else ("token", token)
        raise ValueError(
            f"attention.layer must be given together with {option}, got {option}={value} alone. "
            f"Choose a layer between 0 and {len(places) - 1}."
        )
    if layer is None:
        return _all_layers(look, places)
    layer = at(layer, len(places), "attention.layer", "layer")
    place = places[layer]
    if head is None:
        if token is not None:
            raise ValueError(
                f"attention.head must be given together with token, got token={token} alone. "
                f"Choose a head between 0 and {look.value(place + '.query').shape[0] - 1}."
            )
        return _one_layer(look, place, layer)
    head = at(head, look.value(place + ".query").shape[0], "attention.head", "head")
    if token is None:
        return _one_head(look, place, layer, head)
    token = at(token, len(look.tokens), "attention.token", "token")
    return _one_row(look, place, layer, head, token)


def _all_layers(look: Looked, places: list[str]) -> list[Panel]:
    """Sum up every head in one run that keeps no weights."""
    rollout = torch.eye(len(look.tokens))

    def measure(name: str, weights: Tensor) -> Tensor:
        nonlocal rollout
        mean = weights.mean(0).float().cpu()
        # Half of what leaves a block came along the residual stream.
        rollout = (0.5 * mean + 0.5 * torch.eye(len(mean))) @ rollout
        return _measures(weights)

    measured = look.reduce("*" + WEIGHTS, measure)
    rows: list[tuple[Cell, ...]] = [
        (layer, head, *(float(number) for number in numbers(measured[place + ".weights"])[head]))
        for layer, place in enumerate(places)
        for head in range(len(measured[place + ".weights"]))
    ]
    names = labels(look.pieces)
    return [
        _table_of_heads(rows, "Every head"),
        Heatmap(
            name="rollout",
            title="Rollout: how much of each token's last vector stems from each token",
            note="Mean over heads, half residual, multiplied through all layers; each row sums to 1.",
            values=rollout.numpy(),
            rows=names,
            columns=names,
            row_axis="token",
            column_axis="source",
        ),
    ]


def _one_layer(look: Looked, place: str, layer: int) -> list[Panel]:
    weights = look.value(place + ".weights")
    names = labels(look.pieces)
    rows: list[tuple[Cell, ...]] = [
        (layer, head, *map(float, row)) for head, row in enumerate(numbers(_measures(weights)))
    ]
    return [
        Heatmap(
            name="weights",
            title=f"Layer {layer}, the mean of its {len(weights)} heads",
            note="Each row sums to 1: how a token shares its attention among those it may see.",
            values=numbers(weights.mean(0)),
            rows=names,
            columns=names,
            row_axis="query",
            column_axis="key",
        ),
        _table_of_heads(rows, f"The heads of layer {layer}"),
        _strongest(look, place, layer),
    ]


def _one_head(look: Looked, place: str, layer: int, head: int) -> list[Panel]:
    query, key, value = _head_of(look, place, head)
    scores, weights = (look.value(f"{place}.{what}")[head] for what in ("scores", "weights"))
    mixed = look.value(place + ".mixed")[head]
    products = query @ key.T
    root = math.sqrt(query.shape[-1])
    where = f"layer {layer}, head {head}"
    names = labels(look.pieces)
    dims = tuple(str(index) for index in range(query.shape[-1]))

    def stage(name: str, title: str, values: Tensor, note: str) -> Heatmap:
        is_share, is_vector = name == "weights", name == "mixed"
        return Heatmap(
            name=name,
            title=title,
            note=note,
            values=numbers(values),
            rows=names,
            columns=dims if is_vector else names,
            row_axis="query",
            column_axis="dimension" if is_vector else "key",
            scale="share" if is_share else "signed",
        )

    return [
        stage("products", f"1. query · key ({where})", products, "How well each query fits each key."),
        stage("scaled", f"2. divided by √{query.shape[-1]} = {root:.4g}", products / root, "So that widths compare."),
        stage("scores", "3. only what may be seen", scores, "What may not be seen has −∞, so that its weight is 0."),
        stage("weights", "4. softmax of each row", weights, "The weights; each row sums to 1."),
        stage("mixed", "5. Σ weights · value", mixed, "What the head hands on for each token."),
        _check(query, key, value, scores, weights, mixed),
    ]


def _one_row(look: Looked, place: str, layer: int, head: int, token: int) -> list[Panel]:
    """Write out one query's row, number by number."""
    query, key, value = _head_of(look, place, head)
    scores, weights = (look.value(f"{place}.{what}")[head, token] for what in ("scores", "weights"))
    products = query[token] @ key.T
    lengths = (weights[:, None] * value).norm(dim=-1)
    rows: list[tuple[Cell, ...]] = []
    for index, piece in enumerate(look.pieces):
        score = float(scores[index]) if math.isfinite(scores[index]) else None
        scaled = float(products[index]) / math.sqrt(query.shape[-1])
        label = token_label(piece.text)
        rows.append((index, label, float(products[index]), scaled, score, float(weights[index]), float(lengths[index])))
    root = f"/ √{query.shape[-1]}"
    asking = f"{token_label(look.pieces[token].text)!r} (token {token}) in layer {layer}, head {head}"
    return [
        Bars(
            name="weights",
            title=f"Where {asking} looks",
            note="The weights sum to 1.",
            labels=labels(look.pieces),
            values=numbers(weights),
            axis="weight",
        ),
        Table(
            name="steps",
            title=f"How its weights came about: {asking}",
            note="A score is missing where the key may not be seen; its weight is 0.",
            columns=("key", "token", "query · key", root, "score", "weight", "length of weight · value"),
            rows=tuple(rows),
        ),
    ]


def _head_of(look: Looked, place: str, head: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return query, key and value of one head, each (seq, head_dim); neighbouring heads may share a key and a value."""
    query, key, value = (look.value(f"{place}.{what}") for what in ("query", "key", "value"))
    shared = head // (len(query) // len(key))
    return query[head], key[shared], value[shared]


def _check(query: Tensor, key: Tensor, value: Tensor, scores: Tensor, weights: Tensor, mixed: Tensor) -> Table:
    """Recompute each stage from the one before it; say the largest difference to what the model had."""
    is_visible = scores.isfinite()
    again = query @ key.T / math.sqrt(query.shape[-1])
    rows = (
        ("score = query · key / √head_dim", float((again - scores)[is_visible].abs().max())),
        ("weights = softmax(scores)", float((scores.softmax(-1) - weights).abs().max())),
        ("the sum of each row of weights = 1", float((weights.sum(-1) - 1).abs().max())),
        ("Σ weights · value = what the fused kernel gave", float((weights @ value - mixed).abs().max())),
    )
    return Table(
        name="check",
        title="Recomputed from the captured values",
        note="The model runs a fused kernel, which forms no weights; they are computed from the same query and key.",
        columns=("equation", "largest difference"),
        rows=rows,
    )


def _measures(weights: Tensor) -> Tensor:
    """Return for each head: entropy in bits, and the mean weight on itself, on the token before, on the first one."""
    logarithms = torch.where(weights > 0, weights, 1).log2()
    entropy = -(weights * logarithms).sum(-1).mean(-1)
    itself = weights.diagonal(dim1=-2, dim2=-1).mean(-1)
    # The first token has none before it; a single token gives 0.
    before = weights.diagonal(offset=-1, dim1=-2, dim2=-1).sum(-1) / max(1, weights.shape[-1] - 1)
    return torch.stack([entropy.abs(), itself, before, weights[..., 0].mean(-1)], dim=-1)


def _table_of_heads(rows: list[tuple[Cell, ...]], title: str) -> Table:
    return Table(
        name="heads",
        title=title,
        note="Entropy: 0 bits looks at one token only, 1 bit at two alike. The rest are mean weights.",
        columns=("layer", "head", "entropy, bits", "on itself", "on the one before", "on the first"),
        rows=tuple(rows),
    )


def _strongest(look: Looked, place: str, layer: int, count: int = 8) -> Table:
    """List the tokens that looked at one token most, compared with looking at all they may see alike."""
    weights = numbers(look.value(place + ".weights"))  # (heads, query_len, key_len)
    num_visible = numbers(look.value(place + ".scores").isfinite().sum(-1))
    best = weights.max(0).argmax(-1)  # for each query the key that any head looks at most
    heads = np.take_along_axis(weights, best[None, :, None], axis=-1)[..., 0].argmax(0)
    rows: list[tuple[Cell, ...]] = []
    for query, (key, head) in enumerate(zip(best, heads, strict=True)):
        weight = float(weights[head, query, key])
        asking, seen = (f"{index} {token_label(look.pieces[index].text)}" for index in (query, key))
        rows.append((asking, seen, int(head), weight, weight * float(num_visible[head, query])))
    rows.sort(key=lambda row: -float(row[-1] or 0))
    return Table(
        name="strongest",
        title=f"The strongest attention of layer {layer}",
        note="Each token with the head that looked hardest; 'times even': against looking at all it may see alike.",
        columns=("token", "looks at", "head", "weight", "times even"),
        rows=tuple(rows[:count]),
    )
