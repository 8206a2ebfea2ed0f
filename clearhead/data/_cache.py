"""Where the product keeps what it may throw away: encoded text, and known sets a user put there.

Encoded text is an entry: a folder named by 32 hexadecimal digits. The time of its manifest says when it was last used.
"""

import os
import re
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

MANIFEST = "manifest.json"
UNUSED_DAYS = 30
"""An entry that nobody opened for longer is removed."""
MAX_BYTES = 20 * 10**9
"""Of more than this, the entries that were used longest ago are removed."""
_DAY_SECONDS = 24 * 3600


def cache_folder() -> Path:
    """Return $CLEARHEAD_CACHE, or this platform's folder for a user's caches. It need not exist yet."""
    named = os.environ.get("CLEARHEAD_CACHE")
    if named:
        return Path(named).expanduser()
    try:
        home = Path.home()
    except RuntimeError:  # a container's user without a home
        return Path(tempfile.gettempdir()) / "clearhead"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "clearhead" / "cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "clearhead"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "clearhead"


def mark_used(entry: Path) -> None:
    """Remember that this process has opened an entry, and when."""
    _OPENED.add(entry.absolute())
    with suppress(OSError):  # a cache that may only be read is nobody's to empty
        os.utime(entry / MANIFEST)


def remove_unused(folder: Path) -> None:
    """Remove the entries of a folder that were long not used, and of too many bytes those used longest ago.

    What this process has opened stays, and what anybody has used within a day: another process, perhaps of another
    machine, may still read it.
    """
    now, total = time.time(), 0
    found = []
    for entry in _entries(folder):
        with suppress(OSError):  # another process removes it at this moment
            size = sum(file.stat().st_size for file in entry.iterdir())
            found.append((_time_of_use(entry), size, entry))
            total += size
    for used, size, entry in sorted(found):
        unused_days = (now - used) / _DAY_SECONDS
        is_too_much = unused_days > UNUSED_DAYS or total > MAX_BYTES
        if is_too_much and unused_days > 1 and entry.absolute() not in _OPENED and _remove(entry):
            total -= size


_OPENED: set[Path] = set()


def _entries(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if re.fullmatch("[0-9a-f]{32}", path.name)]
    except OSError:  # gone, or not to be listed: tidying up is no reason to fail
        return []


def _time_of_use(entry: Path) -> float:
    manifest = entry / MANIFEST
    return (manifest if manifest.exists() else entry).stat().st_mtime


def _remove(entry: Path) -> bool:
    """Remove a folder as one: nobody ever finds half of it under its name; tell whether that was possible."""
    try:
        away = Path(tempfile.mkdtemp(prefix="broken-", dir=entry.parent))
    except OSError:  # a folder that may only be read
        return False
    try:
        entry.rename(away / entry.name)
    except OSError:  # another process was quicker, or, on Windows, reads it
        return False
    finally:
        shutil.rmtree(away, ignore_errors=True)
    return True
