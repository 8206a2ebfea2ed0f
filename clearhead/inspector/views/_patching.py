"""Bring values over from another input: one place, or every place in turn, to see which of them carries the answer.

Source: Vig et al. 2020, arXiv 2004.12265 (causal mediation); Meng et al. 2022, arXiv 2202.05262 (causal tracing).
Differs: nothing is blurred; the values of one input stand in the run of the other.
"""

from collections.abc import Callable, Sequence

import numpy as np
from torch import Tensor

from clearhead.inspector.edits import Edit
from clearhead.inspector.views._answers import Answers, after, quoted
from clearhead.inspector.views._switches import WITHIN, passed, run_edited, run_rows, unit_axis
from clearhead.inspector.views.base import Looked, labels, taps_ending
from clearhead.layers.tap import find_taps
from clearhead.panels.base import Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.table import Cell, Table


def one_patch(other: Looked, tap: str, head: int | None, unit: int | None) -> Edit:
    """Return the edit that puts a value of another input, or one head or unit of it, in the place of this one's."""
    brought = other.value(tap)[None]

    def change(part: Tensor) -> Tensor:
        theirs = brought if head is None else brought[:, head]
        if unit is None or theirs.shape[1:] != part.shape[1:]:
            return theirs.expand(len(part), *theirs.shape[1:])
        changed = part.clone()
        axis = unit_axis(tap, part.dim())
        changed.select(axis, unit).copy_(theirs.select(axis, unit).expand_as(changed.select(axis, unit)))
        return changed

    return Edit(tap, change, head)


def patches(look: Looked, other: Looked, answers: Answers, place: int, chosen: int, top: int) -> list[Panel]:
    """Bring over one value after the other, and show how far each carries the answer to that of the other input."""
    stages = _stages(look)
    if (stages or len(answers.places) > 1) and len(look.tokens) != len(other.tokens):
        raise ValueError(
            f"ablation.other must have as many tokens as the input ({len(look.tokens)}), got {len(other.tokens)} in "
            f"{other.text!r}. Change words for words of as many tokens."
        )
    own, theirs = (answers.told(answers.at_place(seen.logits[None], place))[0] for seen in (look, other))
    whole = float(answers.distance(own, theirs))
    goal = answers.best(theirs)

    def measured(output: Tensor) -> np.ndarray:
        """Return for each row how far its answer moved, and what the two outputs that matter got."""
        told = answers.told(answers.at_place(output, place))
        return np.stack([answers.distance(own, told), told[:, chosen], told[:, goal]], -1)

    if stages:
        found = _each_position(look, other, stages, measured)
        names: list[tuple[str, str]] = [(stage, label) for stage in stages for label in labels(look.pieces)]
    else:
        taps = _alike(look, other)
        found = np.concatenate([measured(run_edited(look, [one_patch(other, tap, None, None)])) for tap in taps])
        names = [(tap, "") for tap in taps]
    moved = found[:, 0]
    where = after(answers, place)
    rows: list[tuple[Cell, ...]] = [
        (*names[index], *map(float, found[index])) for index in np.argsort(-moved, kind="stable")[:top].tolist()
    ]
    columns = [answers.name(index) for index in (chosen, goal)]
    columns = columns if columns[0] != columns[1] else [columns[0], columns[0] + " "]
    table = Table(
        name="changes",
        title=f"Which value of {quoted(other.text)} carries its answer{where}",
        note=f"{answers.distance_words} Without any value brought over the two answers are {whole:.4f} apart; here "
        f"{columns[0].strip()!r} has {own[chosen]:.4f}, there {columns[1].strip()!r} has {theirs[goal]:.4f}.",
        columns=("value", "token", "change", *(f"{answers.unit} of {name}" for name in columns)),
        rows=tuple(rows),
    )
    if not stages:
        return [table]
    return [table, _map(moved.reshape(len(stages), -1), stages, labels(look.pieces), answers)]


def _map(moved: np.ndarray, stages: Sequence[str], names: tuple[str, ...], answers: Answers) -> Heatmap:
    return Heatmap(
        name="map",
        title="How far the answer moves when one vector is brought over",
        note=answers.distance_words,
        values=moved,
        rows=tuple(stages),
        columns=names,
        row_axis="after",
        column_axis="token",
    )


def _stages(look: Looked) -> list[str]:
    """Return the taps along the residual stream of one side; of a pair the source's. None in models without one."""
    found = [*taps_ending(look.model, "embedding"), *taps_ending(look.model, "residual")]
    if look.kind == "pair":
        found = [name for name in found if name.startswith("encoder.")]
    return found if any(name.endswith("residual") for name in found) else []


def _alike(look: Looked, other: Looked) -> list[str]:
    """Return the taps whose values have one shape for both inputs."""
    found = []
    for name in find_taps(look.model):
        if name.rpartition(".")[2] not in WITHIN:
            own, theirs = passed(look, name), passed(other, name)
            if own is not None and theirs is not None and own.shape == theirs.shape:
                found.append(name)
    return found


def _each_position(
    look: Looked, other: Looked, stages: Sequence[str], measured: Callable[[Tensor], np.ndarray]
) -> np.ndarray:
    """Return what is measured for each stage and position, (stages · positions, numbers)."""
    found = []
    for stage in stages:
        brought = other.value(stage)

        def edit_of(rows: range, stage: str = stage, brought: Tensor = brought) -> Edit:
            def change(value: Tensor) -> Tensor:
                value = value.clone()
                for row, position in enumerate(rows):
                    value[row, position] = brought[position]
                return value

            return Edit(stage, change)

        found.append(run_rows(look, len(brought), edit_of, measured))
    return np.concatenate(found)
