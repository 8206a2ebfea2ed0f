"""What the page says about a model and an input before anything is drawn: its name, its views, its heads."""

import locale
from typing import Any

from torch import nn

from clearhead.core import catalog
from clearhead.inspector.option_form import form
from clearhead.inspector.views.base import ROOM, load_view
from clearhead.layers.tap import find_taps
from clearhead.web.static import LANGUAGES

MAX_EDITED_PARAMETERS = 10_000
"""Models of more parameters are not edited weight by weight."""


def describe(look: Any) -> dict[str, Any]:
    """Return what the page must know of a model that has read an input, as JSON values."""
    size = num_parameters(look.model)
    return {
        "name": look.name,
        "model": type(look.model).__name__,
        "parameters": size,
        "kind": "image" if reads_pictures(look) else look.kind,
        "has_target": look.kind == "pair" or bool(look.label_names) or look.kind in ("row", "image"),
        "has_editable_weights": size <= MAX_EDITED_PARAMETERS,
        "taps": list(find_taps(look.model)),
        "unseen": look.unseen,
        "heads": heads_of(look),
        "views": views_of(look),
        "locale": language(),
    }


def views_of(look: Any) -> list[dict[str, Any]]:
    """Return every view: its words, its options for this model, and why it does not apply (null where it does)."""
    found = []
    for name in catalog.entries(ROOM):
        view, reason = load_view(name), load_view(name).applies(look.model)
        words = {"name": name, "title": view.TITLE, "question": view.QUESTION, "answer": view.ANSWER}
        found.append({**words, "options": form(name, look if reason is None else None), "reason": reason})
    return found


def heads_of(look: Any) -> list[dict[str, Any]]:
    """Return every place with heads of attention: the tap that switches one of them off, and how many there are."""
    taps = [name for name in find_taps(look.model) if name.rpartition(".")[2] == "mixed"]
    return [{"tap": name, "count": int(look.value(name).shape[0])} for name in taps]


def facts(look: Any) -> dict[str, Any]:
    """Return what was read, as JSON values."""
    return {
        "input": look.text,
        "target": look.target,
        "size": look.reading.size,
        "labels": list(look.label_names),
        "pieces": [piece.text for piece in look.pieces],
        "target_pieces": [piece.text for piece in look.target_pieces],
    }


def reads_pictures(look: Any) -> bool:
    """Whether what is given is a picture; a network of neurons reads one as a row of its pixels."""
    return look.kind == "image" or bool(getattr(look.tokenizer, "is_images", False))


def num_parameters(model: nn.Module) -> int:
    """Count the numbers a model has learned; what two parts share counts once."""
    return sum(parameter.numel() for parameter in model.parameters())


def language() -> str:
    """Return the language of this machine's user, where the page speaks it; otherwise English."""
    told = (locale.getlocale()[0] or "").lower()
    return next((code for code in LANGUAGES if told.startswith((code, "chinese") if code == "zh" else code)), "en")
