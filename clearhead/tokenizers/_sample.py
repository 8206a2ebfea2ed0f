"""A sample of texts too large to train a tokenizer on."""

import random
from collections.abc import Iterable

LIMIT_BYTES = 100_000_000
LONGEST_BYTES = 1_000_000


def sample(texts: Iterable[str], *, seed: int, limit_bytes: int = LIMIT_BYTES) -> list[str]:
    """Keep all texts while they are few, then each with the same chance, so that at most `limit_bytes` stay.

    Each time the limit is passed, half of what is kept is dropped at random, and from then on half as many are taken.
    Long texts are cut first, at line ends where there are any. The same texts and seed give the same sample.
    """
    choice = random.Random(f"tokenizer sample {seed}")
    kept: list[str] = []
    size, share = 0, 1.0
    for text in texts:
        for piece in _cut(text):
            if share < 1.0 and choice.random() >= share:
                continue
            kept.append(piece)
            size += len(piece.encode("utf-8"))
            while size > limit_bytes and len(kept) > 1:
                kept = [old for old in kept if choice.random() < 0.5] or kept[:1]
                size = sum(len(old.encode("utf-8")) for old in kept)
                share /= 2
    return kept


def _cut(text: str) -> Iterable[str]:
    longest = LONGEST_BYTES // 4  # characters; one has at most 4 bytes
    while len(text) > longest:
        end = text.rfind("\n", longest // 2, longest) + 1 or longest
        yield text[:end]
        text = text[end:]
    if text:
        yield text
