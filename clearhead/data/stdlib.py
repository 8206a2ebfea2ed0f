"""The Python sources on the user's machine: real code, everywhere at hand, for a model that completes code."""

import os
import platform
import sysconfig
from pathlib import Path

from clearhead.data import _text_files

_LEFT_OUT = {"site-packages", "dist-packages", "test", "tests", "idle_test", "__pycache__"}


def open(*, is_whole: bool = False) -> _text_files.TextFiles:
    """Open the modules of this Python's standard library, without its tests; a document is a file.

    Args:
        is_whole: do not split; everything is for training.
    Raises:
        FileNotFoundError: this Python came without its sources.
    """
    folder = Path(sysconfig.get_paths()["stdlib"])
    files = []
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _LEFT_OUT and not name.startswith(".")]
        found = (Path(root, name) for name in names if name.endswith(".py"))
        files += [path for path in found if path.stat().st_size > 0]  # many __init__.py are empty
    files.sort(key=lambda path: path.relative_to(folder).as_posix())
    if len(files) < _text_files.MIN_DOCUMENTS:
        raise FileNotFoundError(
            f"stdlib must find Python's own .py files, got {len(files)} in {folder}. "
            "Give another text, or use a Python that brings its sources."
        )
    note = f"Standard library of Python {platform.python_version()}, without its tests."
    return _text_files.open_parts("stdlib", {"train": files}, is_whole=is_whole, notes=[note])
