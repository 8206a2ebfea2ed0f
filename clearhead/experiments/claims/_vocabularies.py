"""How a vocabulary reads words that it was not made from: tokens a word, words it cannot say, words that come back."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from clearhead.tokenizers.base import Tokenizer, train_tokenizer

Cut = Callable[[str], list[int]]
"""A word → its tokens; none where the vocabulary cannot say it."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What came of reading a text word by word."""

    vocab_size: int
    tokens_per_word: float
    """Over the running words that can be said."""
    unknown: float
    """Of the running words, the share that cannot be said, in per cent."""
    restored: float
    """Of the different words that the training text lacks, the share that comes back exactly, in per cent."""


def subwords(kind: str, lines: Sequence[Sequence[str]], vocab_size: int) -> Tokenizer:
    """Train a tokenizer on lines of words."""
    return train_tokenizer(kind, (" ".join(line) for line in lines), vocab_size=vocab_size)


def cut(tokenizer: Tokenizer, word: str) -> list[int]:
    """Return the tokens of a word inside a text, where a space stands before it."""
    ids = tokenizer.encode(f" {word}")
    return [] if tokenizer.unknown_id in ids else ids


def read_with_words(vocabulary: Collection[str], known: Collection[str], lines: Sequence[Sequence[str]]) -> Reading:
    """Read a text with a vocabulary of whole words."""
    return _read(len(vocabulary), lambda word: [0] if word in vocabulary else [], lambda ids: "", known, lines)


def read_with_subwords(tokenizer: Tokenizer, known: Collection[str], lines: Sequence[Sequence[str]]) -> Reading:
    """Read a text with pieces of words."""
    return _read(tokenizer.vocab_size, lambda word: cut(tokenizer, word), tokenizer.decode, known, lines)


def _read(
    vocab_size: int,
    cut_word: Cut,
    decode: Callable[[list[int]], str],
    known: Collection[str],
    lines: Sequence[Sequence[str]],
) -> Reading:
    counts = Counter(word for line in lines for word in line)
    pieces = {word: cut_word(word) for word in counts}
    total, said = sum(counts.values()), sum(count for word, count in counts.items() if pieces[word])
    new = [word for word in counts if word not in known]
    num_restored = sum(bool(pieces[word]) and decode(pieces[word]).strip() == word for word in new)
    return Reading(
        vocab_size=vocab_size,
        tokens_per_word=sum(len(pieces[word]) * count for word, count in counts.items()) / max(1, said),
        unknown=100 * (total - said) / total,
        restored=100 * num_restored / max(1, len(new)),
    )
