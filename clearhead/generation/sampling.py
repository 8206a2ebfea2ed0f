"""From scores to the next token: penalise, scale, filter, draw.

    repetition penalty → temperature → top-k → top-p → min-p → softmax → draw

Tokens that would break a character score −inf before they come here (valid_text.py).
The order and the rules are those of Hugging Face `transformers`. One thing differs: where tokens are equally probable
at the border of top-p, all of them stay (as with top-k), so that nothing depends on how a sort breaks ties.
Every function takes scores whose last axis is the vocabulary and returns a new tensor; removed tokens score −inf.
"""

import math
from collections.abc import Sequence

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from clearhead.generation.settings import SamplingConfig as SamplingConfig

Logits = Float[Tensor, "*rows vocab"]


def penalize_repetition(logits: Logits, is_seen: Bool[Tensor, "*rows vocab"], penalty: float) -> Logits:
    """Make the tokens that occurred less probable (penalty above 1): divide positive scores, multiply negative ones.

    Source: Keskar et al. 2019 (CTRL), section 4.1, arXiv 1909.05858. Differs: the sign is taken into account, as
    everyone does since; dividing a negative score would make it more probable.
    """
    return torch.where(is_seen, torch.where(logits < 0, logits * penalty, logits / penalty), logits)


def scale_by_temperature(logits: Logits, temperature: float) -> Logits:
    """Divide the distances from the best score by the temperature; at 0 only the best (lowest id on ties) remains."""
    if temperature == 0:
        best = logits.argmax(-1, keepdim=True)
        return torch.full_like(logits, -math.inf).scatter(-1, best, 0.0)
    if temperature == 1:
        return logits
    # The best score moves to 0 first: a tiny temperature then gives −inf below it, never inf − inf. Not below 1e-30,
    # which as a float32 would be 0, and 0 / 0 no number.
    return (logits - logits.amax(-1, keepdim=True)).div_(max(temperature, 1e-30))


def keep_top_k(logits: Logits, top_k: int) -> Logits:
    """Keep the `top_k` best scores and those equal to the last of them."""
    if top_k >= logits.shape[-1]:
        return logits
    border = logits.topk(top_k, dim=-1).values[..., -1:]
    return logits.masked_fill(logits < border, -math.inf)


def keep_top_p(logits: Logits, top_p: float) -> Logits:
    """Keep the smallest set of most probable tokens whose probabilities sum to at least `top_p` (and ties of its last).

    Source: Holtzman et al. 2020 (nucleus sampling), arXiv 1904.09751.
    """
    if top_p >= 1:
        return logits
    probabilities = logits.softmax(-1)
    most = probabilities.topk(min(_FEW, logits.shape[-1]), dim=-1).values  # descending
    if most.shape[-1] < logits.shape[-1] and bool((most.sum(-1) < top_p).any()):
        most = probabilities.sort(-1, descending=True).values  # rarely needed, and far slower than a few best ones
    num_kept = (most.cumsum(-1) - most < top_p).sum(-1, keepdim=True).clamp_min(1)  # nan would keep none
    border = most.gather(-1, num_kept - 1)
    return logits.masked_fill(probabilities < border, -math.inf)


_FEW = 256


def keep_min_p(logits: Logits, min_p: float) -> Logits:
    """Keep the tokens at least `min_p` times as probable as the most probable one.

    Source: Nguyen et al. 2024, arXiv 2407.01082.
    """
    if min_p <= 0:
        return logits
    return logits.masked_fill(logits < logits.amax(-1, keepdim=True) + math.log(min_p), -math.inf)


def filter_logits(logits: Logits, config: SamplingConfig, is_seen: Bool[Tensor, "*rows vocab"] | None = None) -> Logits:
    """Apply all the settings in order.

    Args:
        is_seen: True for each token of the prompt and the text so far; needed for a repetition penalty only.
    """
    if config.repetition_penalty != 1 and is_seen is not None:
        logits = penalize_repetition(logits, is_seen, config.repetition_penalty)
    logits = scale_by_temperature(logits, config.temperature)
    if config.top_k is not None:
        logits = keep_top_k(logits, config.top_k)
    if config.top_p is not None:
        logits = keep_top_p(logits, config.top_p)
    if config.min_p is not None:
        logits = keep_min_p(logits, config.min_p)
    return logits


def probabilities(logits: Logits, config: SamplingConfig, is_seen: Bool[Tensor, "*rows vocab"] | None = None) -> Logits:
    """Return what is drawn from: each row sums to 1, removed tokens have 0."""
    return filter_logits(logits, config, is_seen).softmax(-1)


def choose(
    logits: Float[Tensor, "rows vocab"],
    config: SamplingConfig,
    draws: Sequence[float],
    is_seen: Bool[Tensor, "rows vocab"] | None = None,
) -> Int[Tensor, "rows"]:
    """Choose one token a row.

    Args:
        draws: for each row a number in [0, 1 − 2⁻⁴⁸] from its own generator: rows do not influence each other.
    Raises:
        ValueError: scores that are not numbers.
    """
    if config.temperature == 0:
        if config.repetition_penalty != 1 and is_seen is not None:
            logits = penalize_repetition(logits, is_seen, config.repetition_penalty)
        best, tokens = logits.max(-1)
        _check_finite(best)
        return tokens
    # Running sums in float64: over a large vocabulary those of float32 would lose the rare tokens.
    sums = probabilities(logits, config, is_seen).cumsum(-1, dtype=torch.float64)
    total = sums[:, -1:]
    _check_finite(total)
    wanted = torch.tensor(draws, dtype=torch.float64, device=logits.device)[:, None] * total
    # The first token whose running sum exceeds what was drawn; a token of probability 0 never exceeds its neighbour.
    return torch.searchsorted(sums, wanted, right=True)[:, 0]


def _check_finite(values: Tensor) -> None:
    if not math.isfinite(values.sum().item()):
        raise ValueError(
            "The model's scores must be finite, got nan or inf. "
            "Its weights are broken, as after a training that diverged; use an earlier checkpoint."
        )
