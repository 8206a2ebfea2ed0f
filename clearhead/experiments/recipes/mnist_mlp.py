"""Handwritten digits by a network of one hidden layer, 784–784–10.

Target: Simard et al. 2003, "Best practices for convolutional neural networks": 98.4 % of MNIST's test images for a
network of this kind without distorted images. Here at least 98.5 % are asked for.
"""

from typing import Any

from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="accuracy",
        value=0.985,
        direction="at_least",
        split="test",
        source="Simard et al. 2003 report 98.4 % to 98.8 % of the 10,000 test images for fully connected networks.",
    ),
)

TRAINING = {
    "optimizer": "adam",
    "learning_rate": 0.001,
    "adam_beta2": 0.99,
    "batch_size": 128,
    "decay_fraction": 0.8,
}


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return {
        "task": "classification",
        "data": "mnist",
        "model": "mlp",
        "epochs": 30.0,
        "model_options": {"hidden": [784], "dropout": 0.4},
        "task_options": {"label_smoothing": 0.1},
        "training_options": dict(TRAINING),
    }


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    short = {"epochs": 0.1, "model_options": {"hidden": [32]}}
    return {**recipe(), **short, "training_options": {**TRAINING, "precision": "fp32"}}
