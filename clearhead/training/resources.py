"""Memory and the compiler: how many rows fit at once, and whether compiling pays."""

import copy
import shutil
from collections.abc import Callable

import torch
from torch import Tensor, nn

from clearhead.models.base import Model
from clearhead.training.config import TrainingConfig
from clearhead.training.precision import bytes_of_activations, dtype_of, fastest, free_memory, time_once

MEMORY_SHARE = 0.85
LONG_RUN_SECONDS = 600.0

LossOfRows = Callable[[nn.Module, int], Tensor]


def rows_that_fit(
    model: Model, training: TrainingConfig, loss: LossOfRows, rows: int, device: torch.device, *, probe: int = 1
) -> tuple[int, int]:
    """Return how many of `rows` rows fit into memory at once, and the bytes the training is estimated to take.

    Weights, gradients, masters and the optimizer's memory are counted; what a row keeps for its backward is measured on
    `probe` rows.

    Raises:
        ValueError: not even one row fits.
    """
    one_row = copy.deepcopy(model).to(dtype_of(training.precision)).train()
    activations = bytes_of_activations(lambda: loss(one_row, probe)) // probe
    del one_row
    num_parameters = sum(parameter.numel() for parameter in model.parameters())
    fixed = num_parameters * (4 + 4 + 4 + 8)  # masters, gradients, two moments, the best weights so far
    available = int(free_memory(device) * MEMORY_SHARE)
    fitting = (available - fixed) // max(1, activations)
    if fitting < 1:
        raise ValueError(
            f"Training.memory must be at least {(fixed + activations) / 2**30:.1f} GiB for this model and context, "
            f"got {available / 2**30:.1f} GiB free. Use a smaller --model.d-model or --model.context-length."
        )
    while rows > fitting:
        rows = (rows + 1) // 2
    return rows, fixed + rows * activations


def is_compiling_worth_it(
    model: Model, training: TrainingConfig, loss: LossOfRows, device: torch.device, seconds: float | None
) -> bool:
    """Whether to compile the blocks: always, never, or where a long run is measured to be faster compiled.

    Args:
        seconds: how long the run will be; None estimates it from one step.
    """
    if training.compile != "auto":
        return training.compile == "always"
    if device.type == "mps" or (device.type == "cpu" and not _has_compiler()):
        return False
    rows = training.micro_batch_size or training.batch_size
    eager = copy.deepcopy(model).to(dtype_of(training.precision)).train()

    def step(candidate: nn.Module) -> Callable[[], None]:
        def work() -> None:
            loss(candidate, rows).backward()  # type: ignore[no-untyped-call]

        return work

    if seconds is None:
        seconds = time_once(step(eager), device) * training.steps * training.batch_size / rows
    if seconds < LONG_RUN_SECONDS:
        return False
    compiled = copy.deepcopy(eager)
    compile_blocks(compiled)
    try:
        times = fastest({"eager": step(eager), "compiled": step(compiled)}, device, seconds=2.0)
    except Exception:  # a compiler can fail in any way it likes; training without it is always possible
        return False
    return times["compiled"] < times["eager"]


def compile_blocks(model: Model) -> None:
    """Compile each repeated block; equal blocks share the compiled code."""
    for block in model.blocks():
        block.compile(dynamic=False)


def _has_compiler() -> bool:
    return any(shutil.which(name) for name in ("c++", "g++", "clang++", "cl"))
