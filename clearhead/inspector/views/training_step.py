"""One step of training, number by number: the loss, the gradient of one weight, and where each rule moves it.

A copy of the model in float64 learns; the model itself stays as it is. The rules are those of training/optimizers.py.
"""

import copy
import re
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from clearhead.core import catalog
from clearhead.inspector.views._goal import Goal, find_goal
from clearhead.inspector.views.base import Looked
from clearhead.panels.base import Panel
from clearhead.panels.formula import Formula
from clearhead.panels.table import Cell, Table

TITLE = "One training step"
QUESTION = "How does one example move a weight, by gradient descent, by momentum and by Adam?"
ANSWER = "update"
RULES = ("gradient descent", "momentum", "Adam")
EPSILON = 1e-10
PROBE = 1e-5
"""How far the weight is moved to both sides to measure the slope of the loss."""
MAX_STEPS = 20


def applies(model: nn.Module) -> str | None:
    """Return None for models that learn from a loss."""
    if getattr(model, "role", "") == "WordVectors":
        return f"a {type(model).__name__} has an update of its own; the view word_pair shows it."
    return None


def view(
    look: Looked,
    *,
    weight: str | None = None,
    rate: float = 0.1,
    momentum: float = 0.95,
    beta1: float = 0.9,
    beta2: float = 0.95,
    steps: int = 1,
) -> list[Panel]:
    """Show what happens to one weight when the model learns from this input alone.

    Args:
        weight: a tensor and a place in it, "layers.0.linear.weight[3,5]"; none given means the steepest of all.
        rate: learning rate.
        momentum: share of the velocity that is kept.
        beta1: share of the mean gradient that Adam keeps.
        beta2: share of the mean squared gradient that Adam keeps.
        steps: updates in a row, from the same input.
    """
    for name, value, low, high in (
        ("momentum", momentum, 0, 1), ("beta1", beta1, 0, 1), ("beta2", beta2, 0, 1), ("rate", rate, 0, 1e6)
    ):  # fmt: skip
        if not low <= value < high:
            raise ValueError(f"training_step.{name} must be in [{low}, {high:g}), got {value}. Leave it out.")
    if not 1 <= steps <= MAX_STEPS:
        raise ValueError(f"training_step.steps must be between 1 and {MAX_STEPS}, got {steps}. Use 1.")
    goal = find_goal(look)
    batch = tuple(part.double() if part is not None and part.is_floating_point() else part for part in look.batch)
    model = _double(look.model)
    loss, gradients = _slopes(model, batch, goal)
    place = _find(model, weight) if weight else _steepest(gradients)
    learned = {
        rule: _learn(_double(look.model), batch, goal, rule, place, steps, rate, momentum, (beta1, beta2))
        for rule in RULES
    }
    return [
        _losses(goal, loss, learned),
        _slope(model, batch, goal, place, gradients),
        _updates(place, learned),
        _formulas(place, learned, rate, momentum, (beta1, beta2)),
        _by_tensor(model, gradients),
    ]


@dataclass(frozen=True)
class Place:
    """One number of one tensor."""

    tensor: str
    index: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.tensor}[{','.join(map(str, self.index))}]"


@dataclass(frozen=True)
class Update:
    """What one step did to the chosen weight."""

    before: float
    gradient: float
    remembered: dict[str, float]
    after: float
    loss_after: float


def _double(model: Any) -> Any:
    return copy.deepcopy(model).double().eval()


def _slopes(model: Any, batch: tuple[Tensor, ...], goal: Goal) -> tuple[float, dict[str, Tensor]]:
    """Return the loss and its gradient for every tensor."""
    with torch.enable_grad():
        named = dict(model.named_parameters())
        learned = [name for name, tensor in named.items() if tensor.requires_grad]
        loss = goal.loss(model(*batch))
        found = torch.autograd.grad(loss, [named[name] for name in learned], allow_unused=True)
    slopes = dict(zip(learned, found, strict=True))  # word vectors that stay as they are have none
    return float(loss.detach()), {
        name: torch.zeros_like(tensor) if slopes.get(name) is None else slopes[name] for name, tensor in named.items()
    }


def _steepest(gradients: dict[str, Tensor]) -> Place:
    name = max(gradients, key=lambda name: float(gradients[name].abs().max()))
    flat = int(gradients[name].abs().argmax())
    index = torch.unravel_index(torch.tensor(flat), gradients[name].shape)
    return Place(name, tuple(map(int, index)))


def _find(model: nn.Module, weight: str) -> Place:
    parts = re.fullmatch(r"\s*([\w.]+)\s*\[([-\d,\s]+)\]\s*", weight)
    if parts is None:
        raise ValueError(
            f'training_step.weight must look like "head.weight[3,5]", got {weight!r}. Name a tensor and a place in it.'
        )
    named = dict(model.named_parameters())
    name = catalog.choose(parts[1], named, where="the tensors of the model")
    shape = named[name].shape
    index = tuple(int(part) for part in parts[2].split(",") if part.strip())
    is_inside = len(index) == len(shape) and all(-n <= i < n for i, n in zip(index, shape, strict=True))
    if not is_inside:
        raise ValueError(
            f"training_step.weight must be a place in {name}, which has the shape {list(shape)}, got {list(index)}. "
            "Count from 0."
        )
    return Place(name, tuple(i % n for i, n in zip(index, shape, strict=True)))


def _learn(
    model: Any,
    batch: tuple[Tensor, ...],
    goal: Goal,
    rule: str,
    place: Place,
    steps: int,
    rate: float,
    momentum: float,
    betas: tuple[float, float],
) -> list[Update]:
    """Let every weight of a copy take the steps of one rule, and note what happens to the chosen one."""
    named = dict(model.named_parameters())
    memory = {name: (torch.zeros_like(tensor), torch.zeros_like(tensor)) for name, tensor in named.items()}
    updates = []
    loss, gradients = _slopes(model, batch, goal)
    for step in range(1, steps + 1):
        before = float(named[place.tensor][place.index].detach())
        with torch.no_grad():
            for name, tensor in named.items():
                _move(tensor, gradients[name], memory[name], rule, rate, momentum, betas, step)
        first, second = (float(part[place.index]) for part in memory[place.tensor])
        gradient = float(gradients[place.tensor][place.index])
        kept = {"gradient descent": {}, "momentum": {"v": first}, "Adam": {"m": first, "v": second}}[rule]
        loss, gradients = _slopes(model, batch, goal)
        after = float(named[place.tensor][place.index].detach())
        updates.append(Update(before, gradient, kept, after, loss))
    return updates


def _move(
    tensor: Tensor,
    gradient: Tensor,
    memory: tuple[Tensor, Tensor],
    rule: str,
    rate: float,
    momentum: float,
    betas: tuple[float, float],
    step: int,
) -> None:
    first, second = memory
    if rule == "gradient descent":
        tensor -= rate * gradient
    elif rule == "momentum":
        first.mul_(momentum).add_(gradient)
        tensor -= rate * first
    else:
        beta1, beta2 = betas
        first.mul_(beta1).add_(gradient, alpha=1 - beta1)
        second.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
        mean, square = first / (1 - beta1**step), second / (1 - beta2**step)
        tensor -= rate * mean / (square.sqrt() + EPSILON)


def _losses(goal: Goal, loss: float, learned: dict[str, list[Update]]) -> Table:
    rows: list[tuple[Cell, ...]] = [("before", loss, None)]
    for rule, updates in learned.items():
        rows += [
            (f"{rule}, step {number}", update.loss_after, update.loss_after - loss)
            for number, update in enumerate(updates, start=1)
        ]
    return Table(
        name="loss",
        title="The loss on this input, before and after every weight has moved",
        note=f"Compared with {goal.words}.",
        columns=("when", "loss", "change"),
        rows=tuple(rows),
    )


def _slope(model: Any, batch: tuple[Tensor, ...], goal: Goal, place: Place, gradients: dict[str, Tensor]) -> Table:
    """Hold the gradient beside the measured slope: the loss a little to the right and a little to the left."""
    tensor = dict(model.named_parameters())[place.tensor]
    losses = []
    with torch.no_grad():
        own = tensor[place.index].clone()
        for offset in (PROBE, -PROBE):
            tensor[place.index] = own + offset
            losses.append(float(goal.loss(model(*batch))))
        tensor[place.index] = own
    measured = (losses[0] - losses[1]) / (2 * PROBE)
    gradient = float(gradients[place.tensor][place.index])
    return Table(
        name="gradient",
        title=f"The gradient of {place}",
        note=f"Beside it the slope measured by moving the weight by ±{PROBE:g}; they agree if the gradient is right.",
        columns=("weight", "value", "gradient", "measured slope", "difference"),
        rows=((str(place), float(own), gradient, measured, abs(gradient - measured)),),
    )


def _updates(place: Place, learned: dict[str, list[Update]]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for rule, updates in learned.items():
        for number, update in enumerate(updates, start=1):
            kept = update.remembered
            rows.append((rule, number, update.before, update.gradient, kept.get("m"), kept.get("v"), update.after))
    return Table(
        name="update",
        title=f"Where each rule moves {place}",
        note="m, v: what the rule remembers after this step (momentum: v is the velocity; Adam: mean and mean square).",
        columns=("rule", "step", "weight before", "gradient g", "m", "v", "weight after"),
        rows=tuple(rows),
    )


def _formulas(
    place: Place, learned: dict[str, list[Update]], rate: float, momentum: float, betas: tuple[float, float]
) -> Formula:
    """Write the last step of each rule with its numbers."""
    last = {rule: updates[-1] for rule, updates in learned.items()}
    step = len(learned["Adam"])
    descent, moved, adam = (last[rule] for rule in RULES)
    beta1, beta2 = betas
    mean, square = adam.remembered["m"] / (1 - beta1**step), adam.remembered["v"] / (1 - beta2**step)
    return Formula(
        name="formula",
        title=f"Step {step} with its numbers",
        note="Adam divides by 1 − β^step because m and v begin at 0.",
        lines=(
            f"gradient descent: w ← w − rate·g = {descent.before:.6g} − {rate:g}·({descent.gradient:.6g}) "
            f"= {descent.after:.6g}",
            f"momentum: v ← {momentum:g}·v + g = {moved.remembered['v']:.6g}; w ← {moved.before:.6g} − {rate:g}·"
            f"({moved.remembered['v']:.6g}) = {moved.after:.6g}",
            f"Adam: m ← {beta1:g}·m + {1 - beta1:g}·g = {adam.remembered['m']:.6g}; v ← {beta2:g}·v + {1 - beta2:g}·g² "
            f"= {adam.remembered['v']:.6g}",
            f"Adam: w ← {adam.before:.6g} − {rate:g}·({mean:.6g}) / (√{square:.6g} + {EPSILON:g}) = {adam.after:.6g}",
        ),
        values={rule: update.after for rule, update in last.items()},
    )


def _by_tensor(model: nn.Module, gradients: dict[str, Tensor]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (name, float(tensor.detach().norm()), float(gradients[name].norm()))
        for name, tensor in model.named_parameters()
    ]
    return Table(
        name="tensors",
        title="How long the gradient of each tensor is",
        note="Lengths of all numbers of a tensor taken as one vector.",
        columns=("tensor", "length of the weights", "length of the gradient"),
        rows=tuple(rows),
    )
