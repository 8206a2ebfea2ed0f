"""A model that a page looks into: loaded once, used by one request at a time, edited without touching the run.

Edits of values ("switch this head off") belong to a request and pass with it. Edited weights stay until they are set
back; they are those of the loaded model, never of the files.
"""

import base64
import binascii
import contextlib
import copy
import hashlib
import json
import re
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from clearhead.core import catalog
from clearhead.inspector.described import MAX_EDITED_PARAMETERS, num_parameters, reads_pictures
from clearhead.inspector.edits import Edit, ablate, clamp, replace
from clearhead.inspector.look import Look
from clearhead.inspector.option_form import filled_in
from clearhead.inspector.recorder import match_taps
from clearhead.layers.tap import find_taps, listening
from clearhead.panels.base import Panel

MAX_WAITING = 8
"""Requests that may wait for the model; more are told to come again."""
KEPT_INPUTS, KEPT_VIEWS = 8, 8
PICTURES = {"png": ".png", "jpeg": ".jpg", "gif": ".gif", "bmp": ".bmp", "webp": ".webp"}


class Busy(RuntimeError):
    """Too many requests wait for the model."""


class Served:
    """One model behind a lock, and the last inputs and views of it.

    Args:
        first: the input that was given at the start, read by the model; others are read through the same one.
        target: the target that was given with it, if any was.
    """

    def __init__(self, first: Look, target: str | None = None) -> None:
        self.first, self.target = first, target
        self._lock, self._waiting = threading.Lock(), threading.BoundedSemaphore(MAX_WAITING)
        self._looks: OrderedDict[str, Look] = OrderedDict()
        self._panels: OrderedDict[str, list[Panel]] = OrderedDict()
        self._weights = {name: value.detach().clone() for name, value in first.model.state_dict().items()}
        self._folder = tempfile.TemporaryDirectory(prefix="clearhead-look-")
        if not self.has_editable_weights:
            self._weights.clear()

    @property
    def has_editable_weights(self) -> bool:
        """Whether the model is small enough to be edited weight by weight."""
        return num_parameters(self.first.model) <= MAX_EDITED_PARAMETERS

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Have the model for oneself.

        Raises:
            Busy: too many wait already.
        """
        if not self._waiting.acquire(blocking=False):
            raise Busy(f"At most {MAX_WAITING} requests may wait for the model. Try again in a moment.")
        try:
            with self._lock:
                yield
        finally:
            self._waiting.release()

    def look(self, given: str, target: str | None, edits: Sequence[Mapping[str, Any]] = ()) -> Look:
        """Return the model's look at an input; of the last few inputs it is kept.

        Raises:
            ValueError: the input does not fit the model.
        """
        key = json.dumps([given, target, list(edits)])
        if key not in self._looks:
            if edits:
                # The same reading (of a pair the same target), run again with the edits in force.
                found = copy.copy(self.look(given, target))
                found.__dict__.pop("_run", None)
            elif (given, target) == (self.first.text, self.target):
                found = self.first
            else:
                found = self.first.again(self._readable(given), target)
            _keep(self._looks, key, found, KEPT_INPUTS)
        self._looks.move_to_end(key)
        return self._looks[key]

    def panels(
        self, look: Look, view: str, options: Mapping[str, Any], edits: Sequence[Mapping[str, Any]] = ()
    ) -> list[Panel]:
        """Return the panels of a view, with the edits in force while it runs.

        Raises:
            ValueError: no such view or option, or edits that do not fit.
        """
        checked = filled_in(catalog.find("inspector/views", view), options)
        key = json.dumps([look.text, look.target, view, checked, list(edits)])
        if key not in self._panels:
            with edited(look, edits):
                _keep(self._panels, key, look.view(view, **checked), KEPT_VIEWS)
        self._panels.move_to_end(key)
        return self._panels[key]

    def weights(self) -> dict[str, Any]:
        """Return every parameter of a small model as it is now.

        Raises:
            ValueError: the model is too large to be edited weight by weight.
        """
        self._check_size()
        return {
            name: {"shape": list(value.shape), "values": value.detach().double().flatten().tolist()}
            for name, value in self.first.model.named_parameters()
        }

    def set_weight(self, name: str, index: Sequence[int], value: float) -> None:
        """Set one weight of the loaded model.

        Raises:
            ValueError: no such weight, or the model is too large.
        """
        self._check_size()
        parameters = dict(self.first.model.named_parameters())
        parameter = parameters[catalog.choose(name, parameters, where="the parameters of the model")]
        shape = list(parameter.shape)
        if len(index) != len(shape) or any(not 0 <= at < count for at, count in zip(index, shape, strict=True)):
            raise ValueError(
                f"weight.index must name one number of {name}, which has the shape {shape}, got {list(index)}. "
                "Count each axis from 0."
            )
        with torch.no_grad():
            parameter[tuple(index)] = value
        self._forget()

    def reset(self) -> None:
        """Set every weight back to what the run holds."""
        self._check_size()
        self.first.model.load_state_dict(self._weights)
        self._forget()

    def close(self) -> None:
        """Delete the pictures that were brought in."""
        self._folder.cleanup()

    def _check_size(self) -> None:
        if not self.has_editable_weights:
            raise ValueError(
                f"weight.model must have at most {MAX_EDITED_PARAMETERS:,} parameters to be edited one by one, "
                f"got {num_parameters(self.first.model):,}. Switch off heads or units instead."
            )

    def _forget(self) -> None:
        self.first.__dict__.pop("_run", None)
        self._looks.clear()
        self._panels.clear()

    def _readable(self, given: str) -> Any:
        """Return what the model reads: of a picture brought in by the browser the file it was put into."""
        is_row = self.first.kind == "row" and not reads_pictures(self.first)
        if is_row and not given.lstrip().startswith("{") and self.first.tokenizer is not None:
            raise ValueError(f"look.input must be one row as JSON, got {given[:80]!r}. Write its columns and values.")
        found = re.match(r"data:image/(\w+);base64,", given)
        if not found:
            return given
        kind = catalog.choose(found[1], PICTURES, where="the kinds of pictures")
        try:
            content = base64.b64decode(given[found.end() :], validate=True)
        except binascii.Error:
            raise ValueError("look.input must be a picture in base64, got something else. Choose it again.") from None
        path = Path(self._folder.name) / f"{hashlib.sha256(content).hexdigest()[:16]}{PICTURES[kind]}"
        path.write_bytes(content)
        return path


@contextlib.contextmanager
def edited(look: Look, edits: Sequence[Mapping[str, Any]]) -> Iterator[None]:
    """Put edits in force for the length of a `with` block, for whatever runs the model or a copy of it.

    Raises:
        ValueError: an edit names no tap of the model, or says nothing that can be done.
    """
    changes = [edit_of(one) for one in edits]
    wanted = match_taps(find_taps(look.model), [edit.tap for edit in changes], where="Edit.tap")

    def change(name: str, value: Tensor) -> Tensor:  # a function: a copy of the model brings it along
        for edit in changes:
            if fnmatchcase(name, edit.tap):
                value = edit.apply(name, value)
        return value

    with listening(look.model, change, frozenset(wanted).__contains__):
        yield


def edit_of(asked: Mapping[str, Any]) -> Edit:
    """Return an edit from its JSON form: {tap, kind, head?, positions?, value?, low?, high?}.

    Raises:
        ValueError: no such kind, or a number that it needs is missing.
    """
    given = asked.get("positions")
    positions = slice(*given) if isinstance(given, list | tuple) else given
    where: dict[str, Any] = {"head": asked.get("head"), "positions": positions}
    kind = catalog.choose(asked["kind"], EDITS, where="the kinds of edits")
    return EDITS[kind](asked, where)


def _replaced(asked: Mapping[str, Any], where: dict[str, Any]) -> Edit:
    value = asked.get("value")
    if value is None:
        raise ValueError(f"edit.value must be a number to put in at {asked['tap']}, got none. Give one.")
    return replace(asked["tap"], float(value), **where)


EDITS: dict[str, Callable[[Mapping[str, Any], dict[str, Any]], Edit]] = {
    "ablate": lambda asked, where: ablate(asked["tap"], **where),
    "replace": _replaced,
    "clamp": lambda asked, where: clamp(asked["tap"], low=asked.get("low"), high=asked.get("high"), **where),
}
"""What makes an edit of each kind."""


def _keep(kept: OrderedDict[str, Any], key: str, value: Any, most: int) -> None:
    kept[key] = value
    while len(kept) > most:
        kept.popitem(last=False)
