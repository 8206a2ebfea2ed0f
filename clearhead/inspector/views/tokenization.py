"""Into which pieces a text is cut, with the bytes of each, and the merges that built them."""

import re
from typing import Any

from torch import nn

from clearhead.core import catalog
from clearhead.inspector.views.base import Looked
from clearhead.panels.base import Panel
from clearhead.panels.table import Table
from clearhead.panels.tokens import TokenBox, Tokens, token_label

TITLE = "Tokenization"
QUESTION = "Which pieces does the model read, and how were they put together?"
ANSWER = "tokens"
NO_TEXT = ("SequenceToSequence", "FeatureModel", "ImageModel", "WordVectors")
"""Roles whose input is something else, or two texts."""


def applies(model: nn.Module) -> str | None:
    """Return None for models that read one text."""
    if getattr(model, "role", "") in NO_TEXT:
        return f"a {type(model).__name__} does not read one text in pieces."
    return None


def view(look: Looked) -> list[Panel]:
    """Show the pieces of the text; for byte-pair encoding also the merges, in the order in which they were made."""
    tokens = tuple(TokenBox(piece.id, piece.text, piece.bytes, piece.start, piece.end) for piece in look.pieces)
    num_bytes = len(look.text.encode("utf-8"))
    lost = look.tokenizer.num_unknown(look.text)
    note = f"{len(tokens)} token{'' if len(tokens) == 1 else 's'} for {len(look.text)} characters ({num_bytes} bytes): "
    note += f"{num_bytes / len(tokens):.2f} bytes a token, out of a vocabulary of {look.tokenizer.vocab_size:,}."
    if lost:
        note += f" The vocabulary cannot say {lost} of the characters."
    rows = tuple(
        (index, token_label(token.text), token.id, f"{token.start}–{token.end}", token.bytes.hex(" "))
        for index, token in enumerate(tokens)
    )
    panels: list[Panel] = [
        Tokens(name="tokens", title="The text as the model reads it", note=note, text=look.text, tokens=tokens),
        Table(
            name="pieces",
            title="Every token, with the characters it covers and its bytes",
            columns=("position", "token", "id", "characters", "bytes"),
            rows=rows,
        ),
    ]
    if look.tokenizer.kind == "bpe":
        panels.append(_merges(look.tokenizer, look.text))
    return panels


def _merges(tokenizer: Any, text: str) -> Table:
    """Show each merge that was made while this text was cut."""
    steps = catalog.load("tokenizers", "bpe").merge_steps(tokenizer, text)
    rows = []
    for number, step in enumerate(steps, start=1):
        made = token_label(_joined(step.left, step.right, step.pieces))
        rows.append(
            (number, step.word, token_label(step.left), token_label(step.right), made, step.rank, len(step.pieces))
        )
    return Table(
        name="merges",
        title="Every merge that was made, from single bytes to these tokens",
        note="Within a word, the pair that was learned first is merged first; merges never cross words.",
        columns=("step", "word", "left", "right", "become", "learned as", "pieces left"),
        rows=tuple(rows),
    )


def _joined(left: str, right: str, pieces: tuple[str, ...]) -> str:
    """Return two readable pieces as the one they became: ⟨e8 8b⟩ and ⟨b9⟩ become 苹."""
    both = left + right
    data = b"".join(
        bytes.fromhex(loose) if loose else whole.encode("utf-8")
        for loose, whole in re.findall(r"⟨([0-9a-f]{2}(?: [0-9a-f]{2})*)⟩|(.)", both, re.DOTALL)
    )
    loosely = data.decode("utf-8", "backslashreplace")
    shown = re.sub(r"(?:\\x[0-9a-f]{2})+", lambda found: f"⟨{found[0][2:].replace(_BYTE, ' ')}⟩", loosely)
    return shown if shown in pieces else both


_BYTE = "\\x"
