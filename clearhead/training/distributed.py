"""Several processes under `torchrun`: each computes its rows of a step, gradients are summed, weights stay equal.

One process is the ordinary case and needs none of this; every function then does nothing.
"""

import json
import os
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn


class Processes:
    """This process's place among its fellows."""

    def __init__(self, device: torch.device) -> None:
        self.world_size = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        self.device = device
        if self.world_size > 1 and not dist.is_initialized():
            dist.init_process_group("nccl" if device.type == "cuda" else "gloo")

    @property
    def is_first(self) -> bool:
        """Whether this process is the one that decides, logs and saves."""
        return self.rank == 0

    def wrap(self, module: nn.Module) -> nn.Module:
        """Make a module whose backward averages the gradients over all processes."""
        if self.world_size == 1:
            return module
        from torch.nn.parallel import DistributedDataParallel

        return DistributedDataParallel(module)

    def decide(self, value: Any) -> Any:
        """Return the first process's value (anything JSON can say) everywhere: what was measured must be equal."""
        if self.world_size == 1:
            return value
        text = json.dumps(value).encode() if self.is_first else b""
        length = torch.tensor(len(text), device=self.device)
        dist.broadcast(length, src=0)
        data = torch.zeros(int(length), dtype=torch.uint8, device=self.device)
        if self.is_first:
            data.copy_(torch.frombuffer(bytearray(text), dtype=torch.uint8))
        dist.broadcast(data, src=0)
        return json.loads(bytes(data.cpu().tolist()))

    def total(self, value: float) -> float:
        """Sum a number over all processes."""
        if self.world_size == 1:
            return value
        tensor = torch.tensor(value, dtype=torch.float64, device=self.device)
        dist.all_reduce(tensor)
        return float(tensor)

    def any(self, flag: bool) -> bool:
        """Whether any process says yes: what ends a run must end it everywhere at the same step."""
        return flag if self.world_size == 1 else self.total(float(flag)) > 0

    def wait(self) -> None:
        """Wait until every process has come this far."""
        if self.world_size > 1:
            dist.barrier()

    def close(self) -> None:
        """Leave the group."""
        if self.world_size > 1 and dist.is_initialized():
            dist.destroy_process_group()


def choose_device(wanted: str) -> torch.device:
    """Return the device a training runs on.

    Args:
        wanted: "auto" takes a GPU when there is one, else Apple's, else the CPU; or "cpu", "cuda", "mps".
    Raises:
        ValueError: the device is not on this machine.
    """
    has = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        wanted = next(name for name in ("cuda", "mps", "cpu") if has[name])
    if wanted not in has:
        raise ValueError(f"--device must be auto, cpu, cuda or mps, got {wanted!r}.")
    if not has[wanted]:
        there = ", ".join(name for name, is_there in has.items() if is_there)
        raise ValueError(f"--device must be one this machine has, got {wanted!r}. Here: {there}.")
    if wanted == "cuda":
        index = int(os.environ.get("LOCAL_RANK", "0"))
        torch.cuda.set_device(index)
        return torch.device("cuda", index)
    return torch.device(wanted)


class LossModule(nn.Module):
    """A model together with its task's loss, so that one forward call goes from a batch to (sum, count)."""

    def __init__(self, model: nn.Module, task: Any) -> None:
        super().__init__()
        self.model = model
        self._task = task

    def forward(self, *batch: Tensor) -> tuple[Tensor, int]:
        loss: tuple[Tensor, int] = self._task.loss(self.model, batch)
        return loss
