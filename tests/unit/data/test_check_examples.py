"""The report on rows and images before training says what is true of them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clearhead.data._check_examples import check_examples, tell


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))


def write(folder: Path, rows: Sequence[str], name: str = "train.csv") -> str:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("x,colour,label\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return str(folder)


def some_rows(count: int = 40, start: int = 0) -> list[str]:
    return [f"{n},{'red' if n % 3 else 'green'},{'a' if n % 4 else 'b'}" for n in range(start, start + count)]


def test_rows_and_classes_are_counted_in_each_part(tmp_path: Path) -> None:
    write(tmp_path / "t", some_rows())
    check = check_examples(write(tmp_path / "t", some_rows(8, start=100), "valid.csv"))
    assert (check.kind, check.target_kind, check.shape) == ("rows", "class", [3])
    assert check.parts == {"train": 40, "valid": 8}
    assert check.classes == {"a": {"train": 30, "valid": 6}, "b": {"train": 10, "valid": 2}}
    assert list(check.classes) == ["a", "b"], "the commonest first"


def test_repeated_contradictory_and_leaked_rows_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path / "t", [*some_rows(), "1,red,a", "2,red,b"])
    check = check_examples(write(tmp_path / "t", ["3,green,a", "999,red,a"], "valid.csv"))
    assert (check.repeated, check.contradictory) == (2, 1)
    assert check.leaked == {"valid": 1}
    assert any("50% of valid also stand in training" in warning for warning in check.warnings)
    assert any("1 equal inputs have different targets" in warning for warning in check.warnings)


def test_rare_classes_and_uneven_ones_are_warned_of(tmp_path: Path) -> None:
    rows = [f"{n},red,a" for n in range(300)]
    write(tmp_path / "t", [*rows, *(f"{n},red,rare" for n in range(300, 303))])
    check = check_examples(write(tmp_path / "t", [f"{n},red,a" for n in range(500, 560)], "valid.csv"))
    assert check.warnings == [
        "Fewer than 10 training rows each: rare.",
        "The commonest class has 100 times as many rows as the rarest: look at macro-F1, accuracy flatters.",
    ]


def test_numbers_are_told_by_their_range(tmp_path: Path) -> None:
    rows = [f"{n},red,{n / 2}" for n in range(40)]
    write(tmp_path / "t", rows)
    check = check_examples(write(tmp_path / "t", rows[:5], "valid.csv"), target_kind="number")
    assert check.classes == {}
    assert check.numbers["label"] == {"least": 0.0, "mean": pytest.approx(9.75), "greatest": 19.5}


def test_columns_and_missing_values_are_in_the_report(tmp_path: Path) -> None:
    check = check_examples(write(tmp_path / "t", [*some_rows(), ",red,a", ",red,a"]))
    assert any("1 columns of numbers and 1 of categories" in line for line in check.report)
    assert any(line.startswith("Column 'x': ") for line in check.report)


def test_broken_images_and_copies_are_found(tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    for number in range(12):
        folder = tmp_path / "images" / "train" / ("cat", "dog")[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(chance.integers(0, 256, (6, 5)).astype(np.uint8)).save(folder / f"{number}.png")
    (folder / "broken.png").write_bytes(b"no image")
    valid = tmp_path / "images" / "valid" / "dog"
    valid.mkdir(parents=True)
    (valid / "copy.png").write_bytes((folder / "11.png").read_bytes())
    check = check_examples(str(tmp_path / "images"))
    assert (check.kind, check.shape) == ("images", [1, 6, 5])
    assert check.leaked == {"valid": 1}
    assert any(line.startswith("Left out 1 images") for line in check.report)


def test_a_folder_with_a_table_of_paths_is_one_of_images(tmp_path: Path) -> None:
    for number in range(24):
        Image.fromarray(np.full((4, 4), number * 9, np.uint8)).save(tmp_path / f"{number}.png")
    lines = "".join(f"{number}.png,{('low', 'high')[number > 11]}\n" for number in range(24))
    (tmp_path / "labels.csv").write_text(f"image,label\n{lines}", encoding="utf-8")
    assert check_examples(str(tmp_path / "labels.csv")).kind == "images"


def test_the_report_is_told_in_lines() -> None:
    lines = tell(check_examples("iris"))
    assert lines[0] == "iris: rows of 4 numbers, each with one of 3 classes"
    assert any(line.startswith("  setosa: ") for line in lines)
    assert any(line.startswith("Repeated: ") for line in lines)
    assert tell(check_examples("diabetes", target_kind="number"))[0].endswith("each with a number")
