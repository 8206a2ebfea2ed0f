"""How long something takes on one core: the shortest time of several, by turns where ways are compared."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import torch

from clearhead.tasks.base import Poll


@contextmanager
def one_core() -> Iterator[None]:
    """Compute in one thread within a `with` block."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def shortest_seconds(
    ways: Mapping[str, Callable[[], object]], *, rounds: int, poll: Poll, seconds: float = 0.0
) -> dict[str, float]:
    """Run each way once in every round and return its shortest time.

    Other work on the machine only ever adds to a time, so that the shortest says most. Before each timed run stands one
    that does not count: it brings back what the other ways pushed out of the caches.

    Args:
        rounds: at least so many.
        seconds: go on with further rounds until so much time has passed.
    """
    found = dict.fromkeys(ways, float("inf"))
    begun, done = time.perf_counter(), 0
    while done < rounds or time.perf_counter() - begun < seconds:
        for name, way in ways.items():
            poll()
            way()
            started = time.perf_counter()
            way()
            found[name] = min(found[name], time.perf_counter() - started)
        done += 1
    return found
