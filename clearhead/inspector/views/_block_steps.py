"""The steps of a block as they are collected: what the model had, and how far the formula is from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from clearhead.inspector.views._block_checks import narrowed
from clearhead.inspector.views._sides import exact
from clearhead.inspector.views.base import Looked, numbers
from clearhead.panels.base import Check, Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.table import Cell, Table

MAX_COLUMNS = 16
"""More numbers of a vector are left out of the drawing; the note says so."""


@dataclass
class Steps:
    """The steps of one block on one input.

    Every formula is given the values that the model itself had at the step before, so that each step is checked alone.
    With `is_alone` it gets what the formulas made so far: the last value is then the work of formulas only.
    """

    look: Looked
    head: int
    asking: Sequence[str]
    """The labels of the tokens that go through the block."""
    token: int | None
    """Show only this token's rows; None shows all."""
    is_alone: bool = False
    panels: list[Panel] = field(default_factory=list)
    checked: list[tuple[Cell, ...]] = field(default_factory=list)

    def add(
        self,
        name: str,
        title: str,
        equation: str,
        formula: Tensor,
        *,
        tap: str = "",
        note: str = "",
        asked: Sequence[str] | None = None,
        is_of_asked: bool = False,
        is_share: bool = False,
        check: Check | None = None,
    ) -> Tensor:
        """Add a step and return its value, with which the next step goes on.

        Args:
            name: "step_2", or "step_2_key" for a part of that step.
            formula: what the equation gives, (seq, …) or (heads, seq, …).
            tap: where the model shows its own value; where it has no tap the formula's result is shown, and what
                follows from it is compared instead.
            asked: labels of the tokens that are looked at, where the value has a column for each.
            is_of_asked: the value has a row for each token that is looked at (keys and values).
            check: how each number follows from others, over all tokens and all numbers of the value that is drawn.
        """
        title = title[0].upper() + title[1:]
        value = formula
        if tap and not self.is_alone:
            value = exact(self.look.value(tap))
            self.checked.append((name, f"{title}: {equation}", difference(formula, value)))
        self._draw(name, title, equation, value, note, asked, is_of_asked, is_share, check)
        return value

    def _draw(
        self,
        name: str,
        title: str,
        equation: str,
        value: Tensor,
        note: str,
        asked: Sequence[str] | None,
        is_of_asked: bool,
        is_share: bool,
        check: Check | None,
    ) -> None:
        if value.dim() == 3:
            # Keys and values may be shared by neighbouring heads.
            value = value[self.head * len(value) // self.look.model.config.num_heads]
        is_of_tokens = asked is not None and not is_of_asked
        rows = list(asked if is_of_asked and asked is not None else self.asking)
        columns = list(asked) if is_of_tokens and asked is not None else [str(i) for i in range(value.shape[-1])]
        row = None if self.token is None or is_of_asked else self.token
        if check is not None:
            check = narrowed(check, row, None if is_of_tokens else MAX_COLUMNS)
        if self.token is not None and not is_of_asked:
            value, rows = value[self.token : self.token + 1], rows[self.token : self.token + 1]
        if not is_of_tokens and len(columns) > MAX_COLUMNS:
            note = f"{note} The first {MAX_COLUMNS} of {len(columns)} numbers of each vector.".strip()
            value, columns = value[:, :MAX_COLUMNS], columns[:MAX_COLUMNS]
        number = name.split("_")[1]
        self.panels.append(
            Heatmap(
                name=name,
                title=f"{number}. {title}: {equation}",
                note=note,
                values=numbers(value.float()),
                rows=tuple(rows),
                columns=tuple(columns),
                row_axis="token" if is_of_asked or not is_of_tokens else "query",
                column_axis="key" if is_of_tokens else "dimension",
                scale="share" if is_share else "signed",
                check=check,
            )
        )

    def check(self) -> Table:
        """Return the table of differences."""
        return Table(
            name="check",
            title="Each step recomputed from the captured values before it",
            note="In float64, with the model's own weights; over all tokens, heads and numbers, shown or not.",
            columns=("step", "equation", "largest difference"),
            rows=tuple(self.checked),
        )


def difference(formula: Tensor, own: Tensor) -> float:
    """Return the largest difference of two values; infinite where only one of them is hidden (−∞)."""
    is_hidden = own.isinf()
    if not torch.equal(is_hidden, formula.isinf()):
        return float("inf")
    return float((formula - own)[~is_hidden].abs().max())
