"""Tables: what columns are taken for, what is left out and said, how new rows are read, and what a bad file says."""

import gzip
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest

from clearhead.data import _table_build
from clearhead.data._examples import Examples, read_rows
from clearhead.data.table import open_table

Rows = Sequence[Mapping[str, Any]]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes text to a file of this name."""

    def write(text: str | bytes, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        return path

    return write


def csv_of(rows: Rows, separator: str = ",") -> str:
    names = list(rows[0])
    lines = [names, *([("" if row[name] is None else str(row[name])) for name in names] for row in rows)]
    return "\n".join(separator.join(line) for line in lines) + "\n"


def flowers(num_rows: int = 60) -> list[dict[str, Any]]:
    return [
        {"width": round(0.5 * i + (i % 7), 2), "color": ("red", "blue", "white")[i % 3], "label": ("a", "b")[i % 2]}
        for i in range(num_rows)
    ]


def both(examples: Examples) -> np.ndarray:
    return np.concatenate([examples.inputs("train"), examples.inputs("valid")])


def told(examples: Examples) -> str:
    return "\n".join(examples.report)


def test_numbers_are_scaled_on_the_training_rows_and_categories_get_a_feature_each(
    written: Callable[..., Path],
) -> None:
    examples = open_table(written(csv_of(flowers())), target="label")
    assert examples.feature_names == ["width", "color=blue", "color=red", "color=white"]
    train = examples.inputs("train")
    assert isinstance(train, np.memmap) and train.dtype == np.float32
    assert train[:, 0].mean() == pytest.approx(0, abs=1e-6) and train[:, 0].std() == pytest.approx(1, abs=1e-5)
    assert (both(examples)[:, 1:].sum(axis=1) == 1).all()
    assert examples.targets("train").dtype == np.int64 and examples.label_names == ["a", "b"]
    assert len(examples.targets("train")) + len(examples.targets("valid")) == 60


def write_as(kind: str, rows: Rows, folder: Path) -> Path:
    path = folder / f"again.{kind}"
    if kind == "parquet":
        pa_parquet.write_table(pa.Table.from_pylist([dict(row) for row in rows]), path)
    elif kind.startswith("jsonl"):
        text = "".join(json.dumps(row) + "\n" for row in rows).encode()
        path.write_bytes(gzip.compress(text) if kind.endswith(".gz") else text)
    else:
        text = csv_of(rows, {"tsv": "\t", "csv": ";"}.get(kind, ",")).encode()
        path.write_bytes(gzip.compress(text) if kind.endswith(".gz") else b"\xef\xbb\xbf" + text)
    return path


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "tsv", "jsonl", "jsonl.gz", "parquet"])
def test_every_format_gives_the_same_rows(kind: str, written: Callable[..., Path], tmp_path: Path) -> None:
    rows = flowers()
    wanted, found = open_table(written(csv_of(rows))), open_table(write_as(kind, rows, tmp_path))
    np.testing.assert_allclose(sorted(both(found).tolist()), sorted(both(wanted).tolist()), atol=0.2)
    read = [read_rows(examples.preprocessing(), rows[:5])[0] for examples in (wanted, found)]
    assert read[0].shape == read[1].shape == (5, 4) and found.label_names == wanted.label_names


def test_new_rows_are_read_as_the_training_rows_were(written: Callable[..., Path]) -> None:
    path = written(csv_of(flowers()))
    examples = open_table(path)
    recipe = json.loads(json.dumps(examples.preprocessing()))
    from_rows, report = read_rows(recipe, flowers())
    from_file, _ = read_rows(recipe, path)
    assert report == [] and np.array_equal(from_rows, from_file)
    assert sorted(from_rows.tolist()) == sorted(both(examples).tolist())


def test_new_rows_say_what_training_had_not_seen(written: Callable[..., Path]) -> None:
    recipe = open_table(written(csv_of(flowers()))).preprocessing()
    row, report = read_rows(recipe, [{"width": None, "color": "green"}])
    assert row.tolist() == [[0.0, 0.0, 0.0, 0.0]]
    assert report[0].startswith("Column 'width' misses 1 values") and "('green'): read as no category" in report[1]
    with pytest.raises(ValueError, match=r"must have the column 'width', got 'widht', 'color'.*or rename 'widht'"):
        read_rows(recipe, [{"widht": 1, "color": "red"}])
    with pytest.raises(ValueError, match="the rows row 2 must have a number in column 'width', got 'wide'"):
        read_rows(recipe, [{"width": 1, "color": "red"}, {"width": "wide", "color": "red"}])
    with pytest.raises(ValueError, match="must hold at least one row, got none"):
        read_rows(recipe, [])


def test_a_missing_number_is_the_mean_with_a_feature_and_a_missing_category_its_own(
    written: Callable[..., Path],
) -> None:
    rows = [{**row, "width": "?" if i % 5 == 0 else i, "color": "NA" if i % 6 == 0 else "red"}
            for i, row in enumerate(flowers())]  # fmt: skip
    examples = open_table(written(csv_of(rows)))
    assert examples.feature_names == ["width", "width is missing", "color=red", "color is missing"]
    found, _ = read_rows(examples.preprocessing(), rows[:1])
    assert found.tolist() == [[0.0, 1.0, 0.0, 1.0]]
    assert re.search(r"Column 'width': \d+ of \d+ values missing \(the mean stands for them", told(examples))


def test_ids_constants_empty_columns_and_free_text_are_left_out_and_said(written: Callable[..., Path]) -> None:
    rows = [{"user_id": i, "same": 1, "void": None, "note": f"words {i}", **row} for i, row in enumerate(flowers())]
    examples = open_table(written(csv_of(rows)))
    assert examples.feature_names == ["width", "color=blue", "color=red", "color=white"]
    for part in ("'user_id': an id", "'same': the same value", "'void': empty", "'note': text or an id ("):
        assert f"Left out the column {part}" in told(examples)


def test_a_counter_that_is_the_only_input_is_a_number_not_an_id(written: Callable[..., Path]) -> None:
    examples = open_table(written(csv_of([{"x": i, "y": 3 * i + 1} for i in range(40)])), target="y")
    assert examples.feature_names == ["x"] and examples.target_kind == "number"
    assert examples.targets("train").dtype == np.float32
    settled = examples.preprocessing()["target"]
    assert settled["means"][0] == pytest.approx(float(examples.targets("train").mean()))
    assert settled["scales"][0] == pytest.approx(float(examples.targets("train").std()))


def test_common_categories_are_kept_and_rare_ones_share_a_feature(written: Callable[..., Path]) -> None:
    rows = [{"city": f"c{min(i % 70, 60)}", "x": i, "label": i % 2} for i in range(1400)]
    examples = open_table(written(csv_of(rows)))
    assert examples.feature_names.count("city=other") == 1 and len(examples.feature_names) == 52
    found, report = read_rows(examples.preprocessing(), [{"city": "unheard of", "x": 1}])
    assert found[0, examples.feature_names.index("city=other")] == 1 and report == []


def test_text_in_a_column_of_numbers_is_named_and_read_as_missing(written: Callable[..., Path]) -> None:
    rows = flowers()
    rows[4]["width"] = "wide"
    examples = open_table(written(csv_of(rows)))
    assert "Column 'width' has 1 values that are no numbers (row 6: 'wide'): read as missing." in examples.report


def test_few_whole_numbers_are_classes_unless_told_otherwise(written: Callable[..., Path]) -> None:
    path = written(csv_of([{"x": i * 0.7, "grade": 3 + i % 4} for i in range(80)]))
    examples = open_table(path, target="grade")
    assert (examples.target_kind, examples.label_names) == ("class", ["3", "4", "5", "6"])
    assert "4 different whole numbers" in told(examples)
    as_number = open_table(path, target="grade", target_kind="number")
    assert as_number.target_kind == "number" and set(as_number.targets("train")) == {3.0, 4.0, 5.0, 6.0}


def test_a_labels_column_and_several_columns_of_0_and_1_are_labels(written: Callable[..., Path]) -> None:
    kinds = ["sea|sun", "sun", "", "sea"]
    piped = open_table(written(csv_of([{"x": i, "labels": kinds[i % 4]} for i in range(80)])))
    assert (piped.target_kind, piped.label_names) == ("labels", ["sea", "sun"])
    assert {tuple(row) for row in piped.targets("train")} == {(1, 1), (0, 1), (0, 0), (1, 0)}
    rows = [{"x": i, "sea": i % 2, "sun": i % 3 == 0} for i in range(80)]
    several = open_table(written(csv_of([{**row, "sun": int(row["sun"])} for row in rows])), target="sea,sun")
    assert several.target_kind == "labels" and several.targets("train").dtype == np.uint8
    numbers = open_table(written(csv_of([{"x": i, "y": i / 3, "z": i / 7} for i in range(50)])), target="y,z")
    assert numbers.target_kind == "number" and numbers.targets("train").shape[1] == 2


def test_equal_rows_are_on_one_side_and_the_split_is_always_the_same(
    written: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = flowers(200) * 2
    first = open_table(written(csv_of(rows)))
    sides = [{tuple(row) for row in first.inputs(part).tolist()} for part in ("train", "valid")]
    assert not sides[0] & sides[1] and 20 <= len(first.inputs("valid")) <= 80
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "other"))
    again = open_table(written(csv_of(rows), "elsewhere.csv"))
    assert np.array_equal(first.inputs("valid"), again.inputs("valid")) and first.fingerprint == again.fingerprint


def test_a_truth_table_validates_on_its_training_rows_and_says_so(written: Callable[..., Path]) -> None:
    rows = [{"p": p, "q": q, "xor": "no" if p == q else "yes"} for p in (0, 1) for q in (0, 1)]
    examples = open_table(written(csv_of(rows)), target="xor")
    assert len(examples.inputs("train")) == len(examples.inputs("valid")) == 4
    assert "validation uses the training examples" in examples.report[-1]
    repeated = open_table(written(csv_of(rows * 25), "repeated.csv"), target="xor")
    assert len(repeated.inputs("train")) == len(repeated.inputs("valid")) == 100


def test_named_validation_rows_are_scaled_as_the_training_rows(written: Callable[..., Path]) -> None:
    train, valid = written(csv_of(flowers())), written(csv_of(flowers()[:10]), "more.csv")
    examples = open_table(train, valid=valid)
    assert len(examples.inputs("train")) == 60 and len(examples.inputs("valid")) == 10
    assert np.array_equal(examples.inputs("valid"), examples.inputs("train")[:10])


def test_a_folder_names_its_parts(written: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    for part in ("train", "valid", "test"):
        written(csv_of(flowers(40)), f"set/{part}.csv")
    assert open_table(tmp_path / "set").splits == ("train", "valid", "test")


def test_rows_of_another_length_are_skipped_and_told(written: Callable[..., Path]) -> None:
    first, *lines = csv_of(flowers()).splitlines()
    examples = open_table(written("\r\n".join([first, *lines[:5], "1,2,3,4", *lines[5:20], "wide,red,a", *lines[20:]])))
    assert len(both(examples)) == len(flowers()) + 1
    assert "row 7 has 4 fields, the header has 3 (width, color, label)" in told(examples)
    assert "(row 23: 'wide')" in told(examples), "skipped rows count where rows are numbered"


def test_the_second_run_reads_nothing_and_a_damaged_cache_is_made_anew(
    written: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(csv_of(flowers()))
    first = both(open_table(path)).copy()
    calls: list[int] = []
    build = _table_build.build
    monkeypatch.setattr("clearhead.data.table.build", lambda *words: (calls.append(1), build(*words))[1])
    assert np.array_equal(both(open_table(path)), first) and calls == []
    (stored,) = (tmp_path / "cache" / "tables").glob("*/train.inputs.bin")
    stored.write_bytes(bytes([stored.read_bytes()[0] ^ 1]) + stored.read_bytes()[1:])
    assert np.array_equal(both(open_table(path)), first) and calls == [1]


def test_a_cache_that_cannot_be_written_is_replaced_by_a_temporary_folder(
    written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(written("no folder", "file")))
    examples = open_table(written(csv_of(flowers())))
    assert len(both(examples)) == 60 and examples.report[-1].endswith("the next run reads again.")
