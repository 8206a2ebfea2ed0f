"""What a run's folder tells of its training: the events of metrics.jsonl, the checkpoints that were kept, the film."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from clearhead.runs.film import Frames, read_film

METRICS_FILE = "metrics.jsonl"
MANIFEST = "MANIFEST.json"
WEIGHTS = "model.safetensors"


def read_events(folder: Path, kind: str) -> list[dict[str, Any]]:
    """Return the events of one kind ("step", "evaluation"), in order; a line cut short by a crash is left out."""
    path = folder / METRICS_FILE
    if not path.is_file():
        return []
    found = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and event.get("kind") == kind and isinstance(event.get("step"), int):
            found.append(event)
    return found


def read_checkpoints(folder: Path) -> Iterator[tuple[int, dict[str, Tensor] | str]]:
    """Yield the step and the weights of each checkpoint, the earliest first; of a damaged one why it cannot be read."""
    found = [path for path in (folder / "checkpoints").glob("step-*") if path.name[5:].isdecimal()]
    for path in sorted(found, key=lambda path: int(path.name[5:])):
        yield int(path.name[5:]), _weights(path)


def read_kept(folder: Path) -> Iterator[tuple[int, dict[str, Tensor] | str]]:
    """Yield the steps of the film and of the checkpoints in order, each once; as `read_checkpoints` does."""
    frames, problem = read_frames(folder)
    if problem:
        yield 0, problem
    checkpoints = {step: weights for step, weights in read_checkpoints(folder) if step not in frames}
    yield from sorted([*frames.items(), *checkpoints.items()], key=lambda kept: kept[0])


def read_frames(folder: Path) -> tuple[Frames, str]:
    """Return the film of a run, and where it cannot be read why."""
    try:
        return read_film(folder), ""
    except ValueError as problem:
        return {}, str(problem)


@torch.no_grad()
def put_weights(model: nn.Module, weights: dict[str, Tensor]) -> str:
    """Put weights into a model by their names; return what does not fit."""
    own = dict(model.named_parameters())
    for name, weight in weights.items():
        if name not in own or own[name].shape != weight.shape:
            return f"it has {name} of shape {list(weight.shape)}"
    for name, weight in weights.items():
        own[name].copy_(weight)
    return ""


def _weights(path: Path) -> dict[str, Tensor] | str:
    try:
        size = json.loads((path / MANIFEST).read_text(encoding="utf-8"))["files"][WEIGHTS]["size"]
        if (path / WEIGHTS).stat().st_size != size:
            return f"{path.name} is damaged: {WEIGHTS} has another size than was written."
        weights: dict[str, Tensor] = load_file(path / WEIGHTS)
        return weights
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        return f"{path.name} cannot be read: {error}"
