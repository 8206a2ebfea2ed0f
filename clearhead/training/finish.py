"""The end of a training: choose the weights, score them, judge them, and save the run."""

import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch

from clearhead.core import config
from clearhead.runs.run import save_run
from clearhead.training import run_log
from clearhead.training.course import course
from clearhead.training.prepare import Assembled
from clearhead.training.trainer import Trainer
from clearhead.training.verdict import Verdict, judge, judge_beside


@dataclass(frozen=True)
class Result:
    """What a training came to."""

    path: Path
    is_finished: bool
    """False when it was stopped before its end; go on with resume."""
    seconds: float
    """From the start of the command to the saved run."""
    steps: int
    scores: dict[str, float] = field(default_factory=dict)
    baselines: dict[str, dict[str, float]] = field(default_factory=dict)
    verdict: Verdict | None = None
    notes: list[str] = field(default_factory=list)
    """What a reader should see beside the scores: samples, the worst errors."""


def finish(trainer: Trainer, made: Assembled, *, is_finished: bool, log: run_log.RunLog, started: float) -> Result:
    """Turn the trainer's state into a finished run (its first process does; the others wait)."""
    counters = trainer.counters
    if not is_finished:
        log("stopped", {"step": counters.step, "end_step": trainer.schedule.end_step, "folder": str(trainer.folder)})
        return Result(trainer.folder, False, time.perf_counter() - started, counters.step)
    trainer.save()
    if trainer.average is not None:
        trainer.average.finish()
    trainer.optimizer.restore_float32()
    _uncompile(trainer)
    scores: dict[str, float] = {}
    baselines: dict[str, dict[str, float]] = {}
    verdict = None
    notes: list[str] = []
    if trainer.processes.is_first:
        scores = _evaluate_best(trainer, log)
        trainer.observer.evaluated(counters.step)
        baselines = made.task.baselines()
        log("baselines", baselines)
        events = run_log.read_metrics(trainer.folder)
        train_losses = [event["train_loss"] for event in events if event["kind"] == "step"]
        judge_this = judge if made.task.has_windows else partial(judge_beside, made.task)
        verdict = judge_this(
            scores=scores,
            baselines=baselines,
            history=[event for event in events if event["kind"] == "evaluation"],
            train_loss=train_losses[-1] if train_losses else None,
            epochs=counters.num_targets / max(1, made.task.num_train_targets),
            num_parameters=sum(parameter.numel() for parameter in made.model.parameters()),
            train_tokens=made.task.num_train_targets,
            minutes=counters.seconds / 60,
            dropout=getattr(made.model.config, "dropout", None),
        )
        notes = made.task.notes(made.model)
        # Before the run is saved: its model card shows the picture if there is one.
        run_log.draw_curves(course(events, main_score=made.task.main_score), trainer.folder / run_log.CURVES_FILE)
        _save(trainer, made, scores, baselines, verdict, notes)
    trainer.processes.wait()
    seconds = time.perf_counter() - started
    if trainer.processes.is_first:
        facts = {"step": counters.step, "seconds": seconds, "folder": str(trainer.folder)}
        log("finished", facts | {"verdict": verdict.text() if verdict else ""})
    return Result(trainer.folder, True, seconds, counters.step, scores, baselines, verdict, notes)


def _evaluate_best(trainer: Trainer, log: run_log.RunLog) -> dict[str, float]:
    """Score the weights as they will be saved, in float32; take those of the best evaluation where they are better."""
    task, model, counters = trainer.task, trainer.model, trainer.counters
    scores = task.evaluate(model, "valid")
    log("evaluation", {"step": counters.step, "seconds": counters.seconds, **scores})
    if trainer.best_weights and counters.best_score < task.rank(scores):
        last = {name: weight.clone() for name, weight in trainer.weights().items()}
        _put(trainer, trainer.best_weights)
        best = task.evaluate(model, "valid")
        if task.rank(best) < task.rank(scores):
            text = f"The weights of step {counters.best_step} score better than the last ones and are kept."
            log("note", {"text": text})
            return best
        _put(trainer, last)
    return scores


@torch.no_grad()
def _put(trainer: Trainer, weights: dict[str, torch.Tensor]) -> None:
    for name, weight in trainer.weights().items():
        weight.copy_(weights[name])


def _uncompile(trainer: Trainer) -> None:
    """Go back to eager: float32 shapes would be compiled anew for one evaluation."""
    for module in trainer.model.modules():
        module._compiled_call_impl = None


def _save(
    trainer: Trainer,
    made: Assembled,
    scores: dict[str, float],
    baselines: dict[str, dict[str, float]],
    verdict: Verdict,
    notes: list[str],
) -> None:
    plan = made.plan
    info: dict[str, Any] = {
        "task": plan.request.task,
        "data": made.task.describe(),
        "training": config.to_json(plan.training) | {"steps": trainer.counters.step},
        "decisions": {
            **plan.decisions,
            "is_compiled": plan.is_compiled,
            "main_score": made.task.main_score,
            "verdict": verdict.text(),
        },
        "scores": {**scores, "steps": trainer.counters.step, "seconds": trainer.counters.seconds},
        "baselines": baselines,
        "notes": notes,
        "seed": plan.request.seed,
    }
    save_run(trainer.folder, made.model, made.task.tokenizer, info)
