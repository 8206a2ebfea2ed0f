"""German image captions to English through one fixed vector: a recurrent net without attention.

Target: The tutorials of bentrevett report 13.8 (LSTM) and 20.6 (GRU) without attention on test 2016.
"""

from typing import Any

from clearhead.experiments.recipes import _translation
from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="bleu_tokenized",
        value=13.8,
        direction="at_least",
        split="test",
        source="bentrevett, seq2seq tutorials: tokenized, lower-cased BLEU of an LSTM without attention on test 2016.",
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
        model_options={"attention": "none", "dropout": 0.4, "d_model": 384},
        lower_case=True,
    )


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    return _translation.tiny(recipe())
