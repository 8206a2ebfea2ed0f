"""What a view is: one file that answers one question about a model and its input, in numbers.

An entry of this room exports

    TITLE      a few words
    QUESTION   what a reader learns from it
    ANSWER     the name of the panel that is the answer; the others show how it came about
    applies    (model) -> None, or the reason why the view has nothing to show for this model
    view       (look, *, options) -> a list of panels; every number in them is the model's own

and where some of its options are not for every model

    offers     (look) -> for each of these the words it may be; fewer than two are no choice, and it is not offered

A view gets everything from `look`; what it has to run, it runs on a copy of the model.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, Self, cast

import numpy as np
from torch import Tensor, nn

from clearhead.core import catalog
from clearhead.layers.tap import find_taps
from clearhead.panels.base import Name, Panel
from clearhead.panels.tokens import token_label

ROOM = "inspector/views"


class Looked(Protocol):
    """A model that has read an input; `inspector/look.py` makes it. What a kind of input does not have is empty."""

    name: Name
    folder: Path | None
    """Where the run is; None for a model that is in no folder."""
    kind: str
    """What was read: "text", "pair", "row", "image" or "words"."""
    text: str
    """The input as it was given."""
    target: str | None
    """pair: the target text. row, image: the right answer, if it was given."""
    model: Any
    tokenizer: Any
    """What turned the input into numbers: a tokenizer, a pair of them, a reader of rows or images, a list of words."""
    batch: tuple[Tensor, ...]
    """What the model was called with, the batch as first axis."""
    inputs: Tensor
    """The first of these."""
    tokens: list[int]
    pieces: list[Any]
    """One `tokenizers.base.Piece` for each token; of a pair, for each of the source."""
    target_tokens: list[int]
    """pair: what the decoder read, the start token first."""
    target_pieces: list[Any]
    raw: np.ndarray | None
    """row, image: the numbers before scaling."""
    feature_names: tuple[str, ...]
    label_names: tuple[str, ...]
    words: list[str]

    @property
    def logits(self) -> Tensor:
        """Return the model's own output without the batch axis: (seq, vocab), (target, vocab) or (outputs,)."""

    def value(self, name: str) -> Tensor:
        """Return what passed a tap, without the batch axis."""

    def reduce(self, pattern: str, function: Callable[[str, Tensor], Tensor]) -> dict[str, Tensor]:
        """Run once more and keep only what `function` makes of each value (which comes without the batch axis)."""

    def again(self, text: Any, target: str | None = None) -> Self:
        """Look at another input through the same model."""

    def through(self, run: str | Path) -> Self:
        """Look at the same input, of a pair with the same target, through the model of another run."""


class View(Protocol):
    """The names a view's file exports."""

    TITLE: str
    QUESTION: str
    ANSWER: str

    def applies(self, model: nn.Module) -> str | None:
        """Return None, or why there is nothing to see."""

    def view(self, look: Looked, **options: Any) -> list[Panel]:
        """Return the panels."""


def load_view(name: str) -> View:
    """Return an entry of this room by its name.

    Raises:
        ValueError: no such view; the message lists them and the nearest name.
    """
    return cast(View, catalog.load(ROOM, name))


def applicable(model: nn.Module) -> list[str]:
    """Return the names of the views that have something to show for a model."""
    return [name for name in catalog.entries(ROOM) if load_view(name).applies(model) is None]


def limits(name: str, look: Looked) -> Mapping[str, Sequence[str]]:
    """Return the options of a view that depend on what is looked at, each with the words that it may be there."""
    view = load_view(name)
    limited: Mapping[str, Sequence[str]] = getattr(view, "offers", lambda look: {})(look)
    return limited


def offered(name: str, look: Looked) -> list[str]:
    """Return the options of a view that have a meaning for what is looked at."""
    known = [option for option in inspect.signature(load_view(name).view).parameters if option != "look"]
    limited = limits(name, look)
    return [option for option in known if option not in limited or len(limited[option]) > 1]


def taps_ending(model: nn.Module, ending: str) -> list[str]:
    """Return the full names of the taps with this ending ("attention.weights"), in the model's order."""
    return [name for name in find_taps(model) if name == ending or name.endswith("." + ending)]


def labels(pieces: Sequence[Any]) -> tuple[Name, ...]:
    """Return the tokens as labels: position and text, so that equal tokens can be told apart."""
    return tuple(Name(f"{index} {token_label(piece.text)}") for index, piece in enumerate(pieces))


def numbers(value: Tensor) -> np.ndarray:
    """Return a tensor as a float32 array (float64 stays)."""
    value = value.detach().cpu()
    return value.numpy() if value.element_size() == 8 else value.float().numpy()


def at(index: int, count: int, where: str, noun: str) -> int:
    """Return an index counted from the start; a negative one counts from the end.

    Raises:
        ValueError: there is no such one; the message gives the range.
    """
    if not -count <= index < count:
        raise ValueError(
            f"{where} must be between 0 and {count - 1} (there {'is' if count == 1 else 'are'} {count} {noun}"
            f"{'' if count == 1 else 's'}), got {index}. Choose one of these; -1 is the last."
        )
    return index % count
