"""The examples in docstrings give what they say."""

import doctest
import importlib

from architecture import source

FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def test_the_examples_in_docstrings_are_true() -> None:
    modules = [path for path in source.python_files() if ">>> " in path.read_text(encoding="utf-8")]
    results = {
        path: doctest.testmod(importlib.import_module(source.module_name(path)), optionflags=FLAGS) for path in modules
    }
    assert {source.shown(path): result.failed for path, result in results.items() if result.failed} == {}
    assert {source.shown(path) for path, result in results.items() if result.attempted == 0} == set()
