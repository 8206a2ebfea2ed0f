"""Handwritten digits by a small convolutional network, each image moved a little while it is learned.

Target: simple convolutional networks reach 99.7 % to 99.8 % of MNIST's test images as one model, An et al. 2020,
arXiv 2008.10400. Here at least 99.6 % are asked for, within ten minutes on two processor cores.
"""

from typing import Any

from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="accuracy",
        value=0.996,
        direction="at_least",
        split="test",
        source="An et al. 2020 (arXiv 2008.10400) report 99.7 % to 99.8 % of the 10,000 test images for one network.",
    ),
)

TRAINING = {
    "optimizer": "muon",
    "learning_rate": 0.04,
    "head_learning_rate": 0.02,
    "vector_learning_rate": 0.01,
    "batch_size": 256,
    "decay_fraction": 0.8,
}


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return {
        "task": "classification",
        "data": "mnist",
        "model": "image_cnn",
        "epochs": 8.0,
        "task_options": {"label_smoothing": 0.1, "shift": 2},
        "training_options": dict(TRAINING),
    }


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    short = {"epochs": 0.05, "model_options": {"widths": [4, 8], "num_convolutions": 1}}
    return {**recipe(), **short, "training_options": {**TRAINING, "precision": "fp32"}}
