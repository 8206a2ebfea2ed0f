"""Poems of the Tang dynasty in ten minutes, from bytes: no character of what the model writes is broken.

Target: ours. The bigram model on the same tokens is the baseline, and every byte of what is written must belong to a
whole character: generation/valid_text.py sees to it, whatever the model wants.
"""

from typing import Any

from clearhead.experiments.recipes.base import Target
from clearhead.generation.generator import Generator
from clearhead.generation.settings import SamplingConfig
from clearhead.runs.run import Run

POEMS = 8
MAX_TOKENS = 100
TEMPERATURE = 0.8

TARGETS = (
    Target(
        score="bits_per_byte",
        baseline="bigram",
        source="A table of token pairs on the same tokens: below it, the model uses more than the last token.",
    ),
    Target(
        score="broken_characters",
        value=0.0,
        protocol=f"poems:{POEMS} tokens:{MAX_TOKENS} temperature:{TEMPERATURE}",
        source="Our bar: the share of what it writes that is no character, because the bytes are not whole.",
    ),
)


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return {"data": "tang_poems_zh", "tokenizer": "bpe", "minutes": 10.0}


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    return {
        "data": "tang_poems_zh",
        "tokenizer": "bpe",
        "vocab_size": 512,
        "steps": 4,
        "model_options": {"num_layers": 1, "d_model": 32, "num_heads": 1, "context_length": 32},
        "training_options": {"batch_size": 8, "precision": "fp32"},
    }


def measure(run: Run) -> dict[str, float]:
    """Write poems and count the characters that are none."""
    configs = [SamplingConfig(max_tokens=MAX_TOKENS, temperature=TEMPERATURE, seed=number) for number in range(POEMS)]
    poems = Generator(run.model(), run.tokenizer).generate_batch([""] * POEMS, configs)
    text = "".join(poem.text for poem in poems)
    return {"broken_characters": text.count("\ufffd") / max(1, len(text))}
