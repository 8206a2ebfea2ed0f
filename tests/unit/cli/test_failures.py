"""Whose mistake it was, and what is said about it."""

import errno
import importlib.metadata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clearhead.cli import _failures
from clearhead.core import catalog, config


def raised(action: Callable[[], Any]) -> BaseException:
    """Return what an action raises, with its traceback."""
    with pytest.raises(BaseException) as caught:
        action()
    return caught.value


def throw(error: BaseException) -> Callable[[], None]:
    """Return an action that raises the error, from a file that is not the package's."""

    def action() -> None:
        raise error

    return action


def test_an_error_raised_by_the_package_speaks_for_itself() -> None:
    error = raised(lambda: catalog.choose("gtp", ["gpt"], where="models/"))
    assert _failures.users_mistake(error) == "No 'gtp' in models/. Available: gpt. Did you mean 'gpt'?"


@pytest.mark.parametrize(
    "action",
    [
        lambda: int("x"),
        lambda: config.to_json(3),  # dataclasses' own TypeError, out of a line of ours
        lambda: None + 1,  # type: ignore[operator]
        throw(ValueError("from a library")),
        throw(AssertionError("ours")),
        throw(KeyError("ours")),
        throw(RuntimeError("ours")),
        throw(ModuleNotFoundError("No module named 'clearhead.gone'", name="clearhead.gone")),
    ],
)
def test_any_other_error_is_ours(action: Callable[[], Any]) -> None:
    assert _failures.users_mistake(raised(action)) is None


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (FileNotFoundError(errno.ENOENT, "no", "a.txt"), "a.txt does not exist. Check the path."),
        (
            PermissionError(errno.EACCES, "no", "a"),
            "a is not open to you. Give yourself the right to it, or choose another place.",
        ),
        (OSError(errno.EROFS, "no", "a"), "a lies on a read-only disk. Choose another place."),
        (NotADirectoryError(errno.ENOTDIR, "no", "a"), "a goes through a file as if it were a folder. Check the path."),
        (IsADirectoryError(errno.EISDIR, "no", "a"), "a is a folder where a file is needed. Name a file inside it."),
        (
            OSError(errno.EADDRINUSE, "no"),
            "What was asked for is in use by another program. Choose another --port.",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device", "m"),
            "m cannot be written: the disk is full. Free some space, or choose another place.",
        ),
        (
            RuntimeError("I/O error: No space left on device (os error 28)"),
            "The file cannot be written: the disk is full. Free some space, or choose another place.",
        ),
        (
            OSError(errno.EIO, "Input/output error", "a"),
            "a cannot be used: Input/output error. Check it and try again.",
        ),
        (OSError(errno.ENOENT, "no", "a", None, "b"), "b does not exist. Check the path."),
        (FileNotFoundError("runs/a holds no model. Name a run."), "runs/a holds no model. Name a run."),
        (MemoryError(), "The memory of this machine does not suffice. Choose a smaller model, batch or context."),
    ],
)
def test_what_the_system_refuses_is_told_with_a_remedy(error: Exception, sentence: str) -> None:
    assert _failures.users_mistake(raised(throw(error))) == sentence


def test_memory_of_a_gpu_is_known_by_its_name_without_torch() -> None:
    kind = type("OutOfMemoryError", (RuntimeError,), {})
    assert "memory of this machine" in str(_failures.users_mistake(kind("CUDA out of memory")))


def test_a_missing_package_is_named_with_the_extra_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["numpy>=2.0", 'gguf>=0.17; extra == "export"', 'pytest>=8; extra == "dev"']
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: lines)
    error = ModuleNotFoundError("No module named 'gguf.quants'", name="gguf.quants")
    assert _failures.users_mistake(error) == (
        "This needs the package 'gguf', which is not installed. Run pip install 'clearhead[export]'."
    )
    error = ModuleNotFoundError("No module named 'other'", name="other")
    assert _failures.users_mistake(error) == (
        "This needs the package 'other', which is not installed. Run pip install other."
    )


def test_the_details_hold_the_command_and_the_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_failures.tempfile, "tempdir", str(tmp_path))
    sentence = _failures.our_mistake(raised(throw(RuntimeError("boom"))), ["look", "a b"])
    (details,) = tmp_path.iterdir()
    assert sentence == (
        "This is a mistake in clearhead, not yours: RuntimeError: boom. "
        f"Please report it with the details in {details}."
    )
    text = details.read_text(encoding="utf-8")
    assert text.startswith("command: clearhead look 'a b'\npython 3.")
    assert text.endswith("RuntimeError: boom\n")


def test_where_no_file_can_be_written_the_details_are_in_the_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_failures.tempfile, "tempdir", str(tmp_path / "none"))
    sentence = _failures.our_mistake(raised(throw(RuntimeError("boom"))), ["look"])
    assert sentence.startswith("Traceback")
    assert sentence.endswith("not yours: RuntimeError: boom. Please report the lines above.")


def test_debug_shows_the_traceback_and_keeps_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLEARHEAD_DEBUG", "1")
    error = raised(lambda: catalog.choose("gtp", ["gpt"], where="models/"))
    assert isinstance(error, Exception)
    assert _failures.report(error, ["show"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_control_characters_of_a_message_cannot_steer_the_terminal() -> None:
    assert _failures.printable("a\x1b[2Jb\r\x9b\n狐狸\t") == "a\\x1b[2Jb\\x0d\\x9b\n狐狸\t"
