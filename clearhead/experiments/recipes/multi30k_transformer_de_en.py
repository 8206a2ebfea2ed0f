"""German image captions to English by a small Transformer.

Target: The tutorials of bentrevett (PyTorch seq2seq) report 36.5 for a small Transformer on test 2016.
"""

from typing import Any

from clearhead.experiments.recipes import _translation
from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="bleu_tokenized",
        value=36.5,
        direction="at_least",
        split="test",
        source="bentrevett, seq2seq tutorials: tokenized, lower-cased BLEU of a small Transformer on test 2016.",
    ),
)


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return _translation.options(
        "multi30k", "de", "en", epochs=11, vocab_size=6000, model_options=_translation.transformer(), lower_case=True
    )


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    return _translation.tiny(recipe())
