"""The part of a block that works on each position alone: widen, gate, narrow.

Source: Shazeer 2020 (SwiGLU), arXiv 2002.05202: down(silu(gate(x)) · up(x)), no biases.
"""

from jaxtyping import Float
from torch import Tensor, nn

from clearhead.layers.projection import project
from clearhead.layers.tap import Tap


class GatedFeedForward(nn.Module):
    """Each inner unit is switched by a gate that looks at the same input."""

    def __init__(self, d_model: int, d_ff: int) -> None:
        super().__init__()
        self.gate = nn.Linear(d_model, d_ff, bias=False)
        self.up = nn.Linear(d_model, d_ff, bias=False)
        self.down = nn.Linear(d_ff, d_model, bias=False)
        self.hidden_tap = Tap("hidden")
        self.output_tap = Tap("output")

    def forward(self, x: Float[Tensor, "batch seq d_model"]) -> Float[Tensor, "batch seq d_model"]:
        gate, up = project(x, self.gate, self.up)
        hidden = self.hidden_tap(nn.functional.silu(gate) * up)  # (batch, seq, d_ff)
        return self.output_tap(self.down(hidden))
