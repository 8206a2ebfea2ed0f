"""Word vectors in the files other tools read: word2vec's two forms, fastText's .vec, the Embedding Projector.

Text: a line `V D`, then V lines `word f f … f`, most frequent word first; a .vec file is the same. Binary: the line
`V D`, then for each word its UTF-8 bytes, a space and D little-endian float32; word2vec.c ends a vector with a line end
and gensim does not, so a reader passes over one. Neither form can hold a word with a space or a line end: a space
becomes `_` when written.
Read with: gensim (`KeyedVectors.load_word2vec_format`), which tests/parity compares with.
"""

import codecs
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from clearhead.data._read import shown

MAX_WORD_BYTES = 1 << 16
MAX_DIMENSIONS = 1 << 16
SNIFFED_BYTES = 1 << 14
_BLOCK = 1 << 20
_SPACES = str.maketrans(dict.fromkeys(" \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029\u3000", "_"))
WordVectors = tuple[list[str], NDArray[np.float32]]


def write_text_vectors(path: Path, words: Sequence[str], vectors: NDArray[np.float32]) -> None:
    """Write word2vec's text form (also fastText's .vec), with digits enough that reading gives the same numbers."""
    _check(words, vectors)
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"{len(words)} {vectors.shape[1]}\n")
        for word, vector in zip(words, vectors, strict=True):
            file.write(f"{word.translate(_SPACES)} {' '.join(map(str, vector))}\n")


def write_binary_vectors(path: Path, words: Sequence[str], vectors: NDArray[np.float32]) -> None:
    """Write word2vec's binary form as word2vec.c does, a line end after each vector."""
    _check(words, vectors)
    with Path(path).open("wb") as file:
        file.write(f"{len(words)} {vectors.shape[1]}\n".encode("ascii"))
        for word, vector in zip(words, vectors.astype("<f4", copy=False), strict=True):
            file.write(word.translate(_SPACES).encode("utf-8") + b" " + vector.tobytes() + b"\n")


def write_projector(folder: Path, words: Sequence[str], vectors: NDArray[np.float32]) -> None:
    """Write vectors.tsv and metadata.tsv, which the Embedding Projector and its relatives load."""
    _check(words, vectors)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "vectors.tsv").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines("\t".join(map(str, vector)) + "\n" for vector in vectors)
    text = "".join(f"{word.translate(_SPACES)}\n" for word in words)
    (folder / "metadata.tsv").write_text(text, encoding="utf-8", newline="\n")


def read_text_vectors(path: Path, *, encoding: str = "utf-8") -> WordVectors:
    """Read word2vec's text form or a .vec file.

    Raises:
        ValueError: no header, a line with too few or too many numbers, fewer or more words than told, another encoding.
    """
    path = Path(path)
    with path.open("rb") as file:
        num_words, width = _read_header(path, file)
        words: list[str] = []
        vectors = np.empty((num_words, width), np.float32)
        for number, line in enumerate(_lines(file), 2):
            if len(words) == num_words:
                raise ValueError(f"{shown(path)} must hold {num_words} words, got more. Mend the first line.")
            word, *numbers = line.rstrip().rsplit(b" ", width)
            if len(numbers) != width:
                raise ValueError(
                    f"{shown(path)} line {number} must hold a word and {width} numbers, got {len(line.split()) - 1}. "
                    "Is the file whole?"
                )
            try:
                vectors[len(words)] = np.array(numbers, np.float32)
            except ValueError:
                raise ValueError(
                    f"{shown(path)} line {number} must hold {width} numbers after its word, got {numbers[0][:20]!r}…. "
                    "A binary file is read with read_binary_vectors."
                ) from None
            words.append(_decode(path, word, encoding, f"line {number}"))
    return _whole(path, words, vectors)


def read_binary_vectors(path: Path, *, encoding: str = "utf-8") -> WordVectors:
    """Read word2vec's binary form, as word2vec.c or gensim wrote it.

    Raises:
        ValueError: no header, an end before the last vector, data behind it, another encoding.
    """
    path = Path(path)
    with path.open("rb") as file:
        num_words, width = _read_header(path, file)
        if num_words * (4 * width + 2) > path.stat().st_size:
            raise ValueError(
                f"{shown(path)} must hold {num_words} vectors of {width} numbers, got a file of "
                f"{path.stat().st_size:,} bytes. It ends too early: copy it anew, or read it with read_text_vectors."
            )
        words: list[str] = []
        vectors = np.empty((num_words, width), np.float32)
        waiting = b""
        while len(words) < num_words:
            block = file.read(_BLOCK)
            waiting += block
            at = 0
            while len(words) < num_words:
                begin = at + (waiting[at : at + 1] == b"\n")
                space = waiting.find(b" ", begin, begin + MAX_WORD_BYTES)
                end = space + 1 + 4 * width
                if space < 0 or end > len(waiting):
                    break
                vectors[len(words)] = np.frombuffer(waiting, "<f4", width, space + 1)
                words.append(_decode(path, waiting[begin:space], encoding, f"word {len(words) + 1}"))
                at = end
            waiting = waiting[at:]
            if not block or len(waiting) > MAX_WORD_BYTES + 4 * width + _BLOCK:
                break
        rest = waiting + file.read(2)
        if len(words) == num_words and rest.strip(b"\n"):
            raise ValueError(f"{shown(path)} must end after {num_words} words, got more data. Mend the first line.")
    return _whole(path, words, vectors)


def read_glove_vectors(path: Path, *, encoding: str = "utf-8") -> WordVectors:
    """Read GloVe's text form: that of word2vec without its first line, so the first vector tells the width.

    Raises:
        ValueError: no vector, a line with another width than the first one, another encoding.
    """
    path = Path(path)
    words: list[str] = []
    vectors: list[NDArray[np.float32]] = []
    with path.open("rb") as file:
        for number, line in enumerate(_lines(file), 1):
            width = len(vectors[0]) if vectors else len(line.split()) - 1
            word, *numbers = line.rstrip().rsplit(b" ", width) if width > 0 else [line]
            try:
                if not numbers or len(numbers) != width:
                    raise ValueError(numbers)
                vectors.append(np.array(numbers, np.float32))
            except ValueError:
                raise ValueError(
                    f"{shown(path)} line {number} must hold a word and {max(1, width)} numbers, got {line[:40]!r}. "
                    "Is it a file of word vectors, and whole?"
                ) from None
            words.append(_decode(path, word, encoding, f"line {number}"))
    if not words:
        raise ValueError(f"{shown(path)} must hold word vectors, got an empty file. Copy it anew.")
    return words, np.stack(vectors)


def has_header(path: Path) -> bool:
    """Tell word2vec's forms from GloVe's: whether the file begins with a line of two numbers."""
    with Path(path).open("rb") as file:
        fields = file.readline(80).split()
    return len(fields) == 2 and all(field.isdigit() for field in fields)


def is_text(path: Path) -> bool:
    """Tell word2vec's text form from its binary one by what follows the first line."""
    with Path(path).open("rb") as file:
        file.readline(80)
        beginning = file.read(SNIFFED_BYTES)
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(beginning)
    except UnicodeDecodeError:
        return False
    return all(sign.isprintable() or sign in "\t\r\n" for sign in text)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    for line in file:
        if line.strip():
            yield line


def _read_header(path: Path, file: BinaryIO) -> tuple[int, int]:
    line = file.readline(80)
    fields = line.split()
    if len(fields) != 2 or not all(field.isdigit() for field in fields) or not line.endswith(b"\n"):
        raise ValueError(
            f"{shown(path)} must begin with a line of two numbers, words and dimensions, got {line[:40]!r}. "
            "GloVe files lack it: put it in front."
        )
    num_words, width = int(fields[0]), int(fields[1])
    if not num_words or not 0 < width <= MAX_DIMENSIONS or num_words * (2 * width + 2) > path.stat().st_size:
        raise ValueError(
            f"{shown(path)} must hold as many vectors as its first line says, got {num_words} words of {width} numbers "
            f"in {path.stat().st_size:,} bytes. Is the file whole?"
        )
    return num_words, width


def _decode(path: Path, word: bytes, encoding: str, where: str) -> str:
    try:
        return word.decode(encoding)
    except UnicodeDecodeError:
        raise ValueError(
            f"{shown(path)} {where} must be {encoding}, got {word[:40]!r}. Give another encoding, perhaps gb18030."
        ) from None
    except LookupError:
        raise ValueError(f"encoding must be one Python knows, got {encoding!r}. Use utf-8 or gb18030.") from None


def _whole(path: Path, words: list[str], vectors: NDArray[np.float32]) -> WordVectors:
    if len(words) != len(vectors):
        raise ValueError(
            f"{shown(path)} must hold {len(vectors)} words, got {len(words)}. It ends too early: copy it anew."
        )
    return words, vectors


def _check(words: Sequence[str], vectors: NDArray[np.float32]) -> None:
    if vectors.ndim != 2 or len(words) != len(vectors) or not len(words):
        raise ValueError(
            f"Vectors must have one row for each of the {len(words)} words, got shape {vectors.shape}. Give both whole."
        )
    if empty := [index for index, word in enumerate(words) if not word]:
        raise ValueError(f"Words must have at least one character, got an empty one at {empty[0]}. Leave it out.")
