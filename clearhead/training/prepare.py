"""From a request to the parts of a training: data, tokenizer, model, and every decision, before the first step."""

import dataclasses
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from clearhead.core import catalog, config
from clearhead.data.base import TextSource, open_text, read_pieces
from clearhead.models.base import LanguageModel
from clearhead.runs.run import open_run
from clearhead.tasks.base import Task
from clearhead.tokenizers.base import Tokenizer, train_tokenizer
from clearhead.tokenizers.base import load as load_tokenizer
from clearhead.training import planning, precision, resources
from clearhead.training.config import TrainingConfig
from clearhead.training.distributed import Processes
from clearhead.training.planning import Plan
from clearhead.training.request import Request

EVALUATION_SHARE = 0.05
MOST_EVALUATIONS = 20
RESERVE_SHARE = 0.06
"""Share of the minutes kept for the last evaluation, the baselines and saving."""
PROBE_TOKENS = 4096

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
    tokenizer: Tokenizer
    model: LanguageModel


def prepare(
    request: Request, folder: Path, *, clock: Clock, device: torch.device, processes: Processes, listener: Listener
) -> Assembled:
    """Open the data, decide everything, and write the decisions into the run's folder."""
    planning.check_options(request)  # before any text is read
    source = open_text(request.data, text_column=request.text_column, valid=request.valid)
    parent = None if request.start_from is None else open_run(request.start_from).model()
    if processes.is_first:
        listener("note", {"text": f"Reading {source.name}."})
        vocabulary = _vocabulary(request, source)
        for text in vocabulary.notes:
            listener("note", {"text": text})
        vocabulary.save(folder)
    processes.wait()
    tokenizer = load_tokenizer(folder)
    open_task = catalog.load("tasks", request.task).open_task
    if processes.is_first:  # encodes the text; the others then find it in the cache
        open_task(source, tokenizer, context_length=1)
    processes.wait()
    train_tokens = open_task(source, tokenizer, context_length=1).num_train_tokens
    decided = None
    if processes.is_first:
        seconds = clock.seconds_left()
        if parent is not None:
            decided = planning.keep_going(parent, request, train_tokens=train_tokens, seconds=seconds, device=device)
        else:
            if seconds is not None:
                listener("note", {"text": "Measuring this machine."})
            decided = planning.choose(
                request, vocab_size=tokenizer.vocab_size, train_tokens=train_tokens, seconds=seconds, device=device
            )
    model_config, training_values, found = processes.decide(decided)
    training = config.from_json(TrainingConfig, training_values)
    task = open_task(source, tokenizer, context_length=model_config["context_length"])
    model_name = request.model if parent is None else type(parent).__module__.rpartition(".")[2]
    model = planning.build_model(model_name, model_config, request.seed, parent)
    training, measured = _settle(model.to(device), task, training, device=device, clock=clock, processes=processes)
    plan = Plan(
        request=dataclasses.replace(request, model=catalog.find("models", model_name)),
        minutes=clock.minutes,
        model_config=model_config,
        training=training,
        data_fingerprint=task.describe()["fingerprint"],
        is_compiled=measured.pop("is_compiled"),
        decisions={**found, **measured},
    )
    if processes.is_first:
        planning.save_plan(folder, plan)
    return Assembled(plan, task, tokenizer, model)


def reopen(folder: Path, plan: Plan, device: torch.device) -> Assembled:
    """Open the parts of an interrupted run again, measuring nothing.

    Raises:
        ValueError: the data are no longer those the run began with.
    """
    request = plan.request
    source = open_text(request.data, text_column=request.text_column, valid=request.valid)
    tokenizer = load_tokenizer(folder)
    open_task = catalog.load("tasks", request.task).open_task
    task = open_task(source, tokenizer, context_length=plan.model_config["context_length"])
    if task.describe()["fingerprint"] != plan.data_fingerprint:
        raise ValueError(
            f"{source.name} must be the text that {folder} was started with, got another one. "
            f"Put the old text back, or train anew with --from {folder} and another --out."
        )
    parent = None if request.start_from is None else open_run(request.start_from).model()
    model = planning.build_model(request.model, plan.model_config, request.seed, parent).to(device)
    return Assembled(plan, task, tokenizer, model)


def _vocabulary(request: Request, source: TextSource) -> Tokenizer:
    """Take the parent run's tokenizer, or train one on the training part."""
    if request.start_from is not None:
        return open_run(request.start_from).tokenizer
    kind = request.tokenizer or "bpe"
    size = request.vocab_size
    if size is None and kind not in ("character", "byte"):
        seen = 0
        for text, _ in read_pieces(source, "train"):
            seen += len(text.encode("utf-8"))
            if seen > 32 << 20:
                break
        # A token should be seen some hundred times to be learned: 512 for a novel, 8,192 from 25 MB on.
        size = 2 ** max(9, min(13, round(math.log2(max(1, seen) / 3000))))
    texts = (text for text, _ in read_pieces(source, "train"))
    return train_tokenizer(kind, texts, vocab_size=size, seed=request.seed)


def _settle(
    model: LanguageModel,
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
        if training.precision == "auto":
            rows = max(1, min(share, PROBE_TOKENS // model.config.context_length))
            name, times = precision.choose_precision(model, lambda candidate: loss(candidate, rows), device)
            measured["precision_seconds"] = {key: round(value, 5) for key, value in times.items()}
            training = dataclasses.replace(training, precision=name)  # type: ignore[arg-type]
        rows, needed = resources.rows_that_fit(model, training, loss, training.micro_batch_size or share, device)
        measured["memory_bytes_estimated"] = needed
        training = dataclasses.replace(training, micro_batch_size=rows)
        is_compiled = resources.is_compiling_worth_it(model, training, loss, device, clock.seconds_left())
    values, measured = processes.decide([config.to_json(training), {**measured, "is_compiled": is_compiled}])
    return config.from_json(TrainingConfig, values), measured


def _eval_interval(model: LanguageModel, task: Task, training: TrainingConfig) -> int | None:
    """Return how many steps to let pass between evaluations; None where one alone would cost too much.

    Reading a token costs a third of training on it (forward without backward).
    """
    trained = training.steps * training.batch_size * model.config.context_length
    affordable = int(3 * EVALUATION_SHARE * trained / max(1, task.num_valid_tokens))
    if affordable < 1:
        return None
    return max(1, training.steps // (min(affordable, MOST_EVALUATIONS) + 1))
