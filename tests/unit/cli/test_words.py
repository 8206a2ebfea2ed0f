import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearhead.interop._word2vec_format import write_text_vectors

Command = Callable[..., Any]


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    """A file of four words."""
    rows = np.array([[1, 0], [1, 0.1], [0, 1], [0.1, 1]], np.float32)
    write_text_vectors(tmp_path / "few.vec", ["cat", "dog", "train", "tram"], rows)
    return tmp_path / "few.vec"


def test_it_lists_the_nearest_words(command: Command, vectors: Path) -> None:
    outcome = command("words", vectors, "near", "cat", "--top", 1)
    assert (outcome.exit_code, outcome.out.split()) == (0, ["0.9950", "dog"])


def test_it_prints_json(command: Command, vectors: Path) -> None:
    outcome = command("words", vectors, "similarity", "cat", "train", "--json")
    assert json.loads(outcome.out) == {"words": ["cat", "train"], "cosine": 0.0}


def test_it_exports(command: Command, vectors: Path, tmp_path: Path) -> None:
    outcome = command("words", vectors, "export", tmp_path / "few.bin", "--format", "binary")
    assert outcome.exit_code == 0 and "Wrote 4 words of 2 numbers" in outcome.out
    assert command("words", tmp_path / "few.bin", "near", "tram", "--top", 1).out.split()[1] == "train"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("near", "cta"), "No 'cta' among the 4 words of few.vec. Did you mean 'cat'"),
        (("nera", "cat"), "Did you mean 'near'?"),
        (("analogy", "cat"), "takes 3 words, got 1"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(
    words: tuple[str, ...], message: str, command: Command, vectors: Path
) -> None:
    outcome = command("words", vectors, *words)
    assert outcome.exit_code == 2 and message in outcome.err
    assert "Traceback" not in outcome.err
