"""The film's file: what is written is read, and what is no film is refused with a sentence."""

from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from clearhead.runs.film import FILM_FILE, FORM, read_film, write_film


def frames() -> dict[int, dict[str, torch.Tensor]]:
    """Return two frames; the later step would come first by its letters."""
    return {2: {"weight": torch.full((2, 3), 2.0)}, 10: {"weight": torch.full((2, 3), 10.0, dtype=torch.float64)}}


def test_what_is_written_is_read_in_the_order_of_the_steps(tmp_path: Path) -> None:
    write_film(tmp_path, frames())
    found = read_film(tmp_path)
    assert list(found) == [2, 10]
    assert all(torch.equal(found[step]["weight"], torch.full((2, 3), float(step))) for step in (2, 10))


def test_the_file_is_plain_safetensors_of_float32_with_its_version(tmp_path: Path) -> None:
    write_film(tmp_path, frames())
    with safe_open(str(tmp_path / FILM_FILE), framework="pt") as file:
        assert file.metadata() == FORM
        assert sorted(file.keys()) == ["10/weight", "2/weight"]
        assert {file.get_tensor(key).dtype for key in file.keys()} == {torch.float32}  # noqa: SIM118
    assert [path.name for path in tmp_path.iterdir()] == [FILM_FILE]


def test_a_run_without_a_film_has_no_frames(tmp_path: Path) -> None:
    assert read_film(tmp_path) == {}


def test_a_film_of_another_version_is_refused(tmp_path: Path) -> None:
    save_file({"2/weight": torch.zeros(1)}, tmp_path / FILM_FILE, metadata={**FORM, "version": "7"})
    with pytest.raises(ValueError) as caught:
        read_film(tmp_path)
    assert str(caught.value).startswith("film.safetensors must be a film of version 1, got {")
    assert "'version': '7'" in str(caught.value)


@pytest.mark.parametrize("name", ["weight", "later/weight", "3/"])
def test_a_tensor_of_no_step_is_refused(tmp_path: Path, name: str) -> None:
    save_file({name: torch.zeros(1)}, tmp_path / FILM_FILE, metadata=FORM)
    with pytest.raises(ValueError) as caught:
        read_film(tmp_path)
    assert str(caught.value) == f"film.safetensors must name its tensors STEP/NAME, got {name!r}. Delete it."


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    write_film(tmp_path, frames())
    (tmp_path / FILM_FILE).write_bytes((tmp_path / FILM_FILE).read_bytes()[:40])
    with pytest.raises(ValueError, match=r"^film.safetensors must be a whole safetensors file, got .+\. Delete it: "):
        read_film(tmp_path)


def test_a_folder_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"."):
        write_film(tmp_path / "nowhere", frames())
