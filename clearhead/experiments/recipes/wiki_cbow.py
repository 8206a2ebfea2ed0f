"""Word vectors of English Wikipedia by CBOW: a word from the mean of the words around it.

Target: ours. Who knows how frequent words are but looks at no neighbour is the baseline; gensim runs beside it in
benchmarks/word_vectors.py --mode cbow.
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

MODEL = {"embedding_dim": 100, "mode": "cbow", "objective": "negative_sampling"}


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return {
        "task": "word_vectors",
        "model": "word2vec",
        "data": "enwiki_sample",
        "epochs": 5.0,
        "task_options": {"kind": "letters"},
        "model_options": dict(MODEL),
    }


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    return {**recipe(), "data": "stories:en", "epochs": 1.0, "model_options": {**MODEL, "embedding_dim": 16}}
