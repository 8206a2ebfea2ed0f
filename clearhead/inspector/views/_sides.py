"""The two sides of a pair: who asks, who is asked, and what each of them has read."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from clearhead.inspector.views.base import Looked
from clearhead.panels.tokens import token_label


def is_pair(model: Any) -> bool:
    """Return whether a model reads one sequence and writes another."""
    return getattr(model, "role", "") == "SequenceToSequence"


def choose_side(side: str | None, known: Iterable[str], *, where: str, model: Any, default: str = "") -> str:
    """Return the side that was asked for, the default (or the first there is) when none was; "" where there are none.

    Raises:
        ValueError: the model has no such side, or no sides at all.
    """
    known = list(known)
    if side is None:
        return default if default in known else "".join(known[:1])
    if not known:
        raise ValueError(
            f"{where} must be left out for a {type(model).__name__}, got {side!r}. "
            f"Only models with an encoder and a decoder have sides."
        )
    if side not in known:
        raise ValueError(f"{where} must be one of {', '.join(known)}, got {side!r}. Use {known[0]!r}.")
    return side


def target_name(look: Looked, token: int) -> str:
    """Return how a token of the target vocabulary is read; rows that a larger matrix has left over have no name."""
    if token >= look.tokenizer.target_vocab_size:
        return f"(unused {token})"
    return token_label(look.tokenizer.target_pieces([token])[0])


def exact(value: Tensor) -> Tensor:
    """Return a copy in float64 on the CPU, in which formulas are worked out beside the model."""
    return value.detach().cpu().to(torch.float64)
