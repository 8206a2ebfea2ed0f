"""The dial: given minutes, choose the model's size, the batch and the number of steps with the best expected loss.

The machine is measured for a few seconds on real steps of models from the size ladder; a scaling law then says which
size reaches the lowest loss in the time. What was measured and chosen is returned and goes into the run.

Source: Hoffmann et al. 2022 (approach 3), arXiv 2203.15556, for loss against parameters and tokens; Muennighoff et al.
2023, arXiv 2305.16264, for what a token is worth that was seen before. Their constants were fitted on far larger
models: here they only rank sizes, they never promise a loss.
"""

import dataclasses
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from clearhead.layers.linear_cross_entropy import linear_cross_entropy
from clearhead.models.base import LanguageModel, Model, count_parameters
from clearhead.tasks.base import Task
from clearhead.training.config import TrainingConfig
from clearhead.training.optimizers import Optimizer, Rates
from clearhead.training.precision import choose_precision, dtype_of, time_once

A, ALPHA, B, BETA = 406.4, 0.34, 410.7, 0.28
DATA_WEIGHT = 2.0
"""How much more tokens count at our sizes: measured on two minutes of stories, where 3 layers of width 128 reached a
lower loss than 2 of 64 and than 4 of 192 (docs/en/experiments.md)."""
REPEAT_WORTH = 15.4  # epochs after which repeated data has given 1 − 1/e of all it can give
SMALLEST_STEP_TOKENS = 4096
RATE_NAMES = ("learning_rate", "embedding_learning_rate", "head_learning_rate", "vector_learning_rate")
MEASURE_SHARE = 0.06  # of the time, for measuring


@dataclass(frozen=True)
class Measured:
    """What one candidate size did on this machine."""

    config: Any
    num_parameters: int
    num_matrix_parameters: int
    """Those of the hidden matrices: the ones that do the computing, and that the scaling law counts."""
    precision: str
    tokens_per_second: float


def expected_loss(num_parameters: float, num_tokens: float, unique_tokens: float) -> float:
    """Return the part of the loss that size and data can still change; only its order between sizes has meaning."""
    repeats = max(0.0, num_tokens / unique_tokens - 1)
    worth = min(num_tokens, unique_tokens) + unique_tokens * REPEAT_WORTH * (1 - math.exp(-repeats / REPEAT_WORTH))
    return A / num_parameters**ALPHA + DATA_WEIGHT * B / worth**BETA


def choose_size(
    ladder: list[Any],
    make_model: Callable[[Any], LanguageModel],
    *,
    seconds: float,
    train_tokens: int,
    device: torch.device,
    precision: str = "auto",
    optimizer: str = "muon",
) -> tuple[Measured, list[Measured]]:
    """Measure sizes from small to large until a larger one no longer promises a lower loss.

    Args:
        ladder: model configurations from small to large.
        seconds: what is left for training.
        train_tokens: tokens of the training part.
    Returns:
        The choice, and everything that was measured.
    """
    tried: list[Measured] = []
    best: Measured | None = None
    started = time.perf_counter()
    for config in ladder:
        measured = measure(make_model(config), config, device=device, precision=precision, optimizer=optimizer)
        tried.append(measured)
        if best is not None and _promise(measured, seconds, train_tokens) >= _promise(best, seconds, train_tokens):
            break
        best = measured
        if time.perf_counter() - started > MEASURE_SHARE * seconds:
            break
    assert best is not None, "a ladder has at least one size"
    return best, tried


def measure(
    model: LanguageModel, config: Any, *, device: torch.device, precision: str = "auto", optimizer: str = "muon"
) -> Measured:
    """Time whole training steps of one size on random tokens; choose its precision on the way."""
    model = model.to(device).train()
    length = config.context_length
    rows = max(1, SMALLEST_STEP_TOKENS // length) * (1 if device.type == "cpu" else 8)
    tokens = torch.randint(config.vocab_size, (rows, length + 1), device=device)

    def loss(candidate: torch.nn.Module) -> torch.Tensor:
        assert isinstance(candidate, LanguageModel)
        return linear_cross_entropy(candidate.hidden(tokens[:, :-1]), candidate.head_weight(), tokens[:, 1:])

    if precision == "auto":
        precision, _ = choose_precision(model, loss, device, seconds=0.3)
    update = make_optimizer(model, TrainingConfig(optimizer=optimizer), precision)  # type: ignore[arg-type]
    model.to(dtype_of(precision))

    def step() -> None:
        loss(model).backward()  # type: ignore[no-untyped-call]
        update.step(1e-9, 1 / tokens.numel())
        update.zero_grad()

    step()
    taken = sorted(time_once(step, device) for _ in range(3))[1]
    num_matrix_parameters = sum(parameter.numel() for parameter in model.parameter_groups()["matrices"])
    return Measured(config, count_parameters(model), num_matrix_parameters, precision, rows * length / taken)


def measure_steps(model: Model, task: Task, training: TrainingConfig, *, device: torch.device) -> tuple[str, float]:
    """Time whole steps of a task on its own batches; return the precision taken and the seconds of a step."""
    model = model.to(device).train()
    if task.has_own_update:
        run = partial(task.update, model, 0, seed=0, batch_size=training.batch_size, rate=0.0)
        run()
        return "fp32", time_once(run, device)
    batches = [task.batch(step, seed=0, batch_size=training.batch_size) for step in range(4)]
    placed = [tuple(part.to(device) for part in batch) for batch in batches]
    precision: str = training.precision
    with torch.random.fork_rng(devices=[]):
        if precision == "auto":
            precision, _ = choose_precision(model, lambda m: task.loss(m, placed[0])[0], device, seconds=1.0)
        update = make_optimizer(model, training, precision)
        update.round_to(dtype_of(precision))
        taken = []
        for index, batch in enumerate(batches):

            def step(index: int = index, batch: tuple[Tensor, ...] = batch) -> None:
                task.batch(index, seed=0, batch_size=training.batch_size)  # making a batch is a part of a step
                loss, count = task.loss(model, tuple(part.to(device) for part in batch))
                loss.backward()  # type: ignore[no-untyped-call]
                update.step(1e-9, 1 / max(1, count))
                update.zero_grad()

            taken.append(time_once(step, device))
    return precision, sum(taken[1:]) / len(taken[1:])


def plan_training(
    measured: Measured, given: dict[str, Any], *, seconds: float, context_length: int, device: torch.device
) -> TrainingConfig:
    """Return the training that fills the time at the measured rate; what was given stays as given.

    The batch grows with the cube root of the tokens: many small steps at first serve small runs, and matrix units,
    Muon's fixed cost and the noise of long runs want larger ones.
    """
    num_tokens = measured.tokens_per_second * seconds
    wanted = SMALLEST_STEP_TOKENS * max(1.0, num_tokens / 3e5) ** (1 / 3)
    if device.type != "cpu":
        wanted *= 4
    step_tokens = SMALLEST_STEP_TOKENS * 2 ** round(math.log2(max(1.0, wanted / SMALLEST_STEP_TOKENS)))
    batch_size = int(given.get("batch_size") or max(1, step_tokens // context_length))
    steps = max(1, int(num_tokens / (batch_size * context_length)))
    chosen = {"steps": steps, "batch_size": batch_size, "precision": measured.precision}
    return TrainingConfig(**{**chosen, **rates_for(measured.num_parameters, num_tokens), **given})


def dropout_for(num_tokens: float, unique_tokens: float) -> float:
    """Return the dropout that keeps a model from learning a text by heart: none below three epochs, at most 0.2."""
    epochs = num_tokens / unique_tokens
    return 0.0 if epochs < 3 else min(0.2, round(0.05 * (1 + math.log2(epochs / 3)), 2))


def rates_for(num_parameters: int, num_tokens: float) -> dict[str, float]:
    """Return learning rates for a size and a length of training: large for short runs of small models."""
    size = min(1.0, (6e5 / num_parameters) ** 0.2)
    length = min(1.0, (4e5 / num_tokens) ** 0.12)
    rates = (0.06, 0.5, 0.03, 0.01)
    return {name: round(rate * size * length, 5) for name, rate in zip(RATE_NAMES, rates, strict=True)}


def make_optimizer(model: Model, config: TrainingConfig, precision: str) -> Optimizer:
    """Make the optimizer of a model that is still in float32."""
    rates = Rates(
        matrices=config.learning_rate,
        embeddings=config.embedding_learning_rate,
        head=config.head_learning_rate,
        vectors=config.vector_learning_rate,
    )
    return Optimizer(
        model.parameter_groups(),
        rates,
        kind=config.optimizer,
        weight_decay=config.weight_decay,
        momentum=config.momentum,
        betas=(0.9, config.adam_beta2),
        product_dtype=dtype_of(precision),
    )


def decisions(best: Measured, tried: list[Measured]) -> dict[str, Any]:
    """Say what was measured and chosen, for the run's description."""
    return {
        "precision": best.precision,
        "tokens_per_second": round(best.tokens_per_second),
        "num_parameters": best.num_parameters,
        "tried": [
            {
                "num_parameters": one.num_parameters,
                "precision": one.precision,
                "tokens_per_second": round(one.tokens_per_second),
                "config": dataclasses.asdict(one.config),
            }
            for one in tried
        ],
    }


def _promise(measured: Measured, seconds: float, train_tokens: int) -> float:
    return expected_loss(measured.num_matrix_parameters, measured.tokens_per_second * seconds, train_tokens)
