"""The small digits that come with scikit-learn, 8 × 8 pixels, by an MLP: seconds from nothing to one that reads.

Target: ours; the nearest neighbour on the same images.
"""

from typing import Any

from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="accuracy",
        baseline="nearest neighbour, k=1",
        direction="at_least",
        tolerance=0.01,
        source="The nearest neighbour among the training images, by pixels, on the same unseen images of this run.",
    ),
)


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return {
        "task": "classification",
        "data": "digits",
        "model": "mlp",
        "epochs": 30.0,
        "model_options": {"hidden": [128], "dropout": 0.2},
        "training_options": {"optimizer": "adam", "learning_rate": 0.002, "batch_size": 64, "decay_fraction": 0.8},
    }


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    return {**recipe(), "epochs": 0.2}
