"""Lines whose encoding changes: what each is taken for, and how it is told."""

import gzip
from pathlib import Path

import pytest

from clearhead.data import _labeled_lines
from clearhead.data._labeled_lines import Mended, read_mended_lines
from clearhead.data._read import UnreadableTextError


def read(path: Path, content: bytes) -> tuple[list[str], Mended]:
    path.write_bytes(content)
    mended = Mended()
    return list(read_mended_lines(path, mended)), mended


def test_marks_and_line_ends_of_other_systems_are_taken_away(tmp_path: Path) -> None:
    lines, mended = read(tmp_path / "a", b"\xef\xbb\xbfone\r\ntwo\rthree\n\nlast")
    assert lines == ["one\n", "two\n", "three\n", "\n", "last\n"] and mended.has_mark
    assert mended.told("a") == ["Removed the byte order mark of a."]


@pytest.mark.parametrize(
    ("line", "encoding", "text"),
    [
        ("服务态度很好".encode("gb18030"), "GB18030", "服务态度很好"),
        ("naïve Größe".encode("latin-1"), "Windows-1252 (Latin-1)", "naïve Größe"),
        ("“quoted” – €5".encode("cp1252"), "Windows-1252 (Latin-1)", "“quoted” – €5"),
        ("很好很好很好".encode()[:-1], "damaged UTF-8, each broken byte as \ufffd", "很好很好很\ufffd"),
    ],
)
def test_a_line_that_is_not_utf8_is_read_as_what_it_is(tmp_path: Path, line: bytes, encoding: str, text: str) -> None:
    lines, mended = read(tmp_path / "a", "good 好\n".encode() + line + b"\n")
    assert lines == ["good 好\n", f"{text}\n"] and mended.encodings == {encoding: [2]}
    assert mended.told("a.tsv") == [
        f"a.tsv must be UTF-8; read 1 of 2 lines as {encoding} (line 2). Look at them, and save the file as UTF-8."
    ]


def test_a_line_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTextError, match=r"line 2 must be UTF-8 text, got bytes that are no GB18030"):
        read(tmp_path / "a", b"good\nbad \x81 line\n")


def test_lines_longer_than_a_block_are_whole(tmp_path: Path) -> None:
    long = "好" * (1 << 20)
    lines, _ = read(tmp_path / "a.gz", gzip.compress(f"a\n{long}\nb".encode()))
    assert lines == ["a\n", f"{long}\n", "b\n"]


def test_a_line_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_labeled_lines, "MAX_LINE_BYTES", 1_000)
    with pytest.raises(UnreadableTextError, match=r"line 2 must be at most 1,000 bytes long, got more"):
        read(tmp_path / "a", b"a\n" + b"x" * 2_000)
