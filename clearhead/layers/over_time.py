"""Taps inside a loop over positions: an observer sees each of them once, with all positions side by side.

A recurrent formula passes its gates through taps at every position. Called there, an observer would see a hundred
small values and could not tell the positions apart. Here the loop runs once to collect the values, the observers see
them as (batch, seq, width), and only if one of them gives another tensor back does the loop run again with it.
Read with: tap.py, recurrent.py
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import torch
from torch import Tensor

from clearhead.layers.tap import Observer, Tap

Result = TypeVar("Result")
At = Callable[[int, Tensor | None], None]
"""What a loop calls before each position: its index, and which rows are there (batch,), None where all are."""


def over_time(taps: Sequence[Tap], written_out: Callable[[At], Result], fused: Callable[[], Result]) -> Result:
    """Return what `fused` returns, and show the taps that are open the values of the loop `written_out`.

    The two compute the same; the loop passes every tap exactly once at every position, with values of shape
    (batch, …, 1, width). Rows that are not there show 0. What an observer changes is changed in the loop, position by
    position, with all that follows from it, and the loop's result is returned. Because a change at one position also
    moves the values that observers will see at the next, they are asked again until nothing moves any more. An
    observer that gives back another tensor of the same values receives gradients, through time, with respect to it.

    Args:
        written_out: the loop; it gets a function to call before each position. May run several times.
        fused: the fast way, which no tap can look into; it runs with every tap closed.
    """
    open_taps = [tap for tap in taps if tap.is_open]
    if not open_taps:
        return fused()
    observers = [tap.observer for tap in open_taps]
    records = [_Record() for _ in open_taps]

    def at(position: int, is_there: Tensor | None) -> None:
        for record in records:
            record.position, record.is_there = position, is_there

    def run(loop: Callable[[], Result], inside: Sequence[Observer | None]) -> Result:
        for tap, observer in zip(open_taps, inside, strict=True):
            tap.observer = observer
        try:
            return loop()
        finally:
            for tap, observer in zip(open_taps, observers, strict=True):
                tap.observer = observer

    asked = 0
    while True:
        with torch.no_grad():
            run(lambda: written_out(at), records)
        for tap, record in zip(open_taps, records, strict=True):
            record.ask(tap)
        asked += 1
        num_changed = sum(record.is_changed for record in records)
        # A change moves at most what comes later, so that each round settles one more position of one more tap.
        if not any(record.has_moved for record in records) or asked > num_changed * len(records[0].values):
            break
    if all(record.given is record.original for record in records):
        return run(fused, [None] * len(open_taps))
    return run(lambda: written_out(at), records)


class _Record:
    """The observer that stands in one tap during the loop: it keeps the values and puts in what was changed."""

    def __init__(self) -> None:
        self.position = 0
        self.is_there: Tensor | None = None
        self.values: dict[int, Tensor] = {}
        self.original: Tensor | None = None
        self.given: Tensor | None = None
        self.is_changed, self.has_moved = False, True

    def __call__(self, name: str, value: Tensor) -> Tensor:
        self.values[self.position] = _only(value.detach(), self.is_there)
        if self.original is None or self.given is None or self.given is self.original:
            return value
        given, original = (part.narrow(-2, self.position, 1) for part in (self.given, self.original))
        replaced: Tensor = _Replace.apply(value, given, original)
        return replaced

    def ask(self, tap: Tap) -> None:
        """Show the observer all positions in order, (batch, …, seq, width), unless it has seen these very values."""
        value = torch.cat([self.values[position] for position in sorted(self.values)], -2)
        self.has_moved = self.original is None or not torch.equal(value, self.original)
        if self.has_moved:
            self.original = value.requires_grad_(torch.is_grad_enabled())
            self.given = tap(self.original)
            self.is_changed = not torch.equal(self.given, self.original)


class _Replace(torch.autograd.Function):
    """The value, but the given number wherever it is not the original one.

    Backward, the given numbers get the whole gradient: where they were left alone they stand for the value itself.
    """

    @staticmethod
    def forward(ctx: Any, value: Tensor, given: Tensor, original: Tensor) -> Tensor:
        is_changed = given != original
        ctx.save_for_backward(is_changed)
        return torch.where(is_changed, given, value)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None]:
        (is_changed,) = ctx.saved_tensors
        return gradients[0].masked_fill(is_changed, 0.0), gradients[0], None


def _only(value: Tensor, is_there: Tensor | None) -> Tensor:
    """Set the rows that are not there to 0."""
    if is_there is None:
        return value
    return value.masked_fill(~is_there.view(-1, *[1] * (value.dim() - 1)), 0.0)
