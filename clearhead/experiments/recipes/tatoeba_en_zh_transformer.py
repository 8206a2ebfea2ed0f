"""Short English sentences to Chinese.

Target: Ours; the translation of the most similar training sentence.
"""

from typing import Any

from clearhead.experiments.recipes import _translation
from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="bleu",
        baseline="nearest neighbour",
        direction="at_least",
        split="test",
        source="The translation of the most similar training source, by characters, on the same sentences.",
    ),
)


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return _translation.options(
        "tatoeba_en_zh", "en", "zh", epochs=16, model_options=_translation.transformer(dropout=0.2)
    )


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    return _translation.tiny(recipe())
