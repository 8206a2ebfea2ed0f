"""How the learning rate runs over a training, as a factor between 0 and 1.

The end of a run may be moved while it trains (a budget in minutes meets a machine that gets slower): the factor then
falls from where it is to zero at the new end. Everything needed to go on is in three numbers, saved with a checkpoint.
Two schedules do not know their end, so moving it changes no factor: the constant one, and the inverse square root of
Vaswani et al. 2017, arXiv 1706.03762, equation 3 (there the peak is 1 / √(d_model · warm-up steps); here it is 1).
"""

import math
from dataclasses import dataclass

from clearhead.training.config import TrainingConfig

ENDLESS = ("constant", "inverse_sqrt")


@dataclass
class Schedule:
    """The rate's factor at each step, and where the run ends."""

    config: TrainingConfig
    end_step: int
    decay_start: int = 0
    """First step of the decay."""
    decay_factor: float = 1.0
    """The factor at that step."""

    @classmethod
    def plan(cls, config: TrainingConfig) -> "Schedule":
        """Lay out the schedule of a run of `config.steps` steps."""
        schedule = cls(config, config.steps)
        schedule.decay_start = schedule._start_of_decay(config.steps)
        return schedule

    def factor(self, step: int) -> float:
        """Return the factor for the update that follows `step` updates."""
        warmup = self.config.warmup_steps
        if step < warmup:
            return (step + 1) / (warmup + 1)
        if self.config.schedule == "inverse_sqrt":
            return math.sqrt((warmup + 1) / (step + 1))
        if self.config.schedule == "constant" or step < self.decay_start:
            return 1.0
        left = (self.end_step - step) / max(1, self.end_step - self.decay_start)
        if self.config.schedule == "cosine":
            left = 0.5 - 0.5 * math.cos(math.pi * left)
        return self.decay_factor * left

    def move_end(self, step: int, end_step: int) -> None:
        """End the run at another step than planned, from the state after `step` updates."""
        end_step = max(end_step, step + 1)
        if end_step == self.end_step:
            return
        if self.config.schedule in ENDLESS:
            self.end_step = end_step
            return
        before = self.factor(step)
        if step <= self.decay_start and self.config.schedule == "trapezoid":
            self.decay_start = max(step, self._start_of_decay(end_step))
        self.end_step = end_step
        if before == 0:  # a run that had ended goes on as one planned for the new end: at rate 0 it would learn nothing
            self.decay_factor, self.decay_start = 1.0, self._start_of_decay(end_step)
        elif step > self.decay_start:  # the new curve goes through the point where the old one is left
            self.decay_factor *= before / self.factor(step)

    def _start_of_decay(self, end_step: int) -> int:
        if self.config.schedule == "cosine":
            return min(self.config.warmup_steps, end_step)
        return max(self.config.warmup_steps, end_step - round(end_step * self.config.decay_fraction))
