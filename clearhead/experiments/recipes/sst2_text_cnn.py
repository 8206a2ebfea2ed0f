"""English film reviews, one sentence each, good or bad, by filters over word vectors.

Target: Kim 2014: 82.7 % of the 1,821 test sentences with random vectors, 87.2 % with pre-trained ones; it also
learned from the phrases inside the sentences, which are not in these data. Here vectors of 5 million words of
Wikipedia are learned first.
"""

from typing import Any

from clearhead.experiments.recipes import _texts
from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="accuracy",
        value=0.827,
        direction="at_least",
        split="test",
        source="Kim 2014 reports 82.7 % of the 1,821 test sentences with random vectors, learned from phrases too.",
    ),
)
VECTORS = _texts.WIKI_VECTORS


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return _texts.options(
        "sst2",
        model="text_cnn",
        epochs=6.0,
        model_options={"vectors": "both"},
        training=_texts.TRAINING,
        label_smoothing=0.1,
    )


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    return _texts.tiny(recipe())
