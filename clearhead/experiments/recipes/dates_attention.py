"""Dates and numbers to one normal form by a recurrent net that looks back at what it read.

Target: Ours; the pairs are made by rules, each with exactly one right answer. Rewriting digits one after the other is
what attention does most plainly: its alignment can be read off (`clearhead look RUN … --view attention`).
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
        epochs=24,
        model="attention_seq2seq",
        model_options={"attention": "general", "dropout": 0.1, "d_model": 256},
        label_smoothing=0.0,
    )


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    return _translation.tiny(recipe())
