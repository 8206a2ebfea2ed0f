"""Which files a user means: one file, a folder, a glob; which of them are for training, validation and test."""

import errno
import glob
import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from clearhead.core import catalog
from clearhead.data._read import shown

HASH_ALL_BYTES = 200 << 20
"""Text up to this size is known by its content; above it, by sizes, times and samples (reading it takes too long)."""
_SAMPLE_BYTES = 1 << 16
_PART_OF_NAME = {"train": "train", "training": "train", "valid": "valid", "validation": "valid", "val": "valid"}
_PART_OF_NAME |= {"dev": "valid", "test": "test"}
_NOT_TEXT_OF_THE_SET = ("readme", "license", "licence", "copying", "sha256sums")


@dataclass
class Found:
    """The files of one path, in a fixed order, and what was left out on the way."""

    files: list[Path]
    notes: list[str] = field(default_factory=list)


def find_files(path: Path) -> Found:
    """Return the files that a file, a folder (searched to the bottom) or a glob names, sorted by path.

    Hidden files and folders, `__pycache__` and linked folders inside a folder are left out and counted.

    Raises:
        FileNotFoundError: nothing there; the message offers the nearest name beside it.
        ValueError: a device or pipe, or a folder without a file.
    """
    path = path.expanduser()
    try:
        if path.is_dir():
            return _files_below(path)
        if path.is_file():
            return Found([path])
        if path.exists():
            raise ValueError(
                f"{shown(path)} must be a file or a folder, got a device or a pipe. Write it to a file first."
            )
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise ValueError(f"{shown(path)} cannot be read: {error.strerror}. Check its permissions.") from None
    if any(sign in str(path) for sign in "*?["):
        matches = sorted(Path(name) for name in glob.glob(str(path), recursive=True))
        files = [match for match in matches if match.is_file()]
        if files:
            return Found(files)
        raise FileNotFoundError(f"No file matches {shown(path)!r} in {shown(Path.cwd())}. Check the pattern.")
    raise FileNotFoundError(f"No file or folder {shown(path)!r} in {shown(Path.cwd())}.{_hint(path)}")


def find_parts(files: list[Path], folder: Path | None) -> dict[str, list[Path]] | None:
    """Return the files by part when their names, or those of the folders they lie in, say train, valid, test.

    Returns:
        Files of each part, "train" first; None when a file has another name, or none is for training.
    """
    parts: dict[str, list[Path]] = {"train": [], "valid": [], "test": []}
    for path in files:
        inside = path.relative_to(folder).parts if folder else (path.name,)
        if _words(inside[0])[0] in _NOT_TEXT_OF_THE_SET:
            continue
        part = part_of(inside[0])
        if part is None:
            return None
        parts[part].append(path)
    return {part: found for part, found in parts.items() if found} if parts["train"] else None


def part_of(name: str) -> str | None:
    """Return "train", "valid" or "test" where the name of a file or folder says so, otherwise None."""
    named = {_PART_OF_NAME[word] for word in _words(name) if word in _PART_OF_NAME}
    return named.pop() if len(named) == 1 else None


def _words(name: str) -> list[str]:
    return re.split(r"[._-]", name.lower())  # train.txt, wiki.train.tokens, train-00000-of-00004.jsonl


def fingerprint(parts: dict[str, list[Path]], settings: str) -> str:
    """Name the content of the files of each part, wherever they lie, and how they are read; hex digits."""
    digest = hashlib.sha256(settings.encode("utf-8"))
    sizes = {path: path.stat() for files in parts.values() for path in files}
    is_small = sum(status.st_size for status in sizes.values()) <= HASH_ALL_BYTES
    for part, files in parts.items():
        digest.update(f"\0{part}\0".encode())
        for path in files:
            content = _content_digest(path) if is_small else _sample_digest(path, sizes[path])
            digest.update(f"{path.suffix.lower()} {sizes[path].st_size} ".encode("utf-8", "backslashreplace") + content)
    return digest.hexdigest()


def _content_digest(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:  # reading the text will say why
        return b"unreadable"


def _sample_digest(path: Path, status: os.stat_result) -> bytes:
    digest = hashlib.sha256(str(status.st_mtime_ns).encode())
    try:
        with path.open("rb") as file:
            for place in (0, status.st_size // 2, max(0, status.st_size - _SAMPLE_BYTES)):
                file.seek(place)
                digest.update(file.read(_SAMPLE_BYTES))
    except OSError:
        return b"unreadable"
    return digest.digest()


def _files_below(folder: Path) -> Found:
    files: list[Path] = []
    notes: list[str] = []
    num_hidden = 0
    closed: list[OSError] = []
    for root, folders, names in os.walk(folder, onerror=closed.append):
        open_folders = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
        links = [name for name in open_folders if Path(root, name).is_symlink()]
        notes += [f"Left out the linked folder {shown(Path(root, name))}." for name in links]
        visible = [name for name in names if not name.startswith(".")]
        num_hidden += len(names) + len(folders) - len(visible) - len(open_folders)
        folders[:] = open_folders
        files += [Path(root, name) for name in visible if Path(root, name).is_file()]
    notes += [f"Left out the folder {shown(str(error.filename))}: {error.strerror}." for error in closed]
    if num_hidden:
        notes.append(f"Left out {num_hidden} hidden files and folders.")
    if not files:
        raise ValueError(
            f"{shown(folder)} must hold text files, got {' '.join(notes) or 'an empty folder.'} Put text there."
        )
    return Found(sorted(files, key=lambda path: path.relative_to(folder).as_posix()), notes)


def _hint(path: Path) -> str:
    parent = path.parent
    while not parent.is_dir() and parent != parent.parent:
        path, parent = parent, parent.parent
    try:
        near = catalog.nearest(path.name, [beside.name for beside in parent.iterdir()])
    except OSError:
        near = None
    return f" Did you mean {shown(parent / near)!r}?" if near else " Check the spelling, or give a known name."
