"""Where the product keeps what it may throw away: encoded text, and known sets a user put there."""

import os
import sys
import tempfile
from pathlib import Path


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
