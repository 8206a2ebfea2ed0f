"""German image captions to English by a recurrent net with attention.

Target: The tutorials of bentrevett report 28.3 for a GRU with attention on test 2016.
"""

from typing import Any

from clearhead.experiments.recipes import _translation
from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="bleu_tokenized",
        value=28.3,
        direction="at_least",
        split="test",
        source="bentrevett, seq2seq tutorials: tokenized, lower-cased BLEU of a GRU with attention on test 2016.",
    ),
)


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return _translation.options(
        "multi30k",
        "de",
        "en",
        epochs=12,
        model="attention_seq2seq",
        model_options={"attention": "general", "dropout": 0.4, "d_model": 384},
        lower_case=True,
    )


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    return _translation.tiny(recipe())
