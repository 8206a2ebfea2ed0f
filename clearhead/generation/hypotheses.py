"""What a search holds: several hypotheses for each of several sentences, as tensors (sentences, places, …)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import pad


@dataclass(frozen=True)
class Hypotheses:
    """Texts begun or finished. Each method returns new ones; no loop runs over sentences or places."""

    scores: Float[Tensor, "sentences places"]
    """What they are ranked by; −inf where a place holds none."""
    totals: Float[Tensor, "sentences places"]
    """The logarithm of the probability of the whole text."""
    lengths: Int[Tensor, "sentences places"]
    """How many tokens of `tokens` count; the others are filling."""
    tokens: Int[Tensor, "sentences places seq"]
    log_probabilities: Float[Tensor, "sentences places seq"]
    """Of each token, given those before it."""

    @classmethod
    def new(cls, num_sentences: int, num_places: int, *, score: float, device: torch.device) -> "Hypotheses":
        """Return texts without a token: score 0 to begin from them, −inf for places that are still free."""
        scores = torch.full((num_sentences, num_places), score, device=device)
        tokens = torch.zeros((num_sentences, num_places, 0), dtype=torch.long, device=device)
        return cls(scores, scores, torch.zeros_like(scores, dtype=torch.long), tokens, scores[..., None][..., :0])

    def extend(
        self, log_probabilities: Float[Tensor, "rows vocab"], count: int
    ) -> tuple["Hypotheses", Int[Tensor, "sentences count"]]:
        """Return the `count` most probable texts that are one token longer, best first, and the place each came from.

        Args:
            log_probabilities: of the next token; one row for each place of each sentence, sentence by sentence.
        """
        num_sentences, num_places = self.totals.shape
        # The best of a sentence are among the best of its rows, which spares a sum over the whole vocabulary.
        each = log_probabilities.topk(min(count, log_probabilities.shape[1]))
        width = each.values.shape[1]
        totals = (self.totals.view(-1, 1) + each.values).view(num_sentences, num_places * width)
        best = totals.topk(min(count, num_places * width))
        parents = best.indices // width
        longer = self.pick(parents)
        tokens = each.indices.view(num_sentences, -1).gather(1, best.indices)
        found = each.values.reshape(num_sentences, -1).gather(1, best.indices)
        texts = Hypotheses(
            best.values,
            best.values,
            longer.lengths + 1,
            torch.cat((longer.tokens, tokens[..., None]), -1),
            torch.cat((longer.log_probabilities, found[..., None]), -1),
        )
        return texts, parents

    def ranked_by(self, scores: Float[Tensor, "sentences places"]) -> "Hypotheses":
        """Return the same texts under other scores, in the same places."""
        return replace(self, scores=scores)

    def best(self, count: int) -> tuple["Hypotheses", Int[Tensor, "sentences count"]]:
        """Return the `count` texts with the highest scores, best first, and the places where they were."""
        places = self.scores.topk(min(count, self.scores.shape[1])).indices
        return self.pick(places), places

    def pick(self, places: Int[Tensor, "sentences count"]) -> "Hypotheses":
        """Return the texts at these places of each sentence; a place may come several times."""
        num_sentences, num_places = self.scores.shape
        first = torch.arange(0, num_sentences * num_places, num_places, device=places.device)
        index = (places + first[:, None]).flatten()
        return self._each(lambda part: part.flatten(0, 1)[index].view(*places.shape, *part.shape[2:]))

    def keep(self, sentences: Int[Tensor, "kept"]) -> "Hypotheses":
        """Return these sentences, in this order."""
        return self._each(lambda part: part[sentences])

    def join(self, other: "Hypotheses") -> "Hypotheses":
        """Return the places of both side by side; `other` is at least as long."""
        more = other.tokens.shape[2] - self.tokens.shape[2]
        mine = (*self._parts()[:3], *(pad(part, (0, more)) for part in self._parts()[3:]))
        return Hypotheses(*(torch.cat(both, 1) for both in zip(mine, other._parts(), strict=True)))

    def _parts(self) -> tuple[Tensor, ...]:
        return self.scores, self.totals, self.lengths, self.tokens, self.log_probabilities

    def _each(self, change: Callable[[Tensor], Tensor]) -> "Hypotheses":
        return Hypotheses(*map(change, self._parts()))
