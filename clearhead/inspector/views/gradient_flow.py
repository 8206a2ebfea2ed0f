"""How large the gradient is when it reaches each part of a model, and, in a text, each earlier token.

    at a place     |d goal / d value|, where the goal is the loss, or one output
    through time   |d output_t / d input_s|: what an answer after token t owes to token s

In a plain recurrent net the second shrinks (or grows) with every token in between; gates keep it up; attention has no
tokens in between.

Source: Bengio, Simard and Frasconi 1994, IEEE Transactions on Neural Networks 5; Pascanu, Mikolov and Bengio 2013,
arXiv 1211.5063.
"""

import math
import re
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from clearhead.inspector.recorder import Recorder
from clearhead.inspector.views._answers import after, choose_output, choose_place, find_answers, limits_of_token
from clearhead.inspector.views._goal import find_goal
from clearhead.inspector.views._sides import choose_side, is_pair
from clearhead.inspector.views._time_gradients import Reach, has_time, reach
from clearhead.inspector.views.base import Looked
from clearhead.panels.base import Name, Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.lines import Lines, fitting_scale
from clearhead.panels.table import Cell, Table

TITLE = "Gradient flow"
QUESTION = "How large is the gradient when it reaches each layer, and each earlier token?"
ANSWER = "places"
MOST_TOKENS = 128
"""Every output costs a run of its own back through the model."""


def applies(model: nn.Module) -> str | None:
    """Return None: whatever learns from a loss has gradients."""
    return None


def offers(look: Looked) -> dict[str, Sequence[str]]:
    """Return the options that not every model has: see `base.py`."""
    found: dict[str, Sequence[str]] = {"side": ("encoder", "decoder") if is_pair(look.model) else ()}
    if not has_time(look):
        found["length"] = ()
    if look.kind != "text" or not has_time(look):
        found["against"] = ()
    return found | limits_of_token(look)


def view(
    look: Looked,
    *,
    answer: str | None = None,
    token: int | None = None,
    side: str | None = None,
    length: int = 24,
    against: str | None = None,
) -> list[Panel]:
    """Show the gradient at every place and of every tensor; of a text also from every output to every input.

    Args:
        answer: the output to follow; none given (nor a token) means the loss where the right answer is known, else
            the model's own answer.
        token: of a model that answers after each token, the position whose answer is followed; -1 is the last.
        side: of a pair, whose tokens are the inputs: encoder (the first given) or decoder.
        length: how many tokens to show through time, the first ones.
        against: folders of other runs that read the same text, with commas between, to compare over distance.
    """
    if not 1 <= length <= MOST_TOKENS:
        raise ValueError(f"gradient_flow.length must be between 1 and {MOST_TOKENS}, got {length}. Use 24.")
    sides = ("encoder", "decoder") if is_pair(look.model) else ()
    chosen_side = choose_side(side, sides, where="gradient_flow.side", model=look.model)
    if against is not None and (look.kind != "text" or not has_time(look)):
        raise ValueError(
            f"gradient_flow.against must be left out for a {type(look.model).__name__}, got {against!r}. "
            f"Only models of texts are compared over distance."
        )
    panels = _through_layers(look, *_goal(look, answer, token))
    if not has_time(look):
        return panels
    own = reach(look, side=chosen_side, answer=answer, length=length)
    panels.append(_through_time(own))
    if own.is_one_text:
        reaches = {look.name or type(look.model).__name__: own}
        for run in (against or "").split(",") if against else []:
            other = look.through(run.strip())
            name = Name(run.strip()) if other.name in reaches else other.name
            reaches[name] = reach(other, side=chosen_side, answer=answer, length=length)
        panels += [_over_distance(reaches, is_share=False), _over_distance(reaches, is_share=True)]
    return panels


def _goal(look: Looked, answer: str | None, token: int | None) -> tuple[str, Callable[[Tensor], Tensor]]:
    """Return what the gradient is of: its name, and how it follows from the model's output."""
    knows_next = look.kind == "text" and not look.label_names and len(look.tokens) > 1
    if answer is None and token is None and (look.target is not None or knows_next):
        goal = find_goal(look)
        return f"the loss of {goal.words}", goal.loss
    answers = find_answers(look)
    place = choose_place(answers, -1 if token is None else token, where="gradient_flow.token")
    told = answers.told(answers.at_place(look.logits[None], place))[0]
    chosen = choose_output(look, answers, answer, told)
    words = f"the raw score of {answers.name(chosen)!r}{after(answers, place)}"
    return words, lambda output: answers.at_place(output, place)[0, chosen]


def _through_layers(look: Looked, words: str, finish: Callable[[Tensor], Tensor]) -> list[Panel]:
    """Run once with gradients and say how long they are, at every tap and of every tensor."""
    learned = {name: tensor for name, tensor in look.model.named_parameters() if tensor.requires_grad}
    wanted = ("*", "!*.scores", "!*.weights")
    with (
        torch.backends.cudnn.flags(enabled=False),  # its recurrent nets go back in training mode only
        Recorder(look.model, wanted, has_gradients=True, leaves_out_what_does_not_fit=True) as seen,
    ):
        result = finish(look.model(*look.batch))
        slopes = torch.autograd.grad(result, list(learned.values()), retain_graph=True, allow_unused=True)
        of_values = seen.gradients(result)
    of_tensors = {
        name: torch.zeros_like(tensor) if slope is None else slope
        for (name, tensor), slope in zip(learned.items(), slopes, strict=True)
    }
    return [
        _table(
            "places",
            "How large the gradient is at each place",
            f"The gradient of {words}: {float(result.detach()):.6g}. Places in the order in which the model ran.",
            "place",
            seen.values,
            of_values,
        ),
        _by_layer(of_tensors, words),
        _table(
            "tensors",
            "How large the gradient of each tensor is",
            "Lengths of all numbers of a tensor taken as one vector; each: the root of their mean square.",
            "tensor",
            learned,
            of_tensors,
        ),
    ]


def _table(name: str, title: str, note: str, noun: str, values: dict[str, Tensor], slopes: dict[str, Tensor]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for place, value in values.items():
        length = _length(slopes[place])
        rows.append((place, value.numel(), _length(value.detach()), length, length / math.sqrt(max(1, value.numel()))))
    columns = (noun, "numbers", "length of the values", "length of the gradient", "gradient, each")
    return Table(name=name, title=title, note=note, columns=columns, rows=tuple(rows))


def _by_layer(slopes: dict[str, Tensor], words: str) -> Lines:
    """Join the tensors of a layer: the root of the mean square of all their gradients."""
    squares: dict[str, list[float]] = {}
    for name, slope in slopes.items():
        total = squares.setdefault(layer_of(name), [0.0, 0.0])
        total[0] += _length(slope) ** 2
        total[1] += slope.numel()
    series = {"gradient": np.array([math.sqrt(total / count) for total, count in squares.values()])}
    return Lines(
        name="layers",
        title="How large the gradient of the weights is, layer by layer",
        note=f"Of {words}. The root of the mean square, so that layers of different sizes can be compared.",
        points=tuple(squares),
        series=series,
        axis="gradient of one weight",
        scale=fitting_scale(series),
    )


def layer_of(tensor: str) -> str:
    """Return the layer a tensor belongs to: "layers.3" of "layers.3.attention.query.weight"."""
    recurrent = re.fullmatch(r"(.+)\.kernel\.\w+?_l(\d+)(_reverse)?", tensor)
    if recurrent:
        return f"{recurrent[1]}.layers.{recurrent[2]}"
    numbered = re.match(r".*?\.\d+(?=\.|$)", tensor)
    return numbered[0] if numbered else tensor.partition(".")[0]


def _length(value: Tensor) -> float:
    return float(value.double().norm()) if value.device.type != "mps" else float(value.norm())


def _through_time(found: Reach) -> Heatmap:
    note = f"|d output / d input|; output: {found.followed}; input: the vector of a token as it enters the model."
    if found.num_tokens > max(found.values.shape):
        note += f" The first {max(found.values.shape)} of {found.num_tokens} tokens."
    return Heatmap(
        name="through_time",
        title="What each output owes to each input",
        note=note,
        values=found.values,
        rows=found.outputs,
        columns=found.inputs,
        row_axis="output after",
        column_axis="input",
        is_gradient=True,
    )


def _over_distance(reaches: dict[str, Reach], *, is_share: bool) -> Lines:
    count = min(len(each.values) for each in reaches.values())
    series: dict[str, np.ndarray] = {}
    for name, each in reaches.items():
        each = each.shares if is_share else each
        series[name] = each.over_distance()[:count]
        later = each.over_distance(is_later=True)[:count]
        if np.any(later[1:] > 0):
            series[f"{name}, from the right"] = later
    return Lines(
        name="share" if is_share else "distance",
        title="How much of it comes from how far away" if is_share else "How the gradient changes over distance",
        note="Each output's gradients divided by their sum, so that models of different scale can be compared."
        if is_share
        else "The mean over all outputs that have an input so far away.",
        points=tuple(map(str, range(count))),
        series=series,
        axis="share of the gradients" if is_share else "|d output / d input|",
        scale=fitting_scale(series),
    )
