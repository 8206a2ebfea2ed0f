"""The stop switch: the first signal asks, the second one leaves at once, handlers are put back."""

import signal
import subprocess
import sys
import threading

import pytest

from clearhead.training.stopping import StopRequested, StopSwitch

TWICE = """
import signal
from clearhead.training.stopping import StopSwitch
with StopSwitch() as stop:
    signal.raise_signal(signal.SIGINT)
    print("asked", stop.is_requested, flush=True)
    signal.raise_signal(signal.SIGINT)
    print("never")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_answered_at_the_next_safe_place(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with StopSwitch() as stop:
        stop.check()
        signal.raise_signal(number)
        with pytest.raises(StopRequested):
            stop.check()
    assert signal.getsignal(number) is before


def test_the_second_signal_leaves_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", TWICE], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "asked True"
    assert done.returncode == 128 + signal.SIGINT


def test_outside_the_main_thread_no_handler_is_touched() -> None:
    before, seen = signal.getsignal(signal.SIGINT), []

    def work() -> None:
        with StopSwitch() as stop:
            seen.append(signal.getsignal(signal.SIGINT))
            stop.is_requested = True
            with pytest.raises(StopRequested):
                stop.check()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


def test_another_thread_may_ask_as_a_signal_does() -> None:
    with StopSwitch() as stop:
        asking = threading.Thread(target=stop.ask)
        asking.start()
        asking.join()
        with pytest.raises(StopRequested):
            stop.check()
