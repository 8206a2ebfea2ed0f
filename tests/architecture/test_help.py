"""The pages of help: every command has one, it is complete, and it comes without torch."""

import json
import subprocess
import sys

import pytest
from architecture import source

from clearhead.core import catalog

COMMANDS = catalog.entries("cli")
PROGRAM = """
import json, sys
from clearhead.cli._app import main
code = main(sys.argv[1:])
loaded = sorted({"torch", "transformers", "tokenizers", "matplotlib", "numpy"} & set(sys.modules))
print(json.dumps({"code": code, "loaded": loaded}), file=sys.stderr)
"""


def ask(*words: str) -> tuple[int, list[str], str]:
    """Run `clearhead WORDS` in a fresh process; return its exit code, the heavy modules it loaded, and its page."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        cwd=source.REPOSITORY,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    told = json.loads(done.stderr.splitlines()[-1])
    return told["code"], told["loaded"], done.stdout


def test_the_list_of_commands_is_complete_and_loads_nothing_heavy() -> None:
    code, loaded, page = ask("--help")
    assert (code, loaded) == (0, [])
    rows = dict(
        line.strip().split(maxsplit=1) for line in page.split("commands:")[1].split("options:")[0].strip().splitlines()
    )
    assert rows == {name: catalog.summary("cli", name) for name in COMMANDS}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_of_a_command_loads_nothing_heavy(name: str) -> None:
    code, loaded, page = ask(name, "--help")
    assert (code, loaded) == (0, [])
    assert f"usage: clearhead {name}" in page


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_one_way_in(name: str) -> None:
    module = catalog.load("cli", name)
    assert hasattr(module, "main") != hasattr(module, "run")


def test_importing_the_package_loads_nothing_heavy() -> None:
    program = "import sys, clearhead; print(sorted({'torch', 'numpy', 'tokenizers'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=source.REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
