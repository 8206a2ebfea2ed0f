"""The type checker of the test run: shapes, and only shapes.

jaxtyping's pytest hook (pyproject.toml) puts it around every function of layers, models and metrics. beartype alone
would check every annotation: a configuration's own sentence ("must be divisible by num_heads") would then give way to
beartype's, and `Self` and plain protocols are more than it can check there.
"""

import typing
from collections.abc import Callable
from typing import Any

from beartype import beartype
from jaxtyping import AbstractArray


def check(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, refusing arrays whose shape or element type is not the annotated one."""
    hints = function.__annotations__
    function.__annotations__ = {name: hint if states_a_shape(hint) else Any for name, hint in hints.items()}
    return beartype(function)


def states_a_shape(hint: Any) -> bool:
    """Whether an annotation names a shape anywhere: Float[Tensor, "batch seq"], or a tuple or union of such."""
    if isinstance(hint, type) and issubclass(hint, AbstractArray):
        return True
    return any(states_a_shape(part) for part in typing.get_args(hint))
