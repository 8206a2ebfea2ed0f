"""How probable a model holds a given text: the other direction of generating it."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from clearhead.models.base import LanguageModel


@dataclass(frozen=True)
class Score:
    """Natural logarithms of the probabilities of given tokens, each given all before it."""

    tokens: tuple[int, ...]
    log_probabilities: tuple[float, ...]

    @property
    def total(self) -> float:
        """The logarithm of the probability of the whole continuation."""
        return sum(self.log_probabilities)


@torch.inference_mode()
def score_tokens(model: LanguageModel, prompt: Sequence[int], continuation: Sequence[int]) -> Score:
    """Score `continuation` after `prompt` (ids, not empty).

    A text longer than the context is read in windows, each from half a context before the first token it scores:
    exactly what the model sees when it writes that far (decoding.py). A state is carried from window to window.
    """
    device = model.head_weight().device
    context_length: int = model.config.context_length
    tokens = [*prompt, *continuation]
    found: list[float] = []
    wanted = len(prompt)
    cache = model.new_cache(1) if model.carries_state else None
    while wanted < len(tokens):
        begin = 0 if wanted <= context_length else wanted - 1 - context_length // 2
        if cache is not None:
            begin = cache.length
        end = min(begin + context_length, len(tokens) - 1)  # the last token read; it predicts tokens[end]
        hidden = model.hidden(torch.tensor([tokens[begin:end]], device=device), cache)[0, wanted - 1 - begin :]
        logits = torch.nn.functional.linear(hidden, model.head_weight()).float()
        targets = torch.tensor(tokens[wanted : end + 1], device=device)
        found += logits.log_softmax(-1).gather(-1, targets[:, None])[:, 0].tolist()
        wanted = max(wanted, end + 1)
    return Score(tuple(continuation), tuple(found))
