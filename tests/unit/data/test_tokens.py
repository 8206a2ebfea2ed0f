"""Ids in memory-mapped files: right, counted, made once, and never trusted when something is wrong with them."""

import errno
import json
import multiprocessing
import os
import time
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from clearhead.data import _cache, _tokens
from clearhead.data._tokens import TokenData, tokenize
from clearhead.data.base import TextSource, open_text
from clearhead.tokenizers.base import Tokenizer

END = 256


class ByteIds:
    """The smallest thing that encodes: ids are bytes. It stands in for a trained tokenizer and counts its calls."""

    end_of_text_id = END
    unknown_id = "�".encode()[0]
    fingerprint = "bytes"

    def __init__(self, vocab_size: int = 257) -> None:
        self.vocab_size = vocab_size
        self.num_calls = 0
        self.longest_call = 0

    def encode_batch(self, texts: list[str]) -> list[list[int]]:
        self.num_calls += 1
        self.longest_call = max(self.longest_call, sum(map(len, texts)))
        return [list(text.encode("utf-8")) for text in texts]

    def num_unknown(self, text: str) -> int:
        return text.count("�")


class Written:
    """A source of the simplest kind: documents in lists."""

    report = ("One thing was skipped.",)

    def __init__(self, **parts: list[str]) -> None:
        self.name = "written"
        self.parts = parts
        self.splits = tuple(parts)
        self.fingerprint = json.dumps(parts)

    def documents(self, split: str) -> Any:
        return iter(self.parts[split])


def encode(folder: Path, *, encoder: ByteIds | None = None, **parts: list[str]) -> TokenData:
    source = Written(**(parts or {"train": ["one", "two", "three"], "valid": ["中 four"]}))
    return tokenize(cast(TextSource, source), cast(Tokenizer, encoder or ByteIds()), cache_folder=folder)


def said(data: TokenData) -> list[list[int]]:
    return [part.tokens.tolist() for part in (data.train, data.valid)]


def entries(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "tokens").iterdir())


def test_documents_are_separated_only_where_there_are_several(tmp_path: Path) -> None:
    data = encode(tmp_path)
    assert data.train.tokens.tolist() == [*b"one", END, *b"two", END, *b"three"]
    assert data.valid.tokens.tolist() == list("中 four".encode())
    assert data.test is None
    assert isinstance(data.train.tokens, np.memmap) and data.train.tokens.dtype == np.uint16
    assert not data.train.tokens.flags.writeable


def test_bytes_characters_documents_and_unknowns_are_counted_and_reported(tmp_path: Path) -> None:
    data = encode(tmp_path, train=["ab", "", "中�"], valid=["c"], test=["d"])
    assert (data.train.num_bytes, data.train.num_characters, data.train.num_documents) == (8, 4, 2)
    assert data.train.num_unknown == 1 and data.valid.num_unknown == 0
    assert data.test is not None and data.test.tokens.tolist() == [ord("d")]
    assert data.report == [
        "One thing was skipped.",
        "The vocabulary cannot say 1 characters (1 in train): they become one unknown token.",
    ]


def test_a_large_vocabulary_takes_four_bytes_an_id(tmp_path: Path) -> None:
    assert encode(tmp_path, encoder=ByteIds(1 << 16)).train.tokens.dtype == np.uint16
    assert encode(tmp_path / "other", encoder=ByteIds((1 << 16) + 1)).train.tokens.dtype == np.uint32


def test_a_part_without_text_has_no_tokens(tmp_path: Path) -> None:
    assert len(encode(tmp_path, train=["a"], valid=[]).valid.tokens) == 0
    assert len(encode(tmp_path, train=["a"], valid=[]).valid.tokens) == 0


def test_the_second_run_encodes_nothing(tmp_path: Path) -> None:
    first, encoder = encode(tmp_path), ByteIds()
    second = encode(tmp_path, encoder=encoder)
    assert encoder.num_calls == 0
    assert said(second) == said(first) and second.report == first.report and second.fingerprint == first.fingerprint


def test_another_text_or_tokenizer_is_another_entry(tmp_path: Path) -> None:
    encode(tmp_path)
    encode(tmp_path, train=["x"], valid=["y"])
    other = ByteIds()
    other.fingerprint = "other"
    encode(tmp_path, encoder=other)
    assert len(entries(tmp_path)) == 3 and other.num_calls > 0


DAMAGES = [
    "flipped bit",
    "cut",
    "part gone",
    "manifest gone",
    "manifest cut",
    "manifest of another text",
    "manifest of another shape",
]


def damage(entry: Path, how: str) -> None:
    part, manifest = entry / "train.bin", entry / "manifest.json"
    if how == "flipped bit":
        part.write_bytes(bytes([part.read_bytes()[0] ^ 1]) + part.read_bytes()[1:])
    elif how == "cut":
        part.write_bytes(part.read_bytes()[:-2])
    elif how == "part gone":
        part.unlink()
    elif how == "manifest gone":
        manifest.unlink()
    elif how == "manifest cut":
        manifest.write_text(manifest.read_text(encoding="utf-8")[:100], encoding="utf-8")
    elif how == "manifest of another text":
        text = manifest.read_text(encoding="utf-8")
        manifest.write_text(text.replace('"fingerprint": "', '"fingerprint": "f'), encoding="utf-8")
    elif how == "manifest of another shape":
        manifest.write_text("[]", encoding="utf-8")


@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_entry_is_made_anew(tmp_path: Path, how: str) -> None:
    good = said(encode(tmp_path))
    damage(tmp_path / "tokens" / entries(tmp_path)[0], how)
    encoder = ByteIds()
    assert said(encode(tmp_path, encoder=encoder)) == good
    assert encoder.num_calls > 0
    again = ByteIds()
    assert said(encode(tmp_path, encoder=again)) == good and again.num_calls == 0


class Interrupting(ByteIds):
    """Stops in the second call, as Ctrl-C does."""

    def encode_batch(self, texts: list[str]) -> list[list[int]]:
        if self.num_calls == 1:
            raise KeyboardInterrupt
        return super().encode_batch(texts)


def test_an_interrupted_encoding_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        encode(tmp_path, encoder=Interrupting())
    assert entries(tmp_path) == []


class Dying(ByteIds):
    """Ends the process in the second call, as `kill -9` does."""

    def encode_batch(self, texts: list[str]) -> list[list[int]]:
        if self.num_calls == 1:
            os._exit(9)
        return super().encode_batch(texts)


def encode_and_die(folder: Path) -> None:
    encode(folder, encoder=Dying())


def encode_and_tell(folder: Path, barrier: Any, answers: Any) -> None:
    barrier.wait()
    answers.put(said(encode(folder)))


def test_what_a_killed_process_left_is_never_used_and_removed_after_a_day(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=encode_and_die, args=(tmp_path,))
    process.start()
    process.join()
    assert process.exitcode == 9
    left = entries(tmp_path)
    assert len(left) == 1 and left[0].startswith("making-")
    encoder = ByteIds()
    encode(tmp_path, encoder=encoder)
    assert encoder.num_calls > 0 and left[0] in entries(tmp_path), "it may be another process at work"
    os.utime(tmp_path / "tokens" / left[0], (time.time() - 90_000,) * 2)
    encode(tmp_path, train=["new"], valid=["text"])
    assert left[0] not in entries(tmp_path)


def test_a_new_entry_makes_those_go_that_nobody_used_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encode(tmp_path)
    [old] = entries(tmp_path)
    encode(tmp_path, train=["read"], valid=["today"])
    monkeypatch.setattr(_cache, "_OPENED", set())  # as if another process had made them
    for name in entries(tmp_path):
        os.utime(tmp_path / "tokens" / name / "manifest.json", (time.time() - 40 * 86_400,) * 2)
    encode(tmp_path, train=["read"], valid=["today"])
    assert old in entries(tmp_path), "opening one entry removes no other"
    encode(tmp_path, train=["new"], valid=["text"])
    assert len(entries(tmp_path)) == 2 and old not in entries(tmp_path)


def test_processes_that_encode_the_same_text_at_once_agree(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(4), context.Queue()
    processes = [context.Process(target=encode_and_tell, args=(tmp_path, barrier, answers)) for _ in range(4)]
    for process in processes:
        process.start()
    told = [answers.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    assert told == [said(encode(tmp_path))] * 4
    assert len(entries(tmp_path)) == 1, "the slower ones clean up"


def test_an_entry_made_meanwhile_by_another_process_serves(tmp_path: Path) -> None:
    class Slow(ByteIds):
        def encode_batch(self, texts: list[str]) -> list[list[int]]:
            encode(tmp_path)
            return super().encode_batch(texts)

    assert said(encode(tmp_path, encoder=Slow())) == said(encode(tmp_path))
    assert len(entries(tmp_path)) == 1


def test_a_cache_that_cannot_be_written_is_replaced_by_a_temporary_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    data = encode(tmp_path / "file")
    assert data.train.tokens.tolist() == [*b"one", END, *b"two", END, *b"three"]
    assert "cannot keep the encoded text (" in data.report[-1] and data.report[-1].endswith("encodes again.")


def test_a_full_disk_stops_with_a_sentence_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(_tokens, "_encode_part", no_room)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(ValueError, match=r"\(No space left on device\), nor can .* set CLEARHEAD_CACHE to a folder"):
        encode(tmp_path)
    assert entries(tmp_path) == []


def test_a_source_without_validation_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="written must have the parts train and valid, got train"):
        encode(tmp_path, train=["a"])


def test_long_text_is_encoded_in_batches_of_bounded_size_with_progress(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("some words without a line end " * 150_000, encoding="utf-8")
    encoder, progress = ByteIds(), list[tuple[str, int]]()
    data = tokenize(
        open_text(path),
        cast(Tokenizer, encoder),
        cache_folder=tmp_path,
        on_progress=lambda part, number: progress.append((part, number)),
    )
    assert data.train.num_bytes + data.valid.num_bytes == path.stat().st_size
    assert encoder.longest_call < 1.5 * (1 << 20)
    assert [number for part, number in progress if part == "train"][-1] == data.train.num_characters
    assert len(progress) >= 4


def test_large_entries_are_checked_by_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_tokens, "CHECK_ALL_BYTES", 1 << 20)
    parts = {"train": ["word " * 800_000], "valid": ["v"]}
    encode(tmp_path, **parts)
    encoder = ByteIds()
    encode(tmp_path, encoder=encoder, **parts)
    assert encoder.num_calls == 0
    path = tmp_path / "tokens" / entries(tmp_path)[0] / "train.bin"
    data = bytearray(path.read_bytes())
    data[len(data) // 2 + 10] ^= 1
    path.write_bytes(data)
    encode(tmp_path, encoder=encoder, **parts)
    assert encoder.num_calls > 0


def test_without_a_folder_it_goes_into_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "mine"))
    tokenize(cast(TextSource, Written(train=["a b"], valid=["c d"])), cast(Tokenizer, ByteIds()))
    assert len(entries(tmp_path / "mine")) == 1
