"""Two inputs in one model, or one input in two models, side by side: what they say, and how like their states are.

Cosines of states compare number by number. In one model the numbers mean the same for both inputs; of two models they
do only where one began as the other (fine-tuning), because every training finds directions of its own.
"""

import math
from collections.abc import Sequence

import numpy as np
from torch import Tensor, nn

from clearhead.inspector.edits import HEADED
from clearhead.inspector.views._answers import Answers, choose_place, find_answers, limits_of_token, quoted
from clearhead.inspector.views._side_by_side import side_by_side
from clearhead.inspector.views._sides import exact
from clearhead.inspector.views._switches import WITHIN, passed
from clearhead.inspector.views.base import Looked
from clearhead.layers.tap import find_taps
from clearhead.panels.base import Name, Panel
from clearhead.panels.lines import Lines
from clearhead.panels.table import Cell, Table

TITLE = "Side by side"
QUESTION = "What do two inputs, or two models, have in common, and from where on do they differ?"
ANSWER = "outputs"


def applies(model: nn.Module) -> str | None:
    """Return None: every model says something that can be compared."""
    return None


def offers(look: Looked) -> dict[str, Sequence[str]]:
    """Return the options that not every model has: see `base.py`."""
    return limits_of_token(look)


def view(
    look: Looked, *, other: str | None = None, against: str | None = None, token: int = -1, top: int = 10
) -> list[Panel]:
    """Show what the model says, beside what it says to another input or what another model says.

    Args:
        other: another input for the same model.
        against: the folder of another run, which reads the same input.
        token: of models that answer after each token, the position; -1 is the last of each.
        top: how many outputs to list.
    """
    if other is not None and against is not None:
        raise ValueError(
            f"compare.other must not be given together with against, got other={other!r}. "
            "Compare two inputs or two models, one after the other."
        )
    if top < 1:
        raise ValueError(f"compare.top must be at least 1, got {top}. Use 10.")
    mine = Side(look, token)
    if other is None and against is None:
        return [_alone(mine, top)]
    if other is not None:
        second = look.again(other, look.target if look.kind == "pair" else None)
        heads: tuple[str, str] = (Name(quoted(look.text)), Name(quoted(other)))
    else:
        second = look.through(str(against))
        heads = (look.name or "this model", second.name)
    if second.kind != look.kind:
        raise ValueError(
            f"compare.against must be a run that reads what this model reads ({look.kind}), got {against!r}, which "
            f"reads {second.kind}. Choose a run of the same kind."
        )
    if heads[0] == heads[1]:
        heads = (heads[0], Name(f"{heads[1]} (2)"))
    theirs = Side(second, token)
    names, first, second_told = _joined(mine, theirs)
    unit = mine.answers.unit
    panels: list[Panel] = [
        side_by_side(
            names,
            first,
            second_told,
            heads,
            top,
            title=f"What they say: {heads[0]}, {heads[1]}",
            note=f"The {unit} of each output{mine.where}.",
            name="outputs",
        ),
        _facts(mine, theirs, heads, first, second_told),
    ]
    states = _states(mine, theirs, is_one_model=other is not None)
    return [*panels, states] if states is not None else panels


class Side:
    """One of the two: what was looked at, where, and what it says there."""

    def __init__(self, look: Looked, token: int) -> None:
        self.look = look
        self.answers: Answers = find_answers(look)
        self.place = choose_place(self.answers, token, where="compare.token")
        self.raw: Tensor = self.answers.at_place(look.logits[None], self.place)[0]
        self.told = self.answers.told(self.raw)

    @property
    def where(self) -> str:
        """Return after which token; "" where there is one answer for all."""
        return f", after {self.answers.places[self.place]!r}" if len(self.answers.places) > 1 else ""

    def state(self, tap: str) -> Tensor | None:
        """Return the value of a tap at the place, or all of it where it has no places, as one row of numbers."""
        value = passed(self.look, tap)
        if value is None:
            return None
        value = exact(value)
        axis = 1 if tap.rpartition(".")[2] in HEADED else 0
        counts = (len(self.look.tokens), len(self.look.target_tokens))
        if value.dim() > axis + 1 and value.shape[axis] in counts and self.look.kind in ("text", "pair"):
            is_of_place = value.shape[axis] == len(self.answers.places)
            value = value.select(axis, self.place if is_of_place else value.shape[axis] - 1)
        return value.flatten()


def _alone(mine: Side, top: int) -> Table:
    """Show what this one says, where there is nothing to compare it with."""
    order = np.argsort(-mine.told, kind="stable")[:top].tolist()
    rows: list[tuple[Cell, ...]] = [(mine.answers.name(index), float(mine.told[index])) for index in order]
    return Table(
        name="outputs",
        title=f"What it says to {quoted(mine.look.text)}{mine.where}",
        note="Give another input as `other`, or the folder of another run as `against`, to see both side by side.",
        columns=("output", mine.answers.unit),
        rows=tuple(rows),
    )


def _joined(mine: Side, theirs: Side) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return the names of all outputs and what both say of each; NaN where one has no such output.

    Two vocabularies are joined by how their tokens read; outputs of one model that read alike are added up.
    """
    if mine.look.model is theirs.look.model:
        return [mine.answers.name(index) for index in range(mine.answers.count)], mine.told, theirs.told
    found: dict[str, list[float]] = {}
    for column, side in enumerate((mine, theirs)):
        for index, value in enumerate(side.told.tolist()):
            pair = found.setdefault(side.answers.name(index), [math.nan, math.nan])
            pair[column] = value if math.isnan(pair[column]) else pair[column] + value
    values = np.array(list(found.values()))
    return list(found), values[:, 0], values[:, 1]


def _facts(mine: Side, theirs: Side, heads: tuple[str, str], first: np.ndarray, second: np.ndarray) -> Table:
    says = [side.answers.name(side.answers.best(side.told)) for side in (mine, theirs)]
    rows: list[tuple[Cell, ...]] = [
        ("apart by", float(mine.answers.distance(np.nan_to_num(first), np.nan_to_num(second))), None),
    ]
    if mine.answers.kind != "numbers":
        rows.append(("answer", *says))
    if mine.answers.kind == "choice":
        rows.append(("entropy, bits", *(_entropy(side.told) for side in (mine, theirs))))
    if mine.look.tokens:
        rows.append(("tokens", len(mine.look.tokens), len(theirs.look.tokens)))
    return Table(
        name="facts",
        title="How far apart they are",
        note=mine.answers.distance_words.replace("Change", "Apart").replace("moved to", "lies on"),
        columns=("what", *heads),
        rows=tuple(rows),
    )


def _states(mine: Side, theirs: Side, *, is_one_model: bool) -> Lines | None:
    """Compare the states along the way, where both have the same number of numbers."""
    names, cosines = [], []
    for tap in find_taps(mine.look.model):
        if tap.rpartition(".")[2] in WITHIN or tap not in find_taps(theirs.look.model):
            continue
        one, other = mine.state(tap), theirs.state(tap)
        if one is None or other is None or one.shape != other.shape:
            continue
        lengths = float(one.norm() * other.norm())
        if lengths > 0:
            names.append(tap)
            cosines.append(float(one @ other) / lengths)
    if not names:
        return None
    note = "1: the same direction, 0: nothing in common."
    if not is_one_model:
        note += " Two models that learned apart have directions of their own: near 0 then says nothing."
    return Lines(
        name="cosine",
        title=f"How like their states are{mine.where}",
        note=note,
        points=tuple(names),
        series={"cosine": np.array(cosines)},
        axis="cosine",
    )


def _entropy(told: np.ndarray) -> float:
    possible = told[told > 0]
    return float(abs((possible * np.log2(possible)).sum()))
