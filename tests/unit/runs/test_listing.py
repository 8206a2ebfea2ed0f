"""The words of `clearhead show`."""

from pathlib import Path

import pytest

from clearhead.core import catalog
from clearhead.runs.listing import ROOMS, choose_room, list_room


@pytest.mark.parametrize("kind", ROOMS)
def test_every_entry_is_listed_with_a_line_about_it(kind: str) -> None:
    listed = list_room(kind)
    assert tuple(listed) == catalog.entries(ROOMS[kind])
    assert all(line for line in listed.values())


def test_gpt2_is_listed() -> None:
    assert "learned vector for every position" in list_room("models")["gpt2"]


def test_singular_and_plural_mean_the_same_and_a_path_means_a_run(tmp_path: Path) -> None:
    assert choose_room("model") == choose_room("models") == "models"
    assert choose_room("") is None
    assert choose_room(str(tmp_path / "modles")) is None
    assert choose_room("my-run-of-today") is None


def test_a_misspelled_kind_is_answered_with_the_nearest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=r"must be a run or one of models, .*got 'modles'. Did you mean 'models'"):
        choose_room("modles")
    (tmp_path / "modles").mkdir()
    assert choose_room("modles") is None
