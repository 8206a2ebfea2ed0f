"""How well classes and labels are predicted: what is right, what is confused, and whether confidence can be believed.

Classes are numbers from 0. In every table a row is a true class, or one of the classes.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Integer

Classes = Integer[np.ndarray, "rows"]
Labels = Integer[np.ndarray, "rows labels"]
"""1 where a row has the label, 0 where it has not."""


@dataclass(frozen=True)
class ClassTable:
    """Precision, recall, F1 and number of rows, class by class; 0 where a ratio has no denominator."""

    precision: Float[np.ndarray, "classes"]
    """Of the rows predicted to be of a class, the share that is."""
    recall: Float[np.ndarray, "classes"]
    """Of the rows of a class, the share predicted so."""
    f1: Float[np.ndarray, "classes"]
    """The harmonic mean of the two."""
    support: Integer[np.ndarray, "classes"]
    """Rows of a class."""


@dataclass(frozen=True)
class Calibration:
    """How far confidence is from the share that is right."""

    error: float
    """Expected calibration error: the mean over rows of |confidence − accuracy| of their bin."""
    edges: Float[np.ndarray, "edges"]
    """Where bins of confidence begin and end: bin i holds edges[i] < confidence ≤ edges[i + 1]."""
    counts: Integer[np.ndarray, "bins"]
    confidence: Float[np.ndarray, "bins"]
    """Mean confidence in each bin; 0 in an empty one."""
    accuracy: Float[np.ndarray, "bins"]
    """Share of right rows in each bin; 0 in an empty one."""


def accuracy(targets: Classes, predicted: Classes) -> float:
    """Return the share of rows whose class is predicted."""
    return float(np.mean(targets == predicted))


def confusion_matrix(targets: Classes, predicted: Classes, num_classes: int) -> Integer[np.ndarray, "classes classes"]:
    """Count rows by true class (down) and predicted class (across)."""
    pairs = targets.astype(np.int64) * num_classes + predicted
    return np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)


def class_table(targets: Classes, predicted: Classes, num_classes: int) -> ClassTable:
    """Score each class by itself."""
    confusion = confusion_matrix(targets, predicted, num_classes)
    return _table(np.diag(confusion), confusion.sum(axis=0), confusion.sum(axis=1))


def macro_f1(targets: Classes, predicted: Classes, num_classes: int) -> float:
    """Return the mean of the F1 of all classes that occur, be it only as a prediction: rare ones count as much."""
    confusion = confusion_matrix(targets, predicted, num_classes)
    occurs = confusion.sum(axis=0) + confusion.sum(axis=1) > 0
    return float(class_table(targets, predicted, num_classes).f1[occurs].mean())


def roc_auc(targets: Bool[np.ndarray, "rows"] | Classes, scores: Float[np.ndarray, "rows"]) -> float:
    """Return the chance that a row of the class scores above a row that is not; equal scores count half.

    NaN when all rows are of the class, or none.

    Source: the Mann–Whitney statistic, Hanley and McNeil 1982, "The meaning and use of the area under a ROC curve".
    """
    is_class = targets.astype(bool)
    num_class, num_others = int(is_class.sum()), int((~is_class).sum())
    if not num_class or not num_others:
        return float("nan")
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2  # ranks from 1; equal scores share the mean of theirs
    ranks = mean_rank[place][is_class].sum()
    return float((ranks - num_class * (num_class + 1) / 2) / (num_class * num_others))


def macro_roc_auc(targets: Classes, probabilities: Float[np.ndarray, "rows classes"]) -> float:
    """Return the mean over classes of `roc_auc` of each against the others; classes that do not occur are left out."""
    areas = [roc_auc(targets == index, probabilities[:, index]) for index in range(probabilities.shape[1])]
    known = [area for area in areas if not np.isnan(area)]
    return float(np.mean(known)) if known else float("nan")


def calibration(
    targets: Classes, probabilities: Float[np.ndarray, "rows classes"], *, num_bins: int = 15
) -> Calibration:
    """Compare how sure the predictions are with how often they are right.

    Args:
        probabilities: each row sums to 1; its largest is the confidence.

    Source: Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017, arXiv 1706.04599, equation 3.
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    is_right = probabilities.argmax(axis=1) == targets
    edges = np.linspace(0.0, 1.0, num_bins + 1)
    bins = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, num_bins - 1)
    counts = np.bincount(bins, minlength=num_bins)
    mean_confidence = np.bincount(bins, confidence, num_bins) / np.maximum(counts, 1)
    share_right = np.bincount(bins, is_right.astype(np.float64), num_bins) / np.maximum(counts, 1)
    error = float((counts * np.abs(mean_confidence - share_right)).sum() / max(1, len(targets)))
    return Calibration(error, edges, counts, mean_confidence, share_right)


def label_table(targets: Labels, predicted: Labels) -> ClassTable:
    """Score each label by itself, where a row may have any number of them (1 has it, 0 has not)."""
    is_true, is_said = targets.astype(bool), predicted.astype(bool)
    return _table((is_true & is_said).sum(axis=0), is_said.sum(axis=0), is_true.sum(axis=0))


def label_macro_f1(targets: Labels, predicted: Labels) -> float:
    """Return the mean of the F1 of all labels."""
    return float(label_table(targets, predicted).f1.mean())


def label_micro_f1(targets: Labels, predicted: Labels) -> float:
    """Return the F1 over all labels of all rows thrown together: common ones count more."""
    is_true, is_said = targets.astype(bool), predicted.astype(bool)
    total = int(is_true.sum()) + int(is_said.sum())
    return 2 * int((is_true & is_said).sum()) / total if total else 0.0


def subset_accuracy(targets: Labels, predicted: Labels) -> float:
    """Return the share of rows whose labels are all predicted, and no other."""
    return float(np.mean((targets.astype(bool) == predicted.astype(bool)).all(axis=1)))


def _table(
    num_right: Integer[np.ndarray, "classes"],
    num_said: Integer[np.ndarray, "classes"],
    num_true: Integer[np.ndarray, "classes"],
) -> ClassTable:
    precision = num_right / np.maximum(num_said, 1)
    recall = num_right / np.maximum(num_true, 1)
    f1 = 2 * num_right / np.maximum(num_said + num_true, 1)
    return ClassTable(precision, recall, f1, num_true)
