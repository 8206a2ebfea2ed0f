"""preprocessing.json: how a run's training data were read, so that new inputs are read in the same way."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearhead.tasks.base import Tell

PREPROCESSING_FILE = "preprocessing.json"


def keep_preprocessing(examples: Any, folder: Path, tell: Tell, **more: Any) -> None:
    """Write what is needed to read new inputs in the same way into the run's folder."""
    tell(f"Reading {examples.name}.")
    text = json.dumps({**examples.preprocessing(), **more}, ensure_ascii=False, indent=1)
    (folder / PREPROCESSING_FILE).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def read_preprocessing(folder: Path) -> dict[str, Any]:
    """Read how a run's training data were read.

    Raises:
        FileNotFoundError: the folder does not say it.
    """
    path = folder / PREPROCESSING_FILE
    if not path.is_file():
        raise FileNotFoundError(f"{folder} must hold {PREPROCESSING_FILE}, which says how inputs are read; got none.")
    recipe: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return recipe


def some_rows(count: int, share: float) -> NDArray[np.int64]:
    """Return the places of a share of `count` rows, the same ones every time, in order; a smaller share is a part."""
    return np.sort(np.random.default_rng(0).permutation(count)[: max(1, round(share * count))])
