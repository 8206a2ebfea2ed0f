"""Which numbers to compute with, measured on the model's own shapes; and how much memory a step takes.

bf16 is several times faster than float32 where the processor has matrix units for it, and many times slower where it
has not. A table of processors would be wrong tomorrow; two short measurements are not.
"""

import ctypes
import platform
import time
from collections.abc import Callable
from typing import Any

import psutil
import torch
from torch import Tensor, nn

GLIBC_TRIM_THRESHOLD, GLIBC_TOP_PAD, GLIBC_MMAP_MAX = -1, -2, -4


def keep_freed_memory() -> None:
    """Let the C library keep memory that was freed, instead of giving it back and asking again each step.

    A training step frees and takes the same large blocks again; fetching them anew means a page fault for every 4 KB.
    Only glibc (Linux) is told; elsewhere nothing happens.
    """
    if platform.system() != "Linux" or platform.libc_ver()[0] != "glibc":
        return
    library = ctypes.CDLL(None)
    library.mallopt(GLIBC_MMAP_MAX, 0)
    library.mallopt(GLIBC_TRIM_THRESHOLD, 2**31 - 1)
    library.mallopt(GLIBC_TOP_PAD, 1 << 26)


def time_once(work: Callable[[], Any], device: torch.device) -> float:
    """Measure one call in seconds, waiting for the device."""
    _wait(device)
    start = time.perf_counter()
    work()
    _wait(device)
    return time.perf_counter() - start


def fastest(
    candidates: dict[str, Callable[[], Any]], device: torch.device, *, seconds: float = 1.0
) -> dict[str, float]:
    """Time several ways to do the same in turn; return each one's best time in seconds.

    Args:
        seconds: about how long to measure in all, warm-up included; each way runs at least twice.
    """
    best = {name: float("inf") for name in candidates}
    start = time.perf_counter()
    for turn in range(20):
        for name, work in candidates.items():
            taken = time_once(work, device)
            # The first call of each pays for what is made only once.
            best[name] = min(best[name], taken if turn else taken * 2)
        if turn and time.perf_counter() - start > seconds:
            break
    return best


def choose_precision(
    model: nn.Module, loss: Callable[[nn.Module], Tensor], device: torch.device, *, seconds: float = 1.0
) -> tuple[str, dict[str, float]]:
    """Time forward and backward in float32 and bf16; return the faster's name and both times in seconds.

    The model is left as it was, in float32 and without gradients.
    """
    if device.type == "mps":  # bf16 there depends on the system's version; float32 always works
        return "fp32", {}

    def run(dtype: torch.dtype) -> Callable[[], None]:
        def work() -> None:
            loss(copies[dtype]).backward()  # type: ignore[no-untyped-call]
            copies[dtype].zero_grad(set_to_none=True)

        return work

    copies = {torch.float32: model, torch.bfloat16: _copy(model).to(torch.bfloat16)}
    try:
        times = fastest({"fp32": run(torch.float32), "bf16": run(torch.bfloat16)}, device, seconds=seconds)
    finally:
        model.zero_grad(set_to_none=True)
    return min(times, key=lambda name: times[name]), times


def dtype_of(precision: str) -> torch.dtype:
    """Return the number type of a precision's name."""
    return torch.bfloat16 if precision == "bf16" else torch.float32


def bytes_of_activations(work: Callable[[], Tensor]) -> int:
    """Count the bytes that a forward pass keeps for its backward."""
    seen: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        seen[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        work()
    return sum(seen.values())


def free_memory(device: torch.device) -> int:
    """Return how many bytes a training may still take on a device."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return int(psutil.virtual_memory().available)


def used_memory(device: torch.device) -> int:
    """Return how many bytes this process uses on a device (a GPU: at most so far)."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    return int(psutil.Process().memory_info().rss)


def _copy(model: nn.Module) -> nn.Module:
    import copy

    return copy.deepcopy(model)


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
