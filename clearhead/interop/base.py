"""Model folders of other libraries, in and out: one foreign format per file.

An entry of this room exports `MODEL_TYPE`, and
    reads(config) -> bool                                    whether a folder with this config.json is one of these
    read(directory) -> Model                                 float32, every weight checked
    writes(model) -> bool                                    whether the model can be written so that nothing is lost
    write(model, directory, *, tokenizer=None, dtype=None)   files into a folder
    slots(model_config) -> list[Slot]                        stored tensors beside our parameters
A format that is only written (gguf) answers `reads` with False and has neither `read` nor `slots`.
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from clearhead.core import catalog
from clearhead.interop._json import read_json as read_json
from clearhead.interop._json import write_json as write_json
from clearhead.interop._tensors import FILE, INDEX, find_tensors
from clearhead.interop._weights import check_vocabulary as check_vocabulary
from clearhead.models.base import Model
from clearhead.tokenizers.base import Tokenizer

CONFIG_FILE = "config.json"
WEIGHT_FILES = (FILE, INDEX)
STAGING = ".saving-"
"""How a folder begins that holds a save not yet moved into place."""
DESCRIBING = frozenset({CONFIG_FILE, FILE, "tokenizer.json"})
"""Files of which one alone means nothing: they belong to one save."""


def formats() -> tuple[str, ...]:
    """List the formats there are."""
    return catalog.entries("interop")


def readable_formats() -> tuple[str, ...]:
    """List the formats that can be read, by the model_type their config.json names."""
    return tuple(name for name in formats() if hasattr(catalog.load("interop", name), "read"))


def read_config(directory: Path) -> dict[str, Any]:
    """Read the config.json of a model folder.

    Raises:
        FileNotFoundError, ValueError: no such file, or not strict JSON.
    """
    return read_json(Path(directory) / CONFIG_FILE)


def find_format(config: dict[str, Any], *, where: str) -> ModuleType:
    """Return the entry that reads folders with this config.json.

    Raises:
        ValueError: no entry does; the message lists the readable ones and the nearest name.
    """
    known = readable_formats()
    for name in known:
        entry = catalog.load("interop", name)
        if entry.reads(config):
            return entry
    model_type = config.get("model_type")
    if not isinstance(model_type, str):
        raise ValueError(
            f"{where}/{CONFIG_FILE}.model_type must be one of {', '.join(known)}, got {model_type!r:.80}. "
            f"Name the folder of a model in one of these formats."
        )
    catalog.choose(model_type[:80], known, where=f"{where}/{CONFIG_FILE}.model_type")
    raise AssertionError(f"interop/{model_type} does not read its own model_type")


def read_model(directory: Path) -> Model:
    """Read the model of a folder, whichever format it is, as float32."""
    directory = Path(directory)
    return find_format(read_config(directory), where=directory.name).read(directory)


def choose_writer(model: Model, name: str | None = None) -> ModuleType:
    """Return the entry that writes this model: the named one, or its native one.

    Raises:
        ValueError: an unknown name, or a format that cannot hold this model; the message lists those that can.
    """
    fitting = [entry for entry in formats() if catalog.load("interop", entry).writes(model)]
    # Our own form holds every model; it is the last choice, since other tools do not read it.
    fitting.sort(key=lambda entry: getattr(catalog.load("interop", entry), "IS_FALLBACK", False))
    if name is None:
        return catalog.load("interop", next(entry for entry in fitting if entry in readable_formats()))
    entry = catalog.find("interop", name)
    if entry not in fitting:
        raise ValueError(
            f"The format must be one of {', '.join(fitting)} for this {type(model).__name__} model, got {entry!r}, "
            f"which cannot hold it. Use --to {fitting[0]}."
        )
    return catalog.load("interop", entry)


def write_model(
    model: Model,
    directory: Path,
    *,
    tokenizer: Tokenizer | None = None,
    dtype: str | None = None,
    to: str | None = None,
) -> None:
    """Write a model into a folder so that a crash at any moment leaves the old model or the new one, never a mixture.

    Args:
        dtype: "float32", "bfloat16" or "float16"; None keeps the model's own.
        to: the format; None means the model's native one.
    """
    entry = choose_writer(model, to)
    publish(directory, lambda folder: entry.write(model, folder, tokenizer=tokenizer, dtype=dtype))


def num_stored_parameters(directory: Path) -> int:
    """Count the numbers in a folder's tensors from their headers; a tied matrix is stored once."""
    total = 0
    for tensor in find_tensors(Path(directory)).values():
        count = 1
        for size in tensor.shape:
            count *= size
        total += count
    return total


def stored_dtype(directory: Path) -> str | None:
    """Return the number type of a folder's tensors, or None where they differ or none of ours is it."""
    names = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}
    found = {tensor.dtype for tensor in find_tensors(Path(directory)).values()}
    return names.get(found.pop()) if len(found) == 1 else None


def publish(directory: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write files into a new folder, then move them into `directory`, each in one step.

    config.json moves last, and leaves first when it or another described file changes: a folder without it is no
    model, so nobody reads new weights with an old description.

    Raises:
        OSError: the folder cannot be written; nothing that was there has been touched.
    """
    directory = Path(directory)
    if directory.exists() and not directory.is_dir():
        raise FileExistsError(f"{directory} must be a folder, got a file. Choose another name.")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for left_over in directory.glob(f"{STAGING}*"):  # of a save that was killed
            shutil.rmtree(left_over, ignore_errors=True)
        staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=directory))
    except OSError as error:
        raise _in_words(error, directory) from None
    try:
        fill(staging)
        names = sorted(path.name for path in staging.iterdir())
        for name in names:
            _flush(staging / name)
        changed = [name for name in names if not _is_same(staging / name, directory / name)]
        if set(changed) & DESCRIBING and set(changed) != {FILE}:
            (directory / CONFIG_FILE).unlink(missing_ok=True)
            changed = [name for name in names if name in changed or name == CONFIG_FILE]
        for name in sorted(changed, key=lambda name: (name == CONFIG_FILE, name)):
            os.replace(staging / name, directory / name)
        _flush(directory)
    except OSError as error:
        raise _in_words(error, directory) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if not any(directory.iterdir()):  # nothing was saved: leave no empty folder that looks like a run
            directory.rmdir()


def _is_same(new: Path, old: Path) -> bool:
    # Weights are not compared: they nearly always differ, and reading them costs as much as moving them is free.
    if new.name.endswith(".safetensors") or not old.is_file():
        return False
    return new.read_bytes() == old.read_bytes()


def _flush(path: Path) -> None:
    """Bring a file or folder to the disk before anything relies on it (folders: where the system can)."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _in_words(error: OSError, directory: Path) -> OSError:
    """Say what stopped a save; the old files are as they were."""
    if error.errno == errno.ENOSPC:
        remedy = "Free space or choose another folder; what was saved before is still there."
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        remedy = "Choose a folder you may write to; what was saved before is still there."
    else:
        remedy = "Choose another folder; what was saved before is still there."
    reason = "the disk is full" if error.errno == errno.ENOSPC else error.strerror or str(error)
    return type(error)(f"{directory} must be writable, got: {reason}. {remedy}")
