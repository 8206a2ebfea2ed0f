"""What a recipe is: one file that trains one model whose number is known, so that everyone can check it.

An entry of this room exports

    TARGETS    the numbers to reach, each with its source
    recipe     () -> the options of `training.request.Request`, without seed and out
    tiny       () -> the same for a training of a few seconds, to test the way, not the number
    measure    (run) -> further scores by name (optional; the scores of the training are always there)
    VECTORS    the options of a training of word vectors with which the model begins (optional); it comes first, once
               for all seeds, into the folder `vectors`
    PARENT     the options of a training that the recipe's goes on from (optional); it comes next, once for all seeds,
               into the folder `parent`, and it is this one that begins with the vectors
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, cast

from clearhead.core import catalog
from clearhead.runs.run import Run

ROOM = "experiments/recipes"
BEST_STORED = 1e-9  # a score equal to its target up to rounding reaches it


@dataclass(frozen=True, kw_only=True)
class Target:
    """One number to reach."""

    score: str
    """Name of the score: loss (nats per token), bits_per_byte, … or one of the recipe's own."""
    value: float | None = None
    """The number; None where a baseline of the same run sets it."""
    baseline: str | None = None
    """The baseline to beat, by its name."""
    direction: Literal["at_most", "at_least"] = "at_most"
    tolerance: float = 0.0
    """How far on the wrong side still passes."""
    split: str = "valid"
    """The part of the data that is scored."""
    protocol: str = ""
    """For a score of the recipe's own: what it was measured with, as name:value words."""
    source: str
    """One sentence: where the number comes from and what exactly it measures."""

    def __post_init__(self) -> None:
        assert (self.value is None) != (self.baseline is None), "a target is a number or a baseline"

    def limit(self, baselines: Mapping[str, Mapping[str, float]]) -> float:
        """Return the number to reach."""
        if self.value is not None:
            return self.value
        assert self.baseline is not None
        return baselines[self.baseline][self.score]

    def is_reached(self, value: float, limit: float) -> bool:
        """Tell whether a score passes."""
        excess = value - limit if self.direction == "at_most" else limit - value
        return excess <= self.tolerance + BEST_STORED

    def __str__(self) -> str:
        goal = f"{self.value:g}" if self.value is not None else f"that of {self.baseline}"
        return f"{self.score.replace('_', ' ')} {self.direction.replace('_', ' ')} {goal}"


class Recipe(Protocol):
    """The names a recipe's file exports."""

    TARGETS: tuple[Target, ...]

    def recipe(self) -> dict[str, Any]:
        """Return the options of the training."""

    def tiny(self) -> dict[str, Any]:
        """Return the options of a training of a few seconds."""


def load_recipe(name: str) -> Recipe:
    """Return an entry of this room by its name.

    Raises:
        ValueError: no such recipe; the message lists them and the nearest name.
    """
    return cast(Recipe, catalog.load(ROOM, name))


def measured(recipe: Recipe, run: Run) -> dict[str, float]:
    """Return the scores that a recipe measures itself; none where it has no `measure`."""
    measure = getattr(recipe, "measure", None)
    found: dict[str, float] = measure(run) if measure is not None else {}
    return found
