"""Titles of Chinese papers from their abstracts, learned from 891 pairs only.

Target: Ours; the first sentence of the abstract on the same texts.
"""

from typing import Any

from clearhead.experiments.recipes import _translation
from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="rouge_l",
        baseline="first sentence",
        direction="at_least",
        split="test",
        source="The first sentence of the abstract, by ROUGE-L over characters, on the same abstracts.",
    ),
)


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return _translation.options(
        "csl_titles_zh",
        "abstract",
        "title",
        epochs=40,
        task="summarization",
        model="attention_seq2seq",
        model_options={"attention": "general", "dropout": 0.4, "d_model": 256},
        training={"batch_size": 1024},
        pieces="character",
    )


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    return _translation.tiny(recipe())
