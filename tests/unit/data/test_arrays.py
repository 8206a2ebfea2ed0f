"""Arrays in memory-mapped files: as they were written, made once, never trusted when something is wrong with them."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearhead.data import _arrays
from clearhead.data._arrays import ArrayWriter, keep

MARK = "ab" * 32


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path))
    return tmp_path / "tables"


def make(writer: ArrayWriter) -> dict[str, Any]:
    for start in (0, 4):
        writer.append("inputs", np.arange(start, start + 4, dtype=np.float32).reshape(2, 2))
    writer.append("none", np.empty((0, 3), np.int64))
    return {"names": ["中", "b"]}


def refusing(writer: ArrayWriter) -> dict[str, Any]:
    raise AssertionError("nothing was to be made")


def test_rows_come_back_as_they_were_written_with_their_facts() -> None:
    for maker in (make, refusing):
        kept = keep("tables", MARK, maker)
        inputs = kept.arrays["inputs"]
        assert isinstance(inputs, np.memmap) and not inputs.flags.writeable
        assert inputs.tolist() == [[0, 1], [2, 3], [4, 5], [6, 7]] and kept.arrays["none"].shape == (0, 3)
        assert kept.facts == {"names": ["中", "b"]} and kept.note == ""


def cut(entry: Path) -> None:
    (entry / "inputs.bin").write_bytes((entry / "inputs.bin").read_bytes()[:-4])


def flip(entry: Path) -> None:
    (entry / "inputs.bin").write_bytes(b"\1" + (entry / "inputs.bin").read_bytes()[1:])


def confuse(entry: Path) -> None:
    (entry / "manifest.json").write_text("[]", encoding="utf-8")


@pytest.mark.parametrize("damage", [cut, flip, confuse])
def test_a_damaged_entry_is_made_anew(damage: Callable[[Path], None], own_cache: Path) -> None:
    keep("tables", MARK, make)
    damage(own_cache / MARK[:32])
    assert keep("tables", MARK, make).arrays["inputs"].sum() == 28
    assert keep("tables", MARK, refusing).arrays["inputs"].sum() == 28


def test_an_interrupted_making_leaves_nothing(own_cache: Path) -> None:
    def stop(writer: ArrayWriter) -> dict[str, Any]:
        make(writer)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep("tables", MARK, stop)
    assert [*own_cache.iterdir()] == []


def test_an_entry_made_meanwhile_by_another_process_serves(own_cache: Path) -> None:
    def slow(writer: ArrayWriter) -> dict[str, Any]:
        keep("tables", MARK, make)
        return make(writer)

    assert keep("tables", MARK, slow).arrays["inputs"].sum() == 28
    assert [path.name for path in own_cache.iterdir()] == [MARK[:32]]


def test_a_problem_with_a_users_file_is_not_told_as_one_of_the_cache() -> None:
    def unreadable(writer: ArrayWriter) -> dict[str, Any]:
        raise PermissionError(errno.EACCES, "Permission denied", "mine.csv")

    with pytest.raises(PermissionError, match=r"mine\.csv"):
        keep("tables", MARK, unreadable)


def test_a_full_disk_stops_with_a_sentence_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, own_cache: Path, tmp_path: Path
) -> None:
    def no_room(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(_arrays.os, "fsync", no_room)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(ValueError, match=r"\(No space left on device\), nor can .* set CLEARHEAD_CACHE to a folder"):
        keep("tables", MARK, make)
    assert [*own_cache.iterdir()] == []
