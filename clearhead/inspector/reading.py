"""One input as a person gave it and as a model reads it, with everything by which a view can name its numbers."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One input, as a person gave it and as the model reads it; what a kind does not have is empty."""

    kind: str
    """"text", "pair", "row", "image" or "words"."""
    text: str
    """The input as it was given."""
    batch: tuple[Any, ...]
    """What the model is called with: one example, the batch as first axis; None where it reads nothing."""
    target: str | None = None
    """pair: the target text, given or the model's own. row, image, labelled text: the right answer, if it was given."""
    tokens: list[int] = field(default_factory=list)
    """text: the tokens. pair: those of the source."""
    pieces: list[Any] = field(default_factory=list)
    """One `tokenizers.base.Piece` for each token."""
    target_tokens: list[int] = field(default_factory=list)
    """pair: what the decoder reads, the start token first."""
    target_pieces: list[Any] = field(default_factory=list)
    """pair: one piece for each of these."""
    raw: np.ndarray | None = None
    """row: the features before scaling, (features,). image: the pixels, 0 to 255, (channels, height, width)."""
    feature_names: tuple[str, ...] = ()
    """row: one for each number the model reads."""
    label_names: tuple[str, ...] = ()
    """row, image, labelled text: one for each output."""
    words: list[str] = field(default_factory=list)
    """words: those that were given, in order."""

    @property
    def size(self) -> str:
        """How long the input is, in words for a person."""
        if self.kind == "pair":
            return f"{len(self.tokens)} + {len(self.target_tokens)} tokens"
        if self.kind == "text":
            return f"{len(self.tokens)} tokens"
        if self.kind == "words":
            return f"{len(self.words)} words"
        if self.kind == "image":
            return f"{' × '.join(map(str, self.batch[0].shape[1:]))} numbers"
        return f"{self.batch[0].shape[1]} numbers"


def check_length(where: str, text: str, length: int, model: Any, limit: int | None = None) -> None:
    """Refuse a text of no tokens, or of more than a model reads."""
    context_length = None if getattr(model, "carries_state", False) else getattr(model.config, "context_length", None)
    if not length:
        raise ValueError(f"{where} must hold at least one token, got {text!r}. Give a text to read.")
    context_length = limit or context_length
    if context_length is not None and length > context_length:
        raise ValueError(
            f"{where} must be at most {context_length} tokens long (the model's context), got {length}. "
            "Shorten the text."
        )
