"""Batches of rows and images, and how new inputs are read."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tiny_tasks import write_images, write_rows

from clearhead.data._examples import Examples
from clearhead.data._find_examples import are_images, open_examples
from clearhead.tasks._array_examples import ArrayExamples, ArrayReader, scaled_pixels
from clearhead.tasks._preprocessing import keep_preprocessing
from clearhead.tasks.classification import Classification, ClassificationOptions


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def images(tmp_path: Path) -> Examples:
    return open_examples(write_images(tmp_path))


def task_of(examples: Examples, **options: Any) -> Classification:
    given = ClassificationOptions(**options)
    return Classification(examples, ArrayExamples(examples, given), given)


def test_a_pass_has_whole_batches_of_different_rows(tmp_path: Path) -> None:
    task = task_of(open_examples(write_rows(tmp_path, "side"), target="side"))
    steps = task.steps_per_epoch(16)
    rows = [tuple(row.tolist()) for step in range(steps) for row in task.batch(step, seed=0, batch_size=16)[0]]
    assert len(rows) == 16 * steps == len(set(rows))
    assert 0 <= task.num_train_targets - len(rows) < 16


def test_a_batch_larger_than_the_data_has_all_of_them(images: Examples) -> None:
    task = task_of(images)
    assert task.steps_per_epoch(1000) == 1
    assert len(task.batch(7, seed=0, batch_size=1000)[0]) == task.num_train_targets


def test_pixels_come_with_mean_0_and_deviation_1(images: Examples) -> None:
    pixels = task_of(images).batch(0, seed=0, batch_size=1000)[0]
    assert float(pixels.mean()) == pytest.approx(0, abs=1e-4)
    assert float(pixels.std()) == pytest.approx(1, abs=1e-2)


def test_images_change_a_little_each_time_they_are_learned_and_never_when_scored(images: Examples) -> None:
    plain = task_of(images)
    changed = task_of(images, shift=2, flip=True)
    one, two = changed.batch(0, seed=0, batch_size=8)[0], plain.batch(0, seed=0, batch_size=8)[0]
    assert one.shape == two.shape and not torch.equal(one, two)
    assert torch.equal(one, changed.batch(0, seed=0, batch_size=8)[0])
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 2))
    np.testing.assert_array_equal(plain.outputs(model, "valid"), changed.outputs(model, "valid"))


def test_new_images_are_read_as_the_training_images_were(images: Examples, tmp_path: Path) -> None:
    told: list[str] = []
    keep_preprocessing(images, tmp_path, told.append, more=1)
    assert told == [f"Reading {images.name}."]
    assert json.loads((tmp_path / "preprocessing.json").read_text(encoding="utf-8"))["more"] == 1
    reader = ArrayReader(tmp_path)
    arrays, names, _ = reader.read([tmp_path / "images" / "above"])
    assert len(arrays) == len(names) == 30 and names == sorted(names)
    prepared = scaled_pixels(torch.from_numpy(arrays), images.preprocessing())
    assert torch.equal(reader.prepared(arrays), prepared)


def test_rows_are_read_from_mappings_json_and_files_alike(tmp_path: Path) -> None:
    path = write_rows(tmp_path, "side")
    keep_preprocessing(open_examples(path, target="side"), tmp_path, lambda text: None)
    reader, row = ArrayReader(tmp_path), {"x": 1.5, "y": 2.0, "colour": "red"}
    table = tmp_path / "one.csv"
    table.write_text("x,y,colour\n1.5,2.0,red\n", encoding="utf-8")
    read: list[Any] = [reader.read([given])[0] for given in (row, json.dumps(row), table, str(table))]
    assert all(np.array_equal(read[0], other) for other in read[1:])


def test_what_is_no_row_is_refused_with_an_example(tmp_path: Path) -> None:
    keep_preprocessing(open_examples(write_rows(tmp_path, "side"), target="side"), tmp_path, lambda text: None)
    reader = ArrayReader(tmp_path)
    with pytest.raises(ValueError, match=r"A row must be a JSON object .*got '\{x: 1\}'"):
        reader.read(["{x: 1}"])
    with pytest.raises(FileNotFoundError, match=r"must hold preprocessing.json, which says how inputs are read"):
        ArrayReader(tmp_path / "images")


@pytest.mark.parametrize(("name", "expected"), [("digits", True), ("mnist", True), ("iris", False), ("wine", False)])
def test_known_sets_are_told_apart_by_their_names(name: str, expected: bool) -> None:
    assert are_images(name) is expected


def test_files_are_told_apart_by_what_they_are(tmp_path: Path) -> None:
    assert are_images(write_images(tmp_path))
    assert not are_images(write_rows(tmp_path, "side"))
    (tmp_path / "list.csv").write_text("image,label\na.png,cat\n", encoding="utf-8")
    assert are_images(tmp_path / "list.csv")
    assert not are_images(tmp_path / "nothing")


def test_a_row_is_shown_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    rows = [f"{0.5 * number},{('red', '', 'green')[number % 3]},{('a', 'b')[number % 2]}" for number in range(40)]
    path.write_text("x,colour,side\n" + "\n".join(rows) + "\n", encoding="utf-8")
    examples = open_examples(path, target="side")
    kind, written = ArrayExamples(examples, None), [row.split(",") for row in rows]
    for row in range(kind.num_rows("train")):
        shown = json.loads(kind.shown("train", row))
        side = examples.label_names[examples.targets("train")[row]]
        assert [f"{shown['x']:g}", shown["colour"] or "", side] in [[f"{float(x):g}", *rest] for x, *rest in written]
