"""Vectors of Chinese words, cut by a dictionary, from the stories that are made here.

Target: ours. Who knows how frequent words are but looks at no neighbour is the baseline, on stories not learned from.
"""

from typing import Any

from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="loss",
        baseline="word frequencies",
        source="Who knows how frequent each word is and looks at no neighbour: below it, vectors say what stands near.",
    ),
)

MODEL = {"embedding_dim": 100, "mode": "skip_gram", "objective": "negative_sampling"}


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return {
        "task": "word_vectors",
        "model": "word2vec",
        "data": "stories:zh",
        "epochs": 20.0,
        "task_options": {"kind": "chinese"},
        "model_options": dict(MODEL),
    }


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    return {**recipe(), "epochs": 1.0, "model_options": {**MODEL, "embedding_dim": 16}}
