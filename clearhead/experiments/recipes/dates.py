"""Dates and numbers in English and Chinese to one normal form: every one of 1,000 unseen ones right.

Target: Ours; the pairs are made by rules, each with exactly one right answer.
"""

from typing import Any

from clearhead.experiments.recipes import _translation
from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="exact",
        value=1.0,
        direction="at_least",
        split="test",
        source="Our bar: the share of 1,000 unseen dates and numbers whose normal form is exactly right.",
    ),
)


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return _translation.options(
        "dates",
        None,
        None,
        epochs=16,
        model_options=_translation.transformer(d_model=128, num_layers=2, dropout=0.0),
        label_smoothing=0.0,
    )


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    return _translation.tiny(recipe())
