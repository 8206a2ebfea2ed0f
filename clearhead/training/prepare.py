"""From a request to the parts of a training: data, model, and every decision, before the first step."""

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from clearhead.core import catalog, config
from clearhead.models.base import Model
from clearhead.runs.run import open_run
from clearhead.tasks.base import Task
from clearhead.training import planning, precision, resources
from clearhead.training.config import TrainingConfig
from clearhead.training.distributed import Processes
from clearhead.training.planning import Plan
from clearhead.training.request import Request

EVALUATION_SHARE = 0.05
MOST_EVALUATIONS = 20
RESERVE_SHARE = 0.06
"""Share of the minutes kept for the last evaluation, the baselines and saving."""
PROBE_TARGETS = 4096

Listener = Callable[[str, dict[str, Any]], None]


@dataclass
class Clock:
    """When the command began, and when its minutes are over."""

    started: float
    minutes: float | None

    def seconds_left(self) -> float | None:
        """Seconds that training may still take, or None when no minutes were set."""
        if self.minutes is None:
            return None
        return 60 * self.minutes * (1 - RESERVE_SHARE) - (time.perf_counter() - self.started)


@dataclass
class Assembled:
    """The parts of a training, ready to run."""

    plan: Plan
    task: Task
    model: Model


def prepare(
    request: Request, folder: Path, *, clock: Clock, device: torch.device, processes: Processes, listener: Listener
) -> Assembled:
    """Open the data, decide everything, and write the decisions into the run's folder."""
    planning.check_options(request)  # before any data are read
    check_processes(request.task, processes.world_size)
    entry, asked = catalog.load("tasks", request.task), request.asked()
    parent = None if request.start_from is None else open_run(request.start_from)
    if processes.is_first:
        entry.learn(
            asked, folder, parent=parent.path if parent else None, tell=lambda text: listener("note", {"text": text})
        )
    processes.wait()
    task: Task = entry.open_task(asked, folder)
    request = planning.fill_model(request, task, parent)
    parent_model: Model | None = task.grow(parent.model()) if parent else None
    decided = None
    if processes.is_first:
        seconds = clock.seconds_left()
        if seconds is not None and parent is None:
            listener("note", {"text": "Measuring this machine."})
        decided = planning.decide(request, task, parent_model, seconds=seconds, device=device)
    model_config, training_values, found = processes.decide(decided)
    training = config.from_json(TrainingConfig, training_values)
    model = planning.build_model(str(request.model), model_config, request.seed, parent_model)
    task = task.for_model(model.config)
    for text in task.equip(model) if parent_model is None else ():
        listener("note", {"text": text})
    training, measured = _settle(model.to(device), task, training, device=device, clock=clock, processes=processes)
    plan = Plan(
        request=request,
        minutes=clock.minutes,
        model_config=model_config,
        training=training,
        data_fingerprint=task.describe()["fingerprint"],
        is_compiled=measured.pop("is_compiled"),
        decisions={**found, **measured},
    )
    if processes.is_first:
        planning.save_plan(folder, plan)
    return Assembled(plan, task, model)


def check_processes(task: str, world_size: int) -> None:
    """Refuse several processes for a task that changes the weights itself: each would do the whole work again.

    Raises:
        ValueError: more than one process; the message says what uses several cores instead.
    """
    if world_size > 1 and catalog.load("tasks", task).TASK.has_own_update:
        raise ValueError(
            f"{task} must be trained by one process, got {world_size}: each would learn the whole text for itself. "
            f"Run it without torchrun; its threads use all cores (--task.num-threads)."
        )


def reopen(folder: Path, plan: Plan, device: torch.device) -> Assembled:
    """Open the parts of an interrupted run again, measuring nothing.

    Raises:
        ValueError: the data are no longer those the run began with.
    """
    request = plan.request
    task: Task = catalog.load("tasks", request.task).open_task(request.asked(), folder)
    parent = None if request.start_from is None else task.grow(open_run(request.start_from).model())
    model = planning.build_model(str(request.model), plan.model_config, request.seed, parent).to(device)
    task = task.for_model(model.config)
    if parent is None:
        task.equip(model)
    facts = task.describe()
    if facts["fingerprint"] != plan.data_fingerprint:
        raise ValueError(
            f"{facts['name']} must be the data that {folder} was started with, got others. "
            f"Put the old ones back, or train anew with --from {folder} and another --out."
        )
    return Assembled(plan, task, model)


def _settle(
    model: Model,
    task: Task,
    training: TrainingConfig,
    *,
    device: torch.device,
    clock: Clock,
    processes: Processes,
) -> tuple[TrainingConfig, dict[str, Any]]:
    """Measure what is still open: the precision, the rows that fit into memory, whether to compile."""

    def loss(candidate: nn.Module, rows: int) -> Tensor:
        batch = task.batch(0, seed=0, batch_size=rows)
        return task.loss(candidate, tuple(part.to(device) for part in batch))[0]

    measured: dict[str, Any] = {}
    training = dataclasses.replace(
        training, eval_interval=training.eval_interval or _eval_interval(model, task, training)
    )
    share = max(1, training.batch_size // processes.world_size)
    with torch.random.fork_rng(devices=[]):
        if task.has_own_update:
            training = dataclasses.replace(training, precision="fp32", micro_batch_size=share)
            values, decided = processes.decide([config.to_json(training), {"is_compiled": False}])
            return config.from_json(TrainingConfig, values), decided
        if training.precision == "auto":
            rows = max(task.smallest_batch, min(share, PROBE_TARGETS // task.row_size(model.config)))
            name, times = precision.choose_precision(model, lambda candidate: loss(candidate, rows), device)
            measured["precision_seconds"] = {key: round(value, 5) for key, value in times.items()}
            training = dataclasses.replace(training, precision=name)  # type: ignore[arg-type]
        wanted = training.micro_batch_size or share
        rows, needed = resources.rows_that_fit(model, training, loss, wanted, device, probe=task.smallest_batch)
        measured["memory_bytes_estimated"] = needed
        training = dataclasses.replace(training, micro_batch_size=rows)
        is_compiled = task.has_windows and resources.is_compiling_worth_it(
            model, training, loss, device, clock.seconds_left()
        )
    values, measured = processes.decide([config.to_json(training), {**measured, "is_compiled": is_compiled}])
    return config.from_json(TrainingConfig, values), measured


def _eval_interval(model: Model, task: Task, training: TrainingConfig) -> int | None:
    """Return how many steps to let pass between evaluations; None where one alone would cost too much.

    Reading a token costs a third of training on it (forward without backward).
    """
    trained = training.steps * training.batch_size * task.row_size(model.config)
    affordable = int(3 * EVALUATION_SHARE * trained / max(1.0, task.evaluation_cost * task.num_valid_targets))
    if affordable < 1:
        return None
    return max(1, training.steps // (min(affordable, MOST_EVALUATIONS) + 1))
