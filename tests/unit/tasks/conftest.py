"""One small text as a task."""

from pathlib import Path

import pytest
from tiny import write_sample_text
from tiny_tasks import Trained, train_tiny

from clearhead.core import catalog
from clearhead.data.base import open_text
from clearhead.tasks.language_modeling import LanguageModeling
from clearhead.tokenizers.base import train_tokenizer


@pytest.fixture
def text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small text whose encoding is kept in a folder of the test."""
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    return write_sample_text(tmp_path)


@pytest.fixture
def task(text: Path) -> LanguageModeling:
    """Return the task of the text, character by character, in windows of 16."""
    source = open_text(text)
    tokenizer = train_tokenizer("character", source.documents("train"), vocab_size=40)
    made: LanguageModeling = catalog.load("tasks", "language_modeling").read_windows(
        source, tokenizer, context_length=16
    )
    return made


@pytest.fixture(scope="session")
def translator(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Return a translator that trained for a few steps on 60 pairs."""
    return train_tiny("translation", tmp_path_factory.mktemp("translation"))
