"""Parts of speech of English web text by a bidirectional LSTM that also reads the letters of each word, with a CRF.

Target: Tang 2018, a BiLSTM-CNN-CRF with pre-trained word vectors: 95.1 % of the words of the test part. Here no vectors
from elsewhere are used: all is learned from the 12,544 sentences.
"""

from typing import Any

from clearhead.experiments.recipes._texts import TAGGING
from clearhead.experiments.recipes.base import Target

TARGETS = (
    Target(
        score="accuracy",
        value=0.951,
        direction="at_least",
        split="test",
        source="Tang 2018 reports 95.1 % of the words (UPOS) of UD English-EWT's test part for a BiLSTM-CNN-CRF.",
    ),
)

TRAINING = {**TAGGING, "batch_size": 32}


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return {
        "task": "tagging",
        "data": "ud_english_ewt",
        "model": "recurrent",
        "epochs": 8.0,
        "model_options": {"embedding_dim": 100, "hidden_size": 200, "character_dim": 50, "character_size": 100},
        "task_options": {"head": "crf"},
        "training_options": dict(TRAINING),
    }


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    made = {key: value for key, value in recipe().items() if key != "epochs"}
    small = {"steps": 2, "model_options": {"embedding_dim": 16, "hidden_size": 16}}
    return {**made, **small, "training_options": {**TRAINING, "precision": "fp32"}}
