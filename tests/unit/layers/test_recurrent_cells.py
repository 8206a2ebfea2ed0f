"""One position of each recurrent cell, with gates that are fully open or fully closed."""

import math

import torch
from torch import Tensor

from clearhead.layers.recurrent_cells import GRUCell, LSTMCell, RNNCell

OPEN, CLOSED = 100.0, -100.0
X, STATE = torch.tensor([[[0.3]]]), torch.tensor([[[0.8]]])


def weights(*biases: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return a cell of one unit: input weight 1, hidden weight 0.5, and these biases of its gates."""
    gates = len(biases)
    return torch.ones(gates, 1), torch.full((gates, 1), 0.5), torch.tensor(biases), torch.zeros(gates)


def test_the_plain_cell_is_one_tanh() -> None:
    (hidden,) = RNNCell()(X, (STATE,), weights(0.1))
    assert math.isclose(hidden.item(), math.tanh(0.3 + 0.1 + 0.5 * 0.8), rel_tol=1e-6)


def test_an_open_update_gate_keeps_the_state() -> None:
    (hidden,) = GRUCell()(X, (STATE,), weights(0.0, OPEN, 0.0))
    assert torch.equal(hidden, STATE)


def test_a_closed_reset_gate_leaves_the_past_out_of_the_candidate() -> None:
    (hidden,) = GRUCell()(X, (STATE,), weights(CLOSED, CLOSED, 0.0))
    assert math.isclose(hidden.item(), math.tanh(0.3), rel_tol=1e-6)


def test_an_lstm_that_forgets_nothing_and_reads_nothing_keeps_its_cell() -> None:
    hidden, cell = LSTMCell()(X, (STATE, torch.tensor([[[2.0]]])), weights(CLOSED, OPEN, 0.0, OPEN))
    assert cell.item() == 2.0
    assert math.isclose(hidden.item(), math.tanh(2.0), rel_tol=1e-6)


def test_an_lstm_that_forgets_all_holds_what_it_reads() -> None:
    hidden, cell = LSTMCell()(X, (STATE, torch.tensor([[[2.0]]])), weights(OPEN, CLOSED, 0.0, CLOSED))
    assert math.isclose(cell.item(), math.tanh(0.3 + 0.5 * 0.8), rel_tol=1e-6)
    assert abs(hidden.item()) < 1e-30
