"""A text to train on; encoded texts are kept apart from the user's."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny import tiny_train, write_sample_text

from clearhead.training.finish import Result


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what is encoded in a folder of the test run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLEARHEAD_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small text."""
    return write_sample_text(tmp_path_factory.mktemp("text"))


@pytest.fixture(scope="session")
def whole(text: Path, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Return a tiny training of 30 steps that nobody disturbed."""
    return tiny_train(text, tmp_path_factory.mktemp("whole") / "run")
