"""The scores by which a CRF chooses a row of tags, and Viterbi's search through them, worked out beside the model."""

import itertools
from dataclasses import dataclass

import numpy as np

from clearhead.inspector.views._sides import exact
from clearhead.inspector.views.base import Looked
from clearhead.layers.crf import FORBIDDEN

HIDDEN_BELOW = FORBIDDEN / 2
"""Sums below this go through something forbidden."""


@dataclass(frozen=True)
class Scores:
    """What a row of tags is scored by, in float64."""

    emissions: np.ndarray
    """(seq, tags): of each tag at each word."""
    transitions: np.ndarray
    """(tags, tags): from the tag of the row to the tag of the column."""
    start: np.ndarray
    end: np.ndarray

    def steps(self, tags: list[int]) -> list[tuple[float, float]]:
        """Return for each word of a row of tags what getting there scores and what the word itself scores."""
        before = [self.start[tags[0]], *(self.transitions[pair] for pair in itertools.pairwise(tags))]
        return [
            (float(step), float(self.emissions[place, tag]))
            for place, (step, tag) in enumerate(zip(before, tags, strict=True))
        ]


def read_scores(look: Looked) -> Scores:
    """Return the scores of the sentence that is looked at; what is forbidden has the CRF's own score for that."""
    crf = look.model.crf

    def allowed(scores: str, rule: str) -> np.ndarray:
        return np.where(getattr(crf, rule).cpu().numpy(), exact(getattr(crf, scores)).numpy(), FORBIDDEN)

    return Scores(
        exact(look.logits).numpy(),
        allowed("transitions", "may_follow"),
        allowed("start", "may_start"),
        allowed("end", "may_end"),
    )


def search(scores: Scores) -> tuple[np.ndarray, np.ndarray]:
    """Return Viterbi's table, (seq, tags), and the tag before (−1 at the first word).

    reached[t, tag] = the highest score of any row of tags that ends with this tag at word t.
    """
    reached, came_from = [scores.start + scores.emissions[0]], [np.full(len(scores.start), -1)]
    for emission in scores.emissions[1:]:
        ways = reached[-1][:, None] + scores.transitions  # (tag before, tag)
        came_from.append(ways.argmax(0))
        reached.append(ways.max(0) + emission)
    return np.stack(reached), np.stack(came_from)


def shown(values: np.ndarray) -> np.ndarray:
    """Return scores for a drawing: nothing where something forbidden is in them."""
    return np.where(values < HIDDEN_BELOW, -np.inf, values)
