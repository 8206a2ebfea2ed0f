"""Dates and numbers in English and Chinese to one normal form: every one of 1,000 unseen ones right.

Target: Ours; the pairs are made by rules, each with exactly one right answer.
"""

from typing import Any

from clearhead.experiments.recipes import _translation

TARGETS = (_translation.ALL_DATES,)


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
