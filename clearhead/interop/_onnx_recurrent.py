"""A recurrent net as ONNX's own operators, which read rows of different lengths.

PyTorch's kernels would be recorded for one length only. ONNX has the same three cells; it orders the gates otherwise.
Source: ONNX operators LSTM-14, GRU-14 and RNN-14. Read with: layers/recurrent_cells.py
"""

import torch
from torch import Tensor, nn

from clearhead.layers.recurrent import Recurrent

GATES = {"lstm": (0, 3, 1, 2), "gru": (1, 0, 2), "rnn": (0,)}
"""Which gate of ours stands at each place of theirs: i o f g, z r n."""
SETTINGS: dict[str, dict[str, int]] = {"lstm": {}, "gru": {"linear_before_reset": 1}, "rnn": {}}
VERSION = 14


class OnnxRecurrent(nn.Module):
    """The same layers with the same weights; it computes nothing but while a graph is recorded."""

    def __init__(self, net: Recurrent) -> None:
        super().__init__()
        self.cell, self.hidden_size, self.num_layers = net.cell, net.hidden_size, net.num_layers
        self.num_ways = 1 + net.is_bidirectional
        order = torch.cat([torch.arange(net.hidden_size) + gate * net.hidden_size for gate in GATES[net.cell]])
        weights = [[part.detach()[order] for part in way] for way in net.kernel.all_weights]
        for layer in range(net.num_layers):
            ways = weights[layer * self.num_ways : (layer + 1) * self.num_ways]
            self.register_buffer(f"W_{layer}", torch.stack([way[0] for way in ways]))
            self.register_buffer(f"R_{layer}", torch.stack([way[1] for way in ways]))
            self.register_buffer(f"B_{layer}", torch.stack([torch.cat(way[2:]) for way in ways]))

    def forward(self, x: Tensor, lengths: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Return the states at every position, (batch, seq, ways · hidden), and the last, (batch, layers, hidden)."""
        x = x.transpose(0, 1)  # (seq, batch, input)
        seq, batch = x.shape[:2]
        state_shape = (self.num_ways, batch, self.hidden_size)
        num_parts = 2 if self.cell == "lstm" else 1
        last: list[list[Tensor]] = [[] for _ in range(num_parts)]
        settings = SETTINGS[self.cell] | {"hidden_size": self.hidden_size}
        for layer in range(self.num_layers):
            weights = [self.get_buffer(f"{name}_{layer}") for name in "WRB"]
            output, *parts = torch.onnx.ops.symbolic_multi_out(
                self.cell.upper(),
                (x, *weights, lengths.int()),
                {**settings, "direction": "bidirectional" if self.num_ways == 2 else "forward"},
                dtypes=[x.dtype] * (1 + num_parts),
                shapes=[(seq, self.num_ways, batch, self.hidden_size), *[state_shape] * num_parts],
                version=VERSION,
            )
            x = output.permute(0, 2, 1, 3).flatten(2)  # (seq, batch, ways · hidden)
            for so_far, part in zip(last, parts, strict=True):
                so_far.append(part)
        return x.transpose(0, 1), tuple(torch.cat(parts).transpose(0, 1) for parts in last)
