"""Attention of a recurrent decoder: one query at a time asks which source position matters now.

    scores  = q · m            "dot"
              q · (W m)        "general"
              v · tanh(W_q q + W_m m)    "additive"
    weights = softmax(scores)  over the real source positions; each row sums to 1
    context = Σ weights · m

Source: Luong et al. 2015, section 3.1, arXiv 1508.04025 (dot, general); Bahdanau et al. 2015, appendix A.1.2, arXiv
1409.0473 (additive). Differs: nothing; neither scales its scores.
Read with: models/attention_seq2seq.py; attention.py, which came from it
"""

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from clearhead.layers.tap import Tap

KINDS = ("additive", "dot", "general")


class AlignmentAttention(nn.Module):
    """Compare queries with the memory of an encoder and mix the memory by how well each position fits.

    Args:
        kind: "additive", "dot" or "general".
        inner_size: width of the additive comparison; None means query_size. The others compare at query_size.
    Raises:
        ValueError: the kind has another name, or "dot" is asked to compare two widths.
    """

    def __init__(self, kind: str, query_size: int, memory_size: int, *, inner_size: int | None = None) -> None:
        super().__init__()
        if kind not in KINDS:
            raise ValueError(
                f"AlignmentAttention.kind must be one of {', '.join(KINDS)}, got {kind!r}. Use kind='general'."
            )
        if kind == "dot" and query_size != memory_size:
            raise ValueError(
                f"AlignmentAttention.query_size must be memory_size for 'dot', got query_size={query_size}, "
                f"memory_size={memory_size}. Use kind='general'."
            )
        self.kind = kind
        if kind == "general":
            self.key = nn.Linear(memory_size, query_size, bias=False)
            nn.init.xavier_uniform_(self.key.weight)
        if kind == "additive":
            width = inner_size or query_size
            self.key = nn.Linear(memory_size, width)
            self.query = nn.Linear(query_size, width, bias=False)
            self.score = nn.Linear(width, 1, bias=False)
        self.scores_tap, self.weights_tap, self.context_tap = Tap("scores"), Tap("weights"), Tap("context")

    def keys(self, memory: Float[Tensor, "batch source memory_size"]) -> Float[Tensor, "batch source inner_size"]:
        """Return what queries are compared with; it depends on the source alone, so once per source is enough."""
        return memory if self.kind == "dot" else self.key(memory)

    def forward(
        self,
        query: Float[Tensor, "batch target query_size"],
        keys: Float[Tensor, "batch source inner_size"],
        memory: Float[Tensor, "batch source memory_size"],
        is_padding: Bool[Tensor, "batch source"] | None = None,
    ) -> tuple[Float[Tensor, "batch target memory_size"], Float[Tensor, "batch target source"]]:
        """Return the context of every query, and the weights that mixed it.

        Args:
            keys: what `keys` made of the memory.
            is_padding: source positions that weigh 0; every row has at least one other. None means no padding.
        """
        if self.kind == "additive":
            # (batch, target, source, inner): ask with few queries at a time.
            both = torch.tanh(self.query(query)[:, :, None] + keys[:, None])
            scores = self.score(both)[..., 0]
        else:
            scores = torch.bmm(query, keys.transpose(1, 2))
        if is_padding is not None:
            # −inf before the softmax, not 0 after it: the real positions' weights must still sum to 1.
            scores = scores.masked_fill(is_padding[:, None], -math.inf)
        # Scores and weights are shown as those of one head, (batch, 1, target, source), as in every other attention.
        weights = self.weights_tap(self.scores_tap(scores[:, None]).softmax(-1))[:, 0]
        return self.context_tap(torch.bmm(weights, memory)), weights
