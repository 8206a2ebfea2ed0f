"""What a comparison found, as plain values: the table, the page and the JSON are drawn from nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from clearhead.core import config
from clearhead.experiments._compare_measure import Measured
from clearhead.experiments._compare_table import table
from clearhead.experiments._compare_verdict import Spread, Verdict, spread_of

COSTS = (
    *("train_seconds", "total_seconds", "train_rate", "predict_rate", "latency_ms"),
    *("num_parameters", "size_bytes", "memory_bytes"),
)
"""Fields of a measured run that are told beside the scores."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One entry: its runs, and what they come to."""

    label: str
    model: str
    model_options: dict[str, Any] = field(default_factory=dict)
    training_options: dict[str, Any] = field(default_factory=dict)
    runs: list[Measured] = field(default_factory=list)
    scores: dict[str, Spread] = field(default_factory=dict)
    """Every score over the seeds."""
    costs: dict[str, Spread] = field(default_factory=dict)
    """Time, speed and size over the seeds, to be told by their median; what a task does not have is left out."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Models side by side. Printing it prints the table."""

    task: str
    data: str
    fingerprint: str = ""
    notes: list[str] = field(default_factory=list)
    """What a reader must know about the data, in sentences."""
    part: str = "valid"
    """The part of the data that scores are compared on."""
    counts: dict[str, Any] = field(default_factory=dict)
    """What that part holds."""
    unit: str = ""
    """What speeds count."""
    score: str = ""
    """The main score."""
    is_higher_better: bool = False
    seeds: int
    length: dict[str, float]
    """How long each run was trained: minutes, steps or epochs."""
    entries: list[Compared] = field(default_factory=list)
    """The best first; an entry without a finished run is left out."""
    baselines: dict[str, dict[str, float]] = field(default_factory=dict)
    verdict: Verdict | None = None
    is_finished: bool
    """False when it was stopped; go on with resume."""
    out: str
    """Folder of the runs, of comparison.json and comparison.html."""
    machine: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    created: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return config.to_json(self)

    def __str__(self) -> str:
        return "\n".join(table(self.to_json()))


def summed_up(
    label: str,
    model: str,
    runs: Sequence[Measured],
    *,
    model_options: dict[str, Any],
    training_options: dict[str, Any],
) -> Compared:
    """Put the runs of an entry together."""
    costs = {name: [value for run in runs if (value := getattr(run, name)) is not None] for name in COSTS}
    shared = [name for name in runs[0].scores if all(name in run.scores for run in runs)]
    return Compared(
        label=label,
        model=model,
        model_options=model_options,
        training_options=training_options,
        runs=list(runs),
        scores={name: spread_of([run.scores[name] for run in runs]) for name in shared},
        costs={name: spread_of(values) for name, values in costs.items() if values},
    )
