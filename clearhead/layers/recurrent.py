"""A recurrent net: reads a sequence position by position and carries a state along.

The formulas stand in recurrent_cells.py and run when someone looks at a gate; otherwise the fused kernel of torch.nn
computes the same. `kernel` holds the weights: its state_dict is that of the nn.LSTM, nn.GRU or nn.RNN it is.
Read with: recurrent_cells.py, over_time.py
"""

from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from clearhead.layers.dropout import dropout
from clearhead.layers.over_time import At, over_time
from clearhead.layers.recurrent_cells import GRUCell, LSTMCell, RNNCell
from clearhead.layers.tap import Tap

State = tuple[Float[Tensor, "batch layers hidden_size"], ...]
"""What is carried along: (hidden,), or (hidden, cell) of an LSTM; a layer read both ways counts twice, in this order:
layer 0 from left to right, layer 0 from right to left, layer 1 …"""


_KINDS: dict[str, tuple[Callable[..., nn.RNNBase], Callable[[], nn.Module]]] = {
    "lstm": (nn.LSTM, LSTMCell),
    "gru": (nn.GRU, GRUCell),
    "rnn": (nn.RNN, RNNCell),
}
CELLS = tuple(_KINDS)
_HOLD = 1e4  # σ(10,000) is 1 and σ(−10,000) is 0 in every floating-point format


class Recurrent(nn.Module):
    """Layers of recurrent cells, one above the other, each read from left to right or both ways.

    Taps: `layers.0.left_to_right.forget_gate` and so on, each (batch, seq, hidden), 0 at padding.

    Args:
        cell: "lstm", "gru" or "rnn".
        is_bidirectional: every layer also reads from right to left; the outputs of both ways lie side by side.
        dropout: share of the numbers switched off between two layers, while training.
    Raises:
        ValueError: the cell has another name.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        cell: str = "lstm",
        num_layers: int = 1,
        is_bidirectional: bool = False,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        if cell not in _KINDS:
            raise ValueError(f"Recurrent.cell must be one of {', '.join(CELLS)}, got {cell!r}. Use cell='lstm'.")
        kernel, formula = _KINDS[cell]
        self.cell, self.hidden_size, self.num_layers = cell, hidden_size, num_layers
        self.is_bidirectional, self.dropout = is_bidirectional, dropout
        ways = ("left_to_right", "right_to_left") if is_bidirectional else ("left_to_right",)
        self.layers = nn.ModuleList(nn.ModuleDict({way: formula() for way in ways}) for _ in range(num_layers))
        self.kernel = kernel(
            input_size,
            hidden_size,
            num_layers=num_layers,
            batch_first=True,
            bidirectional=is_bidirectional,
            dropout=dropout if num_layers > 1 else 0.0,
        )
        self._cells: list[Any] = [cell for layer in self.layers for cell in layer.children()]
        self._taps = [tap for one in self._cells for tap in vars(one).values() if isinstance(tap, Tap)]
        self._initialise()

    def _initialise(self) -> None:
        """Start so that neither the state nor its gradient grows or fades at once.

        Recurrent matrices turn the state without stretching it (Saxe et al. 2014, arXiv 1312.6120). An LSTM's forget
        gate begins open, with bias 1 (Jozefowicz et al. 2015), or it would forget half at each position.
        """
        for w_input, w_hidden, b_input, b_hidden in self.kernel.all_weights:
            for gate in w_input.chunk(len(w_input) // self.hidden_size):
                nn.init.xavier_uniform_(gate)
            for gate in w_hidden.chunk(len(w_hidden) // self.hidden_size):
                nn.init.orthogonal_(gate)
            nn.init.zeros_(b_input)
            nn.init.zeros_(b_hidden)
            if self.cell == "lstm":
                nn.init.ones_(b_input.chunk(4)[1])

    def forward(
        self,
        x: Float[Tensor, "batch seq input_size"],
        lengths: Int[Tensor, "batch"] | None = None,
        state: State | None = None,
    ) -> tuple[Float[Tensor, "batch seq outputs"], State]:
        """Read sequences; return the top layer's states at every position, and the state after the last one.

        Args:
            lengths: how many positions of each row are real, at least 1; the others lie at its right, change nothing
                and give 0. None means all. On a GPU, lengths kept in ordinary memory save a wait.
            state: where to go on (the state returned for the text before); None begins anew, with zeros.
        """
        if lengths is not None:
            lengths = _checked(lengths, x.shape[1])
        if lengths is None and x.shape[1] == 1 and not self.is_bidirectional:
            output, state = self.step(x[:, 0], state)
            return output[:, None], state
        return over_time(
            self._taps,
            lambda at: self._written_out(at, x, lengths, state),
            lambda: self._fused(x, lengths, state),
        )

    def step(
        self, x: Float[Tensor, "batch input_size"], state: State | None = None
    ) -> tuple[Float[Tensor, "batch hidden_size"], State]:
        """Read one more position of each row; return the top layer's state, and the state to go on with.

        Raises:
            ValueError: the net also reads from right to left, so that it must see the whole sequence.
        """
        if self.is_bidirectional:
            raise ValueError(
                "Recurrent.is_bidirectional must be False to read step by step, got True. Use forward on whole rows."
            )

        def written_out(at: At) -> tuple[Tensor, State]:
            outputs, new = self._written_out(at, x[:, None], None, state)
            return outputs[:, 0], new

        return over_time(self._taps, written_out, lambda: self._fused_step(x, state))

    def zero_state(self, x: Float[Tensor, "batch *rest"]) -> State:
        """Return the state before anything was read, for as many rows as `x` has, on its device and in its type."""
        zeros = x.new_zeros(len(x), len(self._cells), self.hidden_size)
        return (zeros, zeros) if self.cell == "lstm" else (zeros,)

    def _written_out(self, at: At, x: Tensor, lengths: Tensor | None, state: State | None) -> tuple[Tensor, State]:
        """Read by the formulas, one layer, one way and one position after the other."""
        seq, weights = x.shape[1], self.kernel.all_weights
        is_there = None if lengths is None else torch.arange(seq, device=x.device) < lengths.to(x.device)[:, None]
        before, after = state or self.zero_state(x), []
        num_ways = 1 + self.is_bidirectional
        for layer in range(self.num_layers):
            if layer > 0 and self.training:
                x = dropout(x, self.dropout)
            ways = []
            for index in range(layer * num_ways, (layer + 1) * num_ways):
                is_from_right = index > layer * num_ways
                now = tuple(part[:, index : index + 1] for part in before)
                outputs: list[Tensor] = [x] * seq
                for position in reversed(range(seq)) if is_from_right else range(seq):
                    here = None if is_there is None else is_there[:, position]
                    at(position, here)
                    new = self._cells[index](x[:, position : position + 1], now, weights[index])
                    if here is not None:  # a row that has ended, or not yet begun from the right, stays as it is
                        new = tuple(
                            torch.where(here[:, None, None], part, old) for part, old in zip(new, now, strict=True)
                        )
                    now = new
                    outputs[position] = now[0]
                ways.append(torch.cat(outputs, 1))
                after.append(now)
            x = torch.cat(ways, -1)
            if is_there is not None:
                x = x.masked_fill(~is_there[:, :, None], 0.0)
        return x, tuple(torch.cat(parts, 1) for parts in zip(*after, strict=True))

    def _fused(self, x: Tensor, lengths: Tensor | None, state: State | None) -> tuple[Tensor, State]:
        if lengths is None:
            outputs, after = self.kernel(x, self._for_kernel(state))
        elif self.cell == "lstm" and x.device.type != "cuda" and (state is None or not self.is_bidirectional):
            return self._fused_lstm_of_padded(x, lengths, state)
        else:
            packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
            outputs, after = self.kernel(packed, self._for_kernel(state))
            outputs, _ = pad_packed_sequence(outputs, batch_first=True, total_length=x.shape[1])
        return outputs, tuple(part.transpose(0, 1) for part in ((after,) if isinstance(after, Tensor) else after))

    def _fused_lstm_of_padded(self, x: Tensor, lengths: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Read padded rows at full width: on a CPU the packed LSTM kernel takes more than twice as long.

        One more input is 1 at padding; its weights close the input gate and open the forget gate, so that the cell
        stays exactly as it is. From the right, a cell of 0 stays 0 up to the row's last token.
        """
        lengths = lengths.to(x.device)
        is_padding = torch.arange(x.shape[1], device=x.device) >= lengths[:, None]
        size, ways = self.hidden_size, 1 + self.is_bidirectional
        hold = x.new_tensor([-_HOLD, _HOLD, 0.0, 0.0]).repeat_interleave(size)[:, None]
        hidden, cell = (part.transpose(0, 1).contiguous() for part in state or self.zero_state(x))
        hiddens, cells = [], []
        for layer in range(self.num_layers):
            if layer > 0 and self.training:
                x = dropout(x, self.dropout)
            here = slice(layer * ways, (layer + 1) * ways)
            weights = []
            for w_input, *others in self.kernel.all_weights[here]:
                weights += [torch.cat([w_input, hold], 1), *others]
            inputs = torch.cat([x.masked_fill(is_padding[:, :, None], 0.0), is_padding[:, :, None].to(x.dtype)], -1)
            x, _, last_cell = torch.lstm(
                inputs, (hidden[here], cell[here]), weights, True, 1, 0.0, self.training, self.is_bidirectional, True
            )
            x = x.masked_fill(is_padding[:, :, None], 0.0)
            last = (lengths - 1).view(-1, 1, 1).expand(-1, 1, size)
            hiddens += [x[:, :, :size].gather(1, last), *([x[:, :1, size:]] if self.is_bidirectional else [])]
            cells.append(last_cell.transpose(0, 1))
        return x, (torch.cat(hiddens, 1), torch.cat(cells, 1))

    def _fused_step(self, x: Tensor, state: State | None) -> tuple[Tensor, State]:
        fused, weights = self._cells[0].fused, self.kernel.all_weights
        after = []
        for index, before in enumerate(zip(*(part.unbind(1) for part in state or self.zero_state(x)), strict=True)):
            if index > 0 and self.training:
                x = dropout(x, self.dropout)
            new = fused(x, before if self.cell == "lstm" else before[0], *weights[index])
            after.append(new if self.cell == "lstm" else (new,))
            x = after[-1][0]
        return x, tuple(torch.stack(parts, 1) for parts in zip(*after, strict=True))

    def _for_kernel(self, state: State | None) -> Tensor | tuple[Tensor, ...] | None:
        if state is None:
            return None
        parts = tuple(part.transpose(0, 1).contiguous() for part in state)
        return parts if self.cell == "lstm" else parts[0]


def _checked(lengths: Tensor, seq: int) -> Tensor | None:
    """Return the lengths, or None where no row is shorter than the batch is wide.

    Raises:
        ValueError: a row has no position, or more than there are.
    """
    shortest, longest = (int(length) for length in lengths.aminmax())
    if shortest < 1 or longest > seq:
        wrong = shortest if shortest < 1 else longest
        raise ValueError(
            f"Recurrent.lengths must be from 1 to {seq} (the batch's width), got {wrong}. Drop empty rows."
        )
    return None if shortest == seq else lengths
