"""Checkpoints that survive: a folder is a checkpoint only when its manifest says so and every byte agrees.

    checkpoints/step-000400/   model.safetensors  optimizer.safetensors  [average, best]  state.json  MANIFEST.json

Written to a temporary folder, each file flushed to the disk, the manifest (sizes and sha256) last, then renamed.
Nobody trusts the name "latest": the newest folder whose manifest holds is the one.
"""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

MANIFEST = "MANIFEST.json"


@dataclass
class Checkpoint:
    """All that a training needs to go on as if it had never stopped."""

    step: int
    tensors: dict[str, dict[str, Tensor]]
    """By file: "model", "optimizer", and "average" when weights are being averaged."""
    state: dict[str, Any]


def save_checkpoint(folder: Path, checkpoint: Checkpoint, *, keep: int = 2) -> Path:
    """Write a checkpoint below `folder` and then remove all but the newest `keep`.

    Raises:
        OSError: the disk is full or read-only; older checkpoints are untouched and the unfinished one is removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / f"step-{checkpoint.step:06d}"
    unfinished = folder / f".unfinished-{checkpoint.step:06d}-{os.getpid()}"
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir()
        for name, tensors in checkpoint.tensors.items():
            path = unfinished / f"{name}.safetensors"
            save_file({key: tensor.detach().contiguous().cpu() for key, tensor in tensors.items()}, path)
            _flush(path)
        write_flushed(unfinished / "state.json", json.dumps(checkpoint.state, indent=1))
        manifest = {
            path.name: {"size": path.stat().st_size, "sha256": _sha256(path)} for path in sorted(unfinished.iterdir())
        }
        write_flushed(unfinished / MANIFEST, json.dumps({"step": checkpoint.step, "files": manifest}, indent=1))
        if final.exists():  # the same step saved again after a resume
            final.rename(folder / f".unfinished-{final.name}")
        unfinished.rename(final)
    except (OSError, SafetensorError) as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise OSError(
            f"Checkpoint {final} could not be written: {reason}. Earlier checkpoints are intact; "
            f"free some disk space or choose another --out, then go on with --resume."
        ) from error
    _flush_folder(folder)
    for old in list_checkpoints(folder)[keep:]:
        shutil.rmtree(old, ignore_errors=True)
    for left_over in folder.glob(".unfinished-*"):
        shutil.rmtree(left_over, ignore_errors=True)
    return final


def list_checkpoints(folder: Path) -> list[Path]:
    """Return the checkpoint folders, newest first, good or not."""
    found = [path for path in folder.glob("step-*") if path.is_dir() and path.name[5:].isdecimal()]
    return sorted(found, key=lambda path: int(path.name[5:]), reverse=True)


def load_newest(folder: Path, *, device: torch.device | str = "cpu") -> tuple[Checkpoint | None, list[str]]:
    """Load the newest checkpoint that is whole.

    Returns:
        The checkpoint (None when there is none), and one sentence for each newer one that had to be passed over.
    """
    problems: list[str] = []
    for path in list_checkpoints(folder):
        problem = check(path)
        if problem is None:
            try:
                return _load(path, device), problems
            except (OSError, ValueError, KeyError, SafetensorError) as error:
                problem = f"it cannot be read ({error})"
        problems.append(f"Checkpoint {path.name} is damaged: {problem}. Falling back to the one before it.")
    return None, problems


def check(path: Path) -> str | None:
    """Say what is wrong with a checkpoint folder, or None when every file is as its manifest says."""
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        files = {name: (facts["size"], facts["sha256"]) for name, facts in dict(manifest["files"]).items()}
    except FileNotFoundError:
        return "its manifest is missing"
    except (OSError, ValueError, KeyError, TypeError):
        return "its manifest cannot be read"
    if "model.safetensors" not in files or "state.json" not in files:
        return "its manifest is incomplete"
    for name, (size, sha256) in files.items():
        file = path / Path(name).name
        if not file.is_file():
            return f"{name} is missing"
        if file.stat().st_size != size:
            return f"{name} has {file.stat().st_size} bytes instead of {size}"
        if _sha256(file) != sha256:
            return f"{name} has other contents than were written"
    return None


def write_flushed(path: Path, text: str) -> None:
    """Write a text file and wait until it is on the disk."""
    path.write_text(text, encoding="utf-8")
    _flush(path)


def _load(path: Path, device: torch.device | str) -> Checkpoint:
    state = json.loads((path / "state.json").read_text(encoding="utf-8"))
    tensors = {file.stem: load_file(file, device=str(device)) for file in sorted(path.glob("*.safetensors"))}
    return Checkpoint(step=int(state["step"]), tensors=tensors, state=state)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(path: Path) -> None:
    if os.name != "posix":  # Windows cannot open a folder; its rename is journaled
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
