"""What every test may use, and what none may do."""

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

# Libraries that could ask a model hub must not try; this has to stand before they are imported.
for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"):
    os.environ[name] = "1"
# A test is run beside others: what a command may take for a terminal of the developer must not change its output.
os.environ["COLUMNS"] = "120"
os.environ.pop("FORCE_COLOR", None)


@pytest.fixture
def repository() -> Path:
    """Return the root of the repository."""
    return REPOSITORY


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder of the real data sets, or skip the test where it is not at hand."""
    folder = Path(os.environ.get("CLEARHEAD_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the data sets are not at {folder}; set CLEARHEAD_DATA to their folder")
    return folder


@dataclass(frozen=True)
class Outcome:
    """What a command did: its exit code and what it printed."""

    exit_code: int
    out: str
    err: str


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Return a function that runs `clearhead WORDS…` in this process."""
    from clearhead.cli._app import main

    def run(*words: object) -> Outcome:
        capfd.readouterr()
        code = main([str(word) for word in words])
        captured = capfd.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


@pytest.fixture(autouse=True)
def no_connection_leaves_this_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail whatever tries to reach another machine; a test needs no network, the product opens no connection."""
    connect = socket.socket.connect

    def checked(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"  # a path is a socket of this machine
        if host not in ("localhost", "::1", "") and not str(host).startswith("127."):
            raise AssertionError(f"a test tried to connect to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", checked)
    yield
