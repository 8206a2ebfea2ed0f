"""What the filters of a text CNN said of the windows of a text: of each its strongest, of one filter all of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from clearhead.inspector.views._sides import exact
from clearhead.inspector.views.base import Looked, numbers
from clearhead.panels.base import Check, Name, Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.lines import Lines
from clearhead.panels.table import Cell, Table

OUTSIDE = "·"
"""Stands for a word beyond either end of the text, where a window reads zeros."""


@dataclass(frozen=True)
class Fired:
    """One filter, and the window it answered most."""

    unit: int
    """The filter, counted through all widths."""
    width: int
    place: int
    """The filter among those of its width."""
    window: int
    """The window among all of its width: it lies over the words window − width + 1 to window."""
    ngram: str
    """The words it lies over, as the text has them."""
    has_fired: bool
    """Whether it answered anything; the window of a filter that did not says nothing."""

    @property
    def start(self) -> int:
        """Return the first word of the window; before the text it is negative."""
        return self.window - self.width + 1


def fired_filters(look: Looked) -> list[Fired]:
    """Return what each filter answered most, in the order of the model's pooled vector."""
    found: list[Fired] = []
    for width in look.model.config.widths:
        maps = numbers(look.value(f"filters.{width}"))  # (windows, filters)
        for place, window in enumerate(maps.argmax(0).tolist()):
            said = ngram(look, window - width + 1, width)
            found.append(Fired(len(found), width, place, window, said, bool(maps[window, place] > 0)))
    return found


def ngram(look: Looked, start: int, width: int) -> Name:
    """Return the words from `start` on as the text has them, with a sign for each that is beyond its ends."""
    first, last = max(0, start), min(len(look.pieces), start + width) - 1
    inside = look.text[look.pieces[first].start : look.pieces[last].end]
    before, after = first - start, start + width - 1 - last
    return Name(" ".join([OUTSIDE] * before + [" ".join(inside.split())] + [OUTSIDE] * after))


def one_filter(look: Looked, filter: Fired) -> list[Panel]:
    """Show one filter: its answer to every window, what each word of the best window added, and how it votes."""
    model: Any = look.model
    convolution = model.filters.by_width[model.config.widths.index(filter.width)]
    weight = exact(convolution.weight[filter.place]).T  # (width, inputs)
    bias = float(convolution.bias[filter.place].detach())
    x = functional.pad(exact(look.value("embedding")), (0, 0, filter.width - 1, filter.width - 1))
    windows = x.unfold(0, filter.width, 1).transpose(1, 2)  # (windows, width, inputs)
    who = f"filter {filter.unit} ({filter.width} word{'' if filter.width == 1 else 's'})"
    return [
        _responses(look, filter, who, windows, weight, bias),
        _by_word(look, filter, who, windows[filter.window], weight, bias),
        _weights(filter, who, weight),
        _votes(look, filter, who),
    ]


def _responses(
    look: Looked, filter: Fired, who: str, windows: torch.Tensor, weight: torch.Tensor, bias: float
) -> Lines:
    responses = numbers(look.value(f"filters.{filter.width}"))[:, filter.place]
    starts = range(1 - filter.width, len(responses) - filter.width + 1)
    return Lines(
        name="windows",
        title=f"What {who} says of every window",
        note=f"The largest, {float(responses.max()):.4g} at {filter.ngram!r}, is what is kept."
        if filter.has_fired
        else "It answers 0 everywhere.",
        points=tuple(Name(f"{start} {ngram(look, start, filter.width)}") for start in starts),
        series={"response": responses},
        axis="response",
        check=Check(
            rule="affine",
            formula="max(0, Σ filter · window + bias)",
            arrays={
                "inputs": weight.reshape(1, -1).numpy(),
                "weights": windows.reshape(len(windows), -1).numpy(),
                "bias": np.full(len(windows), bias),
            },
            activation="relu",
        ),
    )


def _by_word(look: Looked, filter: Fired, who: str, window: torch.Tensor, weight: torch.Tensor, bias: float) -> Table:
    """Take the best answer apart: what each word of the window adds to it."""
    shares = (window * weight).sum(1).tolist()
    total = sum(shares) + bias
    places = range(filter.start, filter.start + filter.width)
    rows: list[tuple[Cell, ...]] = [
        (Name(f"{place} {ngram(look, place, 1)}") if 0 <= place < len(look.pieces) else OUTSIDE, share)
        for place, share in zip(places, shares, strict=True)
    ]
    rows += [("bias", bias), ("sum", total), ("response: the sum, or 0 where it is negative", max(0.0, total))]
    return Table(
        name="words",
        title=f"What each word adds to the largest response of {who}",
        note="A word adds the products of its vector with the filter's weights at its place in the window.",
        columns=("word", "adds"),
        rows=tuple(rows),
    )


def _weights(filter: Fired, who: str, weight: torch.Tensor) -> Heatmap:
    return Heatmap(
        name="filter",
        title=f"The weights of {who}",
        values=numbers(weight),
        rows=tuple(f"word {place}" for place in range(1, filter.width + 1)),
        columns=tuple(map(str, range(weight.shape[1]))),
        row_axis="place in the window",
        column_axis="dimension",
        scale="signed",
    )


def _votes(look: Looked, filter: Fired, who: str) -> Table:
    weight = numbers(look.model.head.weight)[:, filter.unit]
    response = float(numbers(look.value("pooled"))[filter.unit])
    rows: list[tuple[Cell, ...]] = [
        (label, response, float(weight[index]), response * float(weight[index]))
        for index, label in enumerate(look.label_names)
    ]
    return Table(
        name="vote",
        title=f"How {who} votes",
        columns=("class", "response", "weight", "vote"),
        rows=tuple(rows),
    )
