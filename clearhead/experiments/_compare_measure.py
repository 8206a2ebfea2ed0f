"""What is measured of one finished run of a comparison: how good, how fast, how large."""

import dataclasses
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch

from clearhead.core import catalog
from clearhead.interop.base import WEIGHT_FILES
from clearhead.models.base import Model, count_parameters
from clearhead.runs.run import open_run
from clearhead.tasks._sequence_pairs import SequencePairs
from clearhead.tasks.base import Poll, Task, never_stop
from clearhead.training.distributed import choose_device
from clearhead.training.planning import read_plan
from clearhead.training.precision import time_once
from clearhead.training.run_log import read_metrics

MOST_CALLS, SECONDS_OF_CALLS = 50, 0.5
"""Timing ends after this many calls or about this long; what takes longer once is timed that once."""
ALONE = 20
"""Inputs that are answered one at a time."""


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """One evaluation on the validation part while training."""

    step: int
    seconds: float
    """Time spent in steps so far; evaluations and saving do not count."""
    score: float
    """The main score."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One run: what it scored and what it cost."""

    seed: int
    path: str
    steps: int
    scores: dict[str, float]
    """On the part that is compared on."""
    train_seconds: float
    """Time spent in steps."""
    total_seconds: float
    """The whole training: reading, deciding, steps, evaluations, baselines, saving."""
    train_rate: float | None
    """Units learned from in a second of steps."""
    predict_rate: float
    """Units of the compared part scored in a second, in batches as the task evaluates."""
    latency_ms: float | None
    """Median milliseconds for one input alone; None where the task has no such thing."""
    num_parameters: int
    size_bytes: int
    """Bytes of the saved weights."""
    memory_bytes: int | None
    """Bytes that training needs, as measured on one row before it: weights, gradients, moments, activations."""
    curve: list[CurvePoint] = field(default_factory=list)


def open_task(folder: Path, model_config: Any) -> Task:
    """Open the data of a run as it was trained on them."""
    request = read_plan(folder).request
    task: Task = catalog.load("tasks", request.task).open_task(request.asked(), folder)
    return task.for_model(model_config)


def compared_part(task: Task) -> str:
    """Return the part on which models are compared: the test part where there is one."""
    return "test" if "test" in task.describe()["splits"] else "valid"


def measure(folder: Path, *, poll: Poll = never_stop) -> Measured:
    """Measure a finished run."""
    plan, run, events = read_plan(folder), open_run(folder), read_metrics(folder)
    device = choose_device(plan.request.device)
    model = run.model(device)
    task = open_task(folder, model.config)
    part = compared_part(task)
    counts = task.describe()["splits"][part]
    scores: dict[str, float] = {}
    seconds = min(_times(lambda: scores.update(task.evaluate(model, part, poll=poll)), device))
    steps = [event for event in events if event["kind"] == "step"]
    finished = [event for event in events if event["kind"] == "finished"]
    train_seconds = steps[-1]["seconds"] if steps else 0.0
    return Measured(
        seed=plan.request.seed,
        path=str(folder),
        steps=steps[-1]["step"] if steps else 0,
        scores=scores,
        train_seconds=train_seconds,
        total_seconds=finished[-1]["seconds"] if finished else train_seconds,
        train_rate=steps[-1]["num_targets"] / train_seconds if train_seconds else None,
        predict_rate=counts.get(task.unit, next(iter(counts.values()))) / max(seconds, 1e-9),
        latency_ms=_latency_ms(task, model, part, folder, device),
        num_parameters=count_parameters(model),
        size_bytes=sum((folder / name).stat().st_size for name in WEIGHT_FILES if (folder / name).is_file()),
        memory_bytes=plan.decisions.get("memory_bytes_estimated"),
        curve=curve_of(events, task.main_score),
    )


def curve_of(events: list[dict[str, Any]], score: str) -> list[CurvePoint]:
    """Return the evaluations of a run in order, the last of each step."""
    found = {
        event["step"]: CurvePoint(step=event["step"], seconds=event["seconds"], score=event[score])
        for event in events
        if event["kind"] == "evaluation" and score in event
    }
    return [found[step] for step in sorted(found)]


def _latency_ms(task: Task, model: Model, part: str, folder: Path, device: torch.device) -> float | None:
    """Time one input alone: a text to write from is answered, anything else is read and scored."""
    calls: list[Callable[[], Any]]
    if isinstance(task, SequencePairs):
        sources = [source for source, _ in task.texts[part][:ALONE]]
        calls = [partial(task.write, model, [source], split=part) for source in sources]
    elif task.has_own_update:
        return None
    else:
        batches = [task.batch(step, seed=0, batch_size=1) for step in range(min(ALONE, task.steps_per_epoch(1)))]
        calls = [partial(task.loss, model, tuple(each.to(device) for each in batch)) for batch in batches]
    model.eval()
    with torch.inference_mode():
        calls[0]()
        taken = [seconds for call in calls for seconds in _times(call, device, most=3, limit=SECONDS_OF_CALLS / ALONE)]
    return 1000 * statistics.median(taken)


def _times(
    work: Callable[[], Any], device: torch.device, *, most: int = MOST_CALLS, limit: float = SECONDS_OF_CALLS
) -> list[float]:
    """Time a call until it was called often or for long enough."""
    taken: list[float] = []
    started = time.perf_counter()
    while len(taken) < most and (not taken or time.perf_counter() - started < limit):
        taken.append(time_once(work, device))
    return taken


def is_finished(folder: Path) -> bool:
    """Whether a folder holds a run that was trained to its end."""
    return any(event["kind"] == "finished" for event in read_metrics(folder)) and (folder / "config.json").is_file()


def difference(folder: Path, wanted: Any) -> str | None:
    """Return the first thing in which a run differs from what is wanted now, in words; None where nothing does.

    Args:
        wanted: the request of the run as it would be trained now.
    """
    own = ("out", "resume")
    before = read_plan(folder).request
    for each in dataclasses.fields(wanted):
        then, now = getattr(before, each.name), getattr(wanted, each.name)
        if each.name not in own and json.dumps(then) != json.dumps(now):
            return f"{each.name} {then!r}, now {now!r}"
    return None
