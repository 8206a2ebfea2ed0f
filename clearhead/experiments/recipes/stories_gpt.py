"""Small stories in English and Chinese, learned in two minutes and told on, with what a reader can check agreeing.

Target: ours. The stories are made here, so no published number exists; the consistency of what the model tells is
counted by the reader in data/stories.py, and the bigram model on the same tokens is the baseline.
"""

from statistics import fmean
from typing import Any

from clearhead.data import stories
from clearhead.experiments.recipes.base import Target
from clearhead.generation.generator import Generator
from clearhead.generation.settings import SamplingConfig
from clearhead.runs.run import Run

OPENINGS = 16
"""Continued in each language."""
TEMPERATURE = 0.7
MAX_TOKENS = 300

PROTOCOL = f"openings:{OPENINGS} languages:en,zh tokens:{MAX_TOKENS} temperature:{TEMPERATURE}"

TARGETS = (
    Target(
        score="bits_per_byte",
        baseline="bigram",
        source="A table of token pairs on the same tokens: below it, the model uses more than the last token.",
    ),
    Target(
        score="consistency",
        value=0.6,
        direction="at_least",
        protocol=PROTOCOL,
        source="Our floor: the mean, over continuations of openings that were not trained on, of the share of kinds of "
        "facts in which a reader finds nothing wrong (data/stories.py).",
    ),
    Target(
        score="facts_per_story",
        value=5.0,
        direction="at_least",
        protocol=PROTOCOL,
        source="Our floor: how much a continuation says that can be right or wrong; who says nothing errs in nothing.",
    ),
)


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return {"data": "stories", "minutes": 2.0}


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    return {
        "data": "stories",
        "steps": 6,
        "vocab_size": 512,
        "model_options": {"num_layers": 1, "d_model": 32, "num_heads": 1, "context_length": 64},
        "training_options": {"batch_size": 8, "precision": "fp32"},
    }


def measure(run: Run) -> dict[str, float]:
    """Continue openings in both languages and read what was told."""
    generator = Generator(run.model(), run.tokenizer)
    configs = [
        SamplingConfig(temperature=TEMPERATURE, max_tokens=MAX_TOKENS, seed=number) for number in range(OPENINGS)
    ]
    found: dict[str, float] = {}
    for language in stories.LANGUAGES:
        told = generator.generate_batch(stories.prompts(language, OPENINGS), configs, cut_prompt=True)
        reports = [stories.consistency(part.prompt, part.text, language) for part in told]
        found[f"consistency_{language}"] = fmean(report.score for report in reports)
        found[f"facts_per_story_{language}"] = fmean(len(report.checks) for report in reports)
    means = {
        name: fmean(found[f"{name}_{language}"] for language in stories.LANGUAGES)
        for name in ("consistency", "facts_per_story")
    }
    return {**means, **found}
