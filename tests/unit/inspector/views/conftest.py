"""Small models of pairs whose weights all differ from zero, and what they read."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from clearhead.inspector.look import Look
from clearhead.models.base import load_model
from clearhead.tokenizers._pairs import PairTokenizer, train_pairs

SOURCE, TARGET = "the cat", "一个猫"


@pytest.fixture(scope="session")
def pairs() -> PairTokenizer:
    """Return a tokenizer of single characters for both sides."""
    return train_pairs([SOURCE, "a mat"], [TARGET, "垫子"], vocab_size=None, is_joint=True, kind="character", seed=0)


@pytest.fixture
def look_at_pair(pairs: PairTokenizer) -> Callable[..., Look]:
    """Return a function that makes a tiny model of pairs, by its name and options, and lets it read a pair."""

    def read(name: str = "transformer", source: str = SOURCE, target: str = TARGET, **options: object) -> Look:
        torch.manual_seed(1)
        kind = load_model(name)
        config = replace(
            kind.tiny().config,
            source_vocab_size=pairs.source_vocab_size,
            target_vocab_size=pairs.target_vocab_size,
            padding_id=pairs.padding_id,
            start_id=pairs.start_id,
            end_id=pairs.end_id,
            **options,
        )
        model = kind(config).eval()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.normal_(std=0.3)
        return Look(model, pairs, source, target=target, name="tiny")

    return read
