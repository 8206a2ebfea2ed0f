"""WikiText-2 word by word with an LSTM whose embedding is its output matrix: the measure of a generation of papers.

Target: pytorch/examples, word_language_model, `python main.py --cuda --epochs 6 --tied`: test perplexity 130.32 as
reported in its issue 415 (the README's lower numbers were those of the Penn Treebank, see issue 281).
"""

from typing import Any

from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="perplexity",
        value=130.32,
        split="test",
        source="pytorch/examples, issue 415, an LSTM of 2 layers, 200 wide, tied, 6 epochs: the perplexity of a word "
        "(or a line's end) of the test part, the state carried over all of it.",
    ),
)

VOCAB_SIZE = 33_280
"""The 33,278 kinds of words and line ends that the text is published with, and two control tokens."""
MODEL = {"num_layers": 2, "d_model": 256, "context_length": 70, "carried_length": 70, "dropout": 0.2}
TRAINING = {
    "batch_size": 40,
    "learning_rate": 0.02,
    "embedding_learning_rate": 0.004,
    "vector_learning_rate": 0.005,
    "adam_beta2": 0.99,
    "decay_fraction": 0.8,
    "average_fraction": 0.1,
}
TASK = {"sampled_tokens": 8192}
"""A step takes about two fifths of the time that it takes with the whole vocabulary."""


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return {
        "data": "wikitext2",
        "model": "recurrent_lm",
        "tokenizer": "whitespace",
        "vocab_size": VOCAB_SIZE,
        "epochs": 10.0,
        "model_options": dict(MODEL),
        "training_options": dict(TRAINING),
        "task_options": dict(TASK),
    }


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    model = {**MODEL, "num_layers": 1, "d_model": 8}
    training = {**TRAINING, "batch_size": 8, "precision": "fp32"}
    options = {name: value for name, value in recipe().items() if name != "epochs"}
    sizes = {"vocab_size": 500, "task_options": {"sampled_tokens": 100}}
    return {**options, **sizes, "steps": 4, "model_options": model, "training_options": training}
