"""The files of the repository and what they import, for the tests beside this file."""

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
PACKAGE = REPOSITORY / "clearhead"
MADE = {"__pycache__", "build", "dist", "runs", "node_modules"}
"""Folders that are not source: made by tools and trainings."""


def files(folder: Path, pattern: str = "*") -> list[Path]:
    """List the source files under a folder, without what tools make."""
    found = []
    for place, folders, names in os.walk(folder):
        is_package = Path(place) == PACKAGE  # where a room may bear the name of a folder for results
        folders[:] = [
            name
            for name in sorted(folders)
            if (name not in MADE or (is_package and name != "__pycache__"))
            and (not name.startswith(".") or name == ".ci")
            and not name.endswith(".egg-info")
        ]
        found += [Path(place) / name for name in sorted(names) if Path(name).match(pattern)]
    return found


def python_files() -> list[Path]:
    """List the Python files of the package."""
    return files(PACKAGE, "*.py")


@cache
def tree(path: Path) -> ast.Module:
    """Parse a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path: Path) -> str:
    """Write a path as it is read in a message: from the repository's root."""
    return path.relative_to(REPOSITORY).as_posix()


@dataclass(frozen=True)
class Import:
    """One import, at the top of a file or inside a function."""

    line: int
    module: str
    """The file that is imported, as a module name; a name taken out of a module names that module."""


def module_name(path: Path, root: Path = REPOSITORY) -> str:
    """Return the dotted name of a file: clearhead.layers.tap."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, known: frozenset[str], root: Path = REPOSITORY) -> Iterator[Import]:
    """Yield every import of a file, with those inside functions and the relative ones resolved.

    Args:
        known: the module names of the package, by which `from room import file` is told from `from file import name`.
    """
    package = module_name(path, root).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield Import(node.lineno, whole if whole in known else base)


def calls(path: Path) -> Iterator[tuple[int, str, ast.Call]]:
    """Yield every call of a file: its line, the dotted name of what is called ("torch.load"), and the node."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, dotted(node.func), node


def dotted(node: ast.expr) -> str:
    """Write a name or attribute as it stands: "np.load"; what stands before a call or an index is "…"."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "…"
