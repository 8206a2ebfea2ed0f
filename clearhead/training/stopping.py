"""Ctrl-C and SIGTERM: the first one asks the training to save and stop, the second one leaves at once."""

import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Any

SIGNALS = ("SIGINT", "SIGTERM")


class StopRequested(Exception):
    """Raised at a safe place after someone asked the training to stop."""


class StopSwitch:
    """Install the signal handlers for the length of a `with` block; `check` raises at the next safe place."""

    def __init__(self) -> None:
        self.is_requested = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "StopSwitch":
        if threading.current_thread() is threading.main_thread():
            for name in SIGNALS:
                number = getattr(signal, name)
                self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.is_requested:
            os._exit(128 + number)
        self.is_requested = True

    def ask(self) -> None:
        """Ask for a stop, as the first Ctrl-C does."""
        self.is_requested = True

    def check(self) -> None:
        """Raise StopRequested when a stop was asked for."""
        if self.is_requested:
            raise StopRequested
