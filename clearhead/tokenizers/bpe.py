"""Byte-level byte-pair encoding: begin with the 256 bytes, merge the pair that occurs most often, again and again.

Any text can be said and comes back as it was. Merges never cross from one word to the next; a space belongs to the
word after it.
Source: Sennrich et al. 2016, arXiv 1508.07909; on bytes: Radford et al. 2019 (GPT-2).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise
from typing import Any

import tokenizers
from tokenizers import decoders, models, pre_tokenizers, trainers

from clearhead.tokenizers._characters import Characters, readable
from clearhead.tokenizers._sample import documents
from clearhead.tokenizers._training import check_is_number, finish, room_for_pieces
from clearhead.tokenizers.base import Tokenizer

SAMPLE_BYTES = 25_000_000
"""The library keeps up to eighty bytes for each byte of Chinese, and more text hardly changes the merges."""
MERGE_COLUMNS = ("learned as", "left", "right", "become")


def train(texts: Iterable[str], *, vocab_size: int | None, special_tokens: Sequence[str]) -> Tokenizer:
    """Learn merges until the vocabulary is full or no pair occurs twice."""
    check_is_number("bpe", vocab_size)
    room = room_for_pieces("bpe", vocab_size, special_tokens=special_tokens, at_least=256)
    backend = tokenizers.Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=room,
        min_frequency=2,  # what occurs once cannot be learned
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator(documents(texts), trainer)
    return finish(backend, kind="bpe", special_tokens=special_tokens, vocab_size=vocab_size)


@dataclass(frozen=True)
class MergeStep:
    """One merge of two neighbours while a text is cut."""

    left: str
    right: str
    merged: str
    """The two pieces and what they became, readable."""
    rank: int
    """The merge's number in the order learned; in a word, the lowest goes first."""
    word: int
    """Which word of the text it happened in, counted from 0."""
    word_pieces: tuple[str, ...]
    """The pieces of that word after it."""
    _words: tuple[list[tuple[str, ...]], list[tuple[str, ...]]] = field(repr=False, compare=False)
    """All words, as single bytes and as they end."""

    @property
    def pieces(self) -> tuple[str, ...]:
        """All pieces of the text after it; those of the last step are what `Tokenizer.pieces` says."""
        begun, ended = self._words
        return (*chain(*ended[: self.word]), *self.word_pieces, *chain(*begun[self.word + 1 :]))


def merge_steps(tokenizer: Tokenizer, text: str) -> list[MergeStep]:
    """Replay how byte-pair encoding cuts a text: every merge in the order it is made, word by word.

    Raises:
        ValueError: a tokenizer without merges, or one that cuts in a way that cannot be replayed.
    """
    model = _merging_model(tokenizer, "merge_steps")
    ranks = {(left, right): rank for rank, (left, right) in enumerate(model["merges"])}
    begun: list[tuple[str, ...]] = []
    ended: list[tuple[str, ...]] = []
    steps: list[MergeStep] = []
    ids: list[int] = []
    for number, letters in enumerate(_words(tokenizer, text)):
        word = _Word(tokenizer, _first_names(letters, model))
        begun.append(tuple(word.shown))
        while (found := word.best(ranks)) is not None:
            rank, at = found
            left, right = word.shown[at : at + 2]
            word.merge(at)
            steps.append(MergeStep(left, right, word.shown[at], rank, number, tuple(word.shown), (begun, ended)))
        ended.append(tuple(word.shown))
        ids += [index for name in word.names if (index := tokenizer.backend.token_to_id(name)) is not None]
    if ids != tokenizer.encode(text):
        raise ValueError(
            "merge_steps.tokenizer must cut words by merges alone, got one that does more. "
            "Its pieces are shown by Tokenizer.pieces."
        )
    return steps


def first_merges(tokenizer: Tokenizer, count: int) -> list[tuple[int, str, str, str]]:
    """Return (rank, left, right, merged), readable, of the merges that were learned first."""
    model = _merging_model(tokenizer, "first_merges")
    if count < 0:
        raise ValueError(f"first_merges.count must be 0 or more, got {count}. Use 20.")
    found = []
    for rank, pair in enumerate(model["merges"][:count]):
        left, right, merged = (readable(_bytes_of(tokenizer, name)) for name in (*pair, "".join(pair)))
        found.append((rank, left, right, merged))
    return found


def _merging_model(tokenizer: Tokenizer, where: str) -> dict[str, Any]:
    model: dict[str, Any] = tokenizer.structure["model"]
    if model["type"] != "BPE":
        raise ValueError(
            f"{where}.tokenizer must be of kind bpe, got {tokenizer.kind}, which merges nothing. "
            f"Look at its pieces, or train one: clearhead tokenizer train --kind bpe"
        )
    return model


class _Word:
    """One word while it is merged: borders go, the bytes below stay the same."""

    def __init__(self, tokenizer: Tokenizer, names: list[str]) -> None:
        self.names = names
        said = [_bytes_of(tokenizer, name) for name in names]
        self._characters = Characters(b"".join(said))
        self._borders = list(accumulate(map(len, said), initial=0))
        self.shown = [self._show(at) for at in range(len(names))]
        """Each piece as the word around it lets one read it."""

    def best(self, ranks: dict[tuple[str, str], int]) -> tuple[int, int] | None:
        """Return the rank and place of the pair that was learned first, the leftmost if it stands there twice."""
        ranked = ((ranks[pair], at) for at, pair in enumerate(pairwise(self.names)) if pair in ranks)
        return min(ranked, default=None)

    def merge(self, at: int) -> None:
        """Make one piece of two neighbours."""
        self.names[at : at + 2] = [self.names[at] + self.names[at + 1]]
        del self._borders[at + 1]
        self.shown[at : at + 2] = [self._show(at)]

    def _show(self, at: int) -> str:
        return self._characters.show(self._borders[at], self._borders[at + 1]) or self.names[at]


def _bytes_of(tokenizer: Tokenizer, name: str) -> bytes:
    index = tokenizer.backend.token_to_id(name)
    return name.encode("utf-8") if index is None else tokenizer.token_bytes(index)


def _words(tokenizer: Tokenizer, text: str) -> list[str]:
    """Cut a text as the library does before it merges."""
    backend = tokenizer.backend
    normal = text if backend.normalizer is None else backend.normalizer.normalize_str(text)
    if backend.pre_tokenizer is None:
        return [normal] if normal else []
    return [word for word, _ in backend.pre_tokenizer.pre_tokenize_str(normal)]


def _first_names(word: str, model: dict[str, Any]) -> list[str]:
    """Return what merging begins with: the letters of a word (each a byte, in byte-level BPE)."""
    vocab = model["vocab"]
    if model.get("ignore_merges") and word in vocab:
        return [word]
    names: list[str] = []
    for letter in word:
        is_known = letter in vocab or not model.get("byte_fallback")
        names += [letter] if is_known else [f"<0x{byte:02X}>" for byte in letter.encode("utf-8")]
    return names
