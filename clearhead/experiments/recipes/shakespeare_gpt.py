"""Plays by Shakespeare, character by character, to the loss that nanoGPT reaches on a large GPU.

Target: nanoGPT (Karpathy), README, "quick start": validation loss 1.4697 with 6 layers, 6 heads, width 384,
context 256, 5,000 steps of batch 64 on an A100. Differs: Muon, 3 wider heads, 760 steps, more dropout.
"""

from typing import Any

from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="loss",
        value=1.4697,
        source="nanoGPT's README, GPU recipe: nats per character on the last tenth of tiny Shakespeare; here every "
        "character of it but the first counts, in windows of the model's context that do not overlap.",
    ),
)

MODEL = {"num_layers": 6, "d_model": 384, "num_heads": 3, "context_length": 256, "dropout": 0.3}
STEPS = 760
TRAINING = {
    "batch_size": 64,
    "learning_rate": 0.025,
    "embedding_learning_rate": 0.3,
    "head_learning_rate": 0.01,
    "vector_learning_rate": 0.01,
    "weight_decay": 0.1,
    "decay_fraction": 0.6,
    "average_fraction": 0.1,
    "eval_interval": 40,
}


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return {
        "data": "tinyshakespeare",
        "tokenizer": "character",
        "steps": STEPS,
        "model_options": dict(MODEL),
        "training_options": dict(TRAINING),
    }


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    model = {**MODEL, "num_layers": 1, "d_model": 48, "context_length": 64}
    training = {**TRAINING, "batch_size": 16, "eval_interval": 2, "precision": "fp32"}
    return {**recipe(), "steps": 4, "model_options": model, "training_options": training}
