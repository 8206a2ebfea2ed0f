"""What the recipes of translation share: settings of a small Transformer and of recurrent nets, and tiny versions."""

from typing import Any

from clearhead.experiments.recipes.base import Target

ALL_DATES = Target(
    score="exact",
    value=1.0,
    direction="at_least",
    split="test",
    source="Our bar: the share of 1,000 unseen dates and numbers whose normal form is exactly right.",
)
"""What is asked of a model of made-up dates, whatever its kind."""
TRANSFORMER = {
    "optimizer": "muon",
    "learning_rate": 0.006,
    "embedding_learning_rate": 0.003,
    "head_learning_rate": 0.003,
    "vector_learning_rate": 0.003,
    "batch_size": 1536,
    "warmup_steps": 100,
    "decay_fraction": 0.8,
    "average_fraction": 0.1,
}
RECURRENT = {
    "optimizer": "adamw",
    "learning_rate": 0.002,
    "embedding_learning_rate": 0.002,
    "head_learning_rate": 0.002,
    "vector_learning_rate": 0.002,
    "batch_size": 2048,
    "clip_norm": 1.0,
    "decay_fraction": 0.8,
}


def transformer(*, d_model: int = 192, num_layers: int = 3, dropout: float = 0.1, **more: Any) -> dict[str, Any]:
    """Return the model options of a small Transformer."""
    return {"d_model": d_model, "num_layers": num_layers, "num_heads": d_model // 64, "dropout": dropout, **more}


def options(
    data: str,
    source: str | None,
    target: str | None,
    *,
    epochs: float,
    model: str = "transformer",
    model_options: dict[str, Any],
    training: dict[str, Any] | None = None,
    task: str = "translation",
    vocab_size: int | None = None,
    **task_options: Any,
) -> dict[str, Any]:
    """Return the options of a training on pairs."""
    usual = TRANSFORMER if model == "transformer" else RECURRENT
    return {
        "task": task,
        "data": data,
        "source": source,
        "target": target,
        "model": model,
        "vocab_size": vocab_size,
        "epochs": epochs,
        "model_options": dict(model_options),
        "training_options": {**usual, **(training or {})},
        "task_options": dict(task_options),
    }


def tiny(recipe: dict[str, Any]) -> dict[str, Any]:
    """Return a recipe cut down to a few seconds: a small model, two steps."""
    small = {"d_model": 32} | ({"embedding_dim": 32} if recipe["model"] == "attention_seq2seq" else {"num_layers": 1})
    heads = {"num_heads": 2} if recipe["model"] == "transformer" else {}
    made = {key: value for key, value in recipe.items() if key != "epochs"}
    training = {**recipe["training_options"], "batch_size": 512, "warmup_steps": 0, "precision": "fp32"}
    return {
        **made,
        "steps": 2,
        "vocab_size": 600,
        "model_options": {**recipe["model_options"], **small, **heads},
        "training_options": training,
        "task_options": {**recipe["task_options"], "num_beams": 1},
    }
