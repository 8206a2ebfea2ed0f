"""One input as a person gave it and as a model reads it, with everything by which a view can name its numbers."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from torch import Tensor, nn

from clearhead.inspector.recorder import in_words
from clearhead.panels.base import Name


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

    def __post_init__(self) -> None:
        for names in ("feature_names", "label_names", "words"):
            given = getattr(self, names)
            object.__setattr__(self, names, type(given)(map(Name, given)))  # here, so that no view has to mark them

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
    config = getattr(model, "config", None)
    context_length = None if getattr(model, "carries_state", False) else getattr(config, "context_length", None)
    if not length:
        raise ValueError(f"{where} must hold at least one token, got {text!r}. Give a text to read.")
    context_length = limit or context_length
    if context_length is not None and length > context_length:
        raise ValueError(
            f"{where} must be at most {context_length} tokens long (the model's context), got {length}. "
            "Shorten the text."
        )


def check_attention(length: int, model: Any, limit_bytes: int) -> None:
    """Refuse, before it is computed, what every token has for every other where it does not fit in memory.

    Args:
        length: tokens of the longer side.
        limit_bytes: the most that may be kept.
    """
    num_heads = getattr(getattr(model, "config", None), "num_heads", 1)
    longest = math.isqrt(limit_bytes // (num_heads * next(model.parameters()).element_size()))
    if length > longest:
        raise ValueError(
            f"look.text must be at most {longest:,} tokens long for the attention of {num_heads} heads to fit in "
            f"{in_words(limit_bytes)}, got {length:,}. Shorten the text."
        )


def check_run(run: Any) -> Any:
    """Return what has a name, a model and what reads for it; refuse anything else."""
    if isinstance(run, nn.Module) or not (hasattr(run, "name") and callable(getattr(run, "model", None))):
        raise TypeError(
            f"look.run must be a run or the folder of one, got a {type(run).__name__}. Look at a module of your own "
            "with clearhead.inspector.look.Look(model, tokenizer, text)."
        )
    return run


def checked_output(model: Any, output: Any) -> Tensor:
    """Return what a model put out; refuse what is no tensor, of which no view could show a number."""
    if not isinstance(output, Tensor):
        raise TypeError(
            f"look.model must return one tensor, its raw scores, got a {type(output).__name__} from a "
            f"{type(model).__name__}. Put it into a module whose forward returns the tensor."
        )
    return output
