"""How two marked words of an English sentence relate: nine relations, each in two directions, or another.

Target: Zeng et al. 2014: 78.9 (official macro-F1, direction counts) with words and positions, from pre-trained
vectors. Here vectors of 5 million words of Wikipedia are learned first.
"""

from typing import Any

from clearhead.experiments.recipes import _texts
from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="relation_f1",
        value=0.789,
        direction="at_least",
        split="test",
        source="Zeng et al. 2014 report 78.9 with words and positions, beginning from pre-trained word vectors.",
    ),
)
VECTORS = _texts.WIKI_VECTORS


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return _texts.options(
        "semeval2010_task8",
        model="text_cnn",
        epochs=8.0,
        model_options={"num_filters": 150, "position_dim": 20},
        training=_texts.TRAINING,
        label_smoothing=0.1,
    )


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    return _texts.tiny(recipe())
