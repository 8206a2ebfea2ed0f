"""Token ids in, scores of the next token out, one step at a time, for a batch of rows of different lengths.

What was read stays in a preallocated cache. When a row has filled the model's context it is read again from the last
half of what is there, and goes on: the model then knows at least half a context, and never more than a whole one. A
model that carries a state has no context to fill.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from clearhead.models.base import LanguageModel


class Decoding:
    """The rows being continued, their tokens so far and the cache over them."""

    def __init__(self, model: LanguageModel, rows: Sequence[Sequence[int]], *, max_tokens: int) -> None:
        """Make room for `rows` (ids, not empty, at most as many as the model can read) and `max_tokens` more."""
        self.model = model
        self.rows = [list(row) for row in rows]
        longest = max(len(row) for row in self.rows)
        limit = model.longest_text or longest + max_tokens
        assert longest <= limit and all(self.rows), "the generator checks its prompts"
        self.device = model.head_weight().device
        self.cache = model.new_cache(len(self.rows), min(longest + max_tokens, limit))

    @torch.inference_mode()
    def read(self) -> Float[Tensor, "rows vocab"]:
        """Read the rows from their start and score what comes next."""
        longest = max(len(row) for row in self.rows)
        padding = [longest - len(row) for row in self.rows]
        if any(padding):
            self.cache.pad_left(torch.tensor(padding))
        padded = [[0] * count + row for count, row in zip(padding, self.rows, strict=True)]
        return self._score(torch.tensor(padded, device=self.device))

    @torch.inference_mode()
    def feed(self, tokens: Int[Tensor, "rows"]) -> Float[Tensor, "rows vocab"]:
        """Add one token to each row and score what comes next."""
        if self.cache.length == self.cache.capacity:
            self._slide()
        for row, token in zip(self.rows, tokens.tolist(), strict=True):
            row.append(token)
        return self._score(tokens.to(self.device)[:, None])

    @torch.inference_mode()
    def keep(self, kept: Sequence[int]) -> None:
        """Keep only these rows, in this order."""
        self.rows = [self.rows[index] for index in kept]
        self.cache.keep_rows(torch.tensor(kept, device=self.device))
        self.cache.drop_unused()

    def _score(self, tokens: Int[Tensor, "rows seq"]) -> Float[Tensor, "rows vocab"]:
        # The head for the last position only: over a long prompt it would cost more than the blocks.
        last = self.model.hidden(tokens, self.cache)[:, -1]
        logits = torch.nn.functional.linear(last, self.model.head_weight()).float()
        return logits.cpu() if logits.device.type == "mps" else logits  # sampling needs float64, which MPS lacks

    def _slide(self) -> None:
        """Read the full rows again from their last half, so that the cache has room."""
        full = [row for row, start in enumerate(self.cache.starts.tolist()) if start == 0]
        half = self.model.config.context_length // 2
        fresh = self.model.new_cache(len(full), self.cache.capacity)
        if half:
            windows = [self.rows[row][-half:] for row in full]
            self.model.hidden(torch.tensor(windows, device=self.device), fresh)
        if len(full) == len(self.rows):
            self.cache = fresh
        else:
            self.cache.insert(full, fresh)
            self.cache.drop_unused()
