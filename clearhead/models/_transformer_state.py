"""What the Transformer's decoder remembers between two steps: its own keys and values, and those of the source."""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from clearhead.layers.attention import attention_scores


class TransformerState:
    """Keys and values of every layer: of the tokens written so far, one sequence a row, and of the sources.

    Rows that write from one source (a beam) stand side by side and share its keys and values: they are stored once and
    asked by all rows of the beam together. So start with one row for each source, then `reorder` to make beams.
    """

    def __init__(
        self,
        sources: list[
            tuple[Float[Tensor, "batch heads source head_dim"], Float[Tensor, "batch heads source head_dim"]]
        ],
        visible: Bool[Tensor, "batch 1 1 source"] | None,
        *,
        capacity: int,
    ) -> None:
        self.sources = sources
        """Key and value of the sources for each layer, (batch, heads, source, head_dim)."""
        self.visible = visible
        """Where a source may be seen; None means everywhere."""
        self.rows_per_source = 1
        self.capacity = capacity
        self.length = 0
        """Tokens read so far, in every row."""
        key = sources[0][0]
        self._source_of_row = torch.arange(key.shape[0], device=key.device)
        self._written = [self._new_store(key.shape[0]) for _ in sources]
        self._spare: list[Tensor] = []
        self.keeps_alignment = False
        """Whether each step shall also tell where it looked, which costs a little."""
        self.alignment: Tensor | None = None
        """How much each row looked at each source token in the last step, (batch, source); mean over the heads."""

    def note_alignment(
        self,
        query: Float[Tensor, "sources heads rows head_dim"],
        key: Float[Tensor, "sources heads source head_dim"],
    ) -> None:
        """Remember the cross-attention weights of a block for this step."""
        visible = None if self.visible is None else self.visible.expand(-1, -1, query.shape[2], -1)
        weights = attention_scores(query, key, visible=visible).softmax(-1).mean(1)  # (sources, rows, source)
        self.alignment = weights.flatten(0, 1)

    def append(
        self,
        layer_index: int,
        key: Float[Tensor, "batch heads 1 head_dim"],
        value: Float[Tensor, "batch heads 1 head_dim"],
    ) -> tuple[Float[Tensor, "batch heads key_len head_dim"], Float[Tensor, "batch heads key_len head_dim"]]:
        """Write one token's key and value in each row of a layer; return all that were written, as views."""
        if self.length >= self.capacity:
            raise ValueError(
                f"TransformerState.length must be at most {self.capacity}, got {self.length + 1}. "
                f"Start with room for more tokens."
            )
        store = self._written[layer_index]
        here = store[self.length]  # (rows, 2, heads, head_dim)
        here[:, 0].copy_(key.squeeze(2))
        here[:, 1].copy_(value.squeeze(2))
        keys, values = store[: self.length + 1].permute(2, 1, 3, 0, 4).unbind(0)
        return keys, values

    def reorder(self, rows: Int[Tensor, "rows"]) -> None:
        """Keep these rows, in this order; a row may come several times (a beam)."""
        if not self._spare or self._spare[0].shape[1] != len(rows):
            self._spare = [self._new_store(len(rows)) for _ in self._written]
        for written, spare in zip(self._written, self._spare, strict=True):
            torch.index_select(written[: self.length], 1, rows, out=spare[: self.length])
        self._written, self._spare = self._spare, self._written
        source_of_row = self._source_of_row[rows]
        if not torch.equal(source_of_row, self._source_of_row):
            self._regroup(source_of_row)

    def _regroup(self, source_of_row: Tensor) -> None:
        """Keep the sources that are still written from, once for each beam where all beams have one size."""
        kept, counts = torch.unique_consecutive(source_of_row, return_counts=True)
        if bool((counts != counts[0]).any()):
            kept, self.rows_per_source = source_of_row, 1
        else:
            self.rows_per_source = int(counts[0])
        self._source_of_row = torch.arange(len(kept), device=kept.device).repeat_interleave(self.rows_per_source)
        if len(kept) == self.sources[0][0].shape[0] and torch.equal(kept, torch.arange(len(kept), device=kept.device)):
            return
        self.sources = [(key[kept], value[kept]) for key, value in self.sources]
        self.visible = None if self.visible is None else self.visible[kept]

    def _new_store(self, num_rows: int) -> Tensor:
        # Tokens first: what is written lies in one piece, and a row is moved by copying whole vectors.
        key = self.sources[0][0]
        return key.new_empty(self.capacity, num_rows, 2, key.shape[1], key.shape[3])
