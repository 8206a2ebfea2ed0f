"""What a model should have said about the input that is looked at, and the loss of what it said."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from clearhead.core import catalog
from clearhead.inspector.views.base import Looked


@dataclass(frozen=True)
class Goal:
    """The right answer."""

    words: str
    """It, and how the loss compares, in words for a person."""
    loss: Callable[[Tensor], Tensor]
    """From the model's output, with its batch axis, to one number in nats (for numbers: the squared error)."""


def find_goal(look: Looked) -> Goal:
    """Return the right answer for what was looked at; of a classifier without one, its own best answer.

    Raises:
        ValueError: there is none, or it is none of the model's answers.
    """
    if look.kind == "text" and not look.label_names:
        return _next_tokens(look)
    if look.kind == "pair":
        wanted = [*look.target_tokens[1:], look.model.config.end_id]
        return Goal(f"the target {look.target!r} and its end: the mean of −log p", _chosen(look, wanted))
    if look.kind not in ("row", "image", "text"):
        raise ValueError(f"look.target must be a right answer, and a {type(look.model).__name__} has none.")
    recipe = getattr(look.tokenizer, "recipe", {})
    if recipe.get("kind") == "tags":
        return _tags(look)
    target_kind = recipe["target"]["kind"] if recipe else ("class" if len(look.logits) > 1 else "number")
    if target_kind == "number":
        return _numbers(look, recipe)
    if target_kind == "labels":
        return _labels(look)
    name = look.target
    if name is None:
        name = look.label_names[int(look.logits.argmax())]
        said = f"{name}, the model's own answer, since no --target was given: −log p"
    else:
        said = f"{name}: −log p"
    catalog.choose(name, look.label_names, where="the labels of the model")
    return Goal(said, _chosen(look, [look.label_names.index(name)]))


def _next_tokens(look: Looked) -> Goal:
    if len(look.tokens) < 2:
        raise ValueError(
            f"look.text must hold at least two tokens to have a next one, got {look.text!r}. Give a longer text."
        )
    wanted = torch.tensor(look.tokens[1:], device=look.inputs.device)
    said = f"each next token of {look.text!r}: the mean of −log p"
    return Goal(said, lambda output: functional.cross_entropy(output[0, :-1], wanted))


def _chosen(look: Looked, wanted: list[int]) -> Callable[[Tensor], Tensor]:
    targets = torch.tensor(wanted, device=look.inputs.device)
    return lambda output: functional.cross_entropy(output.flatten(0, -2), targets)


def _labels(look: Looked) -> Goal:
    names = list(look.label_names)
    chosen = [name.strip() for name in (look.target or "").split("|") if name.strip()]
    for name in chosen:
        catalog.choose(name, names, where="the labels of the model")
    wanted = torch.tensor([[float(name in chosen) for name in names]], device=look.inputs.device)
    said = ", ".join(chosen) or "no label"
    return Goal(
        f"{said}: the sum of −log p over the labels",
        lambda output: functional.binary_cross_entropy_with_logits(output, wanted.to(output.dtype), reduction="sum"),
    )


def _tags(look: Looked) -> Goal:
    """Return the right tags: those given, or each word's likeliest; transitions between tags are not in this loss."""
    wanted = (look.target or "").split() or [look.label_names[int(tag)] for tag in look.logits.argmax(-1)]
    if len(wanted) != len(look.tokens):
        raise ValueError(
            f"look.target must be a tag for each of {len(look.tokens)} words, parted by spaces, got {len(wanted)}: "
            f"{look.target!r}."
        )
    for name in wanted:
        catalog.choose(name, look.label_names, where="the tags of the model")
    said = " ".join(wanted) + ("" if look.target else ", the model's own answers, since no --target was given")
    tags = [look.label_names.index(name) for name in wanted]
    return Goal(f"{said}: the mean of −log p, word by word", _chosen(look, tags))


def _numbers(look: Looked, recipe: dict[str, dict[str, list[float]]]) -> Goal:
    scale = recipe.get("target_scale", {"mean": [0.0], "deviation": [1.0]})
    try:
        given = [float(part) for part in (look.target or "").replace(",", " ").split()]
    except ValueError:
        given = []
    if len(given) != len(scale["mean"]):
        raise ValueError(
            f"look.target must be {len(scale['mean'])} number(s) for this model, got {look.target!r}. "
            "Give the right answer with --target."
        )
    scaled = [
        (value - mean) / width for value, mean, width in zip(given, scale["mean"], scale["deviation"], strict=True)
    ]
    wanted = torch.tensor([scaled], dtype=torch.float64, device=look.inputs.device)
    said = f"{look.target}: the squared error of the scaled number"
    return Goal(said, lambda output: functional.mse_loss(output, wanted.to(output.dtype)))
