"""Plays by Shakespeare, character by character, with an LSTM: what a state alone remembers.

Target: nanoGPT (Karpathy), README, "I only have a macbook": validation loss 1.88, that of a small Transformer on the
same part. No number of an LSTM on this part is published that we know of.
"""

from typing import Any

from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="loss",
        baseline="bigram",
        source="A table of pairs of characters: below it, the state holds more than the last character.",
    ),
    Target(
        score="loss",
        value=1.88,
        source="nanoGPT's README, CPU recipe, a Transformer: nats per character on the last tenth of tiny Shakespeare; "
        "here every character of it but the first counts, the state carried from the first to the last.",
    ),
)

MODEL = {"num_layers": 2, "d_model": 384, "context_length": 64, "carried_length": 64, "dropout": 0.3}
TRAINING = {
    "batch_size": 64,
    "learning_rate": 0.04,
    "embedding_learning_rate": 0.015,
    "vector_learning_rate": 0.015,
    "average_fraction": 0.1,
}


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return {
        "data": "tinyshakespeare",
        "model": "recurrent_lm",
        "tokenizer": "character",
        "epochs": 10.0,
        "model_options": dict(MODEL),
        "training_options": dict(TRAINING),
    }


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    model = {**MODEL, "num_layers": 1, "d_model": 32}
    training = {**TRAINING, "batch_size": 16, "precision": "fp32"}
    options = {name: value for name, value in recipe().items() if name != "epochs"}
    return {**options, "steps": 4, "model_options": model, "training_options": training}
