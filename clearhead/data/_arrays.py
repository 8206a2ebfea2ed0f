"""Arrays in memory-mapped files, made once for each mark that names what they are made from.

An entry of the cache is a folder: one file of little-endian numbers for each array, and `manifest.json` with shapes,
checksums and facts. It is written under another name and renamed when whole, so that a killed process leaves nothing
that looks finished; what does not agree with its manifest is made anew.
"""

import atexit
import json
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearhead.data._cache import cache_folder
from clearhead.data._read import shown

FORMAT = 1
CHECK_ALL_BYTES = 256 << 20
"""Files up to this size are checked byte for byte when opened; larger ones at their start, middle and end."""
_ABANDONED_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Kept:
    """What an entry holds."""

    arrays: dict[str, NDArray[Any]]
    """Read-only; memory-mapped files."""
    facts: dict[str, Any]
    """Plain JSON values that were known when the arrays were made."""
    note: str = ""
    """A sentence when the cache could not be written and a temporary folder serves."""


class _CannotWriteError(Exception):
    """The cache cannot be written; the message is the system's."""


@contextmanager
def _writing() -> Iterator[None]:
    """Tell what the cache's folder refuses from what goes wrong with a user's files."""
    try:
        yield
    except OSError as error:
        raise _CannotWriteError(error.strerror or str(error)) from error


class ArrayWriter:
    """Arrays that grow by rows, each in a file of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, Any] = {}
        self._shapes: dict[str, dict[str, Any]] = {}

    def append(self, name: str, rows: NDArray[Any]) -> None:
        """Add rows to the array of this name; the first call settles its number format and the shape of a row."""
        rows = np.ascontiguousarray(rows, dtype=rows.dtype.newbyteorder("<"))
        if name not in self._files:
            with _writing():
                self._files[name] = (self._folder / f"{name}.bin").open("wb")
            self._shapes[name] = {"dtype": rows.dtype.str, "shape": [0, *rows.shape[1:]]}
        shape = self._shapes[name]
        assert [rows.dtype.str, *rows.shape[1:]] == [shape["dtype"], *shape["shape"][1:]], name
        with _writing():
            self._files[name].write(rows.data if rows.size else b"")
        shape["shape"][0] += len(rows)

    def finish(self) -> dict[str, dict[str, Any]]:
        """Bring everything to the disk and return what the manifest says of each array."""
        for name, file in self._files.items():
            file.flush()
            os.fsync(file.fileno())
            file.close()
            self._shapes[name]["checksum"] = _checksum(self._folder / f"{name}.bin")
        return self._shapes

    def close(self) -> None:
        """Close the files of an entry that will not be finished."""
        for file in self._files.values():
            file.close()


def keep(kind: str, mark: str, make: Callable[[ArrayWriter], dict[str, Any]]) -> Kept:
    """Return the arrays of a mark: those an earlier run made, or what `make` writes now.

    Args:
        kind: folder of the cache: "tables", "images".
        mark: hex digits that name what the arrays are made from, and how.
        make: writes the arrays and returns the facts to keep with them.
    Raises:
        ValueError: no folder has room.
    """
    folder = cache_folder() / kind
    found = _open_entry(folder / mark[:32], mark)
    if found:
        return found
    try:
        return _make_entry(folder, mark, make)
    except _CannotWriteError as error:
        problem = f"{shown(folder)} cannot keep what was read ({error})"
    spare = Path(tempfile.mkdtemp(prefix=f"clearhead-{kind}-"))
    atexit.register(shutil.rmtree, spare, ignore_errors=True)
    try:
        kept = _make_entry(spare, mark, make)
    except _CannotWriteError as error:
        raise ValueError(
            f"{problem}, nor can {shown(spare)} ({error}). "
            "Free some space, or set CLEARHEAD_CACHE to a folder on a disk that has room."
        ) from None
    return Kept(kept.arrays, kept.facts, f"{problem}: a temporary folder is used, and the next run reads again.")


def _make_entry(folder: Path, mark: str, make: Callable[[ArrayWriter], dict[str, Any]]) -> Kept:
    with _writing():
        folder.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(folder)
        made = Path(tempfile.mkdtemp(prefix=f"making-{mark[:8]}-", dir=folder))
    writer = ArrayWriter(made)
    try:
        facts = make(writer)
        with _writing():
            manifest = {"format": FORMAT, "mark": mark, "arrays": writer.finish(), "facts": facts}
            text = json.dumps(manifest, ensure_ascii=False, indent=1)
            (made / "manifest.json").write_text(text, encoding="utf-8")
    except BaseException:  # Ctrl-C too: half an entry is of no use
        writer.close()
        shutil.rmtree(made, ignore_errors=True)
        raise
    entry = _put_in_place(made, folder / mark[:32], mark)
    if entry != made:
        shutil.rmtree(made, ignore_errors=True)
    kept = _open_entry(entry, mark)
    if kept is None:
        raise _CannotWriteError(f"what was written to {shown(entry)} cannot be read back")
    return kept


def _put_in_place(made: Path, entry: Path, mark: str) -> Path:
    """Give a finished folder its name. If another process was first, its entry serves; a broken one makes room."""
    for _ in range(3):
        try:
            made.rename(entry)
            return entry
        except OSError:
            if _open_entry(entry, mark):
                return entry
            try:
                entry.rename(made.with_name(made.name.replace("making-", "broken-")))
            except OSError:
                continue
    return made  # an entry that can be neither read nor moved (a lock of Windows): the new folder serves this run


def _open_entry(entry: Path, mark: str) -> Kept | None:
    """Open an entry of the cache; None when there is none, or when it is not what its manifest says."""
    try:
        manifest = json.loads((entry / "manifest.json").read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT or manifest["mark"] != mark:
            return None
        arrays: dict[str, NDArray[Any]] = {}
        for name, told in manifest["arrays"].items():
            path, dtype, shape = entry / f"{name}.bin", np.dtype(told["dtype"]), tuple(told["shape"])
            num_bytes = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
            if path.stat().st_size != num_bytes or _checksum(path) != told["checksum"]:
                return None
            arrays[name] = np.memmap(path, dtype, "r", shape=shape) if num_bytes else np.empty(shape, dtype)
        return Kept(arrays, dict(manifest["facts"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _checksum(path: Path) -> int:
    size = path.stat().st_size
    value = 0
    with path.open("rb") as file:
        if size <= CHECK_ALL_BYTES:
            while block := file.read(1 << 20):
                value = zlib.crc32(block, value)
            return value
        for place in (0, size // 2, size - (1 << 20)):
            file.seek(place)
            value = zlib.crc32(file.read(1 << 20), value)
    return value


def _remove_abandoned(folder: Path) -> None:
    """Remove what killed processes left more than a day ago."""
    for left in [*folder.glob("making-*"), *folder.glob("broken-*")]:
        try:
            is_old = time.time() - left.stat().st_mtime > _ABANDONED_SECONDS
        except OSError:
            continue
        if is_old:
            shutil.rmtree(left, ignore_errors=True)
