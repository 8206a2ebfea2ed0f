"""Text ⇄ token ids, over the Hugging Face library; every kind saves as `tokenizer.json`.

An entry of this room exports `train(texts, *, vocab_size, special_tokens) -> Tokenizer`.
"""

import codecs
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import tokenizers

END_OF_TEXT = "<|endoftext|>"


@dataclass(frozen=True)
class Piece:
    """One token of a text: its id, what it says, and where it stands."""

    id: int
    text: str
    """Readable: whole characters as they are; the bytes of a split character as ⟨e8 8b⟩."""
    start: int
    end: int
    """Characters of the text that the token covers, [start, end); pieces of one character share its span."""
    bytes: bytes
    """The exact UTF-8 bytes the token stands for."""


class Tokenizer:
    """A trained tokenizer. Control tokens never come out of a user's text: `encode` reads their names as plain text."""

    def __init__(self, backend: tokenizers.Tokenizer, *, kind: str) -> None:
        self.backend = backend
        self.kind = kind
