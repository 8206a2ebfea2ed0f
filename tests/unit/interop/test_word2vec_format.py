"""Files of word vectors: what is written is read again, and what is broken says where."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from clearhead.interop._word2vec_format import (
    WordVectors,
    read_binary_vectors,
    read_text_vectors,
    write_binary_vectors,
    write_projector,
    write_text_vectors,
)

WORDS = ["the", "北京", "naïve", "a_b", "№1"]
VECTORS = np.random.default_rng(0).normal(size=(5, 7)).astype(np.float32)
FORMS = [(write_text_vectors, read_text_vectors), (write_binary_vectors, read_binary_vectors)]


@pytest.mark.parametrize(("write", "read"), FORMS)
def test_what_is_written_is_read_to_the_bit(
    write: Callable[..., None], read: Callable[..., WordVectors], tmp_path: Path
) -> None:
    write(tmp_path / "vectors", WORDS, VECTORS)
    words, vectors = read(tmp_path / "vectors")
    assert words == WORDS and (vectors == VECTORS).all() and vectors.dtype == np.float32


def test_text_is_a_header_and_a_line_for_each_word(tmp_path: Path) -> None:
    write_text_vectors(tmp_path / "v.txt", ["new york", "b"], np.array([[0.5, -1], [0.1, 2]], np.float32))
    assert (tmp_path / "v.txt").read_bytes() == b"2 2\nnew_york 0.5 -1.0\nb 0.1 2.0\n"


def test_binary_is_a_header_and_little_endian_numbers(tmp_path: Path) -> None:
    write_binary_vectors(tmp_path / "v.bin", ["a", "b"], np.array([[1.0], [-2.0]], np.float32))
    assert (tmp_path / "v.bin").read_bytes() == b"2 1\na \0\0\x80\x3f\nb \0\0\x00\xc0\n"


def test_binary_without_line_ends_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "v.bin").write_bytes(b"2 1\na \0\0\x80\x3fb \0\0\x00\xc0")
    words, vectors = read_binary_vectors(tmp_path / "v.bin")
    assert words == ["a", "b"] and vectors.tolist() == [[1.0], [-2.0]]


def test_text_with_spaces_at_line_ends_is_read_as_word2vec_writes_it(tmp_path: Path) -> None:
    (tmp_path / "v.vec").write_bytes(b"2 2\na 1 2 \nb 3e-1 4 \n")
    assert read_text_vectors(tmp_path / "v.vec")[1].tolist() == [[1, 2], [pytest.approx(0.3), 4]]


def test_a_binary_file_larger_than_a_block_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearhead.interop._word2vec_format._BLOCK", 11)
    write_binary_vectors(tmp_path / "v.bin", WORDS, VECTORS)
    words, vectors = read_binary_vectors(tmp_path / "v.bin")
    assert words == WORDS and (vectors == VECTORS).all()


def test_the_projector_gets_numbers_and_names_in_two_files(tmp_path: Path) -> None:
    write_projector(tmp_path / "out", ["a", "tab\tbed"], np.array([[0.5, 1], [2, 3]], np.float32))
    assert (tmp_path / "out" / "vectors.tsv").read_bytes() == b"0.5\t1.0\n2.0\t3.0\n"
    assert (tmp_path / "out" / "metadata.tsv").read_bytes() == b"a\ntab_bed\n"


BROKEN_TEXT = {
    b"a 1 2\nb 3 4\n": "must begin with a line of two numbers",
    b"2 2\na 1 2\nb 3\n": "line 3 must hold a word and 2 numbers, got 1",
    b"2 2\na 1 2\nb 3 x\n": "line 3 must hold 2 numbers after its word",
    b"2 2\na 1 222222\n": r"must hold 2 words, got 1. It ends too early",
    b"1 2\na 1 2\nb 3 4\n": "must hold 1 words, got more",
    b"1 2\n\xb1\xb1\xbe\xa9 1 2\n": "line 2 must be utf-8.*gb18030",
    b"99999999 2\na 1 2\n": "as its first line says, got 99999999 words of 2 numbers in 17 bytes",
    b"0 2\n": "got 0 words",
}


@pytest.mark.parametrize("data", BROKEN_TEXT)
def test_a_broken_text_file_says_where(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "v.txt").write_bytes(data)
    with pytest.raises(ValueError, match=BROKEN_TEXT[data]):
        read_text_vectors(tmp_path / "v.txt")


def test_a_binary_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    write_binary_vectors(tmp_path / "v.bin", WORDS, VECTORS)
    data = (tmp_path / "v.bin").read_bytes()
    for length in range(len(data) - 2):  # the last line end may be missing
        (tmp_path / "v.bin").write_bytes(data[:length])
        with pytest.raises(ValueError, match=r"v\.bin must"):
            read_binary_vectors(tmp_path / "v.bin")


def test_a_binary_file_with_more_than_it_tells_is_refused(tmp_path: Path) -> None:
    (tmp_path / "v.bin").write_bytes(b"1 1\na \0\0\x80\x3f\nb \0\0\x00\xc0\n")
    with pytest.raises(ValueError, match="must end after 1 words, got more data"):
        read_binary_vectors(tmp_path / "v.bin")


def test_another_encoding_can_be_named_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "v.txt").write_bytes("1 2\n北京 1 2\n".encode("gb18030"))
    assert read_text_vectors(tmp_path / "v.txt", encoding="gb18030")[0] == ["北京"]
    with pytest.raises(ValueError, match="encoding must be one Python knows, got 'gbk2'"):
        read_text_vectors(tmp_path / "v.txt", encoding="gbk2")


@pytest.mark.parametrize("write", [write_text_vectors, write_binary_vectors, write_projector])
def test_words_and_vectors_must_belong_together(write: Callable[..., None], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"one row for each of the 4 words, got shape \(5, 7\)"):
        write(tmp_path / "v", WORDS[:4], VECTORS)
    with pytest.raises(ValueError, match="got an empty one at 1"):
        write(tmp_path / "v", ["a", ""], VECTORS[:2])
