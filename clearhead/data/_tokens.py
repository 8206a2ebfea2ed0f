"""Text → token ids in memory-mapped files, encoded once for each pair of text and tokenizer.

An entry of the cache is a folder: `train.bin`, `valid.bin`, perhaps `test.bin` (little-endian uint16 or uint32), and
`manifest.json` with counts and checksums. It is written under another name and renamed when whole, so that a killed
process leaves nothing that looks finished; what does not agree with its manifest is made anew. A new entry makes old
ones go that nobody used (_cache.py).
"""

import atexit
import json
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearhead.data import _cache
from clearhead.data._pieces import Piece
from clearhead.data._read import shown
from clearhead.data.base import TextSource, read_pieces
from clearhead.tokenizers.base import Tokenizer

FORMAT = 1
BATCH_CHARACTERS = 1 << 20
CHECK_ALL_BYTES = 256 << 20
"""Files up to this size are checked byte for byte when opened; larger ones at their start, middle and end."""
_ABANDONED_SECONDS = 24 * 3600


@dataclass(frozen=True)
class TokenSplit:
    """One part of a text as ids. Documents follow each other, end_of_text between them when there are several."""

    tokens: NDArray[Any]
    """uint16 or uint32, read-only; a memory-mapped file."""
    num_bytes: int
    """UTF-8 bytes of the text, so that a loss can be told in bits per byte."""
    num_characters: int
    num_documents: int
    num_unknown: int
    """Characters the vocabulary cannot say."""


@dataclass(frozen=True)
class TokenData:
    """A text encoded by a tokenizer, part by part."""

    name: str
    train: TokenSplit
    valid: TokenSplit
    test: TokenSplit | None
    fingerprint: str
    """Names the text and the tokenizer together."""
    report: list[str]


def tokenize(
    source: TextSource,
    tokenizer: Tokenizer,
    *,
    cache_folder: Path | None = None,
    on_progress: Callable[[str, int], None] | None = None,
) -> TokenData:
    """Encode every part of a text, or open what an earlier run encoded.

    Args:
        cache_folder: where to keep the ids; None is $CLEARHEAD_CACHE or the user's cache folder. If it cannot be
            written, a temporary folder serves for this run, and the report says so.
        on_progress: called with the part and the characters encoded so far.
    Raises:
        ValueError: the source has no training or validation part; no folder has room for the ids.
    """
    missing = {"train", "valid"} - set(source.splits)
    if missing:
        raise ValueError(
            f"{source.name} must have the parts train and valid, got {', '.join(source.splits)}. "
            "Open it without is_whole, or name a validation text."
        )
    mark = sha256(f"{FORMAT} {source.fingerprint} {tokenizer.fingerprint}".encode()).hexdigest()
    folder = (cache_folder or _cache.cache_folder()) / "tokens"
    found = _open_entry(folder / mark[:32], mark, source.name)
    if found:
        return found
    try:
        return _make_entry(folder, mark, source, tokenizer, on_progress, [])
    except OSError as error:
        problem = f"{shown(folder)} cannot keep the encoded text ({error.strerror or error})"
    spare = Path(tempfile.mkdtemp(prefix="clearhead-tokens-"))
    atexit.register(shutil.rmtree, spare, ignore_errors=True)
    note = f"{problem}: a temporary folder is used, and the next run encodes again."
    try:
        return _make_entry(spare, mark, source, tokenizer, on_progress, [note])
    except OSError as error:
        raise ValueError(
            f"{problem}, nor can {shown(spare)} ({error.strerror or error}). "
            "Free some space, or set CLEARHEAD_CACHE to a folder on a disk that has room."
        ) from None


def _make_entry(
    folder: Path,
    mark: str,
    source: TextSource,
    tokenizer: Tokenizer,
    on_progress: Callable[[str, int], None] | None,
    notes: list[str],
) -> TokenData:
    folder.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(folder)
    made = Path(tempfile.mkdtemp(prefix=f"making-{mark[:8]}-", dir=folder))
    try:
        parts = {}
        for part in source.splits:
            with (made / f"{part}.bin").open("wb") as file:
                parts[part] = _encode_part(source, tokenizer, part, file, on_progress)
                file.flush()
                os.fsync(file.fileno())
            parts[part]["checksum"] = _checksum(made / f"{part}.bin")
        manifest = {
            "format": FORMAT,
            "fingerprint": mark,
            "dtype": _dtype(tokenizer.vocab_size).str,
            "parts": parts,
            "report": [*source.report, *_tell_unknown(parts), *notes],
        }
        (made / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    except BaseException:  # Ctrl-C too: half an encoding is of no use
        shutil.rmtree(made, ignore_errors=True)
        raise
    entry = _put_in_place(made, folder / mark[:32], mark, source.name)
    if entry != made:
        shutil.rmtree(made, ignore_errors=True)
    data = _open_entry(entry, mark, source.name)
    if data is None:
        raise OSError(f"what was written to {shown(entry)} cannot be read back")
    _cache.remove_unused(folder)
    return data


def _encode_part(
    source: TextSource,
    tokenizer: Tokenizer,
    part: str,
    file: Any,
    on_progress: Callable[[str, int], None] | None,
) -> dict[str, int]:
    dtype = _dtype(tokenizer.vocab_size)
    separator = np.asarray([tokenizer.end_of_text_id], dtype=dtype).tobytes()
    counts = {"num_tokens": 0, "num_bytes": 0, "num_characters": 0, "num_documents": 0, "num_unknown": 0}
    is_start = True
    for batch in _batches(read_pieces(source, part)):
        encoded = tokenizer.encode_batch([text for text, _ in batch])
        for ids, (text, is_end) in zip(encoded, batch, strict=True):
            if is_start and counts["num_documents"]:
                file.write(separator)
                counts["num_tokens"] += 1
            file.write(np.asarray(ids, dtype=dtype).tobytes())
            counts["num_tokens"] += len(ids)
            counts["num_bytes"] += len(text.encode("utf-8"))
            counts["num_characters"] += len(text)
            if tokenizer.unknown_id is not None and tokenizer.unknown_id in ids:
                counts["num_unknown"] += tokenizer.num_unknown(text)
            counts["num_documents"] += is_end
            is_start = is_end
        if on_progress:
            on_progress(part, counts["num_characters"])
    return counts


def _batches(pieces: Iterator[Piece]) -> Iterator[list[Piece]]:
    """Gather pieces until they are worth a call, and no more: the library needs about 100 bytes a token meanwhile."""
    batch: list[Piece] = []
    num_characters = 0
    for piece in pieces:
        batch.append(piece)
        num_characters += len(piece[0])
        if num_characters >= BATCH_CHARACTERS:
            yield batch
            batch, num_characters = [], 0
    if batch:
        yield batch


def _put_in_place(made: Path, entry: Path, mark: str, name: str) -> Path:
    """Give a finished folder its name. If another process was first, its entry serves; a broken one makes room."""
    for _ in range(3):
        try:
            made.rename(entry)
            return entry
        except OSError:
            if _open_entry(entry, mark, name):
                return entry
            try:
                entry.rename(made.with_name(made.name.replace("making-", "broken-")))
            except OSError:
                continue
    return made  # an entry that can be neither read nor moved (a lock of Windows): the new folder serves this run


def _open_entry(entry: Path, mark: str, name: str) -> TokenData | None:
    """Open an entry of the cache; None when there is none, or when it is not what its manifest says."""
    try:
        manifest = json.loads((entry / "manifest.json").read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT or manifest["fingerprint"] != mark:
            return None
        splits = {}
        for part, counts in manifest["parts"].items():
            path = entry / f"{part}.bin"
            dtype = np.dtype(manifest["dtype"])
            if path.stat().st_size != counts["num_tokens"] * dtype.itemsize or _checksum(path) != counts["checksum"]:
                return None
            tokens = np.memmap(path, dtype=dtype, mode="r") if counts["num_tokens"] else np.empty(0, dtype)
            numbers = {key: int(value) for key, value in counts.items() if key not in ("num_tokens", "checksum")}
            splits[part] = TokenSplit(tokens, **numbers)
        report = [str(line) for line in manifest["report"]]
        _cache.mark_used(entry)
        return TokenData(name, splits["train"], splits["valid"], splits.get("test"), mark, report)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _checksum(path: Path) -> int:
    size = path.stat().st_size
    value = 0
    with path.open("rb") as file:
        if size <= CHECK_ALL_BYTES:
            while block := file.read(1 << 20):
                value = zlib.crc32(block, value)
            return value
        for place in (0, size // 2, size - (1 << 20)):
            file.seek(place)
            value = zlib.crc32(file.read(1 << 20), value)
    return value


def _dtype(vocab_size: int) -> "np.dtype[Any]":
    return np.dtype("<u2" if vocab_size <= 1 << 16 else "<u4")


def _tell_unknown(parts: dict[str, dict[str, int]]) -> list[str]:
    total = sum(counts["num_unknown"] for counts in parts.values())
    where = ", ".join(f"{counts['num_unknown']:,} in {part}" for part, counts in parts.items() if counts["num_unknown"])
    return (
        [f"The vocabulary cannot say {total:,} characters ({where}): they become one unknown token."] if total else []
    )


def _remove_abandoned(folder: Path) -> None:
    """Remove what killed processes left more than a day ago."""
    for left in [*folder.glob("making-*"), *folder.glob("broken-*")]:
        try:
            is_old = time.time() - left.stat().st_mtime > _ABANDONED_SECONDS
        except OSError:
            continue
        if is_old:
            shutil.rmtree(left, ignore_errors=True)
