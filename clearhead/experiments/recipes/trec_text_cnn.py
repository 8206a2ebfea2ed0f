"""English questions to what kind of answer they ask for, six kinds, by filters over word vectors.

Target: Kim 2014, "Convolutional neural networks for sentence classification": 91.2 % of the 500 test questions with
random word vectors, 93.6 % with vectors learned from 100 billion words. Here vectors of 5 million words of
Wikipedia are learned first.
"""

from typing import Any

from clearhead.experiments.recipes import _texts
from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="accuracy",
        value=0.912,
        direction="at_least",
        split="test",
        source="Kim 2014 reports 91.2 % of the 500 test questions with random vectors (93.6 % with pre-trained ones).",
    ),
)
VECTORS = _texts.WIKI_VECTORS


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return _texts.options(
        "trec",
        model="text_cnn",
        epochs=10.0,
        model_options={"vectors": "both"},
        training=_texts.TRAINING,
        label_smoothing=0.1,
    )


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    return _texts.tiny(recipe())
