"""Text → words → ids in a memory-mapped file, for word vectors: one reading of the text, whatever its size.

While the text is read, each new word gets the next number and the numbers are written down; afterwards, when all are
counted, phrases are joined and rare words left out by going over the numbers alone. An entry of the cache is a folder:
`ids.bin` (little-endian int32, −1 after each sentence, which is a line of the text), `vocabulary.tsv`, `manifest.json`.
"""

import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from clearhead.data._cache import cache_folder as default_cache_folder
from clearhead.data._phrases import join_phrases
from clearhead.data._read import shown
from clearhead.data._words import KINDS, WordRules
from clearhead.data.base import TextSource, read_pieces

SENTENCE_END = -1
FORMAT = 1
CHUNK_IDS = 1 << 22


@dataclass(frozen=True)
class WordCorpus:
    """A text as word ids, and its vocabulary, most frequent word first."""

    name: str
    words: list[str]
    counts: NDArray[np.int64]
    """How often each word was seen, with the texts of `known`."""
    ids: NDArray[np.int32]
    """Read-only, a memory-mapped file; −1 after each sentence, words left out are not there."""
    num_words: int
    """Words of the text, with those left out."""
    fingerprint: str
    report: list[str]

    @cached_property
    def id_of(self) -> dict[str, int]:
        """The id of each word."""
        return {word: index for index, word in enumerate(self.words)}

    def sources(self, known: list[str]) -> NDArray[np.int64]:
        """Return for each word its place in `known`, −1 for a new one (`Word2Vec.extended`)."""
        places = {word: index for index, word in enumerate(known)}
        return np.array([places.get(word, -1) for word in self.words], np.int64)


def open_corpus(
    source: TextSource,
    rules: WordRules | None = None,
    *,
    known: tuple[list[str], NDArray[np.int64]] | None = None,
    split: str = "train",
    cache_folder: Path | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> WordCorpus:
    """Read a part of a text into word ids, or open what an earlier run read.

    Args:
        known: words and counts of a trained model; its words are kept, its counts are added.
        cache_folder: where to keep the ids; None is $CLEARHEAD_CACHE or the user's cache folder.
        on_progress: called with the characters read so far.
    Raises:
        ValueError: fewer than two words are frequent enough.
    """
    rules = rules or WordRules()
    texts = [FORMAT, source.fingerprint, split, rules, *zip(*(known or ([], [])), strict=True)]
    mark = sha256("\n".join(map(str, texts)).encode()).hexdigest()
    folder = (cache_folder or default_cache_folder()) / "words"
    corpus = _open_entry(folder / mark[:32], mark, source.name)
    if corpus:
        return corpus
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f"making-{mark[:8]}-", dir=folder))
    except OSError as error:
        raise ValueError(
            f"{shown(folder)} cannot keep the words of the text ({error.strerror or error}). "
            "Set CLEARHEAD_CACHE to a folder on a disk that has room."
        ) from None
    try:
        _make_entry(made, mark, source, rules, known, split, on_progress)
        try:
            made.rename(folder / mark[:32])
        except OSError:  # another process was first, or what lies there is broken
            if not _open_entry(folder / mark[:32], mark, source.name):
                shutil.rmtree(folder / mark[:32], ignore_errors=True)
                made.rename(folder / mark[:32])
    finally:
        shutil.rmtree(made, ignore_errors=True)
    corpus = _open_entry(folder / mark[:32], mark, source.name)
    if corpus is None:
        raise ValueError(f"{shown(folder / mark[:32])} cannot be read back. Check the disk, or remove the folder.")
    return corpus


def read_chunks_of_ids(path: Path) -> Iterator[NDArray[np.int32]]:
    """Yield the ids of a file in chunks that end with a sentence, so that none is cut."""
    rest = np.empty(0, np.int32)
    with path.open("rb") as file:
        while block := file.read(4 * CHUNK_IDS):
            ids = np.concatenate([rest, np.frombuffer(block, "<i4").astype(np.int32, copy=False)])
            ends = np.flatnonzero(ids == SENTENCE_END)
            cut = int(ends[-1]) + 1 if len(ends) else 0
            rest = ids[cut:]
            if cut:
                yield ids[:cut]
    if len(rest):
        yield rest


def _make_entry(
    made: Path,
    mark: str,
    source: TextSource,
    rules: WordRules,
    known: tuple[list[str], NDArray[np.int64]] | None,
    split: str,
    on_progress: Callable[[int], None] | None,
) -> None:
    first = made / "first.bin"
    with first.open("wb") as file:
        words = _number_words(source, split, KINDS[rules.kind], file, on_progress)
    num_words = 0
    for number in range(rules.phrase_passes):
        joined = made / f"joined-{number}.bin"
        # Each pass joins looser pairs: a phrase of four is rarer by itself than its halves are together.
        words = join_phrases(
            partial(read_chunks_of_ids, first),
            words,
            joined,
            min_count=rules.min_count,
            threshold=rules.phrase_threshold / 2**number,
        )
        first.unlink()
        first = joined
    counts = np.zeros(len(words), np.int64)
    for ids in read_chunks_of_ids(first):
        counts += np.bincount(ids[ids >= 0], minlength=len(words))
    num_words = int(counts.sum())
    chosen, chosen_counts = _choose(words, counts, rules, known)
    if len(chosen) < 2:
        raise ValueError(
            f"{source.name} must have two words seen {rules.min_count} times or more, got {len(chosen)} "
            f"(of {len(words):,} different words). Give more text, or a lower min_count."
        )
    place_of = {word: index for index, word in enumerate(chosen)}
    final = np.array([place_of.get(word, -2) for word in words] + [SENTENCE_END], np.int32)
    num_kept, checksum = 0, 0
    with (made / "ids.bin").open("wb") as file:
        for ids in read_chunks_of_ids(first):
            mapped = final[ids]  # −1 takes the last entry, which is itself
            data = mapped[mapped != -2].astype("<i4").tobytes()
            checksum = zlib.crc32(data, checksum)
            num_kept += len(data) // 4
            file.write(data)
        file.flush()
        os.fsync(file.fileno())
    first.unlink()
    lines = (f"{word}\t{count}\n" for word, count in zip(chosen, chosen_counts, strict=True))
    vocabulary = "".join(lines).encode("utf-8")
    (made / "vocabulary.tsv").write_bytes(vocabulary)
    left_out = num_words - int(counts[[word in place_of for word in words]].sum())
    manifest = {
        "fingerprint": mark,
        "num_ids": num_kept,
        "num_words": num_words,
        "checksum": checksum,
        "vocabulary_checksum": zlib.crc32(vocabulary),
        "report": [*source.report, f"Kept {len(chosen):,} of {len(words):,} words; the others are "
                   f"{left_out / max(1, num_words):.1%} of the text."],
    }  # fmt: skip
    (made / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")


def _number_words(
    source: TextSource,
    split: str,
    cut: Callable[[str], list[str]],
    file: BinaryIO,
    on_progress: Callable[[int], None] | None,
) -> list[str]:
    """Write the number of each word, in order of first sight; return the words."""

    class Numbers(dict[str, int]):
        def __missing__(self, word: str) -> int:
            self[word] = number = len(self)
            return number

    numbers, num_characters = Numbers(), 0
    for text, _ in read_pieces(source, split):
        ids: list[int] = []
        for line in text.split("\n"):
            if found := cut(line):
                ids += map(numbers.__getitem__, found)
                ids.append(SENTENCE_END)
        file.write(np.array(ids, "<i4").tobytes())
        num_characters += len(text)
        if on_progress:
            on_progress(num_characters)
    return list(numbers)


def _choose(
    words: list[str],
    counts: NDArray[np.int64],
    rules: WordRules,
    known: tuple[list[str], NDArray[np.int64]] | None,
) -> tuple[list[str], NDArray[np.int64]]:
    """Return the words to keep, most frequent first (then in order of first sight), and how often they were seen."""
    old = dict(zip(known[0], map(int, known[1]), strict=True)) if known else {}
    total = {word: old.get(word, 0) for word in old}
    for word, count in zip(words, counts.tolist(), strict=True):
        if word in old or count >= rules.min_count:
            total[word] = total.get(word, 0) + count
    ordered = sorted(total, key=lambda word: -total[word])
    if rules.max_words is not None:
        ordered = [word for index, word in enumerate(ordered) if index < rules.max_words or word in old]
    return ordered, np.array([total[word] for word in ordered], np.int64)


def _open_entry(entry: Path, mark: str, name: str) -> WordCorpus | None:
    """Open an entry of the cache; None when there is none, or when it is not what its manifest says."""
    try:
        manifest: dict[str, Any] = json.loads((entry / "manifest.json").read_text(encoding="utf-8"))
        path = entry / "ids.bin"
        if manifest["fingerprint"] != mark or path.stat().st_size != 4 * manifest["num_ids"]:
            return None
        checksum = 0
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                checksum = zlib.crc32(block, checksum)
        if checksum != manifest["checksum"]:
            return None
        vocabulary = (entry / "vocabulary.tsv").read_bytes()
        if zlib.crc32(vocabulary) != manifest["vocabulary_checksum"]:
            return None
        pairs = [row.split("\t") for row in vocabulary.decode("utf-8").split("\n")[:-1]]
        counts = np.array([int(count) for _, count in pairs], np.int64)
        ids: NDArray[np.int32] = np.memmap(path, "<i4", mode="r") if manifest["num_ids"] else np.empty(0, np.int32)
        words = [word for word, _ in pairs]
        return WordCorpus(name, words, counts, ids, manifest["num_words"], mark, list(manifest["report"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
