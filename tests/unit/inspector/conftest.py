"""Small models whose weights all differ from zero, and a tokenizer that reads Chinese."""

from collections.abc import Callable

import pytest
import torch

from clearhead.inspector.look import Look
from clearhead.models.base import LanguageModel, load_model
from clearhead.tokenizers.base import Tokenizer, train_tokenizer

ALPHABET = "我吃了一个苹果发布新手机 the cat sat."


def shaken(name: str = "gpt") -> LanguageModel:
    """Return a tiny model whose every weight is random (a fresh one begins as the identity)."""
    torch.manual_seed(1)
    model = load_model(name).tiny()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3)
    return model.eval()


@pytest.fixture
def model() -> LanguageModel:
    """Return a tiny GPT."""
    return shaken()


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    """Return a tokenizer of single characters, with room in the tiny model's vocabulary."""
    return train_tokenizer("character", [ALPHABET], vocab_size=37)


@pytest.fixture
def look_at(model: LanguageModel, tokenizer: Tokenizer) -> Callable[[str], Look]:
    """Return a function that lets the tiny GPT read a text."""
    return lambda text: Look(model, tokenizer, text, name="tiny")
