"""One head of attention, stage by stage, and one row of it number by number; every stage is also recomputed."""

import math
from typing import Any

import torch
from torch import Tensor

from clearhead.inspector.views._attention_panels import Attention
from clearhead.inspector.views._recurrent_reading import WAYS, Reading, memory
from clearhead.inspector.views._sides import exact
from clearhead.inspector.views.base import labels, numbers
from clearhead.panels.bars import Bars
from clearhead.panels.base import Check, Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.table import Cell, Table
from clearhead.panels.tokens import token_label


def one_head(seen: Attention, layer: int, head: int) -> list[Panel]:
    """Show a head in stages: from the products of queries and keys to the mixed values, with a check."""
    if seen.is_recurrent:
        return _recurrent_head(seen)
    look, place = seen.look, seen.places[layer]
    query, key, value = _head_of(seen, place, head)
    scores, weights = (look.value(f"{place}.{what}")[head] for what in ("scores", "weights"))
    mixed = look.value(place + ".mixed")[head]
    products = query @ key.T
    root = math.sqrt(query.shape[-1])
    where = f"{seen.named(layer)}, head {head}"
    hidden = "So that widths compare."
    unseen = "What may not be seen has −∞, so that its weight is 0."
    pairs = {"left": numbers(query), "right": numbers(key)}
    product = Check(rule="dot", formula="query · key", arrays=pairs)
    score = Check(rule="dot", formula=f"query · key / √{query.shape[-1]}", arrays=pairs, numbers={"scale": 1 / root})
    blend = {"weights": numbers(weights), "values": numbers(value)}
    mixing = Check(rule="mix", formula="Σ weight · value", arrays=blend)
    return [
        _stage(seen, "products", f"1. query · key ({where})", products, "How well each query fits each key.", product),
        _stage(seen, "scaled", f"2. divided by √{query.shape[-1]} = {root:.4g}", products / root, hidden, score),
        _stage(seen, "scores", "3. only what may be seen", scores, unseen, score),
        _stage(
            seen, "weights", "4. softmax of each row", weights, "The weights; each row sums to 1.", softmax_of(scores)
        ),
        _stage(seen, "mixed", "5. Σ weights · value", mixed, "What the head hands on for each token.", mixing),
        _check(query, key, value, scores, weights, mixed),
    ]


def one_row(seen: Attention, layer: int, head: int, token: int) -> list[Panel]:
    """Write out one query's row, number by number."""
    look, place = seen.look, seen.places[layer]
    scores, weights = (look.value(f"{place}.{what}")[head, token] for what in ("scores", "weights"))
    steps: list[tuple[str, Tensor]] = []
    if seen.is_recurrent:
        value, what = memory(look, "encoder", look.model.config.num_layers - 1), "memory"
        weighed = exact(weights)[:, None] * value
    else:
        query, key, value = _head_of(seen, place, head)
        products, what = query[token] @ key.T, "value"
        steps = [("query · key", products), (f"/ √{query.shape[-1]}", products / math.sqrt(query.shape[-1]))]
        weighed = weights[:, None] * value
    lengths = weighed.norm(dim=-1)
    rows: list[tuple[Cell, ...]] = []
    for index, piece in enumerate(seen.asked):
        score = float(scores[index]) if math.isfinite(scores[index]) else None
        before = (float(step[index]) for _, step in steps)
        rows.append((index, token_label(piece.text), *before, score, float(weights[index]), float(lengths[index])))
    asking = f"{token_label(seen.asking[token].text)!r} (token {token}) in {seen.named(layer)}, head {head}"
    return [
        Bars(
            name="weights",
            title=f"Where {asking} looks",
            note="The weights sum to 1.",
            labels=labels(seen.asked),
            values=numbers(weights),
            axis="weight",
            check=softmax_of(scores[None]),
        ),
        Table(
            name="steps",
            title=f"How its weights came about: {asking}",
            note="A score is missing where the key may not be seen; its weight is 0.",
            columns=("key", "token", *(name for name, _ in steps), "score", "weight", f"length of weight · {what}"),
            rows=tuple(rows),
        ),
    ]


def softmax_of(scores: Tensor) -> Check:
    """Return how weights follow from a matrix of scores."""
    formula = "exp(score) / Σ exp(scores of the row)"
    return Check(rule="softmax", formula=formula, arrays={"logits": numbers(scores)})


def _stage(seen: Attention, name: str, title: str, values: Tensor, note: str, check: Check | None = None) -> Heatmap:
    is_vector = name == "mixed"
    return Heatmap(
        name=name,
        title=title,
        note=note,
        values=numbers(values),
        rows=labels(seen.asking),
        columns=tuple(str(index) for index in range(values.shape[-1])) if is_vector else labels(seen.asked),
        row_axis="query",
        column_axis="dimension" if is_vector else "key",
        scale="share" if name == "weights" else "signed",
        check=check,
    )


def _head_of(seen: Attention, place: str, head: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return query, key and value of one head, each (seq, head_dim); neighbouring heads may share a key and a value."""
    query, key, value = (seen.look.value(f"{place}.{what}") for what in ("query", "key", "value"))
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


def _recurrent_head(seen: Attention) -> list[Panel]:
    """Show how a recurrent decoder asked the encoder's states (layers/alignment.py): scores, weights, context."""
    look, model = seen.look, seen.look.model
    scores, weights = (look.value(f"{seen.places[0]}.{what}")[0] for what in ("scores", "weights"))
    context = look.value(seen.places[0] + ".context")
    formula, again = _alignment_scores(seen)
    states = memory(look, "encoder", model.config.num_layers - 1)
    own_scores, own_weights = exact(scores), exact(weights)
    rows = (
        (formula, float((again - own_scores).abs().max())),
        ("weights = softmax(scores)", float((own_scores.softmax(-1) - own_weights).abs().max())),
        ("the sum of each row of weights = 1", float((own_weights.sum(-1) - 1).abs().max())),
        ("context = Σ weights · m", float((own_weights @ states - exact(context)).abs().max())),
    )
    told = "q: the decoder's state; m: the encoder's state at a token."
    blend = {"weights": numbers(weights), "values": numbers(states)}
    mixing = Check(rule="mix", formula="Σ weight · m", arrays=blend)
    return [
        _stage(seen, "scores", f"1. {formula}", scores, told, _alignment_check(seen, formula)),
        _stage(
            seen, "weights", "2. softmax of each row", weights, "The weights; each row sums to 1.", softmax_of(scores)
        ),
        _stage(seen, "mixed", "3. context = Σ weights · m", context, "What the decoder takes from the source.", mixing),
        Table(
            name="check",
            title="Recomputed from the captured values",
            note="q and m are the hidden states that the two nets had, the matrices the model's own.",
            columns=("equation", "largest difference"),
            rows=rows,
        ),
    ]


def _alignment_check(seen: Attention, formula: str) -> Check | None:
    """Return how a score is a product of two vectors; None where a bend lies between (additive attention)."""
    model: Any = seen.look.model
    if model.attention.kind == "additive":
        return None
    top = model.config.num_layers - 1
    keys = memory(seen.look, "encoder", top)
    if model.attention.kind == "general":
        keys = keys @ exact(model.attention.key.weight).T
    query = Reading(seen.look, "decoder", top, WAYS[0]).value("hidden")
    return Check(rule="dot", formula=formula, arrays={"left": numbers(query), "right": numbers(keys)})


def _alignment_scores(seen: Attention) -> tuple[str, Tensor]:
    """Return the formula of the scores, and what it gives for every state of the decoder and of the encoder."""
    model: Any = seen.look.model
    top = model.config.num_layers - 1
    states = memory(seen.look, "encoder", top)
    writer = Reading(seen.look, "decoder", top, WAYS[0])
    kind, maps = model.attention.kind, model.attention
    if kind == "dot":
        return "score = q · m", exact(writer.value("hidden")) @ states.T
    keys = states @ exact(maps.key.weight).T
    if kind == "general":
        return "score = q · W m", exact(writer.value("hidden")) @ keys.T
    # The state before this position asks: its answer is part of what the cell then reads.
    asks = writer.before("hidden") @ exact(maps.query.weight).T
    both = torch.tanh(asks[:, None] + keys[None] + exact(maps.key.bias))
    return "score = v · tanh(W_q q + W_m m + b)", both @ exact(maps.score.weight)[0]
