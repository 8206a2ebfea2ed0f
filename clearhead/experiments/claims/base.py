"""What a claim is: one file that tests one sentence people say about these models, on this machine, in about a minute.

An entry of this room exports

    WORDS      the claim, where it is made, the experiment and how to read it, in English ("en") and Chinese ("zh")
    SECONDS    how long it takes on one core, about
    measure    (*, seed, poll, is_quick) -> Outcome: the figures, and the verdict that a rule draws from them

The rule stands in `Words.reading`. No outcome is written by hand: a claim may well turn out false.
"""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self, cast

from clearhead.core import catalog
from clearhead.tasks.base import Poll

ROOM = "experiments/claims"
LANGUAGES = ("en", "zh")
Verdict = Literal["holds", "only_when", "false"]
VERDICTS: Mapping[Verdict, Mapping[str, str]] = {
    "holds": {"en": "holds", "zh": "成立"},
    "only_when": {"en": "only when", "zh": "有条件地成立"},
    "false": {"en": "false", "zh": "不成立"},
}
SIGNIFICANT_DIGITS = 3
SMALLEST_WRITTEN_OUT = 1e-4


@dataclass(frozen=True, kw_only=True)
class Words:
    """A claim and its experiment, in one language."""

    claim: str
    """The sentence as people say it."""
    where: str
    """Where it is usually made."""
    how: str
    """The experiment, in two or three sentences."""
    reading: str
    """How to read the figures: what makes the claim hold, and what would make it false."""


@dataclass(frozen=True)
class Several:
    """One measurement, repeated: with other seeds, or on other examples."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        """Gather the values of a measurement."""
        return cls(tuple(float(value) for value in values))

    @property
    def mean(self) -> float:
        """The mean of the values."""
        return statistics.fmean(self.values)

    @property
    def spread(self) -> float:
        """Their standard deviation; 0 for one value."""
        return statistics.stdev(self.values) if len(self.values) > 1 else 0.0

    def __str__(self) -> str:
        if max(abs(self.mean), self.spread) < SMALLEST_WRITTEN_OUT:
            return number(self.mean)
        digits = decimals(self.mean or self.spread)
        spread = f" ± {self.spread:,.{digits}f}" if len(self.values) > 1 else ""
        return f"{self.mean:z,.{digits}f}{spread}"


Cell = int | float | str | Several | Mapping[str, str]
"""A number, repeated numbers, or text; text that differs with the language by its language ("en", "zh")."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A small table of measured values."""

    name: Mapping[str, str]
    """Its title, by language."""
    columns: Mapping[str, Sequence[str]]
    """The heads, by language."""
    rows: Sequence[Sequence[Cell]]

    def __post_init__(self) -> None:
        assert set(self.name) == set(self.columns) == set(LANGUAGES), "a figure speaks every language"
        widths = {len(heads) for heads in self.columns.values()} | {len(row) for row in self.rows}
        assert len(widths) == 1, "every row has as many cells as there are heads"

    def texts(self, language: str) -> list[list[str]]:
        """Return the heads and the rows below them, as text of one language."""
        return [list(self.columns[language]), *([text(cell, language) for cell in row] for row in self.rows)]

    def numbers(self) -> list[float]:
        """Return every number that was measured, row by row; for a repeated one the mean and the spread."""
        found: list[float] = []
        for cell in (cell for row in self.rows for cell in row):
            if isinstance(cell, Several):
                found += [cell.mean, cell.spread]
            elif isinstance(cell, int | float):
                found.append(cell)
        return found


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a claim."""

    verdict: Verdict
    sentence: Mapping[str, str]
    """The verdict in one or two sentences with the figures that decide it, by language."""
    figures: Sequence[Figure]

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        figures = [
            {
                "name": dict(figure.name),
                "columns": {language: list(heads) for language, heads in figure.columns.items()},
                "rows": [[_plain(cell) for cell in row] for row in figure.rows],
            }
            for figure in self.figures
        ]
        return {"verdict": self.verdict, "sentence": dict(self.sentence), "figures": figures}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Build an outcome from what `to_json` returned."""
        figures = [
            Figure(
                name=one["name"], columns=one["columns"], rows=[[_cell(cell) for cell in row] for row in one["rows"]]
            )
            for one in values["figures"]
        ]
        return cls(verdict=values["verdict"], sentence=values["sentence"], figures=figures)


class Claim(Protocol):
    """The names a claim's file exports."""

    WORDS: Mapping[str, Words]
    SECONDS: int

    def measure(self, *, seed: int, poll: Poll, is_quick: bool) -> Outcome:
        """Run the experiment; `is_quick` shrinks it to seconds: a test of the way, whose verdict means nothing."""


def load_claim(name: str) -> Claim:
    """Return an entry of this room by its name.

    Raises:
        ValueError: no such claim; the message lists them and the nearest name.
    """
    return cast(Claim, catalog.load(ROOM, name))


def number(value: float) -> str:
    """Write a number with three digits that count; whole numbers whole, tiny ones with their power of ten.

    Example (runs in the tests):
        >>> number(0.012345), number(97.25), number(1234.5), number(7), number(3e-9)
        ('0.0123', '97.2', '1,234', '7', '3e-09')
    """
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.0e}" if 0 < abs(value) < SMALLEST_WRITTEN_OUT else f"{value:z,.{decimals(value)}f}"


def decimals(value: float) -> int:
    """Return how many decimals show three digits that count."""
    rounded = float(f"{value:.{SIGNIFICANT_DIGITS - 1}e}")  # 0.9999 is shown as 1.00
    if not math.isfinite(rounded) or rounded == 0:
        return 0
    return max(0, SIGNIFICANT_DIGITS - 1 - math.floor(math.log10(abs(rounded))))


def text(cell: Cell, language: str) -> str:
    """Write a cell of a figure in one language."""
    if isinstance(cell, Mapping):
        return cell[language]
    return number(cell) if isinstance(cell, int | float) else str(cell)


def _plain(cell: Cell) -> Any:
    if isinstance(cell, Several):
        return {"values": list(cell.values)}
    return dict(cell) if isinstance(cell, Mapping) else cell


def _cell(value: Any) -> Cell:
    if isinstance(value, dict) and "values" in value:
        return Several.of(value["values"])
    return cast(Cell, value)
