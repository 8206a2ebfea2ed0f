"""The folder is the registry: what a room offers is what files lie in it.

An entry is a module (or package) of a room whose name does not start with "_" and is not "base".
Nothing registers itself; adding a file adds the entry everywhere it is offered.
"""

import ast
import difflib
import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType

PACKAGE = "clearhead"
PACKAGE_PATH = Path(__file__).resolve().parent.parent


@cache
def entries(room: str) -> tuple[str, ...]:
    """List the entries of a room, sorted by name.

    Args:
        room: path of the room inside the package, for example "models" or "inspector/views".
    """
    folder = PACKAGE_PATH / room
    names = (module.name for module in pkgutil.iter_modules([str(folder)]))
    return tuple(sorted(name for name in names if not name.startswith("_") and name != "base"))


def load(room: str, name: str) -> ModuleType:
    """Import one entry of a room.

    Raises:
        ValueError: no such entry; the message lists the entries there are and the nearest name.
    """
    return importlib.import_module(f"{PACKAGE}.{room.replace('/', '.')}.{find(room, name)}")


def find(room: str, name: str) -> str:
    """Return the entry a user's spelling means ("word-vectors" and "word_vectors" are one)."""
    wanted = name.strip().lower().replace("-", "_")
    return choose(wanted, entries(room), where=f"{room}/")


def choose(name: str, choices: Iterable[str], *, where: str) -> str:
    """Return `name` when it is one of `choices`, otherwise raise an error that helps.

    Raises:
        ValueError: "No 'gtp' in models/. Available: bert, gpt. Did you mean 'gpt'?"
    """
    known = sorted(choices)
    if name in known:
        return name
    near = nearest(name, known)
    hint = f" Did you mean {near!r}?" if near else ""
    raise ValueError(f"No {name!r} in {where}. Available: {', '.join(known) or 'nothing'}.{hint}")


def nearest(name: str, choices: Iterable[str]) -> str | None:
    """Return the choice spelled most like `name`, or None when none is near."""
    found = difflib.get_close_matches(name, list(choices), n=1, cutoff=0.5)
    return found[0] if found else None


def summary(room: str, name: str) -> str:
    """Return the first line of an entry's docstring without importing it (help must be quick)."""
    path = PACKAGE_PATH / room / f"{name}.py"
    if not path.exists():
        path = PACKAGE_PATH / room / name / "__init__.py"
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    return docstring.splitlines()[0] if docstring else ""
