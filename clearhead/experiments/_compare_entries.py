"""What is compared: models with options, as they are typed: "neuron, mlp:hidden=256+256:dropout=0.2".

A comma (or a new line) parts entries, a colon parts a model from its options, a plus sign the numbers of a list. None
of the three means anything to a shell. `training.KEY=VALUE` sets how that entry is trained.
"""

import dataclasses
import re
import types
import typing
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Union

from clearhead.core import catalog
from clearhead.training.config import TrainingConfig

TRAINING = "training."
FOR_EXAMPLE = "For example: neuron,mlp:hidden=256+256:dropout=0.2"
WORDS_OF_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One model with its options, trained once for each seed."""

    label: str
    """What it is called in tables: as it was typed; the same again gets a number."""
    name: str
    """The beginning of its runs' folders, unlike every other entry's."""
    model: str
    model_options: dict[str, Any] = field(default_factory=dict)
    training_options: dict[str, Any] = field(default_factory=dict)


def read_entries(models: str | Sequence[str]) -> list[Entry]:
    """Read the entries of a comparison.

    Args:
        models: one text with commas between entries, or a list of entries.
    Raises:
        ValueError: no entry, an unknown model, field or value; the message shows the entry and the nearest name.
    """
    texts = re.split(r"[,\n]", models) if isinstance(models, str) else list(models)
    typed = [text.strip() for text in texts if text.strip()]
    if not typed:
        raise ValueError(f"--models must name at least one model, got {models!r}. {FOR_EXAMPLE}")
    entries: list[Entry] = []
    for text in typed:
        entry = _read_entry(text)
        label = _unlike(entry.label, [other.label for other in entries], " #")
        name = _unlike(entry.name, [other.name for other in entries], "-")
        entries.append(dataclasses.replace(entry, label=label, name=name))
    return entries


def _read_entry(text: str) -> Entry:
    model_text, *option_texts = (part.strip() for part in text.split(":"))
    where = f"--models entry {text!r}"
    try:
        model = catalog.find("models", model_text)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
    model_config = catalog.load("models", model).CONFIG
    chosen: dict[str, dict[str, Any]] = {"model": {}, "training": {}}
    for option in option_texts:
        key, equals, value = option.partition("=")
        key = key.strip().replace("-", "_")
        if not key or not equals:
            raise ValueError(f"{where} must have options of the form key=value, got {option!r}. {FOR_EXAMPLE}")
        is_training = key.startswith(TRAINING)
        group, cls = ("training", TrainingConfig) if is_training else ("model", model_config)
        key = key.removeprefix(TRAINING)
        owner = "the settings of a training" if is_training else f"the options of {model}"
        hints = typing.get_type_hints(cls)
        catalog.choose(key, hints, where=f"{owner} ({where})")
        if key in chosen[group]:
            raise ValueError(f"{where} must set {key} once, got it twice. Leave one of them.")
        chosen[group][key] = read_value(hints[key], value.strip(), where=f"{where}: {key}")
    shown = ":".join([model, *option_texts])
    return Entry(
        label=shown,
        name=re.sub(r"[^a-z0-9.]+", "-", shown.lower()).strip("-.")[:60],
        model=model,
        model_options=chosen["model"],
        training_options=chosen["training"],
    )


def read_value(hint: Any, text: str, *, where: str) -> Any:
    """Read a value of a field's type from the words of a command line.

    Args:
        hint: the annotation of the field; numbers of a list are parted by "+".
        where: opens the error message.
    Raises:
        ValueError: the text is no such value.
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        if type(None) in arguments and text.lower() == "none":
            return None
        others = [argument for argument in arguments if argument is not type(None)]
        for argument in others[:-1]:
            try:
                return read_value(argument, text, where=where)
            except ValueError:
                continue
        return read_value(others[-1], text, where=where)
    if origin is Literal:
        chosen = catalog.choose(text, [str(argument) for argument in arguments], where=where)
        return next(argument for argument in arguments if str(argument) == chosen)
    if origin in (list, tuple):
        return origin(read_value(arguments[0], item, where=where) for item in text.split("+") if item)
    if hint is bool:
        if text.lower() not in WORDS_OF_TRUTH:
            raise ValueError(f"{where} must be true or false, got {text!r}.")
        return WORDS_OF_TRUTH[text.lower()]
    if hint in (int, float):
        try:
            return hint(text)
        except ValueError:
            kind = "a whole number" if hint is int else "a number"
            raise ValueError(f"{where} must be {kind}, got {text!r}.") from None
    return text


def _unlike(text: str, others: Sequence[str], mark: str) -> str:
    """Return the text, with a number where it is there already."""
    number, found = 1, text
    while found in others:
        number += 1
        found = f"{text}{mark}{number}"
    return found
