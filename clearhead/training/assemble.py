"""Put task, model, data and settings together, train, and leave a finished run behind.

Read with: prepare.py (what is decided), trainer.py (the loop), finish.py (what is saved)
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from clearhead.models.base import count_parameters
from clearhead.training import budget, planning, precision, resources
from clearhead.training.averaging import WeightAverage
from clearhead.training.checkpoint import load_newest
from clearhead.training.distributed import Processes, choose_device
from clearhead.training.film import Film
from clearhead.training.finish import Result, finish
from clearhead.training.observer import NOBODY, Observer, Observers
from clearhead.training.prepare import Assembled, Clock, Listener, prepare, reopen
from clearhead.training.request import Request
from clearhead.training.run_log import RunLog
from clearhead.training.schedules import Schedule
from clearhead.training.state import restore_state
from clearhead.training.stopping import StopSwitch
from clearhead.training.trainer import Trainer

DEFAULT_MINUTES = 2.0
PREPARED = (
    *("tokenizer.json", "tokenizer_config.json", "preprocessing.json", "words.json"),
    *("source.spm", "target.spm", "vocab.json", "target_vocab.json", "vocabulary.json"),
)
"""What a run killed before its plan was written leaves behind; a new start writes over it."""


def train(
    task: str = "language_modeling",
    *,
    listener: Listener | None = None,
    started: float | None = None,
    observer: Observer | None = None,
    **options: Any,
) -> Result:
    """Train a model and save it as a run.

    Args:
        task: what to learn; an entry of `clearhead show tasks`.
        listener: called with (kind, facts) for each event, to show progress.
        started: `time.perf_counter()` when the user's command began, so that minutes count from there.
        observer: looks at the training from within.
        options: the fields of `Request`: data, model, out, minutes, steps, seed, model_options, training_options, …
    Returns:
        Where the run is, its scores beside the baselines, and a verdict.
    Raises:
        ValueError, FileNotFoundError: something the user can correct; a folder with nothing in it is not left behind.
    """
    return train_request(Request(task=task, **options), listener=listener, started=started, observer=observer)


def train_request(
    request: Request,
    *,
    listener: Listener | None = None,
    started: float | None = None,
    observer: Observer | None = None,
) -> Result:
    """Do what a request asks for; see `train`."""
    clock = Clock(started or time.perf_counter(), request.minutes)
    tell = listener or (lambda kind, facts: None)
    device = choose_device(request.device)
    processes = Processes(device)
    precision.keep_freed_memory()
    try:
        with StopSwitch() as stop:
            if request.resume:
                folder = Path(str(request.out))
                made = _resume(request, folder, clock, device)
            else:
                folder, made = _start(request, clock, device, processes, tell)
            log = RunLog(folder if processes.is_first else None, tell if processes.is_first else None)
            trainer = _make_trainer(folder, made, processes, device, stop, clock, log)
            if request.resume:
                _go_on(trainer, log, request)
            if processes.is_first:
                _introduce(observer or NOBODY, trainer)
            log("start", _facts(trainer, made, folder))
            is_finished = trainer.run()
            result = finish(trainer, made, is_finished=is_finished, log=log, started=clock.started)
            log.close()
            return result
    finally:
        processes.close()


def _start(
    request: Request, clock: Clock, device: torch.device, processes: Processes, tell: Listener
) -> tuple[Path, Assembled]:
    if request.steps is None and request.epochs is None and "steps" not in request.training_options:
        clock.minutes = request.minutes or DEFAULT_MINUTES
    request = planning.fill_request(request)
    folder = Path(processes.decide(str(_new_folder(request))))
    if processes.is_first:
        folder.mkdir(parents=True, exist_ok=True)
    processes.wait()
    try:
        return folder, prepare(request, folder, clock=clock, device=device, processes=processes, listener=tell)
    except BaseException:
        _remove_prepared(folder)
        raise


def _resume(request: Request, folder: Path, clock: Clock, device: torch.device) -> Assembled:
    if not folder.is_dir():
        raise FileNotFoundError(f"Nothing to resume: there is no folder {folder}. Start the run without --resume.")
    plan = planning.read_plan(folder)
    # Minutes said now count from now; those of the plan were for the first session.
    clock.minutes = request.minutes
    return reopen(folder, plan, device)


def _go_on(trainer: Trainer, log: RunLog, request: Request) -> None:
    checkpoint, problems = load_newest(trainer.folder / "checkpoints", device=trainer.device)
    for problem in problems:
        log("note", {"text": problem})
    if checkpoint is None:
        log("note", {"text": "No whole checkpoint was found: starting from the beginning."})
    else:
        restore_state(trainer, checkpoint)
        log("note", {"text": f"Going on after step {trainer.counters.step}."})
    log.forget_after(trainer.counters.step)
    if request.steps is not None:
        trainer.schedule.move_end(trainer.counters.step, request.steps)


def _make_trainer(
    folder: Path,
    made: Assembled,
    processes: Processes,
    device: torch.device,
    stop: StopSwitch,
    clock: Clock,
    log: RunLog,
) -> Trainer:
    training = made.plan.training
    optimizer = budget.make_optimizer(made.model, training, training.precision)
    optimizer.round_to(precision.dtype_of(training.precision))
    if made.plan.is_compiled:
        resources.compile_blocks(made.model)
    return Trainer(
        task=made.task,
        model=made.model,
        optimizer=optimizer,
        config=training,
        schedule=Schedule.plan(training),
        processes=processes,
        seed=made.plan.request.seed,
        folder=folder,
        report=log,
        stop=stop,
        replan=_replanner(clock),
        log_interval=max(1, min(50, training.steps // 40)),
        average=WeightAverage(optimizer, training.average_fraction) if training.average_fraction else None,
    )


def _introduce(observer: Observer, trainer: Trainer) -> None:
    """Let the observer look at the training from within, and keep the film of a small model beside it."""
    masters = trainer.optimizer.masters
    trainer.observer = Observers(Film(trainer.report), observer)
    trainer.observer.begin(
        task=trainer.task,
        model=trainer.model,
        weights={name: (parameter, masters[parameter]) for parameter, name in trainer.names.items()},
        rate=trainer.config.learning_rate,
        step=trainer.counters.step,
        folder=trainer.folder,
        stop=trainer.stop.ask,
    )


def _replanner(clock: Clock) -> Callable[[Trainer], int | None]:
    """Move the end of a run so that it fits its minutes, from the speed of the last steps."""
    seen = {"step": 0, "time": 0.0}

    def replan(trainer: Trainer) -> int | None:
        left = clock.seconds_left()
        if left is None:
            return None
        now, step = time.perf_counter(), trainer.counters.step
        since, steps = now - seen["time"], step - seen["step"]
        if not seen["time"] or steps <= 0:
            seen.update(step=step, time=now)
            return None
        if since < 2.0:
            return None
        seen.update(step=step, time=now)
        end_step = step + max(1, int(max(0.0, left) * steps / since))
        # Small corrections are noise, and each one bends the schedule.
        planned = trainer.schedule.end_step
        return end_step if abs(end_step - planned) > 0.03 * max(1, planned - step) else None

    return replan


def _facts(trainer: Trainer, made: Assembled, folder: Path) -> dict[str, Any]:
    training = made.plan.training
    return {
        "step": trainer.counters.step,
        "end_step": trainer.schedule.end_step,
        "seconds": trainer.counters.seconds,
        "num_targets": trainer.counters.num_targets,
        "num_parameters": count_parameters(made.model),
        "precision": training.precision,
        "is_compiled": made.plan.is_compiled,
        "device": str(trainer.device),
        "batch_size": training.batch_size,
        "micro_batch_size": trainer.micro_batch_size,
        "row_size": made.task.row_size(made.model.config),
        "unit": made.task.unit,
        "task": made.plan.request.task,
        "model": made.plan.request.model,
        "model_config": made.plan.model_config,
        **made.task.model_facts(str(made.plan.request.model)),
        "data": made.task.describe(),
        "folder": str(folder),
    }


def _new_folder(request: Request) -> Path:
    """Choose where a new run goes, refusing to write over another one."""
    if request.out is not None:
        folder = Path(request.out)
        if folder.exists() and not folder.is_dir():
            raise ValueError(f"--out must be a folder, got the file {folder}. Give another name.")
        if folder.is_dir() and any(path.name not in PREPARED for path in folder.iterdir()):
            raise ValueError(f"--out must be new or empty, got {folder}. Go on with --resume, or give another name.")
        return folder
    stem = (
        "".join(c if c.isalnum() or c in "-_" else "-" for c in Path(str(request.data)).stem.lower()).strip("-")
        or "data"
    )
    number = 1
    while (folder := Path("runs") / f"{stem}-{number}").exists():
        number += 1
    return folder


def _remove_prepared(folder: Path) -> None:
    """Remove what a failed preparation left: nothing that is worth keeping was made yet."""
    for name in (planning.PLAN_FILE, *PREPARED):
        (folder / name).unlink(missing_ok=True)
    try:
        folder.rmdir()
    except OSError:
        pass


__all__ = ["Request", "Result", "train", "train_request"]
