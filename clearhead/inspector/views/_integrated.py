"""Integrated gradients: follow the answer from an input of nothing to the input, and add up the slopes on the way.

    attribution of a number = (its value − its baseline) · the mean of ∂answer/∂number along the straight way

All of them add up to answer(input) − answer(nothing). On every piece of the way the same holds, so the piece that
misses most is halved until the sum is right: a model with norms may turn within a thousandth of the way.

Source: Sundararajan et al. 2017, arXiv 1703.01365. Differs: a Gauss–Legendre sum on each piece, instead of equal steps.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from clearhead.inspector.edits import Edit
from clearhead.inspector.recorder import Recorder
from clearhead.inspector.views._baselines import Entry
from clearhead.inspector.views._switches import NUMBERS_AT_ONCE
from clearhead.inspector.views.base import Looked

FIRST_PIECES, POINTS, MOST_POINTS = 2, 16, 2048
TOLERANCE = 0.01
"""Largest share of the difference that the pieces may miss together."""
ROUNDING = 1e-6
"""What they miss that no finer way would make smaller."""


@dataclass(frozen=True)
class Piece:
    """A part of the way, with the answers at its ends and what the slopes on it add up to."""

    start: float
    end: float
    at_start: float
    at_end: float
    values: Tensor

    @property
    def error(self) -> float:
        """How far the sum is from the difference of the answers at the ends."""
        return abs(float(self.values.sum()) - (self.at_end - self.at_start))


@dataclass(frozen=True)
class Integrated:
    """What each number of the input adds to the answer, and how far the sum is off."""

    values: Tensor
    """In float64, of the shape of the entry without the batch axis."""
    at_input: float
    at_baseline: float
    num_points: int

    @property
    def difference(self) -> float:
        """What is to be explained."""
        return self.at_input - self.at_baseline

    @property
    def error(self) -> float:
        """How far the sum of all attributions is from it."""
        return abs(float(self.values.sum()) - self.difference)

    @property
    def is_complete(self) -> bool:
        """Whether the sum misses less than the tolerance."""
        return self.error <= TOLERANCE * abs(self.difference)


def integrate(look: Looked, entry: Entry, score: Callable[[Tensor], Tensor]) -> Integrated:
    """Return the integrated gradients of an answer, along a way cut as fine as it has to be.

    Args:
        score: from the output of the model to the answer of each row, (batch,).
    """
    way = Way(look, entry, score)
    cuts = [index / FIRST_PIECES for index in range(FIRST_PIECES + 1)]
    answers = [way.answer(cut) for cut in cuts]
    pieces = [way.piece(*cuts[i : i + 2], *answers[i : i + 2]) for i in range(FIRST_PIECES)]
    enough = max(ROUNDING, TOLERANCE * abs(answers[-1] - answers[0]))
    while sum(piece.error for piece in pieces) > enough and (len(pieces) + 1) * POINTS <= MOST_POINTS:
        worst = max(pieces, key=lambda piece: piece.error)
        pieces.remove(worst)
        middle = (worst.start + worst.end) / 2
        answer = way.answer(middle)
        pieces += [
            way.piece(worst.start, middle, worst.at_start, answer),
            way.piece(middle, worst.end, answer, worst.at_end),
        ]
    values = torch.stack([piece.values for piece in pieces]).sum(0)
    return Integrated(values, answers[-1], answers[0], len(pieces) * POINTS)


class Way:
    """The straight way from nothing to the input."""

    def __init__(self, look: Looked, entry: Entry, score: Callable[[Tensor], Tensor]) -> None:
        self.look, self.entry, self.score = look, entry, score
        self.step = (entry.value - entry.baseline).detach()
        self.at_once = max(1, min(POINTS, NUMBERS_AT_ONCE // max(1, look.logits.numel())))

    def answer(self, share: float) -> float:
        """Return the answer at one point."""
        with torch.no_grad():
            return float(self._run(self._points([share])))

    def piece(self, start: float, end: float, at_start: float, at_end: float) -> Piece:
        """Return a piece with the sum of (value − baseline) · slope over it."""
        places, weights = np.polynomial.legendre.leggauss(POINTS)
        shares, weights = start + (end - start) * (places + 1) / 2, weights * (end - start) / 2
        total = torch.zeros(self.step.shape[1:], dtype=torch.float64)
        for first in range(0, POINTS, self.at_once):
            some = slice(first, first + self.at_once)
            points = self._points(shares[some]).requires_grad_()
            # The fused recurrent kernels of a GPU have no gradients outside of training; the plain ones have.
            with torch.enable_grad(), torch.backends.cudnn.flags(enabled=False):
                [slopes] = torch.autograd.grad(self._run(points).sum(), [points])
            total += torch.tensordot(torch.tensor(weights[some]), slopes.detach().cpu().double(), dims=1)
        return Piece(start, end, at_start, at_end, total * self.step[0].cpu().double())

    def _points(self, shares: "list[float] | np.ndarray") -> Tensor:
        some = torch.tensor(shares).to(self.step).view(-1, *[1] * (self.step.dim() - 1))
        return self.entry.baseline.detach() + some * self.step

    def _run(self, points: Tensor) -> Tensor:
        """Return the answers with these values where the input enters, one row each."""
        batch = [part if part is None else part.repeat_interleave(len(points), 0) for part in self.look.batch]
        edits = [Edit(self.entry.tap, lambda value: points)]
        with Recorder(self.look.model, (), edits=edits, has_gradients=torch.is_grad_enabled()):
            return self.score(self.look.model(*batch))
