"""What the command line says when something went wrong: one sentence and an exit code.

Exit 2: the user can mend it; the message says how. Exit 1: we must mend it; the details go to a file to be reported.
`CLEARHEAD_DEBUG=1` shows the traceback instead.
"""

import contextlib
import errno
import opcode
import os
import platform
import re
import shlex
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from clearhead.core import catalog

OURS = 1
USERS = 2

REMEDIES = {
    errno.ENOENT: "does not exist. Check the path",
    errno.EACCES: "is not open to you. Give yourself the right to it, or choose another place",
    errno.EPERM: "is not open to you. Give yourself the right to it, or choose another place",
    errno.EROFS: "lies on a read-only disk. Choose another place",
    errno.ENOTDIR: "goes through a file as if it were a folder. Check the path",
    errno.EISDIR: "is a folder where a file is needed. Name a file inside it",
    errno.EEXIST: "exists already. Choose another name",
    errno.EADDRINUSE: "is in use by another program. Choose another --port",
    errno.ENAMETOOLONG: "is too long a name for this disk. Choose a shorter one",
    errno.ENOSPC: "cannot be written: the disk is full. Free some space, or choose another place",
}


def report(error: Exception, words: Sequence[str]) -> int:
    """Print what went wrong on stderr and return the exit code."""
    sentence = users_mistake(error)
    if os.environ.get("CLEARHEAD_DEBUG", "") not in ("", "0"):
        traceback.print_exception(error)
    elif sentence is not None:
        print(printable(sentence), file=sys.stderr)
    else:
        print(printable(our_mistake(error, words)), file=sys.stderr)
    return OURS if sentence is None else USERS


def users_mistake(error: BaseException) -> str | None:
    """Return the sentence for an error that the user can mend, or None when it is ours.

    A ValueError or TypeError speaks to the user only when our own code raised it with `raise`: the same types fall
    out of any library when a programmer errs.
    """
    text = str(error)
    if "No space left on device" in text or "(os error 28)" in text:
        path = getattr(error, "filename", None)
        return f"{path or 'The file'} {REMEDIES[errno.ENOSPC]}."
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return "The memory of this machine does not suffice. Choose a smaller model, batch or context."
    if isinstance(error, ModuleNotFoundError) and (error.name or "").split(".")[0] != catalog.PACKAGE:
        return _missing_package((error.name or "").split(".")[0])
    if isinstance(error, OSError):
        return _refused_by_system(error)
    if isinstance(error, ValueError | TypeError) and _was_raised_by_us(error.__traceback__):
        return text
    return None


def our_mistake(error: BaseException, words: Sequence[str]) -> str:
    """Write the traceback to a file and return the sentence that says where it is."""
    brief = traceback.format_exception_only(error)[-1].strip()
    details = "".join(traceback.format_exception(error))
    about = f"command: clearhead {shlex.join(words)}\npython {platform.python_version()} on {platform.platform()}\n"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="clearhead-error-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as file:
            file.write(f"{about}\n{details}")
    except OSError:
        return f"{details}\nThis is a mistake in clearhead, not yours: {brief}. Please report the lines above."
    return f"This is a mistake in clearhead, not yours: {brief}. Please report it with the details in {file.name}."


def printable(text: str) -> str:
    """Show control characters as escapes: a file's name or a model's text must not steer the terminal."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", lambda found: f"\\x{ord(found[0]):02x}", text)


def _refused_by_system(error: OSError) -> str:
    if error.errno is None:  # raised by us, with its own sentence
        return str(error)
    path = error.filename2 or error.filename
    shown = str(path) if path is not None else "What was asked for"
    known = REMEDIES.get(error.errno)
    return f"{shown} {known}." if known else f"{shown} cannot be used: {error.strerror}. Check it and try again."


def _missing_package(module: str) -> str:
    """Name the package to install, by the extra of ours that brings it where one does."""
    import importlib.metadata  # 30 ms, which only a missing package need cost

    wanted = module
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        for line in importlib.metadata.requires(catalog.PACKAGE) or []:
            extra = re.search(r"extra == .(\w+)", line)
            if extra and re.match(rf"{re.escape(module)}\b", line, re.IGNORECASE):
                wanted = f"'{catalog.PACKAGE}[{extra[1]}]'"
                break
    return f"This needs the package {module!r}, which is not installed. Run pip install {wanted}."


def _was_raised_by_us(trace: TracebackType | None) -> bool:
    """Whether the innermost frame is a `raise` statement of this package."""
    if trace is None:
        return False
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    is_raise = code.co_code[trace.tb_lasti] == opcode.opmap["RAISE_VARARGS"]
    return is_raise and Path(code.co_filename).is_relative_to(catalog.PACKAGE_PATH)
