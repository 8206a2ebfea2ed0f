"""A run that is trained once for the tests beside this file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clearhead.training.assemble import train
from clearhead.training.finish import Result

TINY: dict[str, Any] = {
    "tokenizer": "character",
    "steps": 12,
    "model_options": {"num_layers": 1, "d_model": 32, "num_heads": 1, "context_length": 32},
    "training_options": {"batch_size": 8, "precision": "fp32", "eval_interval": 6},
}


@pytest.fixture(scope="session")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="session", autouse=True)
def own_cache(patch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep encoded texts of these tests out of the user's cache."""
    patch.setenv("CLEARHEAD_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(scope="session")
def text_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a text of a few thousand characters in which much repeats."""
    path = tmp_path_factory.mktemp("texts") / "cats.txt"
    animals = ("cat", "dog", "owl", "hen", "fox")
    lines = (f"The {animals[n % 5]} saw {n % 7} of the {animals[(n * n) % 5]}s." for n in range(300))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def result(text_file: Path, tmp_path_factory: pytest.TempPathFactory, own_cache: None) -> Result:
    """Train a model of that text for a second."""
    return train(data=str(text_file), out=str(tmp_path_factory.mktemp("runs") / "cats"), **TINY)
