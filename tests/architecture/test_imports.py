"""Imports point down: from a floor to a lower one, never sideways, never up, never round in a circle."""

import ast
from pathlib import Path

import pytest
from architecture import source

FLOORS = {
    "core": 0,
    "tokenizers": 1, "kernels": 1, "layers": 1, "panels": 1,
    "models": 2, "data": 2, "metrics": 2,
    "generation": 3, "interop": 3,
    "tasks": 4,
    "runs": 5, "web": 5,
    "training": 6, "inspector": 6, "server": 6,
    "experiments": 7,
    "cli": 8,
}  # fmt: skip
REGISTRIES = {
    "tokenizers", "models", "data", "interop", "tasks", "cli",
    "inspector/views", "experiments/recipes", "experiments/claims",
}  # fmt: skip
"""Where each file is an entry: it imports only base.py and the files that begin with "_" of its own folder."""
WITHOUT_TORCH = ("core", "tokenizers", "kernels")
READS_THE_CATALOG = {"load", "entries", "summary", "find"}


def problems(root: Path) -> list[str]:
    """List what is wrong with the imports of the package `clearhead` under a root."""
    paths = source.files(root / "clearhead", "*.py")
    known = frozenset(source.module_name(path, root) for path in paths)
    found: list[str] = []
    graph: dict[str, set[str]] = {}
    for path in paths:
        name = source.module_name(path, root)
        here = Place(name, known)
        graph[name] = set()
        if here.room is not None and here.room not in FLOORS:
            found.append(f"{name}: the room {here.room!r} has no floor")
            continue
        for item in source.imports(path, known, root):
            where = f"{name}:{item.line}"
            outermost = item.module.split(".")[0]
            if outermost == "torch" and here.room in WITHOUT_TORCH:
                found.append(f"{where}: {here.room} works without torch")
            if outermost == "clearhead" and item.module != "clearhead":
                graph[name].add(item.module)
                if reason := refused(here, Place(item.module, known)):
                    found.append(f"{where}: imports {item.module}, {reason}")
        found += [f"{name}:{line}: {reason}" for line, reason in refused_lookups(path, here)]
    return found + [f"imports go round: {' → '.join(circle)}" for circle in circles(graph)]


class Place:
    """Where a module stands: its room, the registry it is in if any, and its file's name."""

    def __init__(self, name: str, known: frozenset[str]) -> None:
        parts = name.split(".")[1:]
        is_folder = any(other.startswith(f"{name}.") for other in known)
        self.folder = "/".join(parts if is_folder else parts[:-1])
        self.room = parts[0] if len(parts) > 1 or (parts and is_folder) else None
        self.file = "__init__" if is_folder else (parts[-1] if parts else "__init__")

    @property
    def is_entry(self) -> bool:
        """Whether this file is one of a registry's entries."""
        return self.folder in REGISTRIES and not self.file.startswith("_") and self.file != "base"


def refused(here: Place, there: Place) -> str | None:
    """Return why one module may not import another, or None when it may."""
    if here.room is None:  # clearhead/__init__.py and __main__.py stand above all rooms
        return None
    if there.room is None:
        return "which stands above all rooms"
    if here.room != there.room:
        if there.room not in FLOORS:
            return "a room without a floor"
        if FLOORS[there.room] >= FLOORS[here.room]:
            return f"which is on floor {FLOORS[there.room]}, not below floor {FLOORS[here.room]}"
        return None
    if there.is_entry:
        return "an entry of the same room; take it from the catalog, or move what is shared to a file beginning with _"
    return None


def refused_lookups(path: Path, here: Place) -> list[tuple[int, str]]:
    """List the calls of the catalog that ask for a room above: an import by another name."""
    constants = {
        target.id: node.value.value
        for node in source.tree(path).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = []
    for line, called, node in source.calls(path):
        module, _, function = called.rpartition(".")
        if here.room is None or module != "catalog" or function not in READS_THE_CATALOG or not node.args:
            continue
        first = node.args[0]
        room = first.value if isinstance(first, ast.Constant) else constants.get(getattr(first, "id", ""))
        room = str(room).split("/")[0]
        if room in FLOORS and room != here.room and FLOORS[room] >= FLOORS[here.room] and function == "load":
            found.append((line, f"loads entries of {room}, which is not below floor {FLOORS[here.room]}"))
    return found


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return each circle of imports once, as the modules it goes through."""
    found: list[list[str]] = []
    done: set[str] = set()

    def walk(name: str, trail: list[str]) -> None:
        if name in trail:
            found.append([*trail[trail.index(name) :], name])
            return
        if name in done:
            return
        for other in sorted(graph.get(name, ())):
            walk(other, [*trail, name])
        done.add(name)

    for name in sorted(graph):
        walk(name, [])
    return found


def test_imports_point_down() -> None:
    assert problems(source.REPOSITORY) == []


PLANTED = {
    "clearhead/__init__.py": "import clearhead.cli.train\n",
    "clearhead/core/catalog.py": "",
    "clearhead/layers/norms.py": "",
    "clearhead/layers/attention.py": "from clearhead.layers import norms\n",
    "clearhead/models/base.py": "from clearhead.core import catalog\n",
    "clearhead/models/_shared.py": "",
    "clearhead/models/gpt.py": "from clearhead.layers.attention import x\nfrom clearhead.models._shared import y\n",
    "clearhead/cli/train.py": "def main():\n    from clearhead.models import gpt\n",
}


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("clearhead/layers/norms.py", "def f():\n    from clearhead.models.base import x\n", "which is on floor 2"),
        ("clearhead/data/base.py", "import clearhead.models.base\n", "which is on floor 2, not below floor 2"),
        ("clearhead/data/base.py", "from ..models import base\n", "which is on floor 2, not below floor 2"),
        ("clearhead/models/bert.py", "from clearhead.models.gpt import x\n", "an entry of the same room"),
        ("clearhead/models/_other.py", "from clearhead.models import gpt\n", "an entry of the same room"),
        ("clearhead/layers/norms.py", "import clearhead.layers.attention\n", "imports go round"),
        ("clearhead/core/config.py", "import torch.nn\n", "core works without torch"),
        ("clearhead/tools/x.py", "", "the room 'tools' has no floor"),
        ("clearhead/core/config.py", "from clearhead import __main__\n", "which stands above all rooms"),
        ("clearhead/layers/norms.py", "catalog.load('models', 'gpt')\n", "loads entries of models"),
        ("clearhead/layers/norms.py", "ROOM = 'models'\ncatalog.load(ROOM, 'gpt')\n", "loads entries of models"),
    ],
)
def test_an_import_that_points_elsewhere_is_found(file: str, text: str, expected: str, tmp_path: Path) -> None:
    planted = {"clearhead/__main__.py": "", **PLANTED}
    for name, content in {**planted, file: text}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    (message,) = problems(tmp_path)
    assert expected in message
    assert file.removesuffix(".py").replace("/", ".") in message or "room" in message


def test_the_planted_package_is_sound_without_the_fault(tmp_path: Path) -> None:
    for name, content in PLANTED.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert problems(tmp_path) == []
