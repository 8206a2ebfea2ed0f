"""What every panel is: numbers with their labels and a sentence, ready to be drawn anywhere. Data only.

A panel knows nothing of terminals, notebooks or pages; each of those draws the same panel its own way.
"""

import dataclasses
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Panel:
    """One thing to draw."""

    kind: ClassVar[str]
    """How it is drawn: the name of the panel's file."""

    name: str = ""
    """Short and unique within a view, for example "weights"; empty where a panel stands alone."""
    title: str
    """One line above the drawing."""
    note: str = ""
    """How to read it, or what was found; one or two sentences below the drawing, may be empty."""

    @property
    @abstractmethod
    def array(self) -> np.ndarray:
        """Return the numbers of the panel as one array."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, every number in full precision; null stands where there is no number."""
        fields = {field.name: plain(getattr(self, field.name)) for field in dataclasses.fields(self)}
        return {"kind": self.kind, **fields}


def plain(value: Any) -> Any:
    """Turn arrays, dataclasses, tuples and mappings into what `json.dumps(..., allow_nan=False)` accepts."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return value.hex(" ")
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value
