"""A small training for an experiment: inputs with classes, our optimizer and schedule, no folder and no logs."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Int, Shaped
from torch import Tensor
from torch.nn.functional import cross_entropy

from clearhead.models.base import Model
from clearhead.tasks.base import Poll
from clearhead.training.budget import make_optimizer
from clearhead.training.config import TrainingConfig
from clearhead.training.schedules import Schedule


@dataclass(frozen=True)
class Labeled:
    """Inputs as a model reads them, and the class of each."""

    inputs: Shaped[Tensor, "rows *axes"]
    targets: Int[Tensor, "rows"]

    def split(self) -> tuple["Labeled", "Labeled"]:
        """Return three rows of four to learn from, and the fourth to score."""
        is_valid = torch.arange(len(self.targets)) % 4 == 3
        return Labeled(self.inputs[~is_valid], self.targets[~is_valid]), Labeled(
            self.inputs[is_valid], self.targets[is_valid]
        )


def learn(
    make: Callable[[], Model],
    known: Labeled,
    *,
    steps: int,
    seed: int,
    poll: Poll,
    rate: float = 0.003,
    batch_size: int = 64,
) -> Model:
    """Make a model and train it with Adam, the rate falling to zero over the last four fifths of the steps.

    The first weights and the batches depend on the seed alone.
    """
    torch.manual_seed(seed)
    model = make()
    training = TrainingConfig(
        steps=steps, optimizer="adam", learning_rate=rate, decay_fraction=0.8, adam_beta2=0.99, precision="fp32"
    )
    optimizer, schedule = make_optimizer(model, training, "fp32"), Schedule.plan(training)
    model.train()
    for step in range(steps):
        poll()
        rows = torch.randint(len(known.targets), (batch_size,))
        loss = cross_entropy(model(known.inputs[rows]), known.targets[rows], reduction="sum")
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step(schedule.factor(step), 1 / batch_size)
        optimizer.zero_grad()
    return model.eval()


@torch.inference_mode()
def share_right(model: Model, asked: Labeled) -> float:
    """Return the share of the rows whose class is told rightly, in per cent."""
    return 100 * float((model(asked.inputs).argmax(-1) == asked.targets).float().mean())
