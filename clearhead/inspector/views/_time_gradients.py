"""How much each output of a model moves with each token it read: |d output_t / d input_s|, by back-propagation.

    output_t   the raw score that is followed after token t
    input_s    the vector of token s that enters the model; the length of the gradient is over its numbers

A classifier answers once for a text; its output_t is its answer to the first t tokens alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from clearhead.inspector.recorder import Recorder
from clearhead.inspector.views._answers import Answers, choose_output, find_answers
from clearhead.inspector.views.base import Looked, labels, numbers
from clearhead.layers.tap import find_taps

ROWS_AT_ONCE = 16
"""Outputs whose gradients are taken in one run, each in its own copy of the input."""


@dataclass(frozen=True)
class Reach:
    """The lengths of the gradients, (outputs, inputs)."""

    values: np.ndarray
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]
    followed: str
    """What output_t is, in words."""
    is_one_text: bool
    """Whether row and column of the same number are the same token."""
    num_tokens: int
    """Tokens there are; more than are shown where the text is longer."""

    def over_distance(self, *, is_later: bool = False) -> np.ndarray:
        """Return the mean over all pairs of an output and the input so many tokens before (or after) it."""
        sign = 1 if is_later else -1
        return np.array([np.diagonal(self.values, sign * distance).mean() for distance in range(len(self.values))])

    @property
    def shares(self) -> "Reach":
        """Return the same with each row divided by its sum: the share of each input in all that moves an output."""
        sums = self.values.sum(1, keepdims=True)
        values = np.divide(self.values, sums, out=np.zeros_like(self.values), where=sums > 0)
        return Reach(values, self.outputs, self.inputs, self.followed, self.is_one_text, self.num_tokens)


def entrances(model: nn.Module) -> list[str]:
    """Return the taps where the vectors of tokens enter: of a text one, of a pair the source's and the target's."""
    return [name for name in find_taps(model) if name.endswith("embedding")]


def has_time(look: Looked) -> bool:
    """Return whether what was read is a row of tokens whose order the model knows."""
    return look.kind in ("text", "pair") and bool(entrances(look.model))


def reach(look: Looked, *, side: str, answer: str | None, length: int) -> Reach:
    """Return how far each of the first outputs reaches back to each of the first inputs.

    Args:
        side: of a pair, whose tokens are the inputs: "encoder" or "decoder".
        answer: the output to follow; none given means what the model says, of a classifier its answer to the whole.
        length: how many tokens at most.
    """
    answers = find_answers(look)
    is_pair, answers_once = look.kind == "pair", look.logits.dim() == 1
    outputs = labels(look.pieces) if answers_once else answers.places
    inputs = outputs if not is_pair or side == "decoder" else labels(look.pieces)
    num_rows, num_columns = min(length, len(outputs)), min(length, len(inputs))
    chosen = _chosen(look, answers, answer, num_rows, answers_once)
    tap = entrances(look.model)[1 if is_pair and side == "decoder" else 0]
    found = np.zeros((num_rows, num_columns))
    for start in range(0, num_rows, ROWS_AT_ONCE):
        rows = range(start, min(start + ROWS_AT_ONCE, num_rows))
        batch = _prefixes(look, rows) if answers_once else _copies(look, rows, num_rows)
        with torch.backends.cudnn.flags(enabled=False), Recorder(look.model, (tap,), has_gradients=True) as seen:
            output = look.model(*batch)
            scores = [
                output[copy, chosen[row]] if answers_once else output[copy, row, chosen[row]]
                for copy, row in enumerate(rows)
            ]
            slopes = numbers(seen.gradients(torch.stack(scores).sum())[tap].norm(dim=-1))
        if answers_once:
            slopes = np.tril(slopes, start)  # what a window reads beyond the end of the text is no token
        width = min(num_columns, slopes.shape[1])
        found[rows.start : rows.stop, :width] = slopes[:, :width]
    return Reach(
        values=found,
        outputs=outputs[:num_rows],
        inputs=inputs[:num_columns],
        followed=_followed(answers, answer, chosen, answers_once),
        is_one_text=outputs is inputs,
        num_tokens=max(len(outputs), len(inputs)),
    )


def _chosen(look: Looked, answers: Answers, answer: str | None, num_rows: int, answers_once: bool) -> list[int]:
    told = answers.told(look.logits)
    if answers_once:
        return [choose_output(look, answers, answer, told)] * num_rows
    if answer is not None:
        return [answers.find(answer)] * num_rows
    return [answers.best(row) for row in told[:num_rows]]


def _followed(answers: Answers, answer: str | None, chosen: Sequence[int], answers_once: bool) -> str:
    if answers_once:
        return f"the score of {answers.name(chosen[0])!r} for the text up to this token"
    if answer is not None:
        return f"the score of {answers.name(chosen[0])!r} at this token"
    return "the score of what the model thinks best at this token"


def _copies(look: Looked, rows: range, num_rows: int) -> list[Any]:
    """Return the batch once for each row; what only later outputs could read is left out."""
    *before, last = look.batch
    if look.kind == "pair" or getattr(look.model, "role", "") == "LanguageModel":
        last = last[:, :num_rows]
    return [part if part is None else part.repeat_interleave(len(rows), 0) for part in (*before, last)]


def _prefixes(look: Looked, rows: range) -> list[Any]:
    """Return for each row the text up to its token, filled up to the longest of them."""
    longest = rows.stop
    is_beyond = torch.arange(longest, device=look.inputs.device) >= torch.tensor(
        [[row + 1] for row in rows], device=look.inputs.device
    )
    tokens, *others = look.batch
    padding = look.model.config.padding_id
    return [
        tokens[:, :longest].masked_fill(is_beyond, padding),
        *(_filled(part, longest, is_beyond) for part in others),
    ]


def _filled(part: Tensor | None, longest: int, is_beyond: Tensor) -> Tensor | None:
    return None if part is None else part[:, :longest].masked_fill(is_beyond[:, :, None], 0)
