"""Small models whose weights all differ from zero, and a tokenizer that reads Chinese."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny import write_sample_text
from watched_training import Impatient, watched_run

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


@pytest.fixture(scope="session")
def text_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder with a text to train on; encoded texts are kept apart from the user's."""
    folder = tmp_path_factory.mktemp("text")
    write_sample_text(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLEARHEAD_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield folder


@pytest.fixture(scope="session")
def seen(text_folder: Path) -> tuple[Any, Impatient]:
    """Return what came of a tiny training, and everything that was seen of it."""
    watched = Impatient()
    return watched_run(text_folder, "seen", watched), watched
