"""Text from files: what is read, and how it is split."""

import gzip
import json
import os
import re
import tracemalloc
from pathlib import Path

import pytest

from clearhead.data._files import fingerprint
from clearhead.data.base import TextSource, open_text, raw_bytes, read_pieces

LINES = "".join(f"This is line {number} of a text.\n" for number in range(200))


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def all_text(source: TextSource) -> str:
    return "".join(text for split in source.splits for text in source.documents(split))


# What is read


def test_a_file_is_one_document_whose_last_tenth_from_a_line_end_is_for_validation(tmp_path: Path) -> None:
    source = open_text(write(tmp_path / "a.txt", LINES))
    train, valid = (next(iter(source.documents(split))) for split in source.splits)
    assert train + valid == LINES
    assert train.endswith("\n") and valid.startswith("This is line")
    assert len(valid) == pytest.approx(len(LINES) / 10, rel=0.05)
    assert source.report == [
        "Split by position: the last 10.0% of the text is for validation, from the end of a line or sentence."
    ]


def test_a_folder_is_read_to_the_bottom_in_a_fixed_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b/2.md", "a.txt", "b/1.py", ".git/config", ".hidden.txt", "b/__pycache__/x.pyc", "c.weird"):
        write(tmp_path / name, f"{name}\n" * 50)
    source = open_text(tmp_path)
    documents = [text.split("\n")[0] for text in source.documents("train")]
    assert documents == ["a.txt", "b/1.py", "b/2.md", "c.weird"]
    assert source.report[0] == "Left out 3 hidden files and folders."


def test_a_glob_gz_and_jsonl_are_read(tmp_path: Path) -> None:
    write(tmp_path / "x1.txt.gz", gzip.compress(LINES.encode()))
    write(tmp_path / "x2.txt", LINES)
    write(tmp_path / "y.txt", "not this\n" * 50)
    assert all_text(open_text(str(tmp_path / "x*"))).count("line 7 ") == 2
    rows = [json.dumps({"body": f"Row {number}.\r\nIt ends."}) for number in range(100)]
    for name, data in (("r.jsonl", "\n".join(rows).encode()), ("r.jsonl.gz", gzip.compress("\n".join(rows).encode()))):
        source = open_text(write(tmp_path / name, data), text_column="body")
        documents = [*source.documents("train"), *source.documents("valid")]
        assert sorted(documents)[:2] == ["Row 0.\nIt ends.", "Row 1.\nIt ends."] and len(documents) == 100
        assert 5 <= len(list(source.documents("valid"))) <= 20


def test_a_path_with_a_glob_sign_in_its_name_is_that_path(tmp_path: Path) -> None:
    assert all_text(open_text(str(write(tmp_path / "a[1].txt", LINES)))) == LINES


def test_a_byte_order_mark_and_windows_line_ends_go_and_are_reported(tmp_path: Path) -> None:
    source = open_text(write(tmp_path / "a.txt", b"\xef\xbb\xbf" + LINES.replace("\n", "\r\n").encode() + b"old\rmac"))
    assert all_text(source) == LINES + "old\nmac"
    assert source.report[:2] == [
        "Removed the byte order mark of 1 files (a.txt).",
        r"Turned 201 line ends \r\n or \r into \n in 1 files (a.txt).",
    ]


def test_a_line_of_many_megabytes_is_read_in_pieces_within_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    with path.open("w", encoding="utf-8") as file:
        for number in range(40):
            file.write(f"word{number} " * 100_000)
    tracemalloc.start()
    try:
        source = open_text(path)
        lengths = [len(text) for split in source.splits for text, _ in read_pieces(source, split)]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(lengths) == path.stat().st_size > 25_000_000
    assert max(lengths) <= 1 << 18
    assert peak < 10_000_000


def test_raw_bytes_are_the_first_bytes_of_a_part(tmp_path: Path) -> None:
    source = open_text(write(tmp_path / "a.txt", "中文。\n" * 1000))
    train = "".join(source.documents("train")).encode()
    assert b"".join(raw_bytes(source, "train", 100)) == train[:100]
    assert b"".join(raw_bytes(source, "train")) == train


# How it is split


def test_many_documents_are_split_by_document_and_growing_moves_none_to_validation(tmp_path: Path) -> None:
    for number in range(400):
        write(tmp_path / f"{number:04}.txt", f"Document {number}.\n" * 5)
    source = open_text(tmp_path)
    train, valid = set(source.documents("train")), set(source.documents("valid"))
    assert len(train) + len(valid) == 400 and 20 <= len(valid) <= 60
    assert re.fullmatch(
        r"Split by document: \d+\.\d% of the text of 400 documents is for validation\.", source.report[-1]
    )
    for number in range(400, 500):
        write(tmp_path / f"{number:04}.txt", f"Document {number}.\n" * 5)
    grown = open_text(tmp_path)
    assert train <= set(grown.documents("train"))
    assert grown.fingerprint != source.fingerprint


def test_a_huge_document_among_small_ones_is_split_by_position(tmp_path: Path) -> None:
    for number in range(60):
        write(tmp_path / f"{number}.txt", f"Small document {number}.\n")
    write(tmp_path / "huge.txt", LINES * 20)
    source = open_text(tmp_path)
    share = len("".join(source.documents("valid"))) / len(all_text(source))
    assert 0.05 <= share <= 0.2


def test_a_few_documents_are_each_split_by_position(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / f"{number}.txt", LINES.replace("text", f"text{number}"))
    valid = list(open_text(tmp_path).documents("valid"))
    assert [f"text{number}." in text for number, text in enumerate(valid)] == [True] * 3


def test_files_named_train_valid_test_are_these_parts(tmp_path: Path) -> None:
    for name in ("train.txt", "dev.txt", "test.txt", "README.md"):
        write(tmp_path / name, f"{name}\n")
    source = open_text(tmp_path)
    assert source.splits == ("train", "valid", "test")
    assert [list(source.documents(split)) for split in source.splits] == [
        ["train.txt\n"],
        ["dev.txt\n"],
        ["test.txt\n"],
    ]
    assert source.report == [
        "Left out README.md: not text of the set.",
        "Parts as the files name them: train, valid, test.",
    ]
    for name in ("wiki.train.tokens", "train-00001.txt", "wiki.valid.tokens"):
        write(tmp_path / "words" / name, f"{name}\n")
    assert list(open_text(tmp_path / "words").documents("train")) == ["train-00001.txt\n", "wiki.train.tokens\n"]
    write(tmp_path / "words" / "notes.txt", "more\n" * 20)
    assert "Split by position" in open_text(tmp_path / "words").report[-1], "not all files are named parts"
    for split in ("train", "valid"):
        write(tmp_path / "folders" / split / "1.txt", split)
    assert list(open_text(tmp_path / "folders").documents("valid")) == ["valid"]


def test_another_text_can_be_named_for_validation(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", LINES)
    write(tmp_path / "b.txt", "For validation only.")
    source = open_text(tmp_path / "a.txt", valid=tmp_path / "b.txt")
    assert list(source.documents("train")) == [LINES]
    assert list(source.documents("valid")) == ["For validation only."]
    assert list(read_pieces(source, "valid")) == [("For validation only.", True)]
    assert source.fingerprint != open_text(tmp_path / "a.txt").fingerprint


def test_the_fingerprint_is_of_the_content_not_of_the_place(tmp_path: Path) -> None:
    one, two = write(tmp_path / "1" / "a.txt", LINES), write(tmp_path / "2" / "b.txt", LINES)
    os.utime(two, (0, 0))
    assert open_text(one).fingerprint == open_text(two).fingerprint
    assert open_text(one, text_column="body").fingerprint != open_text(one).fingerprint
    write(two, LINES.replace("7", "8"))
    assert open_text(one).fingerprint != open_text(two).fingerprint


def test_large_files_are_known_by_size_time_and_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.txt", LINES * 100)
    monkeypatch.setattr("clearhead.data._files.HASH_ALL_BYTES", 1000)
    before = fingerprint({"train": [path]}, "")
    assert fingerprint({"train": [path]}, "") == before
    os.utime(path, (1, 1))
    touched = fingerprint({"train": [path]}, "")
    write(path, LINES * 99 + LINES.replace("7", "8"))
    os.utime(path, (1, 1))
    assert len({before, touched, fingerprint({"train": [path]}, "")}) == 3


def test_an_unknown_part_is_refused(tmp_path: Path) -> None:
    source = open_text(write(tmp_path / "a.txt", LINES))
    with pytest.raises(
        ValueError, match=r"No 'vald' in the parts of a\.txt\. Available: train, valid\. Did you mean 'valid'"
    ):
        list(source.documents("vald"))
