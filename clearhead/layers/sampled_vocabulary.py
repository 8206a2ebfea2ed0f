"""A part of the vocabulary for a training step: log Σ exp(score) is then estimated from some of the tokens.

    Z      = Σ exp(z_v)                                     over all V tokens: 2 · V · d_model operations a position
    Z_part = Σ exp(z_v) + R / S · Σ exp(z_s)                v: the exact tokens; s: S drawn from the R others

Exact are the most frequent tokens and those that the batch asks for; the others are drawn uniformly, each at most once,
and one set serves the whole batch. The mean of Z_part over the draws is Z; its logarithm lies a little below that of Z.

Source: Bengio and Senécal 2003, "Quick training of probabilistic neural nets by importance sampling"; Jean et al. 2015,
arXiv 1412.2007, for one set for a whole batch. Differs: the frequent tokens are always there, so that only the small
rest of the sum is estimated.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor


class Sample(NamedTuple):
    """The tokens of one step, and how each counts."""

    tokens: Int[Tensor, "sampled"]
    """Their ids, each once."""
    log_weights: Float[Tensor, "sampled"]
    """To be added to their scores: 0 for an exact token, log(R / S) for one that was drawn."""
    targets: Int[Tensor, "*axes"]
    """The targets as places in `tokens`; what was negative stays as it was."""


class SampledVocabulary:
    """Draws the tokens that a batch is compared with.

    Args:
        counts: how often each token stands in the training part, (vocab,).
        size: how many tokens to draw, half of them always the most frequent ones; the batch's own come to these.
    """

    def __init__(self, counts: Int[Tensor, "vocab"], size: int) -> None:
        if not 2 <= size < len(counts):
            raise ValueError(
                f"SampledVocabulary.size must be between 2 and {len(counts) - 1} (one less than the vocabulary), "
                f"got {size}. Use {max(2, len(counts) // 4)}, or leave it out to compare with all tokens."
            )
        self.num_drawn = size // 2
        most_frequent = torch.argsort(counts, descending=True, stable=True)[: size - self.num_drawn]
        self._is_frequent = torch.zeros(len(counts), dtype=torch.bool)
        self._is_frequent[most_frequent] = True

    def draw(self, targets: Int[Tensor, "*axes"]) -> Sample:
        """Return the tokens for a batch; the draw comes from PyTorch's generator, so a seeded step repeats it."""
        self._is_frequent = is_exact = self._is_frequent.to(targets.device)
        is_exact = is_exact.clone()
        is_exact[targets[targets >= 0]] = True
        exact, others = is_exact.nonzero()[:, 0], (~is_exact).nonzero()[:, 0]
        drawn = others[torch.randperm(len(others), device=targets.device)[: self.num_drawn]]
        weights = torch.zeros(len(exact) + len(drawn), device=targets.device)
        weights[len(exact) :] = torch.log(torch.tensor(len(others) / max(1, len(drawn))))
        tokens = torch.cat([exact, drawn])
        places = torch.empty_like(is_exact, dtype=torch.long)
        places[tokens] = torch.arange(len(tokens), device=targets.device)
        return Sample(tokens, weights, torch.where(targets >= 0, places[targets.clamp_min(0)], targets))
