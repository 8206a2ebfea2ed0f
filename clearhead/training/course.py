"""How a run learned, as panels: its loss and its main score over the steps, beside what simpler methods reach.

Everything comes from the events of metrics.jsonl, in English or Chinese.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from clearhead.panels.curves import Curve, Curves
from clearhead.runs.card_panels import is_number, score_name

MOST_POINTS = 1000
"""More points of a curve are drawn as means of neighbours."""
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "training": "training",
        "validation": "validation",
        "step": "step",
        "loss": "The loss, in training and on the validation part",
        "score": "{score} on the validation part",
        "mean": "Training: the mean of the steps since the last point.",
        "thinned": "Each point is the mean of {count} that were logged.",
        "levels": "Dashed: methods without a neural network.",
        "evaluated": "A point for each evaluation.",
    },
    "zh": {
        "training": "训练",
        "validation": "验证",
        "step": "步",
        "loss": "损失：训练中，以及验证部分上",
        "score": "验证部分上的{score}",
        "mean": "训练：上一点以来各步的平均值。",
        "thinned": "每一点是 {count} 个记录值的平均。",
        "levels": "虚线：不用神经网络的方法。",
        "evaluated": "每次评估一个点。",
    },
}


def course(events: Sequence[Mapping[str, Any]], *, main_score: str = "loss", language: str = "en") -> list[Curves]:
    """Return the curves of a run: the loss, and its main score where that is another; none of what was not logged.

    Args:
        events: of metrics.jsonl, in order.
        main_score: name of the score by which the run was judged.
        language: "en" or "zh".
    """
    words, panels = WORDS[language], []
    learned, size = _thinned(*_logged(events, "step", "train_loss"))
    for score in dict.fromkeys(("loss", main_score)):
        steps, values = _logged(events, "evaluation", score)
        curves = [Curve(name=words["validation"], x=steps, y=values)] if len(steps) else []
        notes = [words["evaluated"]]
        if score == "loss" and len(learned[0]):
            curves.insert(0, Curve(name=words["training"], x=learned[0], y=learned[1]))
            notes = [words["mean"], *([words["thinned"].format(count=size)] if size > 1 else [])]
        if not curves:
            continue
        levels = _levels(events, score)
        name = score_name(score, language)
        panels.append(
            Curves(
                name=f"course-{score}",
                title=words["loss"] if score == "loss" else _begun(words["score"].format(score=name)),
                note=_joined([*notes, *([words["levels"]] if levels else [])], language),
                curves=tuple(curves),
                x_axis=words["step"],
                y_axis=name,
                levels=levels,
            )
        )
    return panels


def _logged(events: Iterable[Mapping[str, Any]], kind: str, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the steps and values that were logged under a name, in the order of the steps."""
    found = [
        (event["step"], event[name])
        for event in events
        if event.get("kind") == kind and is_number(event.get("step")) and is_number(event.get(name))
    ]
    found.sort(key=lambda point: point[0])
    points = np.array(found, dtype=np.float64).reshape(-1, 2)
    return points[:, 0], points[:, 1]


def _thinned(steps: np.ndarray, values: np.ndarray) -> tuple[tuple[np.ndarray, np.ndarray], int]:
    """Return at most `MOST_POINTS` points, each at the last step of those it is the mean of, and how many those are."""
    size = max(1, math.ceil(len(steps) / MOST_POINTS))
    if size == 1:
        return (steps, values), size
    starts = np.arange(0, len(steps), size)
    counts = np.diff([*starts, len(steps)])
    return (steps[starts + counts - 1], np.add.reduceat(values, starts) / counts), size


def _levels(events: Sequence[Mapping[str, Any]], score: str) -> dict[str, float]:
    """Return what each baseline of the last evaluation reached."""
    last: Mapping[str, Any] = next((event for event in reversed(events) if event.get("kind") == "baselines"), {})
    rows = {name: row for name, row in last.items() if isinstance(row, Mapping) and is_number(row.get(score))}
    return {name: float(row[score]) for name, row in rows.items() if math.isfinite(row[score])}


def _begun(text: str) -> str:
    """Begin a title with a capital letter, without touching the others (BLEU, macro-F1)."""
    return text[:1].upper() + text[1:]


def _joined(sentences: Sequence[str], language: str) -> str:
    return ("" if language == "zh" else " ").join(sentences)
