"""What a part of the model does for its answer: switch it off, or bring its value over from another input.

    switched off    0 stands where the value was; everything after it is computed anew
    brought over    the value that the model had there while it read another input

A part that matters changes the answer. The reverse does not hold: what one part no longer says, another may say too.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from clearhead.inspector.edits import HEADED, Edit
from clearhead.inspector.recorder import match_taps
from clearhead.inspector.views._answers import (
    Answers,
    after,
    choose_output,
    choose_place,
    find_answers,
    limits_of_token,
)
from clearhead.inspector.views._patching import one_patch, patches
from clearhead.inspector.views._side_by_side import changed_places, changed_probabilities, side_by_side
from clearhead.inspector.views._switches import (
    MOST_UNITS,
    Switch,
    find_switches,
    passed,
    rows_off,
    run_edited,
    run_rows,
    unit_axis,
)
from clearhead.inspector.views.base import Looked, at
from clearhead.layers.tap import find_taps
from clearhead.panels.bars import Bars
from clearhead.panels.base import Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.table import Cell, Table

TITLE = "Switch it off"
QUESTION = "Which part of the model does the answer depend on?"
ANSWER = "changes"


def applies(model: nn.Module) -> str | None:
    """Return None for models with places where a value can be changed, on the way to an answer."""
    if getattr(model, "role", "") == "WordVectors":
        return f"a {type(model).__name__} is two matrices and has no parts to switch off."
    return None if find_taps(model) else f"a {type(model).__name__} has no taps, so nothing in it can be changed."


def offers(look: Looked) -> dict[str, Sequence[str]]:
    """Return the options that not every model has: see `base.py`."""
    has_heads = any(name.rpartition(".")[2] in HEADED for name in find_taps(look.model))
    return limits_of_token(look) | ({} if has_heads else {"head": ()})


def view(
    look: Looked,
    *,
    tap: str | None = None,
    head: int | None = None,
    unit: int | None = None,
    other: str | None = None,
    token: int = -1,
    answer: str | None = None,
    top: int = 12,
) -> list[Panel]:
    """Show what the model says without a part of it, beside what it says with all of them.

    Args:
        tap: what is changed, "layers.3.attention.mixed" (with * for any part); none given tries one after the other:
            every head, or every unit of the last hidden layer, or every gate.
        head: only this head of it.
        unit: only this unit (number of a vector, map of an image) of it.
        other: another input whose value is brought over, instead of switching off.
        token: of a model that answers after each token, the position that is asked about.
        answer: the output to follow; none given means the right one, or the model's own.
        top: how many lines the tables have.
    """
    answers = find_answers(look)
    place = choose_place(answers, token, where="ablation.token")
    if top < 1:
        raise ValueError(f"ablation.top must be at least 1, got {top}. Use 12.")
    if tap is None and (head is not None or unit is not None):
        option, value = ("head", head) if head is not None else ("unit", unit)
        raise ValueError(
            f"ablation.tap must be given together with {option}, got {option}={value} alone. Name the tap it is in."
        )
    if tap is not None and tap.endswith(".scores"):
        raise ValueError(
            f"ablation.tap must not be scores, got {tap!r}: a score of 0 is no absence, and hidden tokens would be "
            f"seen. Use {tap.removesuffix('scores') + 'mixed'!r}."
        )
    own = answers.told(answers.at_place(look.logits[None], place))[0]
    chosen = choose_output(look, answers, answer, own)
    if other is not None:
        # Of a pair both are read with the same target, so that their answers stand at the same places.
        second = look.again(other, look.target if look.kind == "pair" else None)
        if tap is None:
            return patches(look, second, answers, place, chosen, top)
        edits = [one_patch(second, name, head, unit) for name in _matching(look, tap)]
        words = f"{_words(tap, head, unit)} from {other!r}"
        return _one(look, answers, place, chosen, edits, words, top)
    if tap is None:
        return _one_by_one(look, answers, place, chosen, own, top)
    edits = [Edit(name, lambda part, name=name: _zeroed(part, name, unit), head) for name in _matching(look, tap)]  # type: ignore[misc]
    return _one(look, answers, place, chosen, edits, f"without {_words(tap, head, unit)}", top)


def _matching(look: Looked, tap: str) -> list[str]:
    found = match_taps(list(find_taps(look.model)), [tap], where="ablation.tap")
    names = [name for name in found if passed(look, name) is not None]
    if not names:
        raise ValueError(
            f"ablation.tap must be on the way from the input to the scores, got {tap!r}, which nothing passes there. "
            "Choose one before it."
        )
    return names


def _zeroed(part: Tensor, tap: str, unit: int | None) -> Tensor:
    if unit is None:
        return torch.zeros_like(part)
    part = part.clone()
    axis = unit_axis(tap, part.dim())
    part.select(axis, at(unit, part.shape[axis], f"ablation.unit of {tap}", "unit")).zero_()
    return part


def _words(tap: str, head: int | None, unit: int | None) -> str:
    narrowed = [f"{noun} {index}" for noun, index in (("head", head), ("unit", unit)) if index is not None]
    return ", ".join([tap, *narrowed])


def _one(
    look: Looked,
    answers: Answers,
    place: int,
    chosen: int,
    edits: list[Edit],
    words: str,
    top: int,
) -> list[Panel]:
    """Show the answers with and without one change."""
    output = run_edited(look, edits)
    raw = answers.at_place(output, place)[0]
    before, now = answers.told(answers.at_place(look.logits[None], place))[0], answers.told(raw)
    where = after(answers, place)
    names = [answers.name(index) for index in range(answers.count)]
    panels: list[Panel] = [
        side_by_side(
            names,
            before,
            now,
            ("intact", "changed"),
            top,
            title=f"What the model says{where}, intact and {words}",
            note=f"The {answers.unit} of each output.",
        ),
        Table(
            name="facts",
            title="How much it changed",
            note=answers.distance_words,
            columns=("what", "value"),
            rows=(
                ("change", float(answers.distance(before, now))),
                (f"{answers.unit} of {names[chosen]}, intact", float(before[chosen])),
                (f"{answers.unit} of {names[chosen]}, changed", float(now[chosen])),
            ),
        ),
    ]
    if answers.kind != "numbers":
        panels.append(changed_probabilities(answers, raw, top, title=f"The {answers.unit} of every output, {words}"))
    if len(answers.places) > 1:
        panels.append(changed_places(answers, look.logits[None], output))
    return panels


def _one_by_one(look: Looked, answers: Answers, place: int, chosen: int, own: np.ndarray, top: int) -> list[Panel]:
    """Switch off one part after the other, and rank them."""
    switches = find_switches(look)

    def measured(output: Tensor) -> np.ndarray:
        return answers.told(answers.at_place(output, place))

    def without(switch: Switch) -> np.ndarray:
        units = switch.units
        return run_rows(look, len(units), lambda rows: rows_off(switch, [units[row] for row in rows]), measured)

    told = np.concatenate([without(switch) for switch in switches])
    moved = answers.distance(own, told)
    parts = [(switch, unit) for switch in switches for unit in switch.units]
    rows: list[tuple[Cell, ...]] = [
        (
            parts[index][0].named(parts[index][1]),
            float(moved[index]),
            float(told[index, chosen]),
            _says(answers, told[index]),
        )
        for index in np.argsort(-moved, kind="stable")[:top].tolist()
    ]
    noun = switches[0].noun or "gate"
    note = f"{answers.distance_words} Intact, {answers.name(chosen)!r} has {own[chosen]:.4f}."
    if noun == "unit" and len(parts) == MOST_UNITS:
        note += f" The {MOST_UNITS} units with the largest values were tried."
    table = Table(
        name="changes",
        title=f"The answer{after(answers, place)} without one {noun}: those that change it most",
        note=note,
        columns=(noun, "change", f"{answers.unit} of {answers.name(chosen)}", "then says"),
        rows=tuple(rows),
    )
    return [table, _drawn(switches, parts, moved, answers, top)]


def _says(answers: Answers, told: np.ndarray) -> Cell:
    best = answers.best(told)
    return float(told[best]) if answers.kind == "numbers" else answers.name(best)


def _drawn(
    switches: list[Switch], parts: list[tuple[Switch, int]], moved: np.ndarray, answers: Answers, top: int
) -> Panel:
    """Draw the changes: of heads as a map of layers and heads, of others as bars."""
    counts = {len(switch.units) for switch in switches}
    if switches[0].noun == "head" and len(counts) == 1:
        return Heatmap(
            name="map",
            title="How far the answer moves without one head",
            note=answers.distance_words,
            values=moved.reshape(len(switches), -1),
            rows=tuple(switch.tap.removesuffix(".mixed") for switch in switches),
            columns=tuple(map(str, switches[0].units)),
            row_axis="layer",
            column_axis="head",
        )
    return Bars(
        name="map",
        title=f"How far the answer moves without one {switches[0].noun or 'gate'}",
        note=answers.distance_words,
        labels=tuple(switch.named(unit) for switch, unit in parts),
        values=moved,
        axis="change",
        shown=top,
    )
