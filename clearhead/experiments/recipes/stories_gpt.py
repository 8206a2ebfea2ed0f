"""Small stories in English and Chinese, learned in two minutes and told on, with what a reader can check agreeing.

Target: ours. The stories are made here, so no published number exists; the bigram model on the same tokens is one
baseline, and what follows in other true stories is the other: the reader in data/stories.py counts what agrees.
"""

from statistics import fmean
from typing import Any

from clearhead.data import stories
from clearhead.data._stories_reading import ConsistencyReport
from clearhead.experiments.recipes.base import Target
from clearhead.generation.generator import Generator
from clearhead.generation.settings import SamplingConfig
from clearhead.runs.run import Run

OPENINGS = 16
"""Continued in each language."""
TEMPERATURE = 0.7
MAX_TOKENS = 300

FEWEST_FACTS = 3
"""No true story says less after its opening. A continuation that does errs in nothing, and is none: it scores 0."""
OTHER_STORIES = 0.43
"""The consistency of these openings with what follows in each of the other fifteen stories of their language."""

TARGETS = (
    Target(
        score="bits_per_byte",
        baseline="bigram",
        source="A table of token pairs on the same tokens: below it, the model uses more than the last token.",
    ),
    Target(
        score="consistency",
        value=OTHER_STORIES,
        direction="at_least",
        protocol=f"openings:{OPENINGS} languages:en,zh tokens:{MAX_TOKENS} temperature:{TEMPERATURE} "
        f"fewest_facts:{FEWEST_FACTS}",
        source="What the ends of other true stories reach after openings that were not trained on: below it, the model "
        "does not tell on this story. The share of kinds of facts in which a reader finds nothing wrong.",
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
        found[f"consistency_{language}"] = fmean(map(score, reports))
        found[f"facts_per_story_{language}"] = fmean(len(report.checks) for report in reports)
    means = {
        name: fmean(found[f"{name}_{language}"] for language in stories.LANGUAGES)
        for name in ("consistency", "facts_per_story")
    }
    return {**means, **found}


def score(report: ConsistencyReport) -> float:
    """Return the share of kinds of facts without an error; 0 for what says too little to be a story."""
    return report.score if len(report.checks) >= FEWEST_FACTS else 0.0
