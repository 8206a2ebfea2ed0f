"""How a tagger chooses: what each word says for each tag, what the tags say of each other, and the best row of them.

    score of a row of tags = start + Σ emissions + Σ transitions + end       (with a CRF)
    Viterbi                = the row with the highest score, found word by word
    marginal               = share of a tag at a word, over all rows of tags by their probability

Without a CRF each word takes the tag with its highest score.
Read with: layers/crf.py
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from clearhead.inspector.views._sides import exact
from clearhead.inspector.views._tag_lattice import tag_lattice
from clearhead.inspector.views._tag_path import HIDDEN_BELOW, Scores, read_scores, search, shown
from clearhead.inspector.views._units import MOST_OPERANDS
from clearhead.inspector.views.base import Looked, at, labels, numbers
from clearhead.panels.base import Check, Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.table import Cell, Table

TITLE = "Tags"
QUESTION = "What spoke for each tag, and how was the row of tags chosen?"
ANSWER = "path"
START, END = "(start)", "(end)"


def applies(model: nn.Module) -> str | None:
    """Return None for models that give each word of a text its scores."""
    is_tagger = getattr(model, "role", "") == "TextEncoder" and model.config.output == "tokens"  # type: ignore[union-attr]
    return None if is_tagger else f"a {type(model).__name__} of this kind gives no tag to each word."


def offers(look: Looked) -> dict[str, Sequence[str]]:
    """Return the options that not every model has: see `base.py`."""
    return {} if look.model.crf is not None else {"token": ()}


def view(look: Looked, *, token: int | None = None) -> list[Panel]:
    """Show the tags with what each step scored; or how the best way to each tag of one word was found.

    Args:
        token: the word whose step of the search is shown in numbers; -1 is the last. Only with a CRF.
    """
    words = labels(look.pieces)
    if look.model.crf is None:
        if token is not None:
            raise ValueError(
                f"tags.token must be left out for a model without a CRF, got {token}. Its words are tagged one by one."
            )
        best_alone = look.logits.argmax(-1).tolist()
        lattice = tag_lattice(look, best_alone, scores=None)
        return [lattice, _by_word(look, words), _emissions(look, words), _probabilities(look, words)]
    scores = read_scores(look)
    is_there = torch.ones(1, len(words), dtype=torch.bool, device=look.logits.device)
    crf, logits = look.model.crf, look.logits[None]
    found, best = crf.best(logits, is_there)
    tags = found[0].tolist()
    lattice = tag_lattice(look, tags, scores=scores)
    if token is not None:
        return [lattice, _step(look, scores, words, at(token, len(words), "tags.token", "word"))]
    marginals = numbers(crf.marginals(logits, is_there)[0])
    log_probability = float(crf.log_likelihood(logits, found, is_there)[0].detach())
    return [
        lattice,
        _path(look, scores, words, tags, marginals),
        _emissions(look, words),
        _transitions(look, scores),
        _reached(look, scores, words),
        _marginals(look, words, marginals),
        _total(scores, tags, float(best[0]), log_probability),
    ]


def _path(look: Looked, scores: Scores, words: tuple[str, ...], tags: list[int], marginals: np.ndarray) -> Table:
    so_far, rows = 0.0, []
    for place, (step, emission) in enumerate(scores.steps(tags)):
        so_far += step + emission
        alone = look.label_names[int(scores.emissions[place].argmax())]
        tag = look.label_names[tags[place]]
        rows.append((words[place], tag, alone, step, emission, so_far, float(marginals[place, tags[place]])))
    end = float(scores.end[tags[-1]])
    last: tuple[Cell, ...] = (END, None, None, end, None, so_far + end, None)
    changed = sum(row[1] != row[2] for row in rows)
    return Table(
        name="path",
        title="The best row of tags, step by step",
        note=f"Transition: from the tag before (first: from the start). Each line adds its transition and its emission "
        f"to the score so far. Transitions changed {changed} of {len(rows)} tags from the best by emission alone.",
        columns=("word", "tag", "best alone", "transition", "emission", "score so far", "probability"),
        rows=(*rows, last),
    )


def _by_word(look: Looked, words: tuple[str, ...]) -> Table:
    raw = exact(look.logits)
    shares = raw.softmax(-1)
    rows: list[tuple[Cell, ...]] = [
        (word, look.label_names[tag], float(raw[place, tag]), float(shares[place, tag]))
        for place, (word, tag) in enumerate(zip(words, raw.argmax(-1).tolist(), strict=True))
    ]
    return Table(
        name="path",
        title="The tag of each word",
        note="Each word takes the tag with its highest score, whatever the others take.",
        columns=("word", "tag", "emission", "probability"),
        rows=tuple(rows),
    )


def _emissions(look: Looked, words: tuple[str, ...]) -> Heatmap:
    model: Any = look.model
    weight = numbers(model.head.weight)
    arrays = {"inputs": numbers(look.value("states")), "weights": weight, "bias": numbers(model.head.bias)}
    formula = "emission = state · weight + bias"
    return Heatmap(
        name="emissions",
        title="What each word says for each tag (emissions)",
        note="The scores of the output head, before the tags look at each other.",
        values=numbers(look.logits),
        rows=words,
        columns=look.label_names,
        row_axis="word",
        column_axis="tag",
        scale="signed",
        check=Check(rule="affine", formula=formula, arrays=arrays) if weight.size <= MOST_OPERANDS else None,
    )


def _probabilities(look: Looked, words: tuple[str, ...]) -> Heatmap:
    return Heatmap(
        name="probabilities",
        title="The probability of each tag at each word",
        note="Softmax over the tags of a word.",
        values=numbers(look.logits.softmax(-1)),
        rows=words,
        columns=look.label_names,
        row_axis="word",
        column_axis="tag",
        check=Check(
            rule="softmax", formula="exp(emission) / Σ exp(emissions)", arrays={"logits": numbers(look.logits)}
        ),
    )


def _transitions(look: Looked, scores: Scores) -> Heatmap:
    """Draw start, transitions and end as one map: from the row to the column."""
    count = len(scores.start)
    values = np.full((count + 1, count + 1), -np.inf)
    values[0, :count], values[1:, :count], values[1:, count] = scores.start, scores.transitions, scores.end
    return Heatmap(
        name="transitions",
        title="What the tags say of each other (transitions)",
        note="From the tag of the row to the tag of the column; empty where the scheme of the tags forbids it.",
        values=shown(values),
        rows=(START, *look.label_names),
        columns=(*look.label_names, END),
        row_axis="from",
        column_axis="to",
        scale="signed",
    )


def _reached(look: Looked, scores: Scores, words: tuple[str, ...]) -> Heatmap:
    return Heatmap(
        name="reached",
        title="Viterbi: the best score of any row of tags that ends here",
        note="Best score before + transition + emission, the best way only. The last line and the end decide; from "
        "there the search goes back the way it came.",
        values=shown(search(scores)[0]),
        rows=words,
        columns=look.label_names,
        row_axis="word",
        column_axis="tag",
        scale="signed",
    )


def _marginals(look: Looked, words: tuple[str, ...], marginals: np.ndarray) -> Heatmap:
    return Heatmap(
        name="marginals",
        title="The probability of each tag at each word, whatever the other tags are",
        note="Over all rows of tags, each counted by its probability; a word's tags add up to 1.",
        values=marginals,
        rows=words,
        columns=look.label_names,
        row_axis="word",
        column_axis="tag",
    )


def _total(scores: Scores, tags: list[int], best: float, log_probability: float) -> Table:
    added = sum(map(sum, scores.steps(tags))) + float(scores.end[tags[-1]])
    rows: tuple[tuple[Cell, ...], ...] = (
        ("score, added up from the steps", added),
        ("score, as the model's search found it", best),
        ("difference", abs(added - best)),
        ("log Σ exp(score) over all rows of tags", added - log_probability),
        ("log probability of this row", log_probability),
        ("probability of this row", float(np.exp(log_probability))),
    )
    return Table(
        name="total",
        title="The score of the whole row",
        note="probability = exp(score) / Σ exp(score) over all rows of tags.",
        columns=("what", "value"),
        rows=rows,
    )


def _step(look: Looked, scores: Scores, words: tuple[str, ...], place: int) -> Table:
    """Show for every tag of one word by which tag before it is best reached."""
    reached, came_from = search(scores)
    rows: list[tuple[Cell, ...]] = []
    for tag, name in enumerate(look.label_names):
        before = int(came_from[place, tag])
        score = 0.0 if before < 0 else float(reached[place - 1, before])
        step = float(scores.start[tag] if before < 0 else scores.transitions[before, tag])
        total = float(reached[place, tag])
        is_open = total >= HIDDEN_BELOW
        rows.append(
            (
                name,
                (START if before < 0 else look.label_names[before]) if is_open else "no way leads here",
                score if is_open else None,
                step if is_open else None,
                float(scores.emissions[place, tag]),
                total if is_open else None,
            )
        )
    return Table(
        name="path",
        title=f"The best way to each tag of {words[place]!r}",
        note="Reached = score before + transition + emission.",
        columns=("tag", "from", "score before", "transition", "emission", "reached"),
        rows=tuple(rows),
    )
