"""The pieces that make a text most probable when each is drawn on its own (SentencePiece's model).

A space is written ▁ and stands before its word; a character without a piece is said by its bytes, so any text can be
said and comes back as it was (but for a ▁ of the text's own, which comes back as a space).
Source: Kudo 2018, arXiv 1804.10959. Differs: nothing is normalized, no space is put before the text, and pieces stay
within words, numbers, marks and Chinese phrases.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import tokenizers
from tokenizers import Regex, decoders, models, pre_tokenizers, trainers

from clearhead.tokenizers._sample import documents
from clearhead.tokenizers._training import UNKNOWN, check_is_number, finish, room_for_pieces
from clearhead.tokenizers.base import Tokenizer

SAMPLE_BYTES = 5_000_000
"""Counting every substring takes half a minute for this much Chinese; more text hardly changes the pieces."""
SPACE = "▁"
COVERAGE = 0.9995
"""Share of the text's characters that get a piece of their own; the rest are said by bytes, as in SentencePiece."""
PARTS = r" ?[\p{L}\p{M}&&[^\p{Han}]]+| ?\p{Han}+| ?\p{N}+| ?[^\s\p{L}\p{M}\p{N}]+|\s+(?!\S)|\s+"
BYTE_PIECES = [f"<0x{byte:02X}>" for byte in range(256)]
"""No text is ever cut into one of these: letters, digits and marks are parted before."""
PENALTY_STEP = 1e-4
"""What the library takes off the score of each next character that its own search had dropped, in random order."""


def train(texts: Iterable[str], *, vocab_size: int | None, special_tokens: Sequence[str]) -> Tokenizer:
    """Begin with all frequent substrings and drop those that are missed least, until the vocabulary fits."""
    check_is_number("unigram", vocab_size)
    kept = list(documents(texts))
    counts: Counter[str] = Counter()
    for text in kept:
        counts.update(text.replace(" ", SPACE))
    alphabet = _covering(counts)
    at_least = 1 + len(BYTE_PIECES) + len(alphabet)
    room = room_for_pieces("unigram", vocab_size, special_tokens=special_tokens, at_least=at_least)
    rare = {ord(character): "\n" for character in counts if character not in alphabet}
    backend = tokenizers.Tokenizer(models.Unigram())
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PARTS), "isolated"),
            pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="never", split=False),
        ]
    )
    trainer = trainers.UnigramTrainer(
        # With hardly more than the characters the library's search would never end; what is too much is cut off below.
        vocab_size=max(room, len(alphabet) + 16),
        special_tokens=[UNKNOWN],
        unk_token=UNKNOWN,
        show_progress=False,
    )
    backend.train_from_iterator((text.translate(rare) for text in kept), trainer)
    contents = json.loads(backend.to_str())
    scores = _settled(dict(contents["model"]["vocab"]), alphabet)
    order = sorted(scores, key=lambda piece: (piece not in alphabet, -scores[piece], piece))
    pieces = [[piece, scores[piece]] for piece in order[: room - 1 - len(BYTE_PIECES)]]
    contents["model"] |= {
        "vocab": [[UNKNOWN, 0.0], *([piece, 0.0] for piece in BYTE_PIECES), *pieces],
        "unk_id": 0,
        "byte_fallback": True,
    }
    contents["added_tokens"] = []
    backend = tokenizers.Tokenizer.from_str(json.dumps(contents))
    backend.decoder = decoders.Sequence([decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()])
    return finish(backend, kind="unigram", special_tokens=special_tokens, vocab_size=vocab_size)


def _covering(counts: Counter[str]) -> set[str]:
    """Return the most frequent characters that make up `COVERAGE` of the text."""
    wanted = COVERAGE * counts.total()
    covered, kept = 0, set()
    for character in sorted(counts, key=lambda character: (-counts[character], character)):
        if covered >= wanted:
            break
        covered += counts[character]
        kept.add(character)
    return kept


def _settled(scores: dict[str, Any], alphabet: set[str]) -> dict[str, float]:
    """Return the scores without what differs from one run of the library to the next: the last digits and its order."""
    del scores[UNKNOWN]
    lowest = min(scores.values())
    dropped = lowest + PENALTY_STEP * (len(alphabet) + 2)
    return {
        piece: round(lowest if piece in alphabet and score < dropped else score, 5) for piece, score in scores.items()
    } | {character: round(lowest, 5) for character in alphabet if character not in scores}
