"""The mean of the weights over the last part of a training: often better than any single one of them.

Source: Izmailov et al. 2018, "Averaging weights leads to wider optima and better generalization", arXiv 1803.05407.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from clearhead.training.optimizers import Optimizer


class WeightAverage:
    """Keep a running mean of the float32 weights from `1 - fraction` of the run on."""

    def __init__(self, optimizer: Optimizer, fraction: float) -> None:
        self.optimizer = optimizer
        self.fraction = fraction
        self.count = 0
        self.means: dict[nn.Parameter, Tensor] = {}

    @torch.no_grad()
    def update(self, step: int, end_step: int) -> None:
        """Take the weights after `step` updates into the mean, when the run has come far enough."""
        if step <= end_step * (1 - self.fraction):
            return
        self.count += 1
        for parameter, master in self.optimizer.masters.items():
            if parameter in self.means:
                self.means[parameter].lerp_(master, 1 / self.count)
            else:
                self.means[parameter] = master.clone()

    @contextmanager
    def applied(self, optimizer: Optimizer) -> Iterator[None]:
        """Put the mean in place of the weights for the length of a `with` block (nothing before the mean begins)."""
        if not self.count:
            yield
            return
        kept = {parameter: master.clone() for parameter, master in optimizer.masters.items()}
        try:
            self._put(optimizer, self.means)
            yield
        finally:
            self._put(optimizer, kept)

    @torch.no_grad()
    def finish(self) -> None:
        """Make the mean the model's weights."""
        if self.count:
            self._put(self.optimizer, self.means)

    def state(self, names: dict[nn.Parameter, str]) -> dict[str, Tensor]:
        """Return the mean as named tensors, with its count."""
        return {names[p]: mean for p, mean in self.means.items()} | {"count": torch.tensor(self.count)}

    def load_state(self, saved: dict[str, Tensor], names: dict[nn.Parameter, str]) -> None:
        """Restore what `state` returned."""
        self.count = int(saved["count"]) if saved else 0
        self.means = {p: saved[name].to(p.device) for p, name in names.items() if name in saved}

    @torch.no_grad()
    def _put(self, optimizer: Optimizer, weights: dict[nn.Parameter, Tensor]) -> None:
        for parameter, weight in weights.items():
            optimizer.masters[parameter].copy_(weight)
        optimizer.copy_to_model()
