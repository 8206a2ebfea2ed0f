"""What every panel is: numbers with their labels and a sentence, ready to be drawn anywhere. Data only.

A panel knows nothing of terminals, notebooks or pages; each of those draws the same panel its own way.
"""

import dataclasses
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np


class Name(str):
    """What a reader, their data or the model calls something: no page translates it, even where it is a word of ours.

    Names are marked where they come in, by whoever reads them, and so need no mark in a view; a text that is put
    together from a name and words of ours is a plain one.
    """

    __slots__ = ()


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Check:
    """How each number of a panel follows from others, so that a reader can compute it again.

    For the number in row r and column c the rules mean what stands below. Of bars r = 0; of images r counts the images
    and c their pixels, row by row; of lines r counts the series; of a formula it is the last number, r = c = 0.

        dot         scale · Σ left[r, k] · right[c, k]
        softmax     exp(logits[r, c] / temperature) / Σ exp(logits[r, k] / temperature)
        mix         Σ weights[r, k] · values[k, c]
        affine      activation(Σ inputs[r, k] · weights[c, k] + bias[c])
        sum         left[r, c] + right[r, c]
        product     left[r, c] · right[r, c]
        layer_norm  (inputs[r, c] − mean) / √(variance + epsilon) · gain[c] + bias[c], mean and variance of inputs[r]
        rms_norm    inputs[r, c] / √(mean of inputs[r]² + epsilon) · gain[c]
    """

    rule: Literal["dot", "softmax", "mix", "affine", "sum", "product", "layer_norm", "rms_norm"]
    formula: str
    """The rule in the words of the view: "score = q · k / √64"."""
    arrays: Mapping[str, np.ndarray]
    """The operands by the names above; a bias that is left out is 0."""
    numbers: Mapping[str, float] = dataclasses.field(default_factory=dict)
    """scale, temperature, epsilon; 1 where they are left out (epsilon: 0)."""
    activation: Literal["none", "sigmoid", "tanh", "relu", "gelu", "gelu_tanh", "silu"] = "none"


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
    check: Check | None = None
    """How its numbers follow from others; None where nothing is said."""

    @property
    @abstractmethod
    def array(self) -> np.ndarray:
        """Return the numbers of the panel as one array."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, every number in full precision; null stands where there is no number."""
        names = [field.name for field in dataclasses.fields(self) if field.name != "check" or self.check is not None]
        fields = {name: plain(getattr(self, name)) for name in names}
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
