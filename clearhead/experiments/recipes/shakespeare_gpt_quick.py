"""Plays by Shakespeare, character by character, to the loss of nanoGPT's CPU recipe, in a fraction of its time.

Target: nanoGPT (Karpathy), README, "I only have a macbook": validation loss 1.88 with 4 layers, 4 heads, width 128,
context 64, batch 12, 2,000 steps of AdamW. Differs: Muon, fewer layers, larger steps, 80 of them.
"""

from typing import Any

from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="loss",
        value=1.88,
        source="nanoGPT's README, CPU recipe: nats per character on the last tenth of tiny Shakespeare; here every "
        "character of it but the first counts, in windows of the model's context that do not overlap.",
    ),
)


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return {
        "data": "tinyshakespeare",
        "tokenizer": "character",
        "steps": 80,
        "model_options": {"num_layers": 3, "d_model": 128, "num_heads": 2, "context_length": 64},
        "training_options": {
            "batch_size": 64,
            "learning_rate": 0.06,
            "embedding_learning_rate": 0.5,
            "head_learning_rate": 0.03,
            "vector_learning_rate": 0.01,
        },
    }


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    options = recipe()
    model = {**options["model_options"], "num_layers": 1, "d_model": 32}
    return {**options, "steps": 4, "model_options": model, "training_options": {"batch_size": 16, "precision": "fp32"}}
