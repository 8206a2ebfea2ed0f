"""The command `clearhead`: which command runs, what is printed, with which exit code it leaves."""

import errno
import importlib.metadata
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from clearhead.cli import _app
from clearhead.core import catalog

Command = Callable[..., Any]


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that makes the given functions the only commands there are."""

    def put(**functions: Callable[..., Any]) -> None:
        modules = {}
        for name, function in functions.items():
            modules[name] = ModuleType(name)
            setattr(modules[name], "run" if function.__name__ == "run" else "main", function)
        monkeypatch.setattr(catalog, "entries", lambda room: tuple(sorted(modules)))
        monkeypatch.setattr(catalog, "load", lambda room, name: modules[name])
        monkeypatch.setattr(catalog, "summary", lambda room, name: f"About {name}.")

    return put


def test_without_words_the_commands_are_listed(command: Command, plant: Callable[..., None]) -> None:
    plant(train=lambda: None, look=lambda: None)
    done = command()
    assert done.exit_code == 0
    assert "  look   About look.\n  train  About train.\n" in done.out
    assert done == command("--help") == command("-h")


def test_version_is_the_installed_one(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "1.2.3")
    assert command("--version").out == "clearhead 1.2.3\n"


def test_a_command_gets_its_words_and_its_exit_code_is_passed_on(command: Command, plant: Callable[..., None]) -> None:
    def main(run: Path, /, *, max_tokens: int = 5) -> int:
        """Say what came."""
        print(run.name, max_tokens)
        return 3

    plant(generate=main)
    done = command("generate", "runs/a", "--max-tokens", 7)
    assert (done.exit_code, done.out) == (3, "a 7\n")


def test_a_command_with_run_reads_its_words_itself(command: Command, plant: Callable[..., None]) -> None:
    def run(argv: list[str]) -> None:
        print(argv)

    plant(train=run)
    done = command("train", "language_modeling", "--model.d-model", 64)
    assert (done.exit_code, done.out) == (0, "['language_modeling', '--model.d-model', '64']\n")


def test_hyphens_in_a_command_are_underscores_of_its_file(command: Command, plant: Callable[..., None]) -> None:
    plant(word_vectors=lambda: print("here"))
    assert command("word-vectors").out == "here\n"


def test_an_unknown_command_offers_the_nearest(command: Command, plant: Callable[..., None]) -> None:
    plant(train=lambda: None, look=lambda: None)
    done = command("trian")
    assert (done.exit_code, done.out) == (2, "")
    assert done.err == "No 'trian' among the commands. Available: look, train. Did you mean 'train'?\n"


def test_an_option_before_any_command_is_refused(command: Command) -> None:
    done = command("--max-tokens", "3")
    assert done.exit_code == 2
    assert done.err == "clearhead needs a command before the option '--max-tokens'. See clearhead --help.\n"


def test_help_of_a_command_leaves_with_0(command: Command, plant: Callable[..., None]) -> None:
    def main(run: Path, /) -> None:
        """Do one thing.

        Args:
            run: the folder of a run
        """

    plant(look=main)
    done = command("look", "--help")
    assert done.exit_code == 0
    assert "usage: clearhead look [-h] RUN" in done.out
    assert "the folder of a run" in done.out


def test_ctrl_c_leaves_with_130_and_no_traceback(command: Command, plant: Callable[..., None]) -> None:
    def main() -> None:
        raise KeyboardInterrupt

    plant(train=main)
    done = command("train")
    assert (done.exit_code, done.err) == (130, "Stopped.\n")


def test_an_error_of_the_system_is_one_sentence(command: Command, plant: Callable[..., None], tmp_path: Path) -> None:
    plant(look=lambda: (tmp_path / "none").read_text(encoding="utf-8"))
    done = command("look")
    assert (done.exit_code, done.err) == (2, f"{tmp_path / 'none'} does not exist. Check the path.\n")


def test_our_own_mistake_is_told_apart_and_kept_in_a_file(command: Command, plant: Callable[..., None]) -> None:
    plant(look=lambda: {}["gone"])
    done = command("look", *())
    assert done.exit_code == 1
    assert done.err.startswith("This is a mistake in clearhead, not yours: KeyError: 'gone'.")
    assert "Traceback" not in done.err
    details = Path(done.err.split("details in ")[1].strip().removesuffix("."))
    text = details.read_text(encoding="utf-8")
    details.unlink()
    assert "command: clearhead look\n" in text
    assert "KeyError: 'gone'" in text


@pytest.mark.skipif(os.name == "nt", reason="Windows tells a closed pipe otherwise")
def test_a_reader_that_leaves_early_is_no_error() -> None:
    program = "import sys; from clearhead.cli import _app; sys.exit(_app.main(['--help']))"
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([sys.executable, "-c", program], stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


def test_chinese_is_written_where_the_console_has_another_encoding(tmp_path: Path) -> None:
    program = (
        "import sys; from clearhead.core import catalog; from clearhead.cli import _app\n"
        "catalog.entries = lambda room: ('look',)\ncatalog.summary = lambda room, name: '看 \\udcff'\n"
        "sys.exit(_app.main([]))"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert "look  看 \\udcff" in done.stdout.decode("utf-8")


def test_python_m_clearhead_is_the_same_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "clearhead", "no-such-command"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("No 'no_such_command' among the commands.")


def test_a_full_disk_while_printing_is_told(plant: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    def main() -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "runs/a/model.safetensors")

    plant(train=main)
    assert _app.main(["train"]) == 2
    assert capsys.readouterr().err == (
        "runs/a/model.safetensors cannot be written: the disk is full. Free some space, or choose another place.\n"
    )
