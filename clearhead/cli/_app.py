"""The command `clearhead`: finds the command asked for, runs it, and says every mistake in one sentence.

A command is a file of this folder with `main(...)`, whose annotations are its options (`_options.py`), or with
`run(argv)`, when its options depend on its words. Only that file is imported; help needs no torch.
"""

import contextlib
import os
import sys
from collections.abc import Sequence
from typing import Any, TextIO

from clearhead.core import catalog

ROOM = "cli"
INTERRUPTED = 130
PIPE_CLOSED = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 2 a user's mistake, 1 ours, 130 interrupted."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        _use_utf8(stream)
    try:
        code = _dispatch(words)
        sys.stdout.flush()
        return code
    except SystemExit as leaving:  # tyro after a help page, or a command that has said all it had to say
        return leaving.code if isinstance(leaving.code, int) else 0
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader left (`| head`). What is still buffered must go nowhere, or Python complains when it exits.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as error:
        from clearhead.cli import _failures  # nor shall help pay for failing

        return _failures.report(error, words)


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(help_text())
        return 0
    if words[0] in ("-V", "--version"):
        print(f"clearhead {version()}")
        return 0
    if words[0].startswith("-"):
        raise ValueError(f"clearhead needs a command before the option {words[0]!r}. See clearhead --help.")
    name = _find_command(words[0])
    command: Any = catalog.load(ROOM, name)
    if hasattr(command, "run"):
        result = command.run(words[1:])
    else:
        from clearhead.cli import _options

        result = _options.parse(command.main, words[1:], prog=f"clearhead {name}")
    return result if isinstance(result, int) else 0


def _find_command(word: str) -> str:
    try:
        return catalog.find(ROOM, word)
    except ValueError as error:
        raise ValueError(str(error).replace(f"in {ROOM}/", "among the commands", 1)) from None


def help_text() -> str:
    """Return the list of commands with the first line of each file, read without importing any."""
    names = catalog.entries(ROOM)
    width = max((len(name) for name in names), default=0)
    rows = [f"  {name:<{width}}  {catalog.summary(ROOM, name)}" for name in names]
    return "\n".join(
        [
            "usage: clearhead COMMAND [OPTIONS]",
            "",
            "Train a neural network on your own data, check every number inside it, and use it anywhere.",
            "",
            "commands:",
            *rows,
            "",
            "options:",
            "  -h, --help     this page; after a command, that command's page",
            "  -V, --version  the version",
            "",
            "A first run of everything, about two minutes: clearhead demo",
        ]
    )


def version() -> str:
    """Return the version of the installed package."""
    import importlib.metadata

    try:
        return importlib.metadata.version(catalog.PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return "(run from its source folder, not installed)"


def _use_utf8(stream: TextIO | None) -> None:
    """Read and write UTF-8 wherever the console's own encoding may lack Chinese (Windows, LANG=C)."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is None or stream is None:  # a captured stream, or none at all (pythonw)
        return
    if stream is sys.stdin:
        reconfigure(encoding="utf-8")
    else:
        reconfigure(encoding="utf-8", errors="backslashreplace")
