"""A random sample of a text that may be larger than memory, the same for the same seed."""

import heapq
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

PART_CHARACTERS = 1 << 16


@dataclass(frozen=True)
class Sample:
    """Parts of a text, in its order."""

    texts: list[str]
    num_bytes: int
    total_bytes: int
    """Size of all the text that was read."""


def sample(texts: Iterable[str], *, limit_bytes: int, seed: int) -> Sample:
    """Keep a random `limit_bytes` of the texts, every part with the same chance; all of them when they fit.

    One pass, and never more than the sample in memory: each part draws a number, the smallest numbers stay.
    """
    draw = random.Random(seed).random
    part_characters = max(16, min(PART_CHARACTERS, limit_bytes // 64))
    kept: list[tuple[float, int, str, int]] = []
    total = held = index = 0
    for text in documents(texts):
        for part in _parts(text, part_characters):
            size = len(part.encode("utf-8"))
            total, held, index = total + size, held + size, index + 1
            heapq.heappush(kept, (-draw(), index, part, size))
            while held > limit_bytes and len(kept) > 1:
                held -= heapq.heappop(kept)[3]
    kept.sort(key=lambda entry: entry[1])
    return Sample([part for _, _, part, _ in kept], held, total)


def documents(texts: Iterable[str]) -> Iterator[str]:
    """Yield the texts, checked; at the end, complain when there was no character in any.

    Raises:
        TypeError: not an iterable of strings.
        ValueError: nothing to read, or half a surrogate pair, which no UTF-8 can say.
    """
    if isinstance(texts, str | bytes):
        raise TypeError(
            f"Tokenizer training.texts must be an iterable of documents, got one {type(texts).__name__}. "
            f"Put it in a list."
        )
    is_empty = True
    for text in texts:
        check_text(text, where="Tokenizer training.texts")
        if text:
            is_empty = False
            yield text
    if is_empty:
        raise ValueError("Tokenizer training.texts must hold text, got none. Check that the data has a training part.")


def check_text(text: str, *, where: str) -> None:
    """Refuse what is not text, or text that UTF-8 cannot write."""
    if not isinstance(text, str):
        raise TypeError(f"{where} must be text, got {type(text).__name__}. Decode bytes first: data.decode('utf-8').")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(
            f"{where} must be text that UTF-8 can write, got half a surrogate pair ({text[error.start]!r}) at "
            f"character {error.start}. Read the file with errors='replace'."
        ) from None


def _parts(text: str, size: int) -> Iterator[str]:
    """Cut a long text after a line end, else before a space, so that few words are cut in two."""
    start = 0
    while len(text) - start > size:
        end = text.rfind("\n", start, start + size) + 1
        if end <= start:
            end = text.rfind(" ", start + 1, start + size)
        if end <= start:
            end = start + size
        yield text[start:end]
        start = end
    yield text[start:]
