"""The cache is bounded: what nobody uses goes, what somebody reads stays."""

import multiprocessing
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from clearhead.data import _cache

DAY = 24 * 3600


def make_entry(folder: Path, number: int, *, days: float, size: int = 10) -> Path:
    """Write an entry as large as asked that was used so many days ago."""
    entry = folder / f"{number:032x}"
    entry.mkdir(parents=True)
    (entry / "train.bin").write_bytes(b"x" * size)
    (entry / _cache.MANIFEST).write_bytes(b"")
    use(entry, days)
    return entry


def use(entry: Path, days: float) -> None:
    os.utime(entry / _cache.MANIFEST, (time.time() - days * DAY,) * 2)


def left(folder: Path) -> list[int]:
    return sorted(int(path.name, 16) for path in folder.iterdir())


def test_the_cache_lies_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "mine"))
    assert _cache.cache_folder() == tmp_path / "mine"
    monkeypatch.delenv("CLEARHEAD_CACHE")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert _cache.cache_folder() == tmp_path / "xdg" / "clearhead"


def test_an_entry_that_nobody_used_for_thirty_days_goes(tmp_path: Path) -> None:
    for number, days in enumerate((0, 2, 29.9, 30.1, 400)):
        make_entry(tmp_path, number, days=days)
    _cache.remove_unused(tmp_path)
    assert left(tmp_path) == [0, 1, 2]


def test_of_too_many_bytes_those_go_that_were_used_longest_ago(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cache, "MAX_BYTES", 250)
    for number, days in enumerate((5, 9, 3, 7)):
        make_entry(tmp_path, number, days=days, size=100)
    _cache.remove_unused(tmp_path)
    assert left(tmp_path) == [0, 2]


def test_what_was_used_within_a_day_stays_however_much_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cache, "MAX_BYTES", 50)
    for number, days in enumerate((0.1, 0.9, 1.1)):
        make_entry(tmp_path, number, days=days, size=100)
    _cache.remove_unused(tmp_path)
    assert left(tmp_path) == [0, 1]


def test_what_this_process_has_opened_stays_however_long_ago(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cache, "_OPENED", set())
    opened, other = (make_entry(tmp_path, number, days=40) for number in (1, 2))
    _cache.mark_used(opened)
    use(opened, 40)
    monkeypatch.chdir(tmp_path)
    _cache.remove_unused(Path())
    assert not other.exists()
    assert opened.exists()


def test_using_an_entry_makes_it_young_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cache, "_OPENED", set())
    entry = make_entry(tmp_path, 1, days=40)
    _cache.mark_used(entry)
    _cache._OPENED.clear()  # as another process sees it
    _cache.remove_unused(tmp_path)
    assert entry.exists()


def test_an_entry_without_a_manifest_is_as_old_as_its_folder(tmp_path: Path) -> None:
    entry = make_entry(tmp_path, 1, days=40)
    (entry / _cache.MANIFEST).unlink()
    _cache.remove_unused(tmp_path)
    assert entry.exists()
    os.utime(entry, (time.time() - 40 * DAY,) * 2)
    _cache.remove_unused(tmp_path)
    assert not entry.exists()


def test_what_is_no_entry_is_nobodys_to_remove(tmp_path: Path) -> None:
    for name in ("mine", "making-0f-x", "broken-1"):
        make_entry(tmp_path, 1, days=400).rename(tmp_path / name)
    (tmp_path / ("0" * 32 + ".txt")).write_bytes(b"")
    before = sorted(tmp_path.iterdir())
    _cache.remove_unused(tmp_path)
    assert sorted(tmp_path.iterdir()) == before


def test_an_entry_that_cannot_be_moved_stays_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = make_entry(tmp_path, 1, days=40)

    def is_read(self: Path, target: Path) -> Path:
        raise PermissionError("another process reads it")

    monkeypatch.setattr(Path, "rename", is_read)
    _cache.remove_unused(tmp_path)
    assert left(tmp_path) == [1]
    assert (entry / "train.bin").exists()


def empty_again_and_again(folder: Path, barrier: Any) -> None:
    barrier.wait()
    for _ in range(20):
        _cache.remove_unused(folder)


def test_processes_that_empty_one_folder_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    for number in range(200):
        make_entry(tmp_path, number, days=40 if number % 2 else 0)
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(3)
    processes = [context.Process(target=empty_again_and_again, args=(tmp_path, barrier)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert left(tmp_path) == list(range(0, 200, 2))


def test_what_is_gone_when_it_is_looked_at_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_entry(tmp_path, 1, days=40)
    real = _cache._time_of_use

    def too_late(entry: Path) -> float:
        shutil.rmtree(entry)
        return real(entry)

    monkeypatch.setattr(_cache, "_time_of_use", too_late)
    _cache.remove_unused(tmp_path)
    assert left(tmp_path) == []
    _cache.remove_unused(tmp_path / "never made")
