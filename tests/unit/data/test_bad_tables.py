"""What a table that cannot be used says."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from clearhead.data.table import open_table

GOOD = "x,kind,label\n" + "".join(f"{i},{'uv'[i % 2]},{'ab'[i % 2]}\n" for i in range(30))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))


CASES = {
    "empty file": (b"", "must begin with a header, got an empty file"),
    "only a header": (b"x,label\n", "must hold rows, got none"),
    "no header": (b"1,2\n3,4\n", "must begin with a row that names the columns, got 1, 2"),
    "repeated name": (b"x,x,label\n1,2,a\n", "must name each column once, got 'x' twice"),
    "unnamed column": (b"x,,label\n1,2,a\n", "must name every column, got none for column 2"),
    "a single column": (b"label\n" + b"a\nb\n" * 20, "must have a column to predict label from, got no other column"),
    "nothing to learn from": (b"id,label\n" + b"1,a\n2,b\n" * 20, "'id' is an id by its name"),
    "no target": (b"x,y\n1,2\n", "must have a target, got none. Name the column to predict: x, y"),
    "one class": (b"x,label\n" + b"1,a\n2,a\n" * 20, "must have at least two classes, got only 'a'"),
    "empty target": (b"x,label\n" + b"1,\n2,?\n" * 20, "must have values in the target column 'label'"),
    "classes that do not repeat": (
        b"x,label\n" + b"".join(b"%d,word%d\n" % (i, i) for i in range(60)),
        "must repeat its classes, got 60 different values in 60 rows",
    ),
    "broken UTF-8": (GOOD.encode() + b"3,u,\xff\n", "must be UTF-8 text, got byte 0xff at byte offset"),
    "Excel": (b"PK\x03\x04rest", "is a zip archive or an Office document"),
    "rows of another length": (b"x,label\n1,2,a\n1,2,b\n", "must hold rows, got none. .* row 2 has 3 fields"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_table_that_cannot_be_used_says_why(case: str, tmp_path: Path) -> None:
    content, message = CASES[case]
    (tmp_path / "bad.csv").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        open_table(tmp_path / "bad.csv")


def test_an_unknown_target_lists_the_columns_and_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ValueError, match=r"has no column 'lable'. Columns: x, kind, label. Did you mean 'label'\?"):
        open_table(tmp_path / "good.csv", target="lable")
    with pytest.raises(ValueError, match=r"must be a number in .nearly. every row, got 'a'"):
        open_table(tmp_path / "good.csv", target_kind="number")
    with pytest.raises(ValueError, match="No 'sort' in the target kinds"):
        open_table(tmp_path / "good.csv", target_kind="sort")


def test_a_target_that_never_varies_is_no_number_to_predict(tmp_path: Path) -> None:
    (tmp_path / "flat.csv").write_text("x,y\n" + "1,3.5\n2,3.5\n" * 20, encoding="utf-8")
    with pytest.raises(ValueError, match=r"must vary, got 3.5 in every row"):
        open_table(tmp_path / "flat.csv", target="y", target_kind="number")


def test_a_name_that_is_nothing_offers_the_known_tables() -> None:
    with pytest.raises(FileNotFoundError, match="Did you mean the known table 'iris'"):
        open_table("irsi")


@pytest.mark.parametrize(("name", "content"), [("t.parquet", b"PAR1 no"), ("t.csv.gz", b"\x1f\x8b damaged")])
def test_damaged_files_say_so(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=r"cannot be read as a table|is damaged"):
        open_table(tmp_path / name, target="x")


def test_a_file_made_to_fill_the_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearhead.data._read.UNPACK_ALWAYS_BYTES", 1 << 12)
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(b"x,label\n" + b"1,a\n" * 2_000_000))
    with pytest.raises(ValueError, match="must not unpack to more than 200 times"):
        open_table(tmp_path / "bomb.csv.gz")


def test_an_open_quotation_mark_is_told(tmp_path: Path) -> None:
    (tmp_path / "quote.csv").write_text(GOOD + '4,"u,a\n5,v,b\n', encoding="utf-8")
    assert any("odd number of quotation marks" in line for line in open_table(tmp_path / "quote.csv").report)


def test_a_row_that_never_ends_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearhead.data._table_files.BLOCK_BYTES", 1 << 10)
    (tmp_path / "quote.csv").write_text(GOOD + '4,"u,a\n' + "5,v,b\n" * 1_000, encoding="utf-8")
    with pytest.raises(ValueError, match="Perhaps a quotation mark is left open"):
        open_table(tmp_path / "quote.csv")


def test_bad_rows_of_json_are_skipped_and_told(tmp_path: Path) -> None:
    rows = "".join(f'{{"x": {i}, "label": "{"ab"[i % 2]}"}}\n' for i in range(30))
    (tmp_path / "t.jsonl").write_text("{broken\n[1]\n" + rows, encoding="utf-8")
    report = open_table(tmp_path / "t.jsonl").report
    assert "Skipped 2 bad rows of t.jsonl:" in report and any("row 2 must be a JSON object" in line for line in report)


def test_a_file_of_columns_that_appear_late_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_cache: Callable[..., None]
) -> None:
    monkeypatch.setattr("clearhead.data._table_files.JSON_ROWS", 10)
    rows = [f'{{"x": {i}, "label": "{"ab"[i % 2]}"{", " + chr(34) + "late" + chr(34) + f": {i}" if i > 30 else ""}}}'
            for i in range(60)]  # fmt: skip
    (tmp_path / "t.jsonl").write_text("\n".join(rows), encoding="utf-8")
    assert open_table(tmp_path / "t.jsonl").feature_names == ["x", "late", "late is missing"]
