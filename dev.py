"""The one entry for a stranger: makes the environment, then runs what is asked for.

    python3 dev.py demo      the whole thing on built-in data, about two minutes
    python3 dev.py test      the tests
    python3 dev.py check     style, types, architecture, both languages in step
    python3 dev.py bench     the measurements in benchmarks/
    python3 dev.py pictures  the pictures of docs/, drawn again by the commands of their pages

Words after the command go on to it: `dev.py test -k resume`. `--torch-index URL` takes another build of PyTorch
(for the CPU only, for a GPU) from the package index at that address, now and later.

Needs nothing but Python: the standard library makes `.venv` and pip fills it with the versions of
requirements/constraints.txt. A second run finds all in place and starts at once.
"""

from __future__ import annotations  # so that an old Python reads as far as the sentence that it is too old

import argparse
import difflib
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent
CONSTRAINTS = REPOSITORY / "requirements" / "constraints.txt"
PROJECT = REPOSITORY / "pyproject.toml"
OLDEST_PYTHON = (3, 11)
FREE_BYTES = {"core": 3 * 2**30, "dev": 1 * 2**30}
"""Room on the disk that an installation needs; PyTorch with CUDA is the most of it."""

COMMANDS = ("demo", "test", "check", "bench", "pictures")
CHECKS: dict[str, list[str]] = {
    "style": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "types": ["-m", "mypy"],
    "architecture and languages": ["-m", "pytest", "-q", "tests/architecture"],
}


class SetupError(Exception):
    """Something the person at the keyboard can mend; the message is one sentence with the remedy."""


def environment_folder() -> Path:
    """Return where the environment is: .venv, or the folder that CLEARHEAD_VENV names."""
    return REPOSITORY / os.environ.get("CLEARHEAD_VENV", ".venv")


def python_of(environment: Path) -> Path:
    """Return the environment's Python."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint(environment: Path, torch_index: str) -> str:
    """Return what a stamp must say to be in step: the pinned set, the project file, the Python and PyTorch's build."""
    content = hashlib.sha256()
    for path in (CONSTRAINTS, PROJECT, environment / "pyvenv.cfg"):
        content.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{content.hexdigest()}\n{torch_index}\n"


def prepare(extras: str, torch_index: str | None) -> Path:
    """Bring the environment in step with the pinned set; return its Python.

    Args:
        extras: "core" for what a user needs, "dev" for the tests and tools as well.
        torch_index: address of a package index with another build of PyTorch; None keeps the one chosen before.
    """
    environment = environment_folder()
    python = python_of(environment)
    index_file = environment / "clearhead-torch-index"
    chosen = index_file.read_text(encoding="utf-8").strip() if index_file.exists() else ""
    index = chosen if torch_index is None else torch_index
    stamps = {name: environment / f"clearhead-{name}.stamp" for name in ("core", "dev")}
    serving = ("dev",) if extras == "dev" else ("core", "dev")  # the larger set serves for the smaller
    present = [stamps[name].read_text(encoding="utf-8") for name in serving if stamps[name].exists()]
    if present and python.exists() and fingerprint(environment, index) in present:
        return python
    free = shutil.disk_usage(REPOSITORY).free
    needed = FREE_BYTES["dev" if stamps["core"].exists() else "core"]
    if free < needed:
        raise SetupError(
            f"The disk needs {needed / 2**30:.0f} GB free for the packages, it has {free / 2**30:.1f}. Free some space."
        )
    if not works(python):
        make(environment)
    for stamp in stamps.values():
        stamp.unlink(missing_ok=True)  # an installation that is cut off must not pass for a finished one
    install(python, extras, index, is_other_build=index != chosen)
    index_file.write_text(index, encoding="utf-8")
    stamps[extras].write_text(fingerprint(environment, index), encoding="utf-8")
    return python


def works(python: Path) -> bool:
    """Whether an environment's Python and pip start (the Python it was made from may be gone)."""
    try:
        done = subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def make(environment: Path) -> None:
    """Make the environment with the Python that runs this script."""
    say(f"Making {environment.name} with Python {platform.python_version()}")
    done = subprocess.run(
        [sys.executable, "-m", "venv", str(environment)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    output = done.stdout + done.stderr
    if done.returncode != 0 or not works(python_of(environment)):
        if "ensurepip" in output or "No module named venv" in output:
            raise SetupError(
                "This Python lacks its venv module. Install it (on Debian and Ubuntu: apt install python3-venv)."
            )
        raise SetupError(f"{environment} could not be made: {last_line(output)} Delete that folder and try again.")


def install(python: Path, extras: str, index: str, *, is_other_build: bool) -> None:
    """Install the pinned set: PyTorch first, since its build may come from elsewhere, then the rest and the package."""
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)$", CONSTRAINTS.read_text(encoding="utf-8"), re.MULTILINE))
    elsewhere = ["--extra-index-url", index] if index else []
    again = ["--force-reinstall", "--no-deps"] if is_other_build else []
    say("Installing PyTorch, once" + (f", from {index}" if index else "") + " (some minutes; it is the largest part)")
    if sys.platform == "linux" and not index:
        say("  The usual build for Linux brings CUDA (3 GB); --torch-index URL takes another, such as one for the CPU")
    if again:
        pip(python, [f"torch=={pins['torch']}", *elsewhere, *again])
    pip(python, [f"torch=={pins['torch']}", f"setuptools=={pins['setuptools']}", *elsewhere])
    what = "." if extras == "core" else ".[dev]"
    say("Installing the rest" + (" and the tools for the tests" if extras == "dev" else ""))
    # No build isolation: setuptools is pinned and here; isolation would fetch whichever is newest.
    pip(python, ["--no-build-isolation", "-e", what, *elsewhere])


def pip(python: Path, arguments: Sequence[str]) -> None:
    """Run `pip install` within the constraints; on a terminal its own progress is seen."""
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", *quiet, "-c", str(CONSTRAINTS)]
    with subprocess.Popen(
        [*command, *arguments], cwd=REPOSITORY, stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace"
    ) as process:
        errors = process.stderr.read() if process.stderr else ""
    if process.returncode != 0:
        raise SetupError(pip_failure(errors))


def pip_failure(errors: str) -> str:
    """Return what stopped pip, in one sentence."""
    if "No space left on device" in errors or "[Errno 28]" in errors:
        return "The disk is full. Free some space and run the same command again; what is installed stays."
    if "Retry(total=0" in errors or "ConnectionError" in errors or "Could not fetch URL" in errors:
        return (
            "The packages could not be fetched: no connection to the package index. "
            "Check the network (or pip's proxy settings) and run the same command again; what is installed stays."
        )
    if "Permission denied" in errors or "[Errno 13]" in errors:
        return f"{environment_folder()} cannot be written. Give yourself the right to it, or delete it, and try again."
    found = re.search(r"No matching distribution found for (\S+)", errors)
    if found:
        return (
            f"No {found[1]} for Python {platform.python_version()} on {platform.system()} {platform.machine()}. "
            "Try Python 3.12 or, for torch, another build with --torch-index URL."
        )
    reasons = [line for line in errors.splitlines() if line.startswith("ERROR: ")]  # the first says what, the last how
    return f"pip could not install the packages: {last_line(reasons[0] if reasons else errors)}"


def last_line(text: str) -> str:
    """Return the last line that says something, as a sentence."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("ERROR: ").rstrip(".") + "." if lines else "it gave no reason."


def run(python: Path, arguments: Sequence[str]) -> int:
    """Run the environment's Python in the repository; return its exit code."""
    return subprocess.run([str(python), *arguments], cwd=REPOSITORY, check=False).returncode


def check(python: Path) -> int:
    """Run every check, also after one has failed; return 0 when all pass."""
    failed = []
    for name, arguments in CHECKS.items():
        say(f"Checking {name}")
        if run(python, arguments) != 0:
            failed.append(name)
    say(f"Failed: {', '.join(failed)}" if failed else "All checks pass")
    return 1 if failed else 0


def bench(python: Path, names: Sequence[str]) -> int:
    """Run the named scripts of benchmarks/, or all of them, one after the other."""
    found = {path.stem: path for path in sorted((REPOSITORY / "benchmarks").glob("*.py")) if path.name[0] != "_"}
    unknown = [name for name in names if name not in found]
    if unknown or not found:
        listed = ", ".join(found) or "nothing"
        raise SetupError(f"No {unknown[0] if unknown else 'script'!r} in benchmarks/. Available: {listed}.")
    codes = []
    for name in names or found:
        say(f"Measuring {name}")
        codes.append(run(python, [str(found[name])]))
    return max(codes)


def say(text: str) -> None:
    """Tell what happens now."""
    print(f"[dev] {text}", flush=True)


def parse(words: Sequence[str]) -> tuple[str, str | None, list[str]]:
    """Return the command, the index of PyTorch's build if one is named, and the words that go on to what is run."""
    reader = argparse.ArgumentParser(prog="dev.py", add_help=False, allow_abbrev=False)
    reader.add_argument("--torch-index", metavar="URL")
    options, rest = reader.parse_known_args(words)
    if not rest or rest[0] in ("-h", "--help"):
        print(__doc__)
        raise SystemExit(0)
    if rest[0] not in COMMANDS:
        near = difflib.get_close_matches(rest[0], COMMANDS, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise SetupError(f"dev.py has no command {rest[0]!r}. Available: {', '.join(COMMANDS)}.{hint}")
    if rest[0] == "check" and rest[1:]:
        raise SetupError(f"dev.py check takes no further words, got {rest[1]!r}. Run python3 dev.py check.")
    return rest[0], options.torch_index, rest[1:]


def main(words: Sequence[str]) -> int:
    """Do what the command line asks; return the exit code."""
    command, torch_index, rest = parse(words)
    python = prepare("core" if command == "demo" else "dev", torch_index)
    if command == "demo":
        return run(python, ["-m", "clearhead", "demo", *rest])
    if command == "test":
        return run(python, ["-m", "pytest", *rest])
    if command == "pictures":
        return run(python, ["-m", "docs.pictures", *rest])
    return bench(python, rest) if command == "bench" else check(python)


if __name__ == "__main__":
    try:
        if sys.version_info < OLDEST_PYTHON:
            raise SetupError(
                f"This needs Python 3.11 or newer, it is {platform.python_version()}. "
                "Start dev.py with a newer one, for example: python3.12 dev.py demo"
            )
        sys.exit(main(sys.argv[1:]))
    except SetupError as error:
        print(f"dev.py: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
