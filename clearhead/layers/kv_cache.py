"""Keys and values of the tokens already read, so that the next token needs only its own row.

Everything is allocated once; writing a token copies into place and allocates nothing.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor


class KVCache:
    """Preallocated keys and values for every layer of a decoder.

    Rows of a batch may have different lengths: each ends at slot `length` and begins at its own `starts[row]`. A model
    that is called with the cache reads `positions(seq_len)`, lets each layer `append`, and at the end calls `advance`.
    """

    def __init__(
        self,
        *,
        num_layers: int,
        batch_size: int,
        num_kv_heads: int,
        length: int,
        head_dim: int,
        device: torch.device | str = "cpu",
        dtype: torch.dtype = torch.float32,
    ) -> None:
        shape = (num_layers, batch_size, num_kv_heads, length, head_dim)
        # Zeros, not whatever the memory held: an unseen slot weighs exactly 0, and 0 · NaN would still be NaN.
        self.keys = torch.zeros(shape, device=device, dtype=dtype)
        self.values = torch.zeros(shape, device=device, dtype=dtype)
        self.capacity = length
        self.length = 0
        """Filled slots: the tokens read in every row (in the longest row where rows differ)."""
        self.starts = torch.zeros(batch_size, dtype=torch.long, device=device)
        """First filled slot of each row: shorter prompts are padded on the left, and what lies before is never seen."""
        self.has_padding = False
        self._slots = torch.arange(length, device=device)
        self._is_filled = self._slots[None, :] >= self.starts[:, None]
        self._visible: Tensor | None = None
        self._open_layers()

    def pad_left(self, padding: Tensor) -> None:
        """Say how many slots at the left of each row hold padding (before anything is written)."""
        self._set_starts(padding)

    def positions(self, seq_len: int) -> Tensor:
        """Return the position of each new token in its own row, (batch, seq); padding gets position 0."""
        slots = self._slots.narrow(0, self.length, seq_len)[None]
        if not self.has_padding:
            return slots.expand(len(self.starts), seq_len)
        return (slots - self.starts[:, None]).clamp_min(0)

    def append(
        self,
        layer_index: int,
        key: Float[Tensor, "batch num_kv_heads seq head_dim"],
        value: Float[Tensor, "batch num_kv_heads seq head_dim"],
    ) -> tuple[
        Float[Tensor, "batch num_kv_heads key_len head_dim"], Float[Tensor, "batch num_kv_heads key_len head_dim"]
    ]:
        """Write new keys and values of one layer; return all that are filled, as views.

        Raises:
            ValueError: the cache is full.
        """
        seq_len = key.shape[2]
        end = self.length + seq_len
        if end > self.capacity:
            raise ValueError(
                f"KVCache.length must be at most {self.capacity}, got {end}. Make a longer cache or shorten the input."
            )
        keys, values = self._layers[layer_index]
        # narrow, not slices: Python's indexing of a tensor costs several times as much, here for every token and layer.
        keys.narrow(2, self.length, seq_len).copy_(key)
        values.narrow(2, self.length, seq_len).copy_(value)
        return keys.narrow(2, 0, end), values.narrow(2, 0, end)

    def visible(self, seq_len: int) -> Tensor | None:
        """Return which keys each new token may see, (batch, 1, seq, key_len); None where causal order says it."""
        if not self.has_padding and (seq_len == 1 or self.length == 0):
            return None
        end = self.length + seq_len
        if seq_len == 1:
            return self._is_filled[:, None, None, :end]
        if self._visible is None or self._visible.shape[-2:] != (seq_len, end):
            slots, queries = self._slots[:end], self._slots[self.length : end]
            is_past = slots[None, :] <= queries[:, None]
            is_self = slots[None, :] == queries[:, None]  # a padded query sees itself, so that its softmax is defined
            starts = self.starts if self.has_padding else self.starts[:1]
            is_filled = slots[None, None, :] >= starts[:, None, None]
            self._visible = ((is_past[None] & is_filled) | is_self[None])[:, None]
        return self._visible

    def advance(self, seq_len: int) -> None:
        """Count the new tokens as read, after every layer has appended them."""
        self.length += seq_len
        self._visible = None

    def keep_rows(self, rows: Tensor) -> None:
        """Keep only these rows, in this order (finished sequences leave the batch)."""
        self.keys, self.values = self.keys[:, rows], self.values[:, rows]
        self._open_layers()
        self._set_starts(self.starts[rows])

    def insert(self, rows: Sequence[int], other: "KVCache") -> None:
        """Replace what these rows hold by the rows of `other`, which has no padding and is at most as long."""
        start = self.length - other.length
        assert start >= 0 and not other.has_padding, "the other cache must fit before this one's end"
        index = torch.tensor(rows, device=self.starts.device)
        self.keys[:, index, :, start : self.length] = other.keys[:, :, :, : other.length]
        self.values[:, index, :, start : self.length] = other.values[:, :, :, : other.length]
        self._set_starts(self.starts.index_fill(0, index, start))

    def drop_unused(self) -> None:
        """Move all rows left over the slots that no row uses any more, which frees as many at the end."""
        unused = int(self.starts.min())
        if unused == 0:
            return
        remaining = self.length - unused
        for store in (self.keys, self.values):
            store[:, :, :, :remaining] = store[:, :, :, unused : self.length].clone()
        self.length = remaining
        self._set_starts(self.starts - unused)

    def _open_layers(self) -> None:
        self._layers = list(zip(self.keys.unbind(0), self.values.unbind(0), strict=True))

    def _set_starts(self, starts: Tensor) -> None:
        self.starts = starts.to(self.starts.device)
        self.has_padding = bool(self.starts.any())
        self._is_filled = self._slots[None, :] >= self.starts[:, None]
        self._visible = None
