"""Chinese hotel reviews, good or bad, by an LSTM that reads both ways.

Target: The bidirectional LSTM of PaddleNLP's examples: 89.8 % on its own split of ChnSentiCorp; as much is asked
for on the test part of ours. Vectors are random at the start.
"""

from typing import Any

from clearhead.experiments.recipes import _texts
from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="accuracy",
        value=0.898,
        direction="at_least",
        split="test",
        source="PaddleNLP's examples report 89.8 % for a bidirectional LSTM on their split of the same reviews.",
    ),
)


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return _texts.options(
        "chnsenticorp",
        model="recurrent",
        epochs=5.0,
        model_options={"pooling": "max", "embedding_dim": 128},
        training={"average_fraction": 0.5},
        label_smoothing=0.1,
        max_tokens=400,
    )


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    return _texts.tiny(recipe())
