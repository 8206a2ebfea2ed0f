"""What stands beside the scores of classes and labels: tables, confusions, the surest mistakes, simpler methods."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearhead.metrics import classification
from clearhead.metrics.baselines import Baseline
from clearhead.metrics.text_baselines import sign_test
from clearhead.tasks._kind import Kind

SHOWN_ERRORS, SHOWN_CLASSES, SHOWN_PAIRS = 10, 20, 5
SHOWN_CHARACTERS = 100
SEPARATOR = " | "
CHANCE = 0.05
"""A difference that chance makes at least this often is none."""


def said(probabilities: NDArray[Any], has_labels: bool) -> NDArray[Any]:
    """Return the likeliest class of each row, or the labels above a half as 0 and 1."""
    return (probabilities > 0.5).astype(np.uint8) if has_labels else probabilities.argmax(1)


def is_right(predicted: NDArray[Any], targets: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell of each row whether its class, or every one of its labels, is predicted."""
    same = np.asarray(predicted == targets)
    return np.asarray(same.all(1)) if same.ndim == 2 else same


def errors(
    kind: Kind, split: str, probabilities: NDArray[Any], targets: NDArray[Any], names: Sequence[str], limit: int
) -> list[dict[str, Any]]:
    """Return the surest mistakes, the surest first: what was read, what is true, what was said, how sure, and where.

    Of labels, the probability is that of the surest wrong decision about one of them.
    """
    has_labels = targets.ndim == 2
    predicted = said(probabilities, has_labels)
    wrong = np.flatnonzero(~is_right(predicted, targets))
    if has_labels:
        decided = np.where(predicted[wrong] == 1, probabilities[wrong], 1 - probabilities[wrong])
        sure = np.where(predicted[wrong] != targets[wrong], decided, 0).max(1, initial=0)
    else:
        sure = probabilities[wrong, predicted[wrong]]
    found = []
    for place in np.argsort(-sure, kind="stable")[:limit]:
        row = int(wrong[place])
        found.append(
            {
                "text": kind.shown(split, row),
                "true": _named(targets[row], names),
                "said": _named(predicted[row], names),
                "probability": round(float(sure[place]), 6),
                "place": kind.place(split, row),
            }
        )
    return found


def error_lines(found: Sequence[dict[str, Any]]) -> list[str]:
    """Say the surest mistakes, a line each."""
    lines = ["The surest mistakes:"] if found else []
    for each in found:
        text = each["text"].replace("\t", " · ")
        shown = text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
        told = f"{each['true'] or 'none'}, taken for {each['said'] or 'none'} ({each['probability']:.3f})"
        lines.append(f"  {each['place']}: {told}{f': {shown}' if shown else ''}")
    return lines


def table_lines(table: classification.ClassTable, names: Sequence[str]) -> list[str]:
    """Lay out precision, recall, F1 and rows of each class."""
    width = max(5, *(len(name) for name in names[:SHOWN_CLASSES]))
    lines = [f"{'class':<{width}}  precision  recall     F1   rows"]
    for index, name in enumerate(names[:SHOWN_CLASSES]):
        numbers = (table.precision[index], table.recall[index], table.f1[index])
        lines.append(
            f"{name:<{width}}  {numbers[0]:9.4f} {numbers[1]:7.4f} {numbers[2]:6.4f} {table.support[index]:6,}"
        )
    if len(names) > SHOWN_CLASSES:
        lines.append(f"and {len(names) - SHOWN_CLASSES} more classes.")
    return lines


def confusion_lines(targets: NDArray[Any], predicted: NDArray[Any], names: Sequence[str]) -> list[str]:
    """Say which classes are taken for which most often."""
    confused = classification.confusion_matrix(targets, predicted, len(names))
    pairs = [(confused[t, s], t, s) for t in range(len(names)) for s in range(len(names)) if t != s]
    worst = [(count, true, taken) for count, true, taken in sorted(pairs, reverse=True)[:SHOWN_PAIRS] if count]
    told = ", ".join(f"{names[true]} taken for {names[taken]} {count:,} times" for count, true, taken in worst)
    return [f"Confused most: {told}."] if worst else []


def simpler_lines(
    rivals: Sequence[Baseline], predicted: NDArray[Any], targets: NDArray[Any], has_labels: bool
) -> list[str]:
    """Say whether the best simpler method does as well as the model, as far as these rows can tell.

    As well: right on as many rows, or on so few less that the sign test finds such a difference by chance in one of
    twenty cases or more.
    """
    if not rivals:
        return []
    right = is_right(predicted, targets)
    each = [is_right(said(np.asarray(rival.probabilities), has_labels), targets) for rival in rivals]
    best = max(range(len(rivals)), key=lambda index: int(each[index].sum()))
    won, lost = int((right & ~each[best]).sum()), int((~right & each[best]).sum())
    chance = sign_test(right, each[best])
    if won > lost and chance < CHANCE:
        return []
    told = f"{rivals[best].name} is right on {each[best].mean():.2%} of the rows, this model on {right.mean():.2%}"
    if won > lost:
        told += f" (alone right {lost:,} and {won:,} times: sign test, p = {chance:.2g})"
    return [f"A simpler model does as well: {told}."]


def fitting_lines(rivals: Sequence[Baseline]) -> list[str]:
    """Say where a simpler method learned from less than there is."""
    return [f"{rival.name}: {note}" for rival in rivals for note in rival.notes]


def _named(value: Any, names: Sequence[str]) -> str:
    if np.ndim(value):
        return SEPARATOR.join(names[index] for index in np.flatnonzero(value).tolist())
    return str(names[int(value)])
