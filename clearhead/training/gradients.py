"""The gradients of one batch: in pieces that fit into memory, summed over all processes.

The loss is summed over targets, not averaged over pieces, so neither the size of the pieces nor the number of
processes changes what is computed.
"""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from clearhead.tasks.base import Task
from clearhead.training.config import TrainingConfig
from clearhead.training.distributed import LossModule, Processes


class Gradients:
    """Fill the parameters' gradients from batches of a task."""

    def __init__(
        self,
        model: nn.Module,
        task: Task,
        processes: Processes,
        micro_batch_size: int,
        report: Callable[[str, dict[str, Any]], None],
    ) -> None:
        self.model = model
        self.processes = processes
        self.micro_batch_size = micro_batch_size
        """How much is computed at once, in the unit of the batch size; halved when a GPU runs out of memory."""
        self.report = report
        self.device = next(model.parameters()).device
        self.task = task
        self._loss = processes.wrap(LossModule(model, task))

    def compute(self, batch: tuple[Tensor, ...], *, seed: int) -> tuple[float, int]:
        """Set the gradients of the summed loss of a batch; return the loss and its count over all processes.

        Random numbers (dropout) begin at `seed`, also when the batch is tried again in smaller pieces.
        Processes average their gradients: what is set is the sum divided by the number of processes.
        """
        while True:
            torch.manual_seed(seed)
            try:
                return self._compute(batch)
            except torch.OutOfMemoryError:
                self._halve()

    def _compute(self, batch: tuple[Tensor, ...]) -> tuple[float, int]:
        self.model.zero_grad(set_to_none=True)
        losses, count = [], 0
        rows, at_once = batch[0].shape[0], self.task.rows_at_once(batch, self.micro_batch_size)
        for start in range(0, rows, at_once):
            piece = tuple(part[start : start + at_once].to(self.device) for part in batch)
            with self._synchronised(start + at_once >= rows):
                loss, piece_count = self._loss(*piece)
                losses.append(_read_later(loss))
                loss.backward()
            count += piece_count
        total = sum(read() for read in losses)
        return self.processes.total(total), int(self.processes.total(count))

    def _synchronised(self, is_last: bool) -> Any:
        """Sum gradients between processes only with the last piece."""
        no_sync = getattr(self._loss, "no_sync", None)
        return torch.enable_grad() if is_last or no_sync is None else no_sync()

    def _halve(self) -> None:
        self.model.zero_grad(set_to_none=True)
        if self.micro_batch_size == 1 or self.processes.world_size > 1:
            raise ValueError(
                f"Training.memory must hold {self.micro_batch_size} rows at once, got too little on {self.device}. "
                f"Use a smaller model, a shorter context, or a smaller --training.micro-batch-size."
            )
        self.micro_batch_size //= 2
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        text = f"Out of memory: {self.micro_batch_size} rows at a time from now on; the steps stay the same."
        self.report("note", {"text": text})


def _read_later(loss: Tensor) -> Callable[[], float]:
    """Start copying a loss to the host; the returned function waits for it, not for the backward."""
    if loss.device.type != "cuda":
        return lambda: float(loss.detach())
    host = torch.empty((), dtype=loss.dtype, pin_memory=True)
    host.copy_(loss.detach(), non_blocking=True)
    event = torch.cuda.Event()
    event.record()

    def read() -> float:
        event.synchronize()
        return float(host)

    return read


def check_finite(loss: float, step: int, config: TrainingConfig, seed: int) -> None:
    """Stop before an update that would carry NaN or infinity into the weights.

    Raises:
        ValueError: the loss is not finite; the message says which batch it was.
    """
    if not math.isfinite(loss):
        raise ValueError(
            f"Training.loss must be finite, got {loss} at step {step + 1} (rows {step * config.batch_size} to "
            f"{(step + 1) * config.batch_size - 1} of the order of seed {seed}). No update was made. "
            f"Use a smaller --training.learning-rate (now {config.learning_rate}) or --training.clip-norm 1."
        )
