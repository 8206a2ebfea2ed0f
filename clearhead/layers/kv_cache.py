"""Keys and values of the tokens already read, so that the next token needs only its own row.

Everything is allocated once; writing a token copies into place and allocates nothing.
"""

import torch
from jaxtyping import Float
from torch import Tensor


class KVCache:
    """Preallocated keys and values for every layer of a decoder.

    Rows of a batch may have different lengths: `lengths[row]` tokens of that row are filled. A model that is
    called with the cache reads `positions(seq_len)`, lets each layer `append`, and at the end calls `advance`.
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
        self.keys = torch.zeros(shape, device=device, dtype=dtype)
        self.values = torch.zeros(shape, device=device, dtype=dtype)
        self.capacity = length
        self.length = 0
        """Tokens filled in every row (the longest row where rows differ)."""
        self.starts = torch.zeros(batch_size, dtype=torch.long, device=device)
        """First filled slot of each row: shorter prompts are padded on the left, and what lies before is never seen."""
        self.has_padding = False

    def pad_left(self, padding: Tensor) -> None:
        """Say how many slots at the left of each row hold padding (before anything is written)."""
        self.starts.copy_(padding)
        self.has_padding = bool(padding.any())

    def positions(self, seq_len: int) -> Tensor:
        """Return the position of each new token in its own row, (batch, seq); padding gets position 0."""
        slots = torch.arange(self.length, self.length + seq_len, device=self.starts.device)
        return (slots[None, :] - self.starts[:, None]).clamp_min(0)

    def append(
        self,
        layer_index: int,
        key: Float[Tensor, "batch num_kv_heads seq head_dim"],
        value: Float[Tensor, "batch num_kv_heads seq head_dim"],
    ) -> tuple[Float[Tensor, "batch num_kv_heads key_len head_dim"], Float[Tensor, "batch num_kv_heads key_len head_dim"]]:
        """Write new keys and values of one layer; return all that are filled, as views."""
        end = self.length + key.shape[2]
        if end > self.capacity:
            raise ValueError(f"KVCache.length must be at most {self.capacity}, got {end}. Make a longer cache or shorten the input.")
        self.keys[layer_index, :, :, self.length : end] = key
        self.values[layer_index, :, :, self.length : end] = value
        return self.keys[layer_index, :, :, :end], self.values[layer_index, :, :, :end]

    def visible(self, seq_len: int) -> Tensor | None:
        """Return which keys each new token may see, (batch, 1, seq, key_len), or None when plain causal order says it."""
        if not self.has_padding:
            if seq_len == 1 or self.length == 0:
                return None
            starts = self.starts[:1]
        else:
            starts = self.starts
        slots = torch.arange(self.length + seq_len, device=starts.device)
        queries = slots[self.length :]
        is_past = slots[None, :] <= queries[:, None]
        is_filled = slots[None, None, :] >= starts[:, None, None]
        is_self = slots[None, :] == queries[:, None]  # a padded query sees itself, so that its softmax is defined
        return ((is_past[None] & is_filled) | is_self[None])[:, None]

    def advance(self, seq_len: int) -> None:
        """Count the new tokens as read, after every layer has appended them."""
        self.length += seq_len

    def keep_rows(self, rows: Tensor) -> None:
        """Keep only these rows, in this order (finished sequences leave the batch)."""
        self.keys = self.keys[:, rows]
        self.values = self.values[:, rows]
        self.starts = self.starts[rows]
