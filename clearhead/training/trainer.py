"""The loop: batch, loss, gradients, update; now and then an evaluation and a checkpoint. It knows no model and no task.

Every batch is a function of the step and the random numbers of a step start from its number, so the state of a run
is its weights, its optimizer and a few counters: a resumed run equals an uninterrupted one bit for bit.
Read with: optimizers.py, schedules.py, checkpoint.py
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from clearhead.tasks.base import Task, never_stop
from clearhead.training.averaging import WeightAverage
from clearhead.training.checkpoint import save_checkpoint
from clearhead.training.config import TrainingConfig
from clearhead.training.distributed import Processes
from clearhead.training.gradients import Gradients, check_finite
from clearhead.training.observer import NOBODY, Observer
from clearhead.training.optimizers import Optimizer
from clearhead.training.precision import used_memory
from clearhead.training.schedules import Schedule
from clearhead.training.state import Counters, take_state
from clearhead.training.stopping import StopRequested, StopSwitch

Report = Callable[[str, dict[str, Any]], None]
"""Called with a kind of event ("step", "evaluation", "checkpoint", "note") and its facts."""


@dataclass
class Trainer:
    """One training, from wherever its state is to its end or to a request to stop."""

    task: Task
    model: nn.Module
    optimizer: Optimizer
    config: TrainingConfig
    schedule: Schedule
    processes: Processes
    seed: int
    folder: Path
    report: Report
    stop: StopSwitch
    replan: Callable[["Trainer"], int | None] = lambda trainer: None
    """Asked after each log line for another end of the run (a budget of minutes); None keeps it."""
    log_interval: int = 10
    counters: Counters = field(default_factory=Counters)
    average: WeightAverage | None = None
    best_weights: dict[str, Tensor] = field(default_factory=dict)
    """Float32 weights of the best evaluation."""
    observer: Observer = NOBODY

    def __post_init__(self) -> None:
        self.names = {p: name for name, p in self.model.named_parameters() if p in self.optimizer.masters}
        self.device = next(self.model.parameters()).device
        rows = self.config.micro_batch_size or self.config.batch_size
        self.gradients = Gradients(self.model, self.task, self.processes, rows, self.report)
        self._clock = self._checkpoint_clock = time.perf_counter()

    @property
    def micro_batch_size(self) -> int:
        """Rows computed at once in this process."""
        return self.gradients.micro_batch_size

    @micro_batch_size.setter
    def micro_batch_size(self, rows: int) -> None:
        self.gradients.micro_batch_size = rows

    def run(self) -> bool:
        """Train to the end. Returns False when it was asked to stop before; the state is then saved."""
        self.model.train()
        try:
            self._evaluate_if_due()
            while self.counters.step < self.schedule.end_step and not self._is_out_of_patience():
                self.stop.is_requested = self.processes.any(self.stop.is_requested)
                self.stop.check()
                self.take_step()
                if self._is_due(self.log_interval) or self.counters.step == self.schedule.end_step:
                    self._log()
                self._evaluate_if_due()
                if self._is_checkpoint_due():
                    self.save()
        except StopRequested:
            self.save()
            return False
        return True

    def take_step(self) -> None:
        """Compute the gradients of one batch, in as many pieces as memory asks for, and update once."""
        counters, config = self.counters, self.config
        step, factor = counters.step, self.schedule.factor(counters.step)
        if self.task.has_own_update:
            rate = config.learning_rate * factor
            loss, count = self.task.update(self.model, step, seed=self.seed, batch_size=config.batch_size, rate=rate)
        else:
            loss, count = self._follow_gradients(step, factor)
        counters.step += 1
        counters.num_targets += count
        counters.loss_sum += loss
        counters.loss_count += count
        self._clock_stop()
        if self.average is not None:
            self.average.update(counters.step, self.schedule.end_step)

    def _follow_gradients(self, step: int, factor: float) -> tuple[float, int]:
        config, processes = self.config, self.processes
        share = {"rank": processes.rank, "world_size": processes.world_size}
        batch = self.task.batch(step, seed=self.seed, batch_size=config.batch_size, **share)
        random = (self.seed << 32) + step * processes.world_size + processes.rank
        loss, count = self.gradients.compute(batch, seed=random)
        check_finite(loss, step, config, self.seed)
        # Processes average their gradients, so the sum over all is world_size times what is there.
        scale = processes.world_size / max(1, count)
        if config.clip_norm is not None:
            norm = float(self.optimizer.gradient_norm()) * scale
            scale *= min(1.0, config.clip_norm / max(norm, 1e-12))
        self.observer.before_update(step, scale)
        self.optimizer.step(factor, scale)
        self.observer.after_update(step)
        self.optimizer.zero_grad()
        return loss, count

    def evaluate(self, *, is_final: bool = False) -> dict[str, float]:
        """Score the model (with averaged weights when there are any) and remember whether it is the best so far."""
        self._clock_stop()
        with self.average.applied(self.optimizer) if self.average is not None else torch.enable_grad():
            # Among several processes an evaluation runs to its end: they stop together, at a step.
            poll = never_stop if is_final or self.processes.world_size > 1 else self.stop.check
            scores = self.task.evaluate(self.model, "valid", poll=poll)
            counters, score = self.counters, self.task.rank(scores)
            if score < counters.best_score:
                counters.best_score, counters.best_step, counters.num_bad_evaluations = score, counters.step, 0
                kept = self.weights() if self.task.keeps_best else {}
                self.best_weights = {name: weight.clone() for name, weight in kept.items()}
            else:
                counters.num_bad_evaluations += 1
            self.observer.evaluated(counters.step)
        counters.evaluated_step = counters.step
        self.report("evaluation", {"step": counters.step, "seconds": counters.seconds, **scores})
        if self.task.sample:
            self.report("sample", {"step": counters.step, "text": self.task.sample})
        self._clock_start()
        return scores

    def save(self) -> None:
        """Write a checkpoint (the first process does)."""
        self._clock_stop()
        if self.processes.is_first:
            save_checkpoint(self.folder / "checkpoints", take_state(self), keep=self.config.keep_checkpoints)
            self.report("checkpoint", {"step": self.counters.step})
            self.observer.saved(self.counters.step)
        self.processes.wait()
        self._checkpoint_clock = time.perf_counter()
        self._clock_start()

    def weights(self) -> dict[str, Tensor]:
        """Return the float32 weights by name."""
        return {name: self.optimizer.masters[parameter] for parameter, name in self.names.items()}

    def _is_out_of_patience(self) -> bool:
        return self.config.patience is not None and self.counters.num_bad_evaluations >= self.config.patience

    def _evaluate_if_due(self) -> None:
        """Evaluate after every `eval_interval` steps; once more where a stop came before an evaluation had ended."""
        is_between = self.counters.evaluated_step < self.counters.step < self.schedule.end_step
        if is_between and self._is_due(self.config.eval_interval):
            self.evaluate()

    def _is_due(self, interval: int | None) -> bool:
        return interval is not None and self.counters.step % interval == 0

    def _is_checkpoint_due(self) -> bool:
        if self.config.checkpoint_interval is not None:
            return self._is_due(self.config.checkpoint_interval)
        is_due = self._is_due(self.log_interval) and time.perf_counter() - self._checkpoint_clock > 120
        return bool(self.processes.decide(is_due)) if self.processes.world_size > 1 else is_due

    def _log(self) -> None:
        counters = self.counters
        if counters.loss_count:
            mean = counters.loss_sum / counters.loss_count
            facts = {"step": counters.step, "end_step": self.schedule.end_step, "train_loss": mean}
            facts |= {"seconds": counters.seconds, "num_targets": counters.num_targets}
            facts |= {"factor": self.schedule.factor(counters.step - 1), "memory_mb": used_memory(self.device) / 1e6}
            self.report("step", facts)
            counters.loss_sum, counters.loss_count = 0.0, 0
        end_step = self.processes.decide(self.replan(self))
        if end_step is not None and end_step != self.schedule.end_step:
            self.schedule.move_end(counters.step, end_step)

    def _clock_stop(self) -> None:
        now = time.perf_counter()
        self.counters.seconds, self._clock = self.counters.seconds + now - self._clock, now

    def _clock_start(self) -> None:
        self._clock = time.perf_counter()
