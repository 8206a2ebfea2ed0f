"""The small digits that come with scikit-learn, 8 × 8 pixels, by an MLP: seconds from nothing to one that reads.

Target: ours; logistic regression on the same images (the nearest neighbour does better on so few and so small ones).
"""

from typing import Any

from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="accuracy",
        baseline="logistic regression",
        direction="at_least",
        source="Logistic regression on the pixels, on the same unseen images of this run: what one layer reaches.",
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
