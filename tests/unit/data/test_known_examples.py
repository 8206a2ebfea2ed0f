"""Labelled sets known by name: what is listed, and what a missing one says."""

from pathlib import Path

import pytest

from clearhead.data import _known_examples
from clearhead.data._known_examples import IMAGES, find, listing, load_table


def test_the_listing_says_what_is_built_in_and_what_is_not_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_known_examples, "folders", lambda: [tmp_path])
    where = {row["name"]: row["where"] for row in listing()}
    assert where["iris"] == where["digits"] == "built in" and where["mnist"] == ""
    with pytest.raises(FileNotFoundError, match=r"'mnist' must be on this machine.* Put train-images-idx3-ubyte.gz"):
        find(IMAGES["mnist"])


def test_a_set_is_found_when_all_its_files_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_known_examples, "folders", lambda: [tmp_path / "none", tmp_path])
    folder = tmp_path / "cifar10_mini"
    folder.mkdir()
    for name in ("train.bin.gz", "test.bin.gz"):
        with pytest.raises(FileNotFoundError):
            find(IMAGES["cifar10_mini"])
        (folder / name).write_bytes(b"")
    assert find(IMAGES["cifar10_mini"]) == folder


@pytest.mark.parametrize(("name", "rows", "columns"), [("iris", 150, 5), ("wine", 178, 14), ("diabetes", 442, 11)])
def test_the_built_in_tables_have_their_rows_and_target(name: str, rows: int, columns: int) -> None:
    values, target = load_table(name)
    assert len(values) == columns and {len(column) for column in values.values()} == {rows} and target in values
