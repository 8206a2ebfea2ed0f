"""film.safetensors: the weights of a small model at some steps of its training, the first ones close together.

    0/weight  0/bias  1/weight  1/bias  2/weight …        float32, "STEP/name of the parameter"

The header's metadata say {"form": "clearhead film", "version": "1"}. The last weights are those of the run itself.
Read with: training/film.py (who takes the pictures)
"""

import os
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

FILM_FILE = "film.safetensors"
MOST_PARAMETERS = 10_000
"""Models of more parameters have no film."""
MOST_FRAMES = 24
FORM = {"form": "clearhead film", "version": "1"}

Frames = dict[int, dict[str, Tensor]]
"""By the number of updates that had been made: the weights by name; the earliest first."""


def write_film(folder: Path, frames: Mapping[int, Mapping[str, Tensor]]) -> None:
    """Write the frames in place of those that were there; a crash leaves the old file or the new one.

    Raises:
        OSError: the folder cannot be written.
    """
    tensors = {
        f"{step}/{name}": weight.detach().to("cpu", torch.float32).contiguous()
        for step, weights in frames.items()
        for name, weight in weights.items()
    }
    unfinished = folder / f".unfinished-{FILM_FILE}"
    try:
        with unfinished.open("wb") as file:
            file.write(save(tensors, metadata=FORM))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(folder / FILM_FILE)
    finally:
        unfinished.unlink(missing_ok=True)


def read_film(folder: Path) -> Frames:
    """Read the frames of a run; none where it has no film.

    Raises:
        ValueError: the file is no film, or one of another version; the message says which.
    """
    path, found = folder / FILM_FILE, Frames()
    if not path.is_file():
        return found
    try:
        with safe_open(str(path), framework="pt") as file:
            notes = file.metadata() or {}
            if notes != FORM:
                raise ValueError(
                    f"{FILM_FILE} must be a film of version {FORM['version']}, got {notes!r:.80}. "
                    "Read it with the version of clearhead that wrote it, or delete it."
                )
            for key in file.keys():  # noqa: SIM118  no mapping: it has nothing else to go through
                step, _, name = key.partition("/")
                if not step.isdecimal() or not name:
                    raise ValueError(f"{FILM_FILE} must name its tensors STEP/NAME, got {key!r:.80}. Delete it.")
                found.setdefault(int(step), {})[name] = file.get_tensor(key)
    except (OSError, SafetensorError) as error:
        raise ValueError(
            f"{FILM_FILE} must be a whole safetensors file, got {error!s:.80}. Delete it: the run is whole without."
        ) from None
    return dict(sorted(found.items()))
