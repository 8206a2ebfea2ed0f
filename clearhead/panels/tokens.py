"""A text in the pieces a model reads it in."""

import re
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearhead.panels.base import Name, Panel


def token_label(text: str) -> Name:
    """Write a token so that it can be read standing alone: a blank as ␣, a line break as ⏎, a bell as its byte ⟨07⟩."""
    # The blanks between the bytes of a part of a character, ⟨e8 8b⟩, are not the token's.
    said = re.sub(r"⟨[0-9a-f]{2}(?: [0-9a-f]{2})*⟩|[ \x00-\x1f\x7f-\x9f]", lambda found: _sign(found[0]), text)
    return Name(said or "∅")


def _sign(found: str) -> str:
    return _SIGNS.get(found, found if len(found) > 1 else f"⟨{found.encode('utf-8').hex(' ')}⟩")


_SIGNS = {" ": "␣", "\n": "⏎", "\t": "⇥"}


@dataclass(frozen=True)
class TokenBox:
    """One token: its id, what it says, the exact bytes, and the characters of the text it covers."""

    id: int
    text: str
    bytes: bytes
    """In JSON as hexadecimal digits: "e8 8b b9"."""
    start: int
    """First character of the text that the token covers."""
    end: int
    """One past the last character."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Tokens(Panel):
    """The tokens of a text, in order."""

    kind: ClassVar[str] = "tokens"

    text: str
    """The text as it was given."""
    tokens: tuple[TokenBox, ...]
    """The pieces it was cut into."""

    @property
    def array(self) -> np.ndarray:
        """Return the token ids."""
        return np.array([token.id for token in self.tokens], dtype=np.int64)
