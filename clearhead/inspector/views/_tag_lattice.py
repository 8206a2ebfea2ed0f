"""The tags of a sentence as one picture: what each word says for each tag, the ways between them, and the one taken."""

import numpy as np

from clearhead.core.tags import read_spans
from clearhead.inspector.views._tag_path import HIDDEN_BELOW, Scores, search
from clearhead.inspector.views.base import Looked, numbers
from clearhead.panels.lattice import Bracket, Lattice
from clearhead.panels.tokens import token_label


def tag_lattice(look: Looked, tags: list[int], *, scores: Scores | None) -> Lattice:
    """Return the lattice of a sentence.

    Args:
        tags: the row of tags that was taken.
        scores: what a CRF searched through; None where each word was tagged by itself.
    """
    title, note = "The way through the tags", "Boxes: what each word says for each tag (emissions)."
    if scores is None:
        steps = came_from = None
        note += " The line joins the highest of each word, whatever the others are."
    else:
        steps = np.array([step for step, _ in scores.steps(tags)])
        came_from = _ways(scores)
        note += " Thin lines: the best way to each tag, of which nothing else is kept (Viterbi)."
        note += " The thick line is the row of tags with the highest sum; on it what each transition scores."
    return Lattice(
        name="lattice",
        title=title,
        note=note,
        values=np.ascontiguousarray(numbers(look.logits).T),
        rows=look.label_names,
        columns=tuple(token_label(piece.text) for piece in look.pieces),
        row_axis="tag",
        column_axis="word",
        path=tuple(tags),
        steps=steps,
        came_from=came_from,
        brackets=_brackets(look, tags),
    )


def _ways(scores: Scores) -> np.ndarray:
    """Return for each tag at each word, (tags, words), the tag before it on the best way there; -1 where none leads."""
    reached, came_from = search(scores)
    return np.where(reached < HIDDEN_BELOW, -1, came_from).T


def _brackets(look: Looked, tags: list[int]) -> tuple[Bracket, ...]:
    """Return the spans that the tags mark; none where every word has a tag of its own."""
    if look.tokenizer.scheme == "none":
        return ()
    spans = read_spans([look.label_names[tag] for tag in tags])
    return tuple(Bracket(span.start, span.end - 1, span.kind) for span in spans)
