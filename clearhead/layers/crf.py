"""A linear-chain conditional random field: scores whole rows of tags, so that each tag fits the one before it.

    score(x, y) = start[y₁] + Σ x[t, y_t] + Σ transitions[y_{t−1}, y_t] + end[y_n]
    p(y | x)    = exp score(x, y) / Z,   Z = Σ over all rows of tags   (the forward algorithm)
    best(x)     = argmax score           (Viterbi)

Source: Lafferty, McCallum and Pereira 2001; Lample et al. 2016, arXiv 1603.01360, section 2.2. Differs: what a tagging
scheme forbids scores so low that it adds nothing to the sum and is not found by the search, yet is a number.
Read with: crf_sums.py
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from clearhead.layers.crf_sums import expected, log_sum
from clearhead.layers.tap import Tap

FORBIDDEN = -1e4
"""Score of what may not follow: finite, since −inf minus −inf would be no number in a gradient."""


class CRF(nn.Module):
    """Transitions between tags, learned; rows of tags may be of different length, each at the left of its row.

    Taps: `emissions`, the scores of each token's tags as they come in, and `transitions`, (1, tags, tags): from the
    tag of the row to the tag of the column, forbidden ones included.

    Args:
        num_tags: how many tags there are.
    """

    may_follow: Tensor
    may_start: Tensor
    may_end: Tensor

    def __init__(self, num_tags: int) -> None:
        super().__init__()
        if num_tags < 1:
            raise ValueError(f"CRF.num_tags must be at least 1, got {num_tags}. Use the number of tags.")
        self.num_tags = num_tags
        self.transitions = nn.Parameter(torch.zeros(num_tags, num_tags))
        self.start = nn.Parameter(torch.zeros(num_tags))
        self.end = nn.Parameter(torch.zeros(num_tags))
        self.register_buffer("may_follow", torch.ones(num_tags, num_tags, dtype=torch.bool))
        self.register_buffer("may_start", torch.ones(num_tags, dtype=torch.bool))
        self.register_buffer("may_end", torch.ones(num_tags, dtype=torch.bool))
        self.emissions_tap, self.transitions_tap = Tap("emissions"), Tap("transitions")

    @torch.no_grad()
    def allow(
        self, may_follow: Bool[Tensor, "tags next"], may_start: Bool[Tensor, "tags"], may_end: Bool[Tensor, "tags"]
    ) -> None:
        """Say which tags may follow each other; saved with the weights.

        Args:
            may_follow: whether the tag of the column may come after the tag of the row.
            may_start: which tags the first token may have.
            may_end: which tags the last token may have.
        """
        assert may_follow.shape == self.may_follow.shape and may_start.shape == may_end.shape == self.may_end.shape
        self.may_follow.copy_(may_follow)
        self.may_start.copy_(may_start)
        self.may_end.copy_(may_end)

    def log_likelihood(
        self,
        emissions: Float[Tensor, "batch seq tags"],
        tags: Int[Tensor, "batch seq"],
        is_there: Bool[Tensor, "batch seq"],
    ) -> Float[Tensor, "batch"]:
        """Return log p(tags | emissions) of each row, in nats and never above 0.

        Args:
            tags: those that are right; at padding any number.
            is_there: True at the tokens of a row, which lie at its left; at least one.
        """
        x, transitions, start, end = self._scores(emissions)
        tags = tags.masked_fill(~is_there, 0)
        last = is_there.sum(1, keepdim=True) - 1
        score = x.gather(2, tags[:, :, None])[:, :, 0]
        steps = nn.functional.pad(transitions[tags[:, :-1], tags[:, 1:]], (1, 0))
        total = log_sum(x, transitions, start, end, is_there)
        said = (score + steps).masked_fill(~is_there, 0.0).to(total.dtype).sum(1)
        said = said + start[tags[:, 0]] + end[tags.gather(1, last)[:, 0]]
        return (said - total).to(x.dtype)

    @torch.no_grad()
    def best(
        self, emissions: Float[Tensor, "batch seq tags"], is_there: Bool[Tensor, "batch seq"]
    ) -> tuple[Int[Tensor, "batch seq"], Float[Tensor, "batch"]]:
        """Return the row of tags with the highest score (0 at padding), and that score."""
        x, transitions, start, end = self._scores(emissions)
        last = is_there.sum(1) - 1
        into = transitions.T.contiguous()  # (next, tag): the maximum is taken along the memory
        now = start + x[:, 0]
        reached, came_from = [now], []
        for position in range(1, x.shape[1]):
            highest, before = (now[:, None] + into).max(2)
            now = highest + x[:, position]
            reached.append(now)
            came_from.append(before)
        rows = torch.arange(len(x), device=x.device)
        score, tag = (torch.stack(reached)[last, rows] + end).max(1)
        tags = [tag]
        for position in range(x.shape[1] - 1, 0, -1):
            before = came_from[position - 1].gather(1, tag[:, None])[:, 0]
            tag = torch.where(position <= last, before, tag)  # a shorter row waits at its own last tag
            tags.append(tag)
        return torch.stack(tags[::-1], 1).masked_fill(~is_there, 0), score

    @torch.no_grad()
    def marginals(
        self, emissions: Float[Tensor, "batch seq tags"], is_there: Bool[Tensor, "batch seq"]
    ) -> Float[Tensor, "batch seq tags"]:
        """Return how likely each tag is at each token, whatever the others are (sums to 1; 0 at padding)."""
        return expected(*self._scores(emissions), is_there)

    def _scores(self, emissions: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return emissions, transitions, start and end, at least in float32, with FORBIDDEN where it belongs."""
        x = self.emissions_tap(emissions)
        x = x.to(torch.promote_types(x.dtype, torch.float32))
        transitions = self.transitions.to(x.dtype).masked_fill(~self.may_follow, FORBIDDEN)
        start = self.start.to(x.dtype).masked_fill(~self.may_start, FORBIDDEN)
        end = self.end.to(x.dtype).masked_fill(~self.may_end, FORBIDDEN)
        return x, self.transitions_tap(transitions[None])[0], start, end
