"""The recurrent formulas once more, worked out in float64 beside the model, and how far the model is from them."""

import torch
from torch import Tensor

from clearhead.inspector.views._recurrent_reading import Reading
from clearhead.inspector.views._sides import exact
from clearhead.layers.recurrent import Recurrent
from clearhead.panels.table import Table

GATES: dict[str, tuple[str, ...]] = {
    "lstm": ("cell", "input_gate", "forget_gate", "candidate", "output_gate"),
    "gru": ("reset_gate", "update_gate", "candidate"),
    "rnn": (),
}
"""What each cell computes besides its hidden state."""


def check(reading: Reading, net: Recurrent) -> Table:
    """Recompute every gate and state from what is shown; say the largest difference to what the model had."""
    own = {part: exact(reading.value(part)) for part in ("hidden", *GATES[net.cell])}
    rows = [*_FROM_INPUTS[net.cell](reading, net, own), *_FROM_GATES[net.cell](reading, own)]
    return Table(
        name="check",
        title="Recomputed from the captured values",
        note="x is what the layer read, h and C the state before; matrices and biases are the model's own.",
        columns=("equation", "largest difference"),
        rows=tuple((equation, float((again - own[part]).abs().max())) for part, equation, again in rows),
    )


Row = tuple[str, str, Tensor]
"""The part that is recomputed, the equation, and what it gives."""


def _lstm_from_gates(reading: Reading, own: dict[str, Tensor]) -> list[Row]:
    cell = own["forget_gate"] * reading.before("cell") + own["input_gate"] * own["candidate"]
    return [
        ("cell", "cell = f ⊙ C + i ⊙ candidate", cell),
        ("hidden", "hidden = o ⊙ tanh(cell)", own["output_gate"] * own["cell"].tanh()),
    ]


def _gru_from_gates(reading: Reading, own: dict[str, Tensor]) -> list[Row]:
    update = own["update_gate"]
    again = (1 - update) * own["candidate"] + update * reading.before("hidden")
    return [("hidden", "hidden = (1 − z) ⊙ candidate + z ⊙ h", again)]


def _products(reading: Reading, net: Recurrent) -> tuple[list[Tensor], list[Tensor]] | None:
    """Return W x + b and U h + c, cut into the rows of the gates; None where it is not known what was read."""
    x = reading.inputs()
    if x is None:
        return None
    ways = 1 + net.is_bidirectional
    w_input, w_hidden, b_input, b_hidden = map(
        exact, net.kernel.all_weights[reading.layer * ways + reading.is_from_right]
    )
    read, kept = x @ w_input.T + b_input, reading.before("hidden") @ w_hidden.T + b_hidden
    return list(read.split(net.hidden_size, -1)), list(kept.split(net.hidden_size, -1))


def _lstm_from_inputs(reading: Reading, net: Recurrent, own: dict[str, Tensor]) -> list[Row]:
    products = _products(reading, net)
    if products is None:
        return []
    i, f, g, o = (read + kept for read, kept in zip(*products, strict=True))
    return [
        ("input_gate", "i = σ(W_i x + b + U_i h + c)", i.sigmoid()),
        ("forget_gate", "f = σ(W_f x + b + U_f h + c)", f.sigmoid()),
        ("candidate", "candidate = tanh(W_g x + b + U_g h + c)", g.tanh()),
        ("output_gate", "o = σ(W_o x + b + U_o h + c)", o.sigmoid()),
    ]


def _gru_from_inputs(reading: Reading, net: Recurrent, own: dict[str, Tensor]) -> list[Row]:
    products = _products(reading, net)
    if products is None:
        return []
    (read_r, read_z, read_n), (kept_r, kept_z, kept_n) = products
    candidate = torch.tanh(read_n + own["reset_gate"] * kept_n)
    return [
        ("reset_gate", "r = σ(W_r x + b + U_r h + c)", torch.sigmoid(read_r + kept_r)),
        ("update_gate", "z = σ(W_z x + b + U_z h + c)", torch.sigmoid(read_z + kept_z)),
        ("candidate", "candidate = tanh(W_n x + b + r ⊙ (U_n h + c))", candidate),
    ]


def _rnn_from_inputs(reading: Reading, net: Recurrent, own: dict[str, Tensor]) -> list[Row]:
    products = _products(reading, net)
    if products is None:
        return []
    ((read,), (kept,)) = products
    return [("hidden", "hidden = tanh(W x + b + U h + c)", torch.tanh(read + kept))]


_FROM_INPUTS = {"lstm": _lstm_from_inputs, "gru": _gru_from_inputs, "rnn": _rnn_from_inputs}
_FROM_GATES = {"lstm": _lstm_from_gates, "gru": _gru_from_gates, "rnn": lambda reading, own: []}
