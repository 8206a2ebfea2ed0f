"""One clear sentence for everything that is not text; what is broken inside a set is skipped and counted."""

import gzip
import json
import os
import tracemalloc
from pathlib import Path

import pytest

from clearhead.data import _read
from clearhead.data.base import TextSource, open_text

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
