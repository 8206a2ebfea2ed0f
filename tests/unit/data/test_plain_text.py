"""Text from files: what is read, how it is split, and one clear sentence for everything that is not text."""

import gzip
import json
import os
import re
import tracemalloc
from pathlib import Path

import pytest

from clearhead.data import _read
from clearhead.data._files import fingerprint
from clearhead.data.base import TextSource, open_text, raw_bytes, read_pieces

LINES = "".join(f"This is line {number} of a text.\n" for number in range(200))


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def all_text(source: TextSource) -> str:
    return "".join(text for split in source.splits for text in source.documents(split))


def fails_with(path: Path, words: str, error: type[Exception] = ValueError) -> str:
    with pytest.raises(error, match=words) as caught:
        all_text(open_text(path))
    message = str(caught.value)
    assert "\n" not in message and message.endswith((".", "?")), "one sentence and its remedy"
    return message


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


@pytest.mark.parametrize("place", [-2, -1, 0, 1, 2])
def test_signs_on_the_border_of_two_chunks_are_kept(tmp_path: Path, place: int) -> None:
    text = "x" * (_read.CHUNK_BYTES + place - 3) + "\r\n中\r\r\n👍 ends"
    assert all_text(open_text(write(tmp_path / "a.txt", text))) == text.replace("\r\n", "\n").replace("\r", "\n")
    broken = text.encode()[: _read.CHUNK_BYTES] + b"\xff" + b"rest"
    message = fails_with(write(tmp_path / "b.txt", broken), "must be UTF-8 text")
    first = _offset_of_first_broken_byte(broken)
    assert f"byte offset {first} (line {broken[:first].count(bytes([10])) + 1})" in message


def _offset_of_first_broken_byte(data: bytes) -> int:
    with pytest.raises(UnicodeDecodeError) as caught:
        data.decode("utf-8")
    return caught.value.start


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


# What is not text


def test_a_missing_path_offers_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path / "books" / "novel.txt", LINES)
    fails_with(
        tmp_path / "books" / "novels.txt", r"No file or folder .*Did you mean '.*novel.txt'\?", FileNotFoundError
    )
    fails_with(tmp_path / "bokks" / "novel.txt", r"Did you mean '.*books'\?", FileNotFoundError)
    with pytest.raises(FileNotFoundError, match=r"Did you mean the known text 'tinyshakespeare'\?"):
        open_text("tinyshakespear")
    with pytest.raises(FileNotFoundError, match="Known texts: stories, stdlib, tinyshakespeare"):
        open_text("qqqqqqqqqqqqqqq")
    with pytest.raises(FileNotFoundError, match=r"No file matches .*none"):
        open_text(str(tmp_path / "none*.txt"))
    with pytest.raises(FileNotFoundError, match="is an address, not a file on this machine"):
        open_text("https://example.org/text.txt")
    with pytest.raises(FileNotFoundError, match="No file or folder"):
        open_text("x" * 6000)
    with pytest.raises(ValueError, match=r"open_text\.spec must name a text, got ''\. Give a known name"):
        open_text("")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"", "must hold text, got empty. Leave it out."),
        ("space.txt", b" \n\t \r\n" * 9, "must hold text, got only white space. Leave it out."),
        ("nul.txt", b"one\ntwo \0 three", r"not text: NUL byte at byte offset 8 \(line 2\)\. .*remove the NUL bytes"),
        ("broken.txt", b"one\ntwo\ncaf\xe9s\n", r"got byte 0xe9 at byte offset 11 \(line 3\)\. Save it as UTF-8"),
        ("cut.txt", "one\n中".encode()[:-1], r"got byte 0xe4 at byte offset 4 \(line 2\)"),
        ("noise.txt", b"a" * 30 + bytes(range(1, 256)) * 9, "It looks like a binary file: leave it out"),
        ("gbk.txt", "一篇用旧编码写的中文文章。".encode("gbk") * 20, "reads well as GB18030"),
        ("utf16.txt", "text\n".encode("utf-16"), "is UTF-16 text, not UTF-8 text. Save it as UTF-8."),
        ("book.pdf", b"%PDF-1.7\nplain so far", "is a PDF document, not UTF-8 text. Turn it into plain UTF-8"),
        ("book.docx", b"PK\x03\x04plain so far", "is a zip archive or an Office document"),
        ("packed.txt", gzip.compress(b"text"), "is gzip data without the ending .gz"),
        ("cut.txt.gz", gzip.compress(LINES.encode())[:-20], "ends too early. Fetch or pack it again"),
        ("bits.txt.gz", gzip.compress(LINES.encode())[:40] + b"\x55" * 400, "is damaged, or no gzip data"),
        ("plain.txt.gz", b"only called gz", "is damaged, or no gzip data at all"),
        ("empty.jsonl", b"\n\n", "must hold text, got an empty file"),
        (
            "bad.jsonl",
            b'{"text": 1}\n{"text": ""}\n',
            r"line 1 must have a string .* is a int.*No other row .* is better",
        ),
        ("other.jsonl", b'{"txt": "a", "id": 1}\n', r"no column 'text' \(it has 'txt', 'id'\)\. .*perhaps 'txt'"),
    ],
)
def test_a_file_that_is_not_text_stops_with_one_sentence(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    message = fails_with(write(tmp_path / name, content), words)
    assert name in message


def test_a_gzip_bomb_stops_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = write(tmp_path / "bomb.txt.gz", gzip.compress(b"a" * (80 << 20), compresslevel=1))
    fails_with(path, "must not unpack to more than 200 times its .* bytes, .* unpack it yourself")


def test_well_packed_text_is_not_taken_for_a_bomb(tmp_path: Path) -> None:
    source = open_text(write(tmp_path / "a.txt.gz", gzip.compress(b"All work and no play.\n" * 100_000)))
    assert len(all_text(source)) == 2_200_000


def test_bad_files_of_a_folder_are_skipped_counted_and_named(tmp_path: Path) -> None:
    for number in range(5):
        write(tmp_path / f"picture{number}.png", b"\x89PNG\r\n\x1a\n\0\0")
    write(tmp_path / "broken.txt", b"abc\xff")
    write(tmp_path / "good.txt", LINES)
    source = open_text(tmp_path)
    assert all_text(source) == LINES
    assert source.report[0] == "Skipped 6 of 7 files: 5 binary, 1 broken UTF-8."
    assert "picture0.png is a PNG image" in source.report[1]
    assert source.report[4] == "  … and 2 more."
    assert "broken.txt must be UTF-8 text, got byte 0xff at byte offset 3 (line 1)" in source.report[5]


def test_a_folder_without_any_text_stops(tmp_path: Path) -> None:
    fails_with(write(tmp_path / "a" / ".hidden", "x").parent, "must hold text files, got Left out 1 hidden")
    (tmp_path / "b").mkdir()
    fails_with(tmp_path / "b", "must hold text files, got an empty folder")
    for number in range(3):
        write(tmp_path / "c" / f"{number}.bin", b"\0\1\2")
    fails_with(
        tmp_path / "c", r"for its train part, got 3 files without any \(3 binary\)\. The first: .*0.bin is not text"
    )


def test_bad_rows_are_skipped_counted_and_named(tmp_path: Path) -> None:
    rows = [json.dumps({"text": f"Good row {number}."}) for number in range(30)] + [
        "{broken",
        "[1]",
        '{"text": null}',
        '{"id": 1}',
        r'{"text": "\ud800"}',
        "[" * 99999,
    ]
    source = open_text(write(tmp_path / "rows.jsonl", "\n".join(rows)))
    assert len([*source.documents("train"), *source.documents("valid")]) == 30
    assert source.report[-1].startswith("Split by document")
    assert source.report[0] == "Skipped 6 of 36 rows of rows.jsonl:"
    assert "line 31 is not JSON" in source.report[1]
    assert "line 32 holds a list, not an object" in source.report[2]
    assert "line 33 must have a string in column 'text', which is a NoneType" in source.report[3]


def test_a_row_without_end_does_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_read, "MAX_ROW_CHARACTERS", 1_000_000)
    path = write(tmp_path / "rows.jsonl", '{"text": "' + "long " * 6_000_000 + '"}\n{"text": "short"}\n')
    tracemalloc.start()
    try:
        source = open_text(path, valid=path)
        report = source.report
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "rows.jsonl line 1 is longer than 1,000,000 characters. Cut the row into several." in report[1]
    assert list(source.documents("train")) == ["short"]
    assert peak < 12_000_000


def test_a_file_that_may_not_be_read_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "secret.txt", LINES)
    if os.name == "posix" and os.geteuid() != 0:
        path.chmod(0)
    else:  # the administrator may read everything

        def refuse(self: Path, *args: object, **options: object) -> None:
            raise PermissionError(13, "Permission denied", str(self))

        monkeypatch.setattr(Path, "open", refuse)
    fails_with(path, "secret.txt may not be read by this user. Change its permissions")


@pytest.mark.skipif(os.name != "posix", reason="pipes in the file system are a thing of POSIX")
def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    fails_with(tmp_path / "pipe", "must be a file or a folder, got a device or a pipe")
    write(tmp_path / "good.txt", LINES)
    assert all_text(open_text(tmp_path)) == LINES


@pytest.mark.skipif(os.name != "posix", reason="other systems refuse such names")
def test_names_that_would_control_a_terminal_are_escaped(tmp_path: Path) -> None:
    name = os.fsdecode(b"\x1b[2Jx\xff.txt")
    message = fails_with(write(tmp_path / name, b"abc\xff"), "must be UTF-8 text")
    assert message.isprintable() and r"\x1b[2Jx\udcff.txt" in message
