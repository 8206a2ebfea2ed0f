"""A comparison of two models as it comes out of the measuring, without any training."""

from typing import Any

from clearhead.experiments._compare_measure import CurvePoint, Measured
from clearhead.experiments._compare_result import Comparison, summed_up
from clearhead.experiments._compare_verdict import judge


def run(seed: int, score: float, latency_ms: float | None = 0.25) -> Measured:
    """Return a run with this score."""
    curve = [CurvePoint(step=step, seconds=step / 8, score=score * step / 16) for step in (4, 8, 16)]
    return Measured(
        seed=seed,
        path=f"out/run-seed{seed}",
        steps=16,
        scores={"accuracy": score, "loss": 2.5 - score},
        train_seconds=2.0 + seed,
        total_seconds=3.5,
        train_rate=1234.5,
        predict_rate=98765.0,
        latency_ms=latency_ms,
        num_parameters=4321,
        size_bytes=17284,
        memory_bytes=2_500_000,
        curve=curve,
    )


def comparison(label: str = "mlp:hidden=8", **changes: Any) -> Comparison:
    """Return a comparison of a network of this name, a neuron and two simple methods."""
    entries = [
        summed_up(label, "mlp", [run(0, 0.9), run(1, 0.94)], model_options={"hidden": (8,)}, training_options={}),
        summed_up("neuron", "neuron", [run(0, 0.8, None), run(1, 0.82, None)], model_options={}, training_options={}),
    ]
    scores = {entry.label: entry.scores["accuracy"] for entry in entries}
    baselines = {"majority": {"accuracy": 0.1, "loss": 2.3}, "nearest": {"accuracy": 0.85}}
    simple = {name: values["accuracy"] for name, values in baselines.items()}
    values: dict[str, Any] = {
        "task": "classification",
        "data": "rows.csv",
        "counts": {"rows": 200},
        "unit": "rows",
        "score": "accuracy",
        "is_higher_better": True,
        "seeds": 2,
        "length": {"steps": 16},
        "entries": entries,
        "baselines": baselines,
        "verdict": judge(scores, simple, score="accuracy", is_higher_better=True, num_rows=200),
        "is_finished": True,
        "out": "out",
        "machine": {"threads": "2 threads"},
    }
    return Comparison(**{**values, **changes})
