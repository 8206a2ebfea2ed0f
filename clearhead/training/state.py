"""The state of a training, taken into a checkpoint and put back from one, bit for bit."""

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from clearhead.training.averaging import WeightAverage
from clearhead.training.checkpoint import Checkpoint
from clearhead.training.optimizers import Optimizer
from clearhead.training.schedules import Schedule


@dataclass
class Counters:
    """Where a training stands; saved with every checkpoint."""

    step: int = 0
    seconds: float = 0.0
    num_targets: int = 0
    best_score: float = math.inf
    best_step: int = -1
    num_bad_evaluations: int = 0
    evaluated_step: int = 0
    """The last step that was evaluated to the end; a stop may come in between."""
    loss_sum: float = 0.0
    """Loss and targets since the last log line, so that a resumed run logs the same means."""
    loss_count: int = 0


class Stateful(Protocol):
    """What a training has that a checkpoint must hold (the `Trainer`)."""

    optimizer: Optimizer
    schedule: Schedule
    average: WeightAverage | None
    counters: Counters
    best_weights: dict[str, Tensor]
    micro_batch_size: int
    names: dict[nn.Parameter, str]
    device: Any

    def weights(self) -> dict[str, Tensor]:
        """Return the float32 weights by name."""


def take_state(trainer: Stateful) -> Checkpoint:
    """Gather everything a training needs to go on."""
    tensors = {"model": trainer.weights(), "optimizer": trainer.optimizer.state(trainer.names)}
    if trainer.average is not None and trainer.average.count:
        tensors["average"] = trainer.average.state(trainer.names)
    is_saved_already = trainer.counters.best_step == trainer.counters.step and "average" not in tensors
    if trainer.best_weights and not is_saved_already:
        tensors["best"] = trainer.best_weights
    counters = dataclasses.asdict(trainer.counters)
    if not math.isfinite(counters["best_score"]):
        counters["best_score"] = None  # JSON has no infinity
    state = {
        "step": trainer.counters.step,
        "counters": counters,
        "schedule": {name: getattr(trainer.schedule, name) for name in ("end_step", "decay_start", "decay_factor")},
        "num_updates": trainer.optimizer.num_updates,
        "micro_batch_size": trainer.micro_batch_size,
        "torch_random_state": torch.random.get_rng_state().tolist(),
    }
    return Checkpoint(step=trainer.counters.step, tensors=tensors, state=state)


@torch.no_grad()
def restore_state(trainer: Stateful, checkpoint: Checkpoint) -> None:
    """Put a training where a checkpoint was taken."""
    state, tensors = checkpoint.state, checkpoint.tensors
    for parameter, name in trainer.names.items():
        trainer.optimizer.masters[parameter].copy_(tensors["model"][name])
    trainer.optimizer.copy_to_model()
    trainer.optimizer.load_state(tensors["optimizer"], trainer.names, state["num_updates"])
    if trainer.average is not None:
        trainer.average.load_state(tensors.get("average", {}), trainer.names)
    counters = dict(state["counters"])
    counters["best_score"] = math.inf if counters["best_score"] is None else counters["best_score"]
    trainer.counters = Counters(**counters)
    if counters["best_step"] >= 0:
        trainer.best_weights = _on_device(tensors.get("best", tensors["model"]), trainer.device)
    for name, value in state["schedule"].items():
        setattr(trainer.schedule, name, value)
    trainer.micro_batch_size = state["micro_batch_size"]
    torch.random.set_rng_state(torch.tensor(state["torch_random_state"], dtype=torch.uint8))


def _on_device(tensors: dict[str, Tensor], device: torch.device) -> dict[str, Tensor]:
    return {name: tensor.to(device) for name, tensor in tensors.items()}
