"""Times on one core: which runs count."""

import pytest
import torch

from clearhead.experiments.claims import _timing
from clearhead.experiments.claims._timing import one_core, shortest_seconds
from clearhead.tasks.base import never_stop


def test_the_shortest_run_counts_and_the_one_before_each_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(_timing.time, "perf_counter", lambda: now[0])
    lasts = iter([100.0, 3.0, 100.0, 2.0, 100.0, 5.0])

    def work() -> None:
        now[0] += next(lasts)

    assert shortest_seconds({"work": work}, rounds=3, poll=never_stop) == {"work": 2.0}


def test_within_the_block_there_is_one_thread_and_after_it_as_many_as_before() -> None:
    before = torch.get_num_threads()
    with pytest.raises(RuntimeError), one_core():
        assert torch.get_num_threads() == 1
        raise RuntimeError
    assert torch.get_num_threads() == before
