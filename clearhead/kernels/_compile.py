"""How the loops of this room are compiled: numba, without the GIL, kept in the user's private cache folder.

numba keeps compiled code as pickles of its own, the one exception to the product's rule; hence the folder that nobody
else can write. Where there is none, functions are compiled anew in each process.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import config as numba_config

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])

FAST_MATH = frozenset({"reassoc", "contract", "arcp", "nsz"})
"""Sums may be reordered, so that they run in vector registers; infinities and NaN keep their meaning."""


def compiled(function: FunctionT) -> FunctionT:
    """Compile a function when it is first called; it runs without the GIL and without bounds checks."""
    configured = numba_config.CACHE_DIR  # type: ignore[attr-defined]
    folder = configured or _private_folder()
    # numba reads this setting while it decorates; other users of numba in this process keep their own.
    numba_config.CACHE_DIR = folder  # type: ignore[attr-defined]
    try:
        decorate: Any = numba.njit(nogil=True, fastmath=set(FAST_MATH), error_model="numpy", cache=bool(folder))
        return decorate(function)
    finally:
        numba_config.CACHE_DIR = configured  # type: ignore[attr-defined]


def _private_folder() -> str:
    """Return a folder that only this user can write, or "" where there is none."""
    folder = _cache_folder() / "numba"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
        if os.name == "posix" and (folder.stat().st_uid != os.getuid() or folder.stat().st_mode & 0o022):
            return ""
    except OSError:
        return ""
    return str(folder)


def _cache_folder() -> Path:
    """Return the folder of `data/_cache.py`, said again here: this room stands below that one."""
    named = os.environ.get("CLEARHEAD_CACHE")
    if named:
        return Path(named).expanduser()
    try:
        home = Path.home()
    except RuntimeError:  # a container's user without a home: a folder others may write holds no code
        return Path(os.devnull)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "clearhead" / "cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "clearhead"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "clearhead"
