"""What the recipes that read texts share: word vectors of English Wikipedia to begin from, and tiny versions."""

from typing import Any

WIKI_VECTORS: dict[str, Any] = {
    "task": "word_vectors",
    "model": "word2vec",
    "data": "enwiki_sample",
    "epochs": 5.0,
    "task_options": {"kind": "words", "min_count": 5, "window": 5, "num_negatives": 5, "sample": 1e-4},
    "model_options": {"embedding_dim": 100, "mode": "skip_gram", "objective": "negative_sampling"},
}
"""A training of word vectors of about a minute on two cores."""

TRAINING: dict[str, Any] = {"average_fraction": 0.3}
"""Beside the task's usual settings: the mean of the last weights scores better than any of them."""
TAGGING: dict[str, Any] = {
    "optimizer": "adamw",
    "learning_rate": 0.002,
    "embedding_learning_rate": 0.002,
    "head_learning_rate": 0.002,
    "vector_learning_rate": 0.002,
    "adam_beta2": 0.99,
    "clip_norm": 1.0,
    "decay_fraction": 0.8,
    "average_fraction": 0.4,
    "batch_size": 16,
}
"""How the taggers are trained."""


def options(
    data: str,
    *,
    model: str,
    epochs: float,
    model_options: dict[str, Any],
    training: dict[str, Any],
    target: str | None = None,
    **task_options: Any,
) -> dict[str, Any]:
    """Return the options of a training on labelled texts."""
    return {
        "task": "classification",
        "data": data,
        "target": target,
        "model": model,
        "epochs": epochs,
        "model_options": dict(model_options),
        "training_options": dict(training),
        "task_options": dict(task_options),
    }


def tiny(recipe: dict[str, Any]) -> dict[str, Any]:
    """Return a recipe cut down to a few seconds: a small model, two steps."""
    made = {key: value for key, value in recipe.items() if key != "epochs"}
    small = {"embedding_dim": 16} | ({"num_filters": 8} if recipe["model"] == "text_cnn" else {"hidden_size": 16})
    training = {**recipe["training_options"], "precision": "fp32"}
    return {**made, "steps": 2, "model_options": {**recipe["model_options"], **small}, "training_options": training}
