"""What a training will be: everything decided before its first step, kept in the run as `plan.json`.

A resumed run reads its decisions from there and measures nothing again.
"""

import copy
import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from clearhead.core import catalog, config
from clearhead.models.base import LanguageModel, Model, count_parameters, load_config, load_model
from clearhead.runs.info import model_name
from clearhead.runs.run import Run
from clearhead.tasks.base import Task
from clearhead.training import budget
from clearhead.training.checkpoint import write_flushed
from clearhead.training.config import TrainingConfig
from clearhead.training.request import Request

PLAN_FILE = "plan.json"
LONGEST_CONTEXT = 256
"""Tokens of a window where the user does not say."""
CARRYING_CONTEXT = 64
"""The same for a model that carries what it read from window to window, and that reads them token by token."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All decisions of a run."""

    request: Request
    """What the user asked for."""
    minutes: float | None = None
    model_config: dict[str, Any]
    training: TrainingConfig
    data_fingerprint: str = ""
    is_compiled: bool = False
    decisions: dict[str, Any] = field(default_factory=dict)
    """What was measured, for the reader."""


def save_plan(folder: Path, plan: Plan) -> None:
    """Write the plan into the run's folder."""
    write_flushed(folder / PLAN_FILE, json.dumps(config.to_json(plan), ensure_ascii=False, indent=1))


def read_plan(folder: Path) -> Plan:
    """Read the plan of an unfinished run.

    Raises:
        FileNotFoundError: the folder holds no run to go on with.
    """
    path = folder / PLAN_FILE
    if not path.exists():
        raise FileNotFoundError(
            f"Nothing to resume in {folder}: it holds no {PLAN_FILE}. Start the run without --resume, "
            f"or give the --out of the run that was interrupted."
        )
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} must be JSON, got {error}. Start the run again in another --out.") from error
    return config.from_json(Plan, values, where=PLAN_FILE)


def build_model(name: str, model_config: Mapping[str, Any], seed: int, parent: Model | None = None) -> Model:
    """Make a model with the weights that a seed gives it, or with those of a finished model of the same shape."""
    made: Any = config.from_json(load_config(name), dict(model_config), where=f"--model ({name})")
    torch.manual_seed(seed)
    model: Model = load_model(name)(made)
    if parent is not None:
        model.load_state_dict(parent.state_dict())
    return model


def fill_request(request: Request) -> Request:
    """Fill in the data that the task takes when none are named; the model follows once they are open."""
    entry = catalog.load("tasks", request.task)
    name = catalog.find("tasks", request.task)
    return dataclasses.replace(request, task=name, data=request.data or entry.TASK.default_data)


def fill_model(request: Request, task: Task, parent: Run | None) -> Request:
    """Fill in the model: the parent's, the one named, or the task's usual one for these data.

    Raises:
        ValueError: the named model cannot do this task; the message lists those that can.
    """
    if parent is not None:
        return dataclasses.replace(request, model=model_name(parent.model()))
    name = catalog.find("models", request.model or task.default_model)
    if load_model(name).role not in task.roles:
        fitting = [other for other in catalog.entries("models") if load_model(other).role in task.roles]
        raise ValueError(
            f"--model must be one of {', '.join(fitting)} for {request.task} on these data, got {name!r}. "
            f"Use --model {task.default_model}."
        )
    return dataclasses.replace(request, model=name)


def check_options(request: Request) -> None:
    """Refuse options that no data could make right: impossible sizes, settings out of their range."""
    entry = catalog.load("tasks", request.task)
    config.from_json(entry.OPTIONS, dict(request.task_options), where="--task")
    options = {"steps": request.steps or TrainingConfig.steps, **request.training_options}
    config.from_json(TrainingConfig, options, where="--training")
    if request.model is None and entry.TASK.has_model_by_data:
        return
    name = request.model or entry.TASK.default_model
    # What the data will decide (vocabulary, labels) is that of the model's tiny form until then.
    tiny = config.to_json(load_model(name).tiny().config)
    needed = {field: tiny[field] for field in required_fields(load_config(name))}
    config.from_json(load_config(name), {**needed, **request.model_options}, where=f"--model ({name})")


def required_fields(config_class: type) -> list[str]:
    """Return the fields of a model's configuration that have no default: the data decide them."""
    missing = (dataclasses.MISSING, dataclasses.MISSING)
    fields = dataclasses.fields(config_class)
    return [field.name for field in fields if (field.default, field.default_factory) == missing]


def decide(
    request: Request, task: Task, parent: Model | None, *, seconds: float | None, device: torch.device
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Decide model and training: the model's configuration, the training's, and what was measured, as plain values."""
    if parent is not None and task.has_windows:
        train_tokens = task.num_train_targets
        return keep_going(parent, request, train_tokens=train_tokens, seconds=seconds, device=device)
    if task.has_windows:
        facts = {"vocab_size": task.tokenizer.vocab_size, "train_tokens": task.num_train_targets}
        return choose(request, **facts, seconds=seconds, device=device)
    return choose_usual(request, task, parent, seconds=seconds, device=device)


def choose_usual(
    request: Request, task: Task, parent: Model | None, *, seconds: float | None, device: torch.device
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Take the task's usual model and settings, with what the user gave; minutes decide how many steps.

    Minutes never ask for more passes over the data than the task finds useful.
    """
    name = str(request.model)
    usual = task.defaults(name)
    if parent is None:
        options = {**usual.model_options, **request.model_options, **task.model_facts(name)}
    else:
        refuse_new_shape(request)
        options = {**config.to_json(parent.config), **request.model_options}
    made: Any = config.from_json(load_config(name), options, where=f"--model ({name})")
    task = task.for_model(made)
    given = {**_usual(name), **task.defaults(name).training_options, **request.training_options}
    batch_size = int(given.get("batch_size") or TrainingConfig.batch_size)
    per_epoch = task.steps_per_epoch(batch_size)
    found: dict[str, Any] = {}
    if request.epochs is not None:
        steps = math.ceil(request.epochs * per_epoch)
    elif seconds is None:
        steps = request.steps or int(given.get("steps") or TrainingConfig.steps)
    else:
        model = build_model(name, config.to_json(made), request.seed, parent)
        asked = config.from_json(TrainingConfig, {**given, "steps": 10**9})
        precision, step_seconds = budget.measure_steps(model, task, asked, device=device)
        steps = max(1, min(int(seconds / step_seconds), math.ceil(usual.epochs * per_epoch)))
        found = {"step_seconds": round(step_seconds, 5), "num_parameters": count_parameters(model)}
        given = {**given, "precision": precision}
    warmup = min(int(given.get("warmup_steps", 0)), steps // 4)
    training = config.from_json(TrainingConfig, {**given, "warmup_steps": warmup, "steps": max(1, steps)})
    return config.to_json(made), config.to_json(training), found


def choose(
    request: Request, *, vocab_size: int, train_tokens: int, seconds: float | None, device: torch.device
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Decide model and training from what was asked for; every option given is kept as it is.

    Args:
        seconds: time for the training itself; None when steps or epochs say how long.
    Returns:
        The model's configuration, the training's, and what was measured, as plain values.
    """
    name = str(request.model)
    model_class = load_model(name)
    longest = CARRYING_CONTEXT if model_class.carries_state else LONGEST_CONTEXT
    context_length = int(request.model_options.get("context_length") or _context_for(train_tokens, longest))
    options = {**request.model_options, "vocab_size": vocab_size, "context_length": context_length}
    given = {**_usual(name), **request.training_options}
    asked: Any = config.from_json(load_config(name), options, where=f"--model ({name})")
    if seconds is None:
        training = _training_of_length(request, given, train_tokens, context_length)
        return dataclasses.asdict(asked), config.to_json(training), {}

    ladder = [size for size in model_class.sizes(vocab_size, context_length) if _fits(size, options)]
    # Sizes that differ only in what is given become one, which is measured once.
    ladder = list(dict.fromkeys(dataclasses.replace(size, **options) for size in ladder)) or [asked]
    if {"d_model", "num_layers"} & set(request.model_options):
        ladder = [asked] if {"d_model", "num_layers"} <= set(request.model_options) else ladder
    with torch.random.fork_rng(devices=[]):
        best, tried = budget.choose_size(
            ladder,
            model_class,
            seconds=seconds,
            train_tokens=train_tokens,
            device=device,
            precision=given.get("precision", "auto"),
            optimizer=given.get("optimizer", "muon"),
        )
    training = budget.plan_training(best, given, seconds=seconds, context_length=context_length, device=device)
    model_config = best.config
    if "dropout" not in options:
        num_tokens = training.steps * training.batch_size * context_length
        model_config = dataclasses.replace(model_config, dropout=budget.dropout_for(num_tokens, train_tokens))
    return dataclasses.asdict(model_config), config.to_json(training), budget.decisions(best, tried)


def keep_going(
    parent: Model, request: Request, *, train_tokens: int, seconds: float | None, device: torch.device
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Decide how to go on training a finished model: its configuration stays, the rates are a quarter of a new one's.

    Raises:
        ValueError: an option that would change the model's shape.
    """
    refuse_new_shape(request)
    model_config = dataclasses.replace(parent.config, **request.model_options)
    context_length = model_config.context_length
    usual, given = _usual(str(request.model)), dict(request.training_options)
    found: dict[str, Any] = {}
    if seconds is None:
        rates = {**budget.rates_for(count_parameters(parent), train_tokens), **usual}
        gentle = {name: rates[name] / 4 for name in budget.RATE_NAMES}
        training = _training_of_length(request, {**usual, **gentle, **given}, train_tokens, context_length)
    else:
        assert isinstance(parent, LanguageModel), "windows are cut for language models"
        optimizer = {**usual, **given}.get("optimizer", TrainingConfig.optimizer)
        measured = budget.measure(copy.deepcopy(parent), parent.config, device=device, optimizer=optimizer)
        training = budget.plan_training(measured, usual, seconds=seconds, context_length=context_length, device=device)
        gentle = {name: getattr(training, name) / 4 for name in budget.RATE_NAMES}
        training = dataclasses.replace(training, **{**gentle, **given})
        found = budget.decisions(measured, [measured])
    return dataclasses.asdict(model_config), config.to_json(training), found


def refuse_new_shape(request: Request) -> None:
    """Refuse options that would change the shape of a model that is trained already."""
    fixed = [name for name in request.model_options if name != "dropout"]
    if fixed:
        raise ValueError(f"--model.{fixed[0]} must not come with --from: the run's model has its shape. Leave it out.")


def _training_of_length(
    request: Request, given: dict[str, Any], train_tokens: int, context_length: int
) -> TrainingConfig:
    """Fill in the steps that --steps or --epochs ask for."""
    steps = request.steps or given.get("steps") or TrainingConfig.steps
    if request.epochs is not None:
        rows = max(1, (train_tokens - 1) // context_length)
        steps = max(1, math.ceil(request.epochs * rows / given.get("batch_size", TrainingConfig.batch_size)))
    return TrainingConfig(**{**given, "steps": steps})


def _usual(model: str) -> dict[str, Any]:
    """Return the settings that suit a kind of model."""
    return dict(load_model(model).usual_training)


def _context_for(train_tokens: int, longest: int) -> int:
    """The longest context, less for a text so short that it would hold few windows."""
    return max(8, min(longest, 2 ** int(math.log2(max(8, train_tokens / 16)))))


def _fits(size: Any, options: Mapping[str, Any]) -> bool:
    """Whether a size of the ladder can take the options as they are (heads must divide the width)."""
    try:
        dataclasses.replace(size, **options)
    except ValueError:
        return False
    return True
