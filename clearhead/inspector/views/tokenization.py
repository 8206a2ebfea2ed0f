"""Into which pieces a text is cut, with the bytes of each, and the merges that built them."""

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


def applies(model: nn.Module) -> str | None:
    """Return None: every text has pieces, whatever reads them."""
    return None


def view(look: Looked) -> list[Panel]:
    """Show the pieces of the text; for byte-pair encoding also the merges, in the order in which they were made."""
    tokens = tuple(TokenBox(piece.id, piece.text, piece.bytes, piece.start, piece.end) for piece in look.pieces)
    num_bytes = len(look.text.encode("utf-8"))
    lost = look.tokenizer.num_unknown(look.text)
    note = f"{len(tokens)} tokens for {len(look.text)} characters ({num_bytes} bytes): "
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
    rows = tuple(
        (
            number,
            f"{token_label(step.left)} + {token_label(step.right)}",
            step.rank,
            " ".join(map(token_label, step.pieces)),
        )
        for number, step in enumerate(steps, 1)
    )
    return Table(
        title="Merges",
        note="Each merge in the order it is made, word by word; the lowest rank in a word goes first.",
        columns=("step", "merge", "rank", "pieces after it"),
        rows=rows,
    )
