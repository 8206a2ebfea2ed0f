"""What stands for "nothing there" in each kind of input, and where the input enters the model.

text     every token is the one for unknown words (language models: the one between documents)
row      every number is the mean of the training rows, no category is chosen
image    black
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from clearhead.data._units import UNKNOWN_ID
from clearhead.inspector.recorder import Recorder
from clearhead.inspector.views.base import Looked, labels


@dataclass(frozen=True)
class Entry:
    """Where the input enters, what it is there, and what nothing is there."""

    tap: str
    value: Tensor
    """Token vectors (1, seq, width), a row (1, features) or an image (1, channels, rows, columns)."""
    baseline: Tensor
    words: str
    """What the baseline is, for a person."""
    names: tuple[str, ...]
    """One for each part that can be taken away: tokens or features; none for pixels."""
    without: tuple[Tensor | None, ...]
    """The batch of an input of nothing but the baseline."""
    shape: tuple[int, int] | None = None
    """Of an image its rows and columns."""


def find_entry(look: Looked) -> Entry:
    """Return where the input that is looked at enters the model."""
    if look.tokens:
        return _of_tokens(look)
    value = look.inputs
    baseline, words = _nothing(look, value)
    shape = (value.shape[-2], value.shape[-1]) if value.dim() == 4 else _picture_in_a_row(look)
    names = look.feature_names or tuple(f"x{index}" for index in range(1, value[0].numel() + 1))
    return Entry("input", value, baseline, words, () if shape else names, (baseline,), shape)


def _of_tokens(look: Looked) -> Entry:
    if look.label_names:
        nothing, words = UNKNOWN_ID, "a text of unknown words only, as long as this one"
    else:
        nothing = look.tokenizer.end_of_text_id
        words = f"a text of nothing but {look.tokenizer.token_text(nothing)!r}, as long as this one"
    tokens, *others = look.batch
    # Letters of a word are taken away with it; how far a word is from a marked one stays.
    letters = [None if part is None else torch.zeros_like(part) for part in others[:1]]
    without = (torch.full_like(tokens, nothing), *letters, *others[1:])
    value = look.value("embedding")[None]
    with Recorder(look.model, ["embedding"]) as seen:
        look.model(*without)
    return Entry("embedding", value, seen["embedding"], words, labels(look.pieces), without)


def _nothing(look: Looked, value: Tensor) -> tuple[Tensor, str]:
    reader: Any = look.tokenizer
    if value.dim() != 4 and not getattr(reader, "is_images", False):
        return torch.zeros_like(value), "the mean of the training rows, with no category chosen"
    if reader is None:
        return torch.zeros_like(value), "an image of zeros"
    assert look.raw is not None, "a reader of images keeps the pixels"
    black = reader.prepared(np.zeros_like(look.raw)[None]).to(value)
    return black.reshape(value.shape), "a black image"


def _picture_in_a_row(look: Looked) -> tuple[int, int] | None:
    """Return rows and columns of an image whose pixels a model reads as one row."""
    if look.raw is None or not getattr(look.tokenizer, "is_images", False):
        return None
    return look.raw.shape[-2], look.raw.shape[-1]
