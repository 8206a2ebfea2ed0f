"""The state a recurrent net carries from token to token, and the gates that let in, keep and let out.

    LSTM   cell = f ⊙ cell before + i ⊙ candidate      hidden = o ⊙ tanh(cell)
    GRU    hidden = (1 − z) ⊙ candidate + z ⊙ hidden before
    RNN    hidden = tanh(W x + b + U · hidden before + c)

Source: layers/recurrent_cells.py, with the papers.
"""

from collections.abc import Sequence

import numpy as np
from torch import Tensor, nn

from clearhead.inspector.views._recurrent_checks import checks_of
from clearhead.inspector.views._recurrent_formulas import GATES, check
from clearhead.inspector.views._recurrent_reading import Reading, recurrent_nets, ways_of
from clearhead.inspector.views._sides import choose_side
from clearhead.inspector.views.base import Looked, at, labels, numbers
from clearhead.panels.base import Check, Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.table import Cell, Table

TITLE = "Recurrent state"
QUESTION = "What does the net remember after each token, and what did its gates do?"
ANSWER = "hidden"

READS = {
    "hidden": "What is handed on to the next token and to the layer above.",
    "cell": "The memory that is changed by sums alone.",
    "input_gate": "How much of the candidate comes in: 0 nothing, 1 all.",
    "forget_gate": "How much of the cell is kept: 0 nothing, 1 all.",
    "output_gate": "How much of the cell is shown: 0 nothing, 1 all.",
    "reset_gate": "How much of the old state the candidate sees: 0 nothing, 1 all.",
    "update_gate": "How much of the old state is kept: 0 nothing, 1 all.",
    "candidate": "What would be written.",
}


def applies(model: nn.Module) -> str | None:
    """Return None for models with a recurrent net."""
    return None if recurrent_nets(model) else f"a {type(model).__name__} carries no state from token to token."


def offers(look: Looked) -> dict[str, Sequence[str]]:
    """Return the options that not every model has: see `base.py`."""
    nets = recurrent_nets(look.model)
    ways = max((ways_of(net) for net in nets.values()), key=len)
    return {"side": list(nets) if len(nets) > 1 else (), "way": ways}


def view(
    look: Looked,
    *,
    side: str | None = None,
    layer: int = -1,
    way: str = "left_to_right",
    token: int | None = None,
    top: int = 8,
) -> list[Panel]:
    """Show the state and every gate over all tokens, or how one token changed the largest units of the state.

    Args:
        side: which net, "encoder" or "decoder"; none given means the first.
        layer: counted from 0; -1 is the last.
        way: "left_to_right", or "right_to_left" in a net that reads both ways.
        token: a position, to see its numbers one by one.
        top: how many units to list for one token.
    """
    nets = recurrent_nets(look.model)
    sides = list(nets) if len(nets) > 1 else []
    name = choose_side(side, sides, where="recurrent_state.side", model=look.model) or next(iter(nets))
    net = nets[name]
    layer = at(layer, net.num_layers, "recurrent_state.layer", "layer")
    ways = ways_of(net)
    if way not in ways:
        raise ValueError(
            f"recurrent_state.way must be one of {', '.join(ways)} in this net, got {way!r}. Use {ways[0]!r}."
        )
    pieces = look.target_pieces if name == "decoder" else look.pieces
    reading = Reading(look, name, layer, way)
    where = f"{name} layer {layer}, {way.replace('_', ' ')}"
    names = labels(pieces)
    parts = ("hidden", *GATES[net.cell])
    checked = check(reading, net)
    if token is not None:
        position = at(token, len(names), "recurrent_state.token", "token")
        if not 1 <= top <= net.hidden_size:
            raise ValueError(
                f"recurrent_state.top must be between 1 and {net.hidden_size} (the state's width), got {top}. Use 8."
            )
        return [_one_token(reading, parts, position, top, f"{names[position]!r} in {where}"), checked]
    values = {part: reading.value(part) for part in parts}
    how = checks_of(reading, net)
    heatmaps: list[Panel] = [_over_time(part, values[part], names, where, how.get(part)) for part in parts]
    return [*heatmaps, _means(values, names, where), checked]


def _over_time(part: str, value: Tensor, names: tuple[str, ...], where: str, how: Check | None) -> Heatmap:
    return Heatmap(
        name=part,
        title=f"{_words(part).capitalize()} at each token ({where})",
        note=READS[part],
        values=numbers(value),
        rows=names,
        columns=tuple(str(index) for index in range(value.shape[-1])),
        row_axis="token",
        column_axis="unit",
        scale="share" if part.endswith("gate") else "signed",
        check=how,
    )


def _means(values: dict[str, Tensor], names: tuple[str, ...], where: str) -> Table:
    """Show how open each gate was on average, and how large the states were."""
    gates = [part for part in values if part.endswith("gate")]
    others = [part for part in ("hidden", "cell", "candidate") if part in values]
    averages = [numbers(values[part]).mean(1) for part in gates]
    sizes = [np.abs(numbers(values[part])).mean(1) for part in others]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(float(column[index]) for column in (*averages, *sizes))) for index, name in enumerate(names)
    )
    return Table(
        name="means",
        title=f"Gates and states at each token, the mean over their units ({where})",
        note="|…|: the mean of the sizes, whatever their signs.",
        columns=("token", *(_words(part) for part in gates), *(f"|{_words(part)}|" for part in others)),
        rows=rows,
    )


def _one_token(reading: Reading, parts: tuple[str, ...], position: int, top: int, who: str) -> Table:
    """Write out how one token changed the units of the state that are largest after it."""
    after = {part: numbers(reading.value(part))[position] for part in parts}
    states = [part for part in ("hidden", "cell") if part in parts]
    before = {f"{part} before": numbers(reading.before(part))[position] for part in states}
    columns = before | {part: after[part] for part in (*(p for p in parts if p not in states), *reversed(states))}
    units = np.argsort(-np.abs(after["hidden"]), kind="stable")[:top]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (int(unit), *(float(column[unit]) for column in columns.values())) for unit in units
    )
    return Table(
        name="steps",
        title=f"How the state came about: {who}",
        note=f"The {len(units)} largest of {len(after['hidden'])} units of the hidden state.",
        columns=("unit", *(_words(name) for name in columns)),
        rows=rows,
    )


def _words(part: str) -> str:
    return part.replace("_", " ")
