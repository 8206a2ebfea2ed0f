"""A tokenizer on its own: facts of its vocabulary, and how it cuts a text."""

from dataclasses import dataclass
from functools import cached_property

from clearhead.core import catalog
from clearhead.panels.base import Panel
from clearhead.panels.table import Table
from clearhead.tokenizers.base import Piece, Tokenizer

NUM_SHOWN = 24


@dataclass
class _Text:
    """What the tokenization view asks of a look."""

    tokenizer: Tokenizer
    text: str

    @cached_property
    def pieces(self) -> list[Piece]:
        return self.tokenizer.pieces(self.text)


def describe(tokenizer: Tokenizer, text: str | None = None) -> list[Panel]:
    """Return the panels of a tokenizer: its facts and some tokens, or the pieces and merges of a text."""
    if text is not None:
        panels: list[Panel] = catalog.load("inspector/views", "tokenization").view(_Text(tokenizer, text))
        return panels
    facts = (
        ("kind", tokenizer.kind),
        ("tokens", tokenizer.vocab_size),
        ("control tokens", ", ".join(f"{name} = {index}" for name, index in tokenizer.special_tokens.items())),
        ("end of text", tokenizer.end_of_text),
        ("fingerprint", tokenizer.fingerprint[:16]),
    )
    size = tokenizer.vocab_size
    step = max(1, size // NUM_SHOWN)
    sampled = tuple(
        (token, tokenizer.token_text(token), tokenizer.token_bytes(token).hex(" ")) for token in range(0, size, step)
    )
    return [
        Table(title="Tokenizer", columns=("what", "value"), rows=facts),
        Table(title="Every so many tokens", columns=("id", "text", "bytes"), rows=sampled),
    ]
