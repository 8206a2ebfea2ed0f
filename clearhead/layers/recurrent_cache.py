"""The state of a recurrent language model between two calls: as large after a million tokens as after one.

What kv_cache.py offers a decoder with attention, in the terms of a state: nothing is kept of the tokens themselves, so
that nothing fills up.
Read with: recurrent.py
"""

import sys

import torch
from jaxtyping import Float, Int
from torch import Tensor

from clearhead.layers.recurrent import Recurrent, State


class RecurrentCache:
    """What a recurrent net has read so far, one sequence a row; rows may begin later than others."""

    def __init__(self, *, batch_size: int, device: torch.device | str = "cpu") -> None:
        self.state: State | None = None
        """The net's state after the last token; None before the first."""
        self.capacity = sys.maxsize
        self.length = 0
        """Tokens read in every row (in the longest row where rows differ)."""
        self.starts = torch.zeros(batch_size, dtype=torch.long, device=device)
        """How many positions at the left of each row are padding, which leaves the state as it is."""
        self._last_start = 0

    def pad_left(self, padding: Int[Tensor, "batch"]) -> None:
        """Say how many positions at the left of each row hold padding (before anything is read)."""
        self.starts = padding.to(self.starts.device)
        self._last_start = int(self.starts.max())

    def read(self, net: Recurrent, x: Float[Tensor, "batch seq width"]) -> Float[Tensor, "batch seq outputs"]:
        """Let a net read on from the state and keep the one it comes to; return what it says at every position."""
        if self.length < self._last_start:
            outputs = self._read_padded(net, x)
        else:
            outputs, self.state = net(x, state=self.state)
        self.length += x.shape[1]
        return outputs

    def keep_rows(self, rows: Int[Tensor, "rows"]) -> None:
        """Keep only these rows, in this order (finished sequences leave the batch)."""
        self.starts = self.starts[rows]
        if self.state is not None:
            self.state = tuple(part[rows] for part in self.state)

    def drop_unused(self) -> None:
        """Do nothing: a state has no slots that could be freed."""

    def _read_padded(self, net: Recurrent, x: Tensor) -> Tensor:
        """Read rows whose text begins later: moved to the left they end earlier, which the net knows how to read."""
        seq = x.shape[1]
        padding = (self.starts - self.length).clamp(0, seq)[:, None]
        places = torch.arange(seq, device=x.device)
        is_text, has_text = places >= padding, (padding < seq)[:, :, None]
        x = x.gather(1, ((places + padding) % seq)[:, :, None].expand_as(x))
        # A row of padding alone is read as one of one token, and what came of it is thrown away.
        outputs, state = net(x, (seq - padding[:, 0]).clamp_min(1), self.state)
        before = self.state or net.zero_state(x)
        self.state = tuple(torch.where(has_text, new, old) for new, old in zip(state, before, strict=True))
        outputs = outputs.gather(1, ((places - padding) % seq)[:, :, None].expand_as(outputs))
        return outputs.masked_fill(~is_text[:, :, None], 0.0)
