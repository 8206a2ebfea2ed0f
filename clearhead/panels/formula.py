"""A formula with the numbers put in, line by line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearhead.panels.base import Panel


@dataclass(frozen=True, kw_only=True, eq=False)
class Formula(Panel):
    """Lines of a computation, and the numbers that stand in them in full precision."""

    kind: ClassVar[str] = "formula"

    lines: tuple[str, ...]
    """What is computed, for example "784·784 + 784 = 615,440"."""
    values: Mapping[str, float]
    """The numbers by their names in the lines."""

    @property
    def array(self) -> np.ndarray:
        """Return the numbers, in order."""
        return np.array(list(self.values.values()), dtype=np.float64)
