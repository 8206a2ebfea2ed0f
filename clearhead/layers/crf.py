"""A linear-chain conditional random field: scores whole rows of tags, so that each tag fits the one before it.

    score(x, y) = start[y₁] + Σ x[t, y_t] + Σ transitions[y_{t−1}, y_t] + end[y_n]
    p(y | x)    = exp score(x, y) / Z,   Z = Σ over all rows of tags   (the forward algorithm)
    best(x)     = argmax score           (Viterbi)

Source: Lafferty, McCallum and Pereira 2001; Lample et al. 2016, arXiv 1603.01360, section 2.2. Differs: transitions
that a tagging scheme forbids score −10,000 in the sum and in the search alike.
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

FORBIDDEN = -1e4
"""Score of what may not follow: finite, since −inf minus −inf would be no number in a gradient."""


class CRF(nn.Module):
    """Transitions between tags, learned.

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
