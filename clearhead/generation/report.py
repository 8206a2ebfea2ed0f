"""What the model thought of each token it chose: probability, rank, entropy, alternatives."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Judgement:
    """One choice, as the model saw it before any sampling setting, and where it was drawn."""

    drawn_probability: float
    """After all settings: what the token was really drawn with."""
    probability: float
    """Softmax of the raw scores over the whole vocabulary, at the chosen token."""
    rank: int
    """1 for the token the model holds most probable; the lower id first among equals."""
    entropy: float
    """How undecided the model was, in bits: 0 when certain, log2(vocabulary) when it knows nothing."""
    alternatives: list[tuple[int, float]]
    """The most probable tokens, best first, with their probabilities; the chosen one may be among them."""


@torch.inference_mode()
def judge(
    logits: Float[Tensor, "rows vocab"], chosen: Int[Tensor, "rows"], drawn: Sequence[float], *, num_alternatives: int
) -> list[Judgement]:
    """Look at one step of every row.

    Args:
        drawn: the probability of each chosen token after the sampling settings.
    """
    probabilities = logits.softmax(-1)
    mine = logits.gather(-1, chosen[:, None])
    ids = torch.arange(logits.shape[-1], device=logits.device)
    is_before = (logits > mine) | ((logits == mine) & (ids < chosen[:, None]))
    best = probabilities.topk(min(num_alternatives, logits.shape[-1]), dim=-1)
    columns = zip(
        drawn,
        probabilities.gather(-1, chosen[:, None])[:, 0].tolist(),
        (is_before.sum(-1) + 1).tolist(),
        (torch.special.entr(probabilities).sum(-1) / math.log(2)).tolist(),
        [list(zip(*row, strict=True)) for row in zip(best.indices.tolist(), best.values.tolist(), strict=True)],
        strict=True,
    )
    return [Judgement(*column) for column in columns]
