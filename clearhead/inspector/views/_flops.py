"""The work of a model, counted while it runs: by PyTorch's own formulas, without what its own counter loads for it.

`torch.utils.flop_counter.FlopCounterMode` loads PyTorch's compiler before it counts its first operation, to be left
alone by it; nothing is compiled here.
"""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode


class _Counting:
    """What a counter does with an operation; of a class beside the mode, for in a mode itself PyTorch wraps it."""

    total: int
    formulas: dict[Any, Callable[..., int]]

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        with self:  # type: ignore[attr-defined]
            made = func.decompose(*args, **kwargs)
        if made is not NotImplemented:
            return made
        out = func(*args, **kwargs)
        formula = self.formulas.get(func.overloadpacket)
        self.total += formula(*args, **kwargs, out_val=out) if formula else 0
        return out


class FlopCounter(_Counting, TorchDispatchMode):
    """Counts floating-point operations while it is entered; a product and an addition are two."""

    def __init__(self) -> None:
        super().__init__()
        self.total, self.formulas = 0, FlopCounterMode(display=False, custom_mapping=MORE_FLOPS).flop_registry


def _attention_flops(query: Any, key: Any, value: Any, *args: Any, **kwargs: Any) -> int:
    """Count the attention kernel of the CPU, which PyTorch's table leaves out, from the shapes of what goes in."""
    batch, heads, queries, head_dim = query
    return int(2 * batch * heads * queries * key[2] * (head_dim + value[3]))


def _recurrence_flops(x: Any, *args: Any, **kwargs: Any) -> int:
    """Count a fused recurrent layer of the CPU: each weight is used once at each position of each row."""
    return sum(2 * x[0] * x[1] * matrix[0] * matrix[1] for matrix in args[:2])


def _linear_flops(x: Any, weight: Any, *others: Any, **options: Any) -> int:
    """Count x · weightᵀ, from the shapes that the counter hands over."""
    return 2 * math.prod(x) * int(weight[0])


MORE_FLOPS: dict[Any, Callable[..., int]] = {
    getattr(torch.ops.aten, name): count
    for name, count in (
        ("_scaled_dot_product_flash_attention_for_cpu", _attention_flops),
        ("mkldnn_rnn_layer", _recurrence_flops),
    )
    if hasattr(torch.ops.aten, name)
}
"""Operations of some versions or platforms only."""
if hasattr(torch.ops.mkldnn, "_linear_pointwise"):  # layers/linear.py
    MORE_FLOPS[torch.ops.mkldnn._linear_pointwise] = _linear_flops
