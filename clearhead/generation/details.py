"""A written text as a table to read: each token, how it was drawn, and what else the model thought of."""

from clearhead.generation.text import Generation
from clearhead.panels.table import Table
from clearhead.panels.tokens import token_label
from clearhead.tokenizers.base import Tokenizer

ROWS_SHOWN = 50
"""Longer texts become several tables: a drawing may leave out what does not fit on a page."""


def details(generation: Generation, tokenizer: Tokenizer, *, num_alternatives: int = 3) -> list[Table]:
    """Tabulate a text that was generated with `report=True`.

    Args:
        num_alternatives: other tokens listed for each; the chosen one is not repeated among them.
    """
    rows = []
    for position, step in enumerate(generation.tokens, start=1):
        others = [
            f"{token_label(text)} {probability:.1%}"
            for token, text, probability in step.alternatives or []
            if token != step.id
        ]
        label = token_label(tokenizer.token_text(step.id))
        numbers = (step.probability, step.model_probability, step.rank, step.entropy)
        rows.append((position, label, *numbers, "  ".join(others[:num_alternatives])))
    return [
        Table(
            name=f"tokens_{start + 1}",
            title=f"Token by token, {start + 1} to {min(start + ROWS_SHOWN, len(rows))} of {len(rows)}",
            note="Drawn with: after the sampling settings. Model's own: before them, over the whole vocabulary.",
            columns=("", "token", "drawn with", "model's own", "rank", "entropy, bits", "instead"),
            rows=tuple(rows[start : start + ROWS_SHOWN]),
        )
        for start in range(0, len(rows), ROWS_SHOWN)
    ]
