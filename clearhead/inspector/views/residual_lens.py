"""What the model would say after each layer: its last norm and its output head, put behind every one of them.

    embedding, layer 0, layer 1, …   →   norm   →   head   →   softmax

The last row is the model's own answer. An earlier one is what a model would say that ended there; those layers were
never trained to be the last.

Source: nostalgebraist 2020, "interpreting GPT: the logit lens". Differs: nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from clearhead.inspector.views._answers import Answers, find_answers
from clearhead.inspector.views._sides import exact, is_pair
from clearhead.inspector.views.base import Looked, at, numbers, taps_ending
from clearhead.layers.tap import find_taps
from clearhead.panels.base import Check, Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.lines import Lines
from clearhead.panels.table import Cell, Table

TITLE = "After each layer"
QUESTION = "What would the model say if it ended after this layer, and where does its answer appear?"
ANSWER = "chosen"


def applies(model: nn.Module) -> str | None:
    """Return None for models made of blocks around a residual stream that ends in scores of tokens."""
    reads_on = getattr(model, "role", "") in ("LanguageModel", "SequenceToSequence")
    if reads_on and _stages(model):
        return None
    return f"a {type(model).__name__} has no vector that runs through its layers into scores of tokens."


def view(look: Looked, *, token: int = -1, top: int = 5) -> list[Panel]:
    """Show for each layer what it would say after each token, and for one token its best choices.

    Args:
        token: the position after which the next token is asked for; -1 is the last.
        top: how many tokens to list for each layer.
    """
    answers = find_answers(look)
    position = at(token, len(answers.places), "residual_lens.token", "token")
    if not 1 <= top <= answers.count:
        raise ValueError(f"residual_lens.top must be between 1 and {answers.count} (the vocabulary), got {top}. Use 5.")
    lens = _lens(look)
    stages = _stages(look.model)
    final = look.logits.argmax(-1)  # what the model says after each token
    chosen, best, norms, here = [], [], [], []
    for tap in stages.values():
        stream = look.value(tap)
        scores = lens.scores(stream)
        probabilities = exact(scores).softmax(-1)
        chosen.append(probabilities.gather(-1, final.cpu()[:, None])[:, 0])
        best.append(scores.argmax(-1).cpu())
        norms.append(exact(stream).norm(dim=-1))
        here.append(probabilities[position])
    probability, norm, said = torch.stack(chosen).numpy(), torch.stack(norms).numpy(), torch.stack(best).numpy()
    who = answers.places[position]
    names = tuple(stages)
    return [
        Heatmap(
            name="chosen",
            title="How probable each layer holds what the model says in the end",
            note="For each token read, the probability of the model's own best next token. The last row is its answer.",
            values=probability,
            rows=names,
            columns=answers.places,
            row_axis="after",
            column_axis="token",
        ),
        _top(answers, names, torch.stack(here).numpy(), int(final[position]), top, who),
        _lines(look, answers, names, torch.stack(here).numpy(), int(final[position]), position),
        _said(answers, names, said),
        Lines(
            name="norm",
            title="How long the vector is after each layer",
            note="Its length before the norm. What a layer adds weighs less, the longer the vector already is.",
            points=names,
            series={who: norm[:, position], "mean of all tokens": norm.mean(1)},
            axis="length",
        ),
        _scores(look, answers, lens, names, torch.stack(here).numpy(), position, top),
    ]


@dataclass(frozen=True)
class Lens:
    """The end of a model: a norm (none where each block ends with one), then the output head."""

    norm: Callable[[Tensor], Tensor]
    weight: Tensor
    bias: Tensor | None
    excluded: Tensor | None

    def scores(self, stream: Tensor) -> Tensor:
        """Return the scores of every token for vectors of the stream."""
        with torch.no_grad():
            scores = nn.functional.linear(self.norm(stream), self.weight, self.bias)
            return scores if self.excluded is None else scores.index_fill(-1, self.excluded, -torch.inf)


def _lens(look: Looked) -> Lens:
    model: Any = look.model
    if is_pair(model):
        return Lens(lambda stream: stream, *model.head())
    return Lens(model.final_norm, model.head_weight(), None, None)


def _stages(model: nn.Module) -> dict[str, str]:
    """Return the taps along the stream whose end the head reads, by the name of the stage; none in other models."""
    side = "decoder." if is_pair(model) else ""
    blocks = [name for name in taps_ending(model, "residual") if name.startswith(f"{side}layers.")]
    if not blocks or f"{side}embedding" not in find_taps(model):
        return {}
    return {"embedding": f"{side}embedding", **{f"layer {index}": name for index, name in enumerate(blocks)}}


def _top(answers: Answers, names: tuple[str, ...], here: np.ndarray, final: int, top: int, who: str) -> Table:
    """List the best tokens of each layer at one position."""
    rows: list[tuple[Cell, ...]] = []
    for name, told in zip(names, here, strict=True):
        rank = int((told > told[final]).sum()) + 1
        for place, index in enumerate(np.argsort(-told, kind="stable")[:top].tolist(), start=1):
            rows.append((name, place, answers.name(index), float(told[index]), rank if place == 1 else None))
    return Table(
        name="top",
        title=f"What each layer would say after {who!r}",
        note=f"The model says {answers.name(final)!r}; the last column is the rank each layer gives it.",
        columns=("after", "rank", "token", "probability", "rank of the model's choice"),
        rows=tuple(rows),
    )


def _lines(
    look: Looked, answers: Answers, names: tuple[str, ...], here: np.ndarray, final: int, position: int
) -> Lines:
    series = {f"{answers.name(final)} (the model's choice)": here[:, final]}
    follows = look.target_tokens if look.kind == "pair" else look.tokens
    if position + 1 < len(follows):
        actual = follows[position + 1]
        series[f"{answers.name(actual)} (follows in the text)"] = here[:, actual]
    return Lines(
        name="probability",
        title=f"How the answer after {answers.places[position]!r} grows",
        note="Where a line jumps, that layer made the difference.",
        points=names,
        series=series,
        axis="probability",
    )


def _said(answers: Answers, names: tuple[str, ...], said: np.ndarray) -> Table:
    """List the best token of each layer after every token."""
    rows: list[tuple[Cell, ...]] = [
        (place, *(answers.name(int(index)) for index in said[:, column])) for column, place in enumerate(answers.places)
    ]
    return Table(
        name="said",
        title="The best token of each layer",
        note="Row by row: after which token.",
        columns=("token", *names),
        rows=tuple(rows),
    )


def _scores(
    look: Looked,
    answers: Answers,
    lens: Lens,
    names: tuple[str, ...],
    here: np.ndarray,
    position: int,
    top: int,
) -> Heatmap:
    """Show how the score of each listed token follows from the layer's vector and the token's row of the head."""
    listed = list(
        dict.fromkeys(index for told in here[::-1] for index in np.argsort(-told, kind="stable")[:top].tolist())
    )
    with torch.no_grad():
        stream = torch.stack([look.value(tap)[position] for tap in _stages(look.model).values()])
        vectors, weights = numbers(lens.norm(stream)), numbers(lens.weight[listed])
    operands = {"inputs": vectors, "weights": weights}
    if lens.bias is not None:
        operands["bias"] = numbers(lens.bias[listed])
    return Heatmap(
        name="scores",
        title=f"The scores behind it, after {answers.places[position]!r}",
        note="The tokens listed above. Score: the layer's vector after the norm, times the token's row of the output.",
        values=numbers(lens.scores(stream))[:, listed],
        rows=names,
        columns=tuple(f"{answers.name(index)} ({index})" for index in listed),
        row_axis="after",
        column_axis="token",
        scale="signed",
        check=Check(rule="affine", formula="score = vector · row + bias", arrays=operands),
    )
