"""Rows of mapped files."""

from pathlib import Path

import numpy as np
import pytest

from clearhead.core import memory


def mapped(folder: Path, rows: int = 1000) -> np.memmap:
    """Write numbers to a file and map it."""
    values = np.arange(rows * 3, dtype=np.float32).reshape(rows, 3)
    path = folder / "numbers.bin"
    values.tofile(path)
    return np.memmap(path, np.float32, "r", shape=(rows, 3))


def test_rows_taken_piece_by_piece_are_the_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_PIECE_BYTES", 12 * 70)  # 70 rows: many pieces, the last one cut
    array, rows = mapped(tmp_path), np.array([0, 1, 69, 70, 71, 500, 999])
    assert np.array_equal(memory.take_rows(array, rows), np.asarray(array)[rows])


def test_rows_of_a_reshaped_map_are_taken_too(tmp_path: Path) -> None:
    array = mapped(tmp_path).reshape(500, 6)
    assert np.array_equal(memory.take_rows(array, np.array([3, 400])), np.asarray(array)[[3, 400]])


def test_no_rows_and_an_array_that_is_no_file() -> None:
    array = np.arange(12).reshape(4, 3)
    assert memory.take_rows(array, np.array([], np.int64)).shape == (0, 3)
    assert np.array_equal(memory.take_rows(array, np.array([1, 3])), array[[1, 3]])


def test_pages_that_are_let_go_come_again(tmp_path: Path) -> None:
    array = mapped(tmp_path)
    before = array.sum()
    memory.let_go(array)
    assert array.sum() == before
    memory.let_go(np.arange(3))  # what is no file stays as it is
