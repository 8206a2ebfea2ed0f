"""Word vectors of English Wikipedia by skip-gram with hierarchical softmax: each word is found in a Huffman tree.

Target: ours. The chances of all words sum to 1 here, so the loss is that of a real prediction: below the entropy of the
words by themselves, the vectors tell something about their neighbours.
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

MODEL = {"embedding_dim": 100, "mode": "skip_gram", "objective": "hierarchical_softmax"}


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
