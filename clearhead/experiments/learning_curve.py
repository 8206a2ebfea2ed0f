"""What more data would bring: the same training on a part of the data, and the curve drawn on.

The error of a model falls with the amount of data n about as a · n^(−b). Fitted on a few shares of what there is, it
says what twice the data would bring; it is a guess, and told as one.

Source: Hestness et al. 2017, "Deep learning scaling is predictable, empirically", arXiv 1712.00409.
"""

import dataclasses
import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearhead.core import catalog, config
from clearhead.runs.run import Run, open_run
from clearhead.training.assemble import train_request
from clearhead.training.planning import PLAN_FILE, read_plan
from clearhead.training.prepare import Listener

SHARES = (0.125, 0.25, 0.5)
PERCENT = ("bleu", "chrf", "rouge_1", "rouge_2", "rouge_l")
LOSSES = ("loss", "mse", "mae")


@dataclass(frozen=True, kw_only=True)
class LearningCurve:
    """A score beside the amount of data it was reached with. Printing it prints the table."""

    score: str
    points: list[tuple[float, float]]
    """(share of the data learned from, score on the validation part), least first."""
    doubled: float | None
    """The score that twice the data promise; None where the points show no curve."""

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return config.to_json(self)

    def __str__(self) -> str:
        lines = [f"{self.score.replace('_', ' ')} on the validation part, by the share of the data learned from:"]
        lines += [f"  {share:7.1%}  {value:.4f}" for share, value in self.points]
        if self.doubled is None:
            return "\n".join([*lines, "The points show no steady gain: more data of this kind promise little."])
        return "\n".join([*lines, f"Twice the data promise about {self.doubled:.4f}, if it goes on as it did."])


def learning_curve(run: Run | Path | str, *, listener: Listener | None = None) -> LearningCurve:
    """Train a run's model again on an eighth, a quarter and half of its data, with as many passes over them.

    Raises:
        ValueError: the folder does not say how the run was trained.
    """
    opened = run if isinstance(run, Run) else open_run(run)
    if not (opened.path / PLAN_FILE).is_file() or opened.about is None:
        raise ValueError(f"learning_curve.run must be a run that was trained here, got {opened.path}. Name such a run.")
    plan = read_plan(opened.path)
    task = catalog.load("tasks", plan.request.task).TASK
    scores = opened.about.scores
    name = task.main_score if task.main_score in scores else next(iter(scores))
    points = []
    for share in SHARES:
        with tempfile.TemporaryDirectory(prefix="clearhead-curve-") as folder:
            steps = max(1, round(share * plan.training.steps))
            request = dataclasses.replace(
                plan.request, out=str(Path(folder) / "run"), minutes=None, epochs=None, steps=steps, train_share=share
            )
            points.append((share, train_request(request, listener=listener).scores[name]))
    points.append((1.0, float(scores[name])))
    doubled = extrapolate(points, limit=100.0 if name in PERCENT else 0.0 if name in LOSSES else 1.0)
    return LearningCurve(score=name, points=points, doubled=doubled)


def extrapolate(points: list[tuple[float, float]], *, limit: float) -> float | None:
    """Return what twice the most data promise: error = a · n^(−b), fitted by least squares on logarithms.

    Args:
        points: (amount of data, score).
        limit: the score without any error: 1 for shares, 100 for percent, 0 for losses.
    Returns:
        None where there are fewer than three errors, or they do not fall.
    """
    errors = [(math.log(amount), math.log(abs(limit - value))) for amount, value in points if value != limit]
    if len(errors) < 3:
        return None
    mean_x, mean_y = (sum(each) / len(errors) for each in zip(*errors, strict=True))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in errors) / sum((x - mean_x) ** 2 for x, _ in errors)
    if slope >= -0.01:
        return None
    error = math.exp(mean_y + slope * (math.log(2 * points[-1][0]) - mean_x))
    return limit + error if limit == 0 else limit - error
