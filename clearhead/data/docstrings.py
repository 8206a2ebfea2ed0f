"""Documentation of the Python functions on this machine to its first line: a summary at hand without any download.

The source is the function's name with its arguments and its documentation without the first line, white space made one
space; the target is that line. Only documentation as PEP 257 wants it is taken: a first line that is a sentence, a
blank line, and more.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from clearhead.core import catalog
from clearhead.data._pairs import PairFiles
from clearhead.data._pairs_tables import Row
from clearhead.data._read import Repairs, UnreadableTextError, read_chunks

_Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def open_pairs() -> PairFiles:
    """Open the documentation of this Python's standard library as pairs.

    Raises:
        FileNotFoundError: this Python came without its sources.
    """
    library = catalog.load("data", "stdlib").open(is_whole=True)
    table = _Documentation(tuple(library.files["train"]))
    # How long a summary is says nothing of its quality here: the longest documentation has a short first line too.
    return PairFiles("docstrings", {"train": [table]}, ("documentation", "summary"), None, notes=[library.notes[0]])


@dataclass
class _Documentation:
    """The functions and classes of Python files; see `Table` in _pairs_tables.py."""

    paths: tuple[Path, ...]

    @property
    def name(self) -> str:
        return f"{len(self.paths)} Python files"

    def rows(self, repairs: Repairs) -> Iterator[Row]:
        """Yield a row for each function and class that says more than one line."""
        yield from self._rows

    @cached_property
    def _rows(self) -> list[Row]:
        """All rows: parsing takes seconds, the rows a few megabytes."""
        return [row for path in self.paths for row in _read_documentation(path)]


def _read_documentation(path: Path) -> Iterator[Row]:
    try:
        module = ast.parse("".join(read_chunks(path)))
    except (SyntaxError, ValueError, RecursionError, UnreadableTextError):  # files that try how errors are told
        return
    for node in ast.walk(module):
        if isinstance(node, _Documented) and (text := ast.get_docstring(node)):
            first, _, rest = text.partition("\n")
            if first.endswith(".") and rest.startswith("\n"):
                yield node.lineno, f"{_signature(node)} {' '.join(rest.split())}", " ".join(first.split())


def _signature(node: _Documented) -> str:
    if isinstance(node, ast.ClassDef):
        return f"class {node.name}:"
    return f"def {node.name}({', '.join(argument.arg for argument in node.args.args)}):"
