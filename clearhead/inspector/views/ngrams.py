"""Which n-grams of a text made the filters of a text CNN answer, and how each of them voted.

    response of a filter = the largest of its answers over all windows of the text
    vote for a class     = response · the head's weight for that class
    score of a class     = Σ votes + the head's bias

A window that reaches over the end of the text has nothing there, shown as ·.
Read with: models/text_cnn.py
"""

import numpy as np
from torch import nn

from clearhead.inspector.views._answers import choose_output, find_answers
from clearhead.inspector.views._filter_windows import Fired, fired_filters, one_filter
from clearhead.inspector.views._outputs import outputs
from clearhead.inspector.views.base import Looked, at, numbers
from clearhead.models.text_cnn import TextCNN
from clearhead.panels.base import Check, Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.table import Cell, Table

TITLE = "N-grams"
QUESTION = "Which n-grams fired which filter, and how did they vote?"
ANSWER = "votes"
SILENT = "(silent)"


def applies(model: nn.Module) -> str | None:
    """Return None for a text CNN."""
    return None if isinstance(model, TextCNN) else f"a {type(model).__name__} has no filters over the words of a text."


def view(look: Looked, *, answer: str | None = None, unit: int | None = None, top: int = 12) -> list[Panel]:
    """Show the n-grams that spoke loudest for and against an answer, or what one filter said of every window.

    Args:
        answer: the class voted on; none given means the right one, or the model's own.
        unit: one filter, counted through all widths from 0; -1 is the last.
        top: how many n-grams and filters to list.
    """
    if top < 1:
        raise ValueError(f"ngrams.top must be at least 1, got {top}. Use 12.")
    answers = find_answers(look)
    chosen = choose_output(look, answers, answer, answers.told(look.logits))
    fired = fired_filters(look)
    if unit is not None:
        return one_filter(look, fired[at(unit, len(fired), "ngrams.unit", "filter")])
    pooled, weight = numbers(look.value("pooled")), numbers(look.model.head.weight)
    votes = weight * pooled  # (outputs, filters)
    label = look.label_names[chosen]
    order = np.argsort(-votes[chosen], kind="stable")
    return [
        _strongest("for", f"For {label!r}: the strongest votes", fired, order[:top], pooled, weight[chosen]),
        _strongest("against", f"Against {label!r}", fired, order[::-1][:top], pooled, weight[chosen]),
        _by_ngram(look, fired, votes, chosen, top),
        _by_filter(look, fired, pooled, weight, chosen, top),
        _scores(look, pooled, weight),
        _sums(look, votes),
        outputs(look),
    ]


def _strongest(
    name: str, title: str, fired: list[Fired], order: np.ndarray, pooled: np.ndarray, weight: np.ndarray
) -> Table:
    """List the filters whose votes go furthest one way, the furthest first."""
    sign = 1 if name == "for" else -1
    rows: list[tuple[Cell, ...]] = [
        (fired[unit].ngram, unit, fired[unit].width, float(pooled[unit]), float(weight[unit]), vote)
        for unit in order.tolist()
        if sign * (vote := float(weight[unit] * pooled[unit])) > 0
    ]
    return Table(
        name=name,
        title=title,
        note="Each filter votes with the window it answers most: vote = response · weight.",
        columns=("n-gram", "filter", "words", "response", "weight", "vote"),
        rows=tuple(rows),
    )


def _by_ngram(look: Looked, fired: list[Fired], votes: np.ndarray, chosen: int, top: int) -> Heatmap:
    """Add up the votes of all filters that answered most to the same window; the columns add up to the scores."""
    members: dict[tuple[int, int], list[int]] = {}
    for unit, each in enumerate(fired):
        if each.has_fired:
            members.setdefault((each.start, each.width), []).append(unit)
    groups = sorted(members.values(), key=lambda units: -abs(float(votes[chosen, units].sum())))
    kept, others = groups[:top], [unit for units in groups[top:] for unit in units]
    names = [f"{max(0, fired[units[0]].start)} {fired[units[0]].ngram} ({_filters(len(units))})" for units in kept]
    sums = [votes[:, units].sum(1) for units in kept]
    if others:
        names.append(f"{len(groups) - top:,} other n-grams ({_filters(len(others))})")
        sums.append(votes[:, others].sum(1))
    num_silent = sum(not each.has_fired for each in fired)
    return Heatmap(
        name="votes",
        title="How the n-grams voted for each class",
        note=f"The votes of all filters that answered most to an n-gram, added up; each column, added up, is the score "
        f"of its class. {num_silent} of {_filters(len(fired))} answered 0 everywhere and have no vote.",
        values=np.stack([*sums, numbers(look.model.head.bias)]),
        rows=(*names, "bias of the head"),
        columns=look.label_names,
        row_axis="n-gram",
        column_axis="class",
        scale="signed",
    )


def _by_filter(
    look: Looked, fired: list[Fired], pooled: np.ndarray, weight: np.ndarray, chosen: int, top: int
) -> Heatmap:
    """Show the votes of single filters, those first that move the chosen class most."""
    order = np.argsort(-np.abs(weight[chosen] * pooled), kind="stable")[:top]
    left = np.repeat(pooled[order, None], len(weight), 1)
    right = weight[:, order].T
    return Heatmap(
        name="filters",
        title="How single filters voted for each class",
        note=f"The {len(order)} of {_filters(len(fired))} that move {look.label_names[chosen]!r} most.",
        values=left * right,
        rows=tuple(f"{unit}: {fired[unit].ngram if fired[unit].has_fired else SILENT}" for unit in order.tolist()),
        columns=look.label_names,
        row_axis="filter",
        column_axis="class",
        scale="signed",
        check=Check(rule="product", formula="response · weight", arrays={"left": left, "right": right}),
    )


def _scores(look: Looked, pooled: np.ndarray, weight: np.ndarray) -> Heatmap:
    bias = numbers(look.model.head.bias)
    return Heatmap(
        name="scores",
        title="The score of each class",
        values=numbers(look.logits)[None],
        rows=("score",),
        columns=look.label_names,
        row_axis="",
        column_axis="class",
        scale="signed",
        check=Check(
            rule="affine",
            formula="Σ response · weight + bias",
            arrays={"inputs": pooled[None], "weights": weight, "bias": bias},
        ),
    )


def _sums(look: Looked, votes: np.ndarray) -> Table:
    """Hold the added votes beside the model's own scores."""
    votes, bias = votes.astype(np.float64), numbers(look.model.head.bias).astype(np.float64)
    sums, own = votes.sum(1) + bias, numbers(look.logits)
    rows: list[tuple[Cell, ...]] = [
        (
            label,
            float(votes[index].clip(min=0).sum()),
            float(votes[index].clip(max=0).sum()),
            float(bias[index]),
            float(sums[index]),
            float(own[index]),
            float(abs(sums[index] - own[index])),
        )
        for index, label in enumerate(look.label_names)
    ]
    return Table(
        name="check",
        title="Votes added up, beside the model's own scores",
        columns=("class", "votes for", "votes against", "bias", "sum", "the model's score", "difference"),
        rows=tuple(rows),
    )


def _filters(count: int) -> str:
    return f"{count:,} filter{'' if count == 1 else 's'}"
