"""The sum over all rows of tags of a conditional random field, and how often each tag and transition stands in them.

    forward    a[t, j] = exp x[t, j] · Σ_i a[t−1, i] · exp transitions[i, j]        Z = Σ_j a[n, j] · exp end[j]
    backward   b[t, i] = Σ_j exp transitions[i, j] · exp x[t+1, j] · b[t+1, j]      b[n, i] = exp end[i]
    expected   p(y_t = j) = a[t, j] · b[t, j] / Z,   which is also the slope of log Z with respect to x[t, j]

Each position is one product of matrices, (batch, tags) by (tags, tags), scaled to sum to 1 so that nothing overflows.
Scores too far apart for that (and processors without float64) are summed as logarithms, which takes longer.

Source: Rabiner 1989, Proceedings of the IEEE 77, section III.A and V.A (the scaled recursions).
Read with: crf.py
"""

from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.autograd.function import once_differentiable

LARGEST_SCORE = 50.0
"""Scores up to here, whichever sign they have, keep every product within float64."""
NEVER = -600.0
"""What a forbidden score counts as among such: e⁻⁶⁰⁰ adds nothing, yet a row that must break a rule has a sum."""


def log_sum(
    x: Float[Tensor, "batch seq tags"],
    transitions: Float[Tensor, "tags tags"],
    start: Float[Tensor, "tags"],
    end: Float[Tensor, "tags"],
    is_there: Bool[Tensor, "batch seq"],
) -> Float[Tensor, "batch"]:
    """Return log Z of each row, in float64 where there is one: it is large, and what is wanted of it are differences.

    Args:
        is_there: True at the tokens of a row, which lie at its left; at least one.
    """
    if _fits_products(x, transitions, start, end, is_there):
        by_products: Tensor = _LogSum.apply(x, transitions, start, end, is_there)
        return by_products
    return _sum_of_logarithms(x, transitions, start, end, is_there)


@torch.no_grad()
def expected(
    x: Float[Tensor, "batch seq tags"],
    transitions: Float[Tensor, "tags tags"],
    start: Float[Tensor, "tags"],
    end: Float[Tensor, "tags"],
    is_there: Bool[Tensor, "batch seq"],
) -> Float[Tensor, "batch seq tags"]:
    """Return the probability of each tag at each token, 0 at padding."""
    if _fits_products(x, transitions, start, end, is_there):
        sums = _Sums(x, transitions, start, end, is_there)
        return (sums.before * sums.weights()).transpose(0, 1).to(x.dtype)
    with torch.inference_mode(False), torch.enable_grad():
        leaf = x.clone().requires_grad_()
        others = (part.clone() for part in (transitions, start, end, is_there))
        return torch.autograd.grad(_sum_of_logarithms(leaf, *others).sum(), leaf)[0]


class _Sums:
    """Both recursions of a batch, position first: (seq, batch, tags)."""

    def __init__(self, x: Tensor, transitions: Tensor, start: Tensor, end: Tensor, is_there: Tensor) -> None:
        lengths, seq = is_there.sum(1), x.shape[1]
        position = torch.arange(seq, device=x.device)[:, None]
        self.is_there = (position < lengths)[:, :, None]
        # Each row turned round within its own length: backward is then forward, and padding stays behind the end.
        turned = torch.where(position < lengths, lengths - 1 - position, position)[:, :, None].expand(
            -1, -1, x.shape[2]
        )
        self.emitted = x.transpose(0, 1).double().masked_fill(~self.is_there, 0.0).exp()
        self.steps, start, end = (part.double().clamp(min=NEVER).exp() for part in (transitions, start, end))
        self.before = _recursion(self.emitted, start, self.steps)
        self.after = _recursion(self.emitted.gather(0, turned), end, self.steps.T).gather(0, turned)
        self.last = self.is_there & (position == lengths - 1)[:, :, None]
        self.end = end
        self.reached = self.before * self.emitted
        self.totals = self.reached.sum(2, keepdim=True)
        self.reached = self.reached / self.totals

    def log_sum(self) -> Tensor:
        """Return log Z: what each position was scaled by, and what is left at the end."""
        scales = self.totals.log().masked_fill(~self.is_there, 0.0).sum((0, 2))
        return scales + (self.reached * self.last * self.end).sum((0, 2)).log()

    def weights(self) -> Tensor:
        """Return what makes probabilities of `before`: how well each tag fits its token and all that follow."""
        fits = self.emitted * (self.after / self.after.sum(2, keepdim=True))
        return (fits / (self.before * fits).sum(2, keepdim=True)).masked_fill(~self.is_there, 0.0)


def _recursion(emitted: Tensor, start: Tensor, steps: Tensor) -> Tensor:
    """Return what reaches each tag from the left, its own token not yet read, as (seq, batch, tags).

    Position t stands for the tokens before it divided by their sum, so that scales multiply to Z.
    """
    before = torch.empty_like(emitted)
    before[0] = start
    for position in range(1, len(emitted)):
        now = before[position - 1] * emitted[position - 1]
        torch.mm(now.div_(now.sum(1, keepdim=True)), steps, out=before[position])
    return before


class _LogSum(torch.autograd.Function):
    """log Z, with the expected counts as its gradient."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, transitions: Tensor, start: Tensor, end: Tensor, is_there: Tensor) -> Tensor:
        ctx.sums, ctx.dtype = _Sums(x, transitions, start, end, is_there), x.dtype
        return ctx.sums.log_sum()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, None]:
        sums, slope = ctx.sums, gradients[0][:, None]
        weights = sums.weights() * slope
        probabilities = sums.before * weights
        pairs = sums.reached[:-1].flatten(0, 1).T @ weights[1:].flatten(0, 1) * sums.steps
        ends = (probabilities * sums.last).sum((0, 1))
        to_x, pairs, starts, ends = (
            part.to(ctx.dtype) for part in (probabilities.transpose(0, 1), pairs, probabilities[0].sum(0), ends)
        )
        return to_x, pairs, starts, ends, None


def _fits_products(x: Tensor, transitions: Tensor, start: Tensor, end: Tensor, is_there: Tensor) -> bool:
    if x.device.type == "mps":  # it has no float64
        return False
    largest = torch.stack(
        [
            x.detach().masked_fill(~is_there[:, :, None], 0.0).abs().amax(),
            *(part.detach().masked_fill(part <= NEVER, 0.0).abs().amax() for part in (transitions, start, end)),
        ]
    )
    return bool((largest <= LARGEST_SCORE).all())


def _sum_of_logarithms(x: Tensor, transitions: Tensor, start: Tensor, end: Tensor, is_there: Tensor) -> Tensor:
    now = start + x[:, 0]
    for position in range(1, x.shape[1]):
        new = torch.logsumexp(now[:, :, None] + transitions, 1) + x[:, position]
        now = torch.where(is_there[:, position, None], new, now)
    return torch.logsumexp(now + end, 1)
