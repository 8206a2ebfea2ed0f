"""A small training on sequences that are made anew for every step: our optimizer and schedule, no folder, no logs."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor
from torch.nn.functional import cross_entropy

from clearhead.layers.linear_cross_entropy import IGNORE_INDEX
from clearhead.models.base import Model
from clearhead.tasks.base import Poll
from clearhead.training.budget import make_optimizer
from clearhead.training.config import TrainingConfig
from clearhead.training.schedules import Schedule

AnyModel = TypeVar("AnyModel", bound=Model)
Chance = np.random.Generator


@dataclass(frozen=True)
class Asked:
    """What a model is given, and what it should say."""

    inputs: tuple[Int[Tensor, "rows seq"], ...]
    targets: Int[Tensor, "rows *seq"]
    """A class for each row, or for each position; IGNORE_INDEX where nothing is asked."""


@dataclass(frozen=True)
class Course:
    """How a training went."""

    losses: tuple[float, ...]
    """Before each update, a mean over what was asked; the last one after all updates."""
    gradient_norms: tuple[float, ...]
    """Length of all gradients as one vector, before it was clipped."""


def learn_sequences(
    make: Callable[[], AnyModel],
    draw: Callable[[Chance], Asked],
    *,
    steps: int,
    seed: int,
    poll: Poll,
    rate: float = 0.003,
    clip_norm: float | None = 1.0,
) -> AnyModel:
    """Make a model and train it with Adam, the rate falling to zero over the last half of the steps.

    The first weights and the batches depend on the seed alone.
    """
    training = TrainingConfig(
        steps=steps,
        optimizer="adam",
        learning_rate=rate,
        adam_beta2=0.99,
        clip_norm=clip_norm,
        precision="fp32",
    )
    return follow(make, draw, training, seed=seed, poll=poll)[0]


def follow(
    make: Callable[[], AnyModel], draw: Callable[[Chance], Asked], training: TrainingConfig, *, seed: int, poll: Poll
) -> tuple[AnyModel, Course]:
    """Train a model by given settings and tell how it went; it ends early where the loss is no number any more."""
    torch.manual_seed(seed)
    chance = np.random.default_rng((seed, 11))
    model = make()
    optimizer, schedule = make_optimizer(model, training, "fp32"), Schedule.plan(training)
    losses: list[float] = []
    norms: list[float] = []
    model.train()
    for step in range(training.steps):
        poll()
        batch = draw(chance)
        loss = _loss(model, batch)
        losses.append(float(loss.detach()))
        if not math.isfinite(losses[-1]):
            break
        loss.backward()  # type: ignore[no-untyped-call]
        norms.append(float(optimizer.gradient_norm()))
        clip = training.clip_norm or math.inf
        optimizer.step(schedule.factor(step), min(1.0, clip / max(norms[-1], 1e-12)))
        optimizer.zero_grad()
    model.eval()
    with torch.inference_mode():
        losses.append(float(_loss(model, draw(chance))))
    return model, Course(tuple(losses), tuple(norms))


def share_right(model: Model, asked: Asked) -> float:
    """Return the share of what was asked that is told rightly, in per cent."""
    targets = asked.targets.flatten()
    return 100 * float((answers(model, asked.inputs).flatten() == targets)[targets != IGNORE_INDEX].float().mean())


@torch.inference_mode()
def answers(model: Model, inputs: tuple[Tensor, ...]) -> Int[Tensor, "rows *seq"]:
    """Return the class that scores highest, for each row or for each position."""
    found: Tensor = model(*inputs).argmax(-1)
    return found


def _loss(model: Model, asked: Asked) -> Tensor:
    logits = model(*asked.inputs)
    return cross_entropy(logits.flatten(0, -2), asked.targets.flatten(), ignore_index=IGNORE_INDEX)
