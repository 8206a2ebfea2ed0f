"""The files of a page: which there are, what type they have, how they are packed into one file that needs no server.

A server gives out exactly the files that lay in a page's folders when it started, each under its own name: no path of
a request is ever looked up on the disk. A module names another by a path that begins with "./" or "../".
"""

import base64
import gzip
import hashlib
import json
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
CACHE = "no-cache"
"""A browser keeps a file and asks each time whether it is still the same: an update is seen at once."""
SHELL = Path(__file__).parent / "page"
STRINGS = SHELL / "strings"
LANGUAGES = ("en", "zh")
_IMPORT = re.compile(r"""(\bfrom\s*|\bimport\s*\(?\s*)(["'])(\.{1,2}/[^"'\n]+)\2""")


@dataclass(frozen=True)
class PageFile:
    """One file that is given out as it lies on the disk."""

    path: Path
    type: str

    def read(self) -> tuple[bytes, str]:
        """Return the content, and a name for exactly this content, by which a browser knows what it has."""
        content = self.path.read_bytes()
        return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'


@lru_cache(maxsize=256)
def packed(content: bytes) -> bytes:
    """Return a file's content as gzip, which is a third as long; the same content is packed once."""
    return gzip.compress(content, 6, mtime=0)


def page_files(folders: Mapping[str, Path]) -> dict[str, PageFile]:
    """List the files under some folders by the name a page asks for them by.

    Args:
        folders: the first part of the name, for example "web/page", and the folder it stands for.
    """
    return {
        f"{prefix}/{path.relative_to(folder).as_posix()}": PageFile(path, TYPES[path.suffix])
        for prefix, folder in folders.items()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in TYPES and not path.name.startswith(".")
    }


def needed_modules(files: Mapping[str, PageFile], entries: Iterable[str]) -> dict[str, PageFile]:
    """Return of the files of a page the modules it needs: those it begins with, and all that these import in turn."""
    found: set[str] = set()
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            text = files[name].path.read_text(encoding="utf-8")
            waiting += [_full_name(path, name) for _, _, path in _IMPORT.findall(text)]
    return {name: file for name, file in files.items() if name in found}


def inlined_modules(files: Mapping[str, PageFile]) -> str:
    """Return an import map in which every module is its own address: it works where a file may load no other.

    Each module is known by its full name ("web/page/strings.js"), to which the paths in the modules are rewritten.
    """
    addresses = {}
    for name, file in files.items():
        if file.path.suffix == ".js":
            text = with_full_names(file.path.read_text(encoding="utf-8"), name)
            addresses[name] = "data:text/javascript;base64," + base64.b64encode(text.encode()).decode()
    return json.dumps({"imports": addresses})


def with_full_names(text: str, name: str) -> str:
    """Return a module's text in which the modules it imports are called by their full names."""

    def rewrite(found: re.Match[str]) -> str:
        before, quote, path = found.groups()
        return f"{before}{quote}{_full_name(path, name)}{quote}"

    return _IMPORT.sub(rewrite, text)


def _full_name(path: str, name: str) -> str:
    """Return the full name of what a module, itself called by its own, calls by a path."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def read_strings(languages: Sequence[str] = LANGUAGES) -> dict[str, dict[str, str]]:
    """Return the words of the pages, by language and key."""
    return {code: json.loads((STRINGS / f"{code}.json").read_text(encoding="utf-8")) for code in languages}
