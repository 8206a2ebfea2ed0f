"""One position of a recurrent net, written out: what the state becomes when one more vector is read.

    RNN   h' = tanh(W x + b + U h + c)

    GRU   r = σ(W_r x + b_r + U_r h + c_r)              reset gate
          z = σ(W_z x + b_z + U_z h + c_z)              update gate
          n = tanh(W_n x + b_n + r ⊙ (U_n h + c_n))     candidate
          h' = (1 − z) ⊙ n + z ⊙ h

    LSTM  i, f, o = σ(W x + b + U h + c), each with its own rows of the matrices     input, forget, output gate
          g = tanh(W_g x + b_g + U_g h + c_g)           candidate
          C' = f ⊙ C + i ⊙ g                            cell
          h' = o ⊙ tanh(C')

The rows of the gates lie one below the other, r z n and i f g o, as in torch.nn, so that weights can be exchanged.
Each cell takes x as (batch, 1, input), a state whose parts are (batch, 1, hidden), and W, U, b, c.

Source: Elman 1990; Cho et al. 2014, arXiv 1406.1078; Hochreiter & Schmidhuber 1997 with the forget gate of Gers et
al. 2000. Differs: two bias vectors; the GRU's reset gate acts after the product U_n h, not before it (the form fused
kernels have); its z keeps the old state, as in the paper.
Read with: recurrent.py
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import linear

from clearhead.layers.tap import Tap

State = tuple[Float[Tensor, "batch one hidden_size"], ...]
"""What a cell remembers: (hidden,) of RNN and GRU, (hidden, cell) of an LSTM."""


class RNNCell(nn.Module):
    """The plain recurrent cell: everything remembered passes through one tanh at every position."""

    fused = staticmethod(torch.rnn_tanh_cell)

    def __init__(self) -> None:
        super().__init__()
        self.hidden_tap = Tap("hidden")

    def forward(self, x: Float[Tensor, "batch one input_size"], state: State, weights: Sequence[Tensor]) -> State:
        W, U, b, c = weights
        return (self.hidden_tap(torch.tanh(linear(x, W, b) + linear(state[0], U, c))),)


class GRUCell(nn.Module):
    """The gated cell of Cho et al.: what is kept and what is renewed adds up to one."""

    fused = staticmethod(torch.gru_cell)

    def __init__(self) -> None:
        super().__init__()
        self.reset_gate_tap, self.update_gate_tap = Tap("reset_gate"), Tap("update_gate")
        self.candidate_tap, self.hidden_tap = Tap("candidate"), Tap("hidden")

    def forward(self, x: Float[Tensor, "batch one input_size"], state: State, weights: Sequence[Tensor]) -> State:
        W, U, b, c = weights
        (hidden,) = state
        read_r, read_z, read_n = linear(x, W, b).chunk(3, -1)
        kept_r, kept_z, kept_n = linear(hidden, U, c).chunk(3, -1)
        reset = self.reset_gate_tap(torch.sigmoid(read_r + kept_r))
        update = self.update_gate_tap(torch.sigmoid(read_z + kept_z))
        candidate = self.candidate_tap(torch.tanh(read_n + reset * kept_n))
        return (self.hidden_tap((1 - update) * candidate + update * hidden),)


class LSTMCell(nn.Module):
    """The long short-term memory: the cell is changed by sums alone, so that gradients reach far back."""

    fused = staticmethod(torch.lstm_cell)

    def __init__(self) -> None:
        super().__init__()
        self.input_gate_tap, self.forget_gate_tap = Tap("input_gate"), Tap("forget_gate")
        self.candidate_tap, self.output_gate_tap = Tap("candidate"), Tap("output_gate")
        self.cell_tap, self.hidden_tap = Tap("cell"), Tap("hidden")

    def forward(self, x: Float[Tensor, "batch one input_size"], state: State, weights: Sequence[Tensor]) -> State:
        W, U, b, c = weights
        hidden, cell = state
        i, f, g, o = (linear(x, W, b) + linear(hidden, U, c)).chunk(4, -1)
        input_gate = self.input_gate_tap(torch.sigmoid(i))
        forget_gate = self.forget_gate_tap(torch.sigmoid(f))
        candidate = self.candidate_tap(torch.tanh(g))
        output_gate = self.output_gate_tap(torch.sigmoid(o))
        cell = self.cell_tap(forget_gate * cell + input_gate * candidate)
        return self.hidden_tap(output_gate * torch.tanh(cell)), cell
