"""What simpler ways would predict from the same examples: is a neural network worth it here?

Inputs are rows of numbers (images flattened); targets are class ids (rows,), labels of 0 and 1 (rows, labels) or
numbers (rows,) or (rows, numbers). Each baseline says in `notes` where it took less than all there is.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float, Integer, Shaped

from clearhead.core.memory import take_rows

MAX_LINEAR_ROWS = 20_000
MAX_LINEAR_ITERATIONS = 100
MAX_NEIGHBOR_ROWS = 100_000
MAX_NEIGHBOR_DISTANCES = 2_000_000_000
"""Known rows × asked rows: above this fewer known rows are looked at, or a baseline would take longer than a model."""
_BLOCK_DISTANCES = 1 << 20
"""Distances in memory at once: 4 MB, and twice as much to sort them."""
_BLOCK_ROWS = 8192
_EXTRA_CANDIDATES = 8


@dataclass(frozen=True)
class Baseline:
    """Predictions of one baseline for some rows."""

    name: str
    predictions: np.ndarray
    """Class ids, labels of 0 and 1, or numbers; shaped like the targets."""
    probabilities: "np.ndarray | None" = None
    """(rows, classes), each row sums to 1; (rows, labels) for labels; None for numbers."""
    notes: list[str] = field(default_factory=list)


def majority(
    train_targets: Integer[np.ndarray, "train *labels"], num_rows: int, *, num_classes: int | None = None
) -> Baseline:
    """Always predict the commonest class, or each label that more than half of the rows have.

    Args:
        num_classes: None for labels.
    """
    if num_classes is None:
        shares = train_targets.mean(axis=0)
        probabilities = np.tile(shares, (num_rows, 1))
        return Baseline("majority", (probabilities > 0.5).astype(np.uint8), probabilities)
    shares = np.bincount(train_targets, minlength=num_classes) / max(1, len(train_targets))
    return Baseline("majority", np.full(num_rows, shares.argmax()), np.tile(shares, (num_rows, 1)))


def mean(train_targets: Float[np.ndarray, "train *numbers"], num_rows: int) -> Baseline:
    """Always predict the mean of the training targets."""
    average = train_targets.mean(axis=0, dtype=np.float64).astype(np.float32)
    return Baseline("mean", np.broadcast_to(average, (num_rows, *average.shape)).copy())


def logistic_regression(
    train_inputs: Shaped[np.ndarray, "train features"],
    train_targets: Integer[np.ndarray, "train *labels"],
    inputs: Shaped[np.ndarray, "rows features"],
    *,
    num_classes: int | None = None,
    max_rows: int = MAX_LINEAR_ROWS,
    max_iterations: int = MAX_LINEAR_ITERATIONS,
    seed: int = 0,
) -> Baseline:
    """Predict by a linear model with softmax (scikit-learn), or one with a sigmoid for each label.

    Args:
        num_classes: None for labels.
    """
    chosen, notes = _some_rows(len(train_inputs), max_rows, seed)
    known, asked = _floats(take_rows(train_inputs, chosen)), inputs
    targets = train_targets[chosen]
    if num_classes is not None:
        probabilities = _logistic(known, targets, asked, num_classes, max_iterations, notes)
        return Baseline("logistic regression", probabilities.argmax(axis=1), probabilities, notes)
    columns = [_logistic(known, column, asked, 2, max_iterations, notes)[:, 1] for column in targets.T]
    probabilities = np.stack(columns, axis=1)
    return Baseline(
        "logistic regression", (probabilities > 0.5).astype(np.uint8), probabilities, list(dict.fromkeys(notes))
    )


def ridge(
    train_inputs: Shaped[np.ndarray, "train features"],
    train_targets: Float[np.ndarray, "train *numbers"],
    inputs: Shaped[np.ndarray, "rows features"],
    *,
    max_rows: int = MAX_LINEAR_ROWS,
    seed: int = 0,
) -> Baseline:
    """Predict numbers by a linear model fitted with least squares and a penalty of 1 on the weights (scikit-learn)."""
    from sklearn.linear_model import Ridge

    chosen, notes = _some_rows(len(train_inputs), max_rows, seed)
    known = _floats(take_rows(train_inputs, chosen)).astype(np.float64)
    model = Ridge(alpha=1.0).fit(known, train_targets[chosen])
    found = [model.predict(block).astype(np.float32) for block in _blocks(inputs)]
    return Baseline("linear regression", np.concatenate(found), None, notes)


def nearest_neighbor(
    train_inputs: Shaped[np.ndarray, "train features"],
    train_targets: Shaped[np.ndarray, "train *outputs"],
    inputs: Shaped[np.ndarray, "rows features"],
    *,
    num_classes: int | None = None,
    k: int = 1,
    max_rows: int = MAX_NEIGHBOR_ROWS,
    seed: int = 0,
) -> Baseline:
    """Predict what the k nearest training rows say, by Euclidean distance: their vote, or the mean of their numbers.

    Args:
        num_classes: None for labels and numbers.
    """
    max_rows = min(max_rows, max(k, MAX_NEIGHBOR_DISTANCES // max(1, len(inputs))))
    chosen, notes = _some_rows(len(train_inputs), max_rows, seed)
    near = _nearest(_floats(take_rows(train_inputs, chosen)), inputs, min(k, len(chosen)))
    said = train_targets[chosen][near]  # (rows, k) or (rows, k, outputs)
    name = f"nearest neighbour, k={k}"
    if num_classes is None:
        average = said.mean(axis=1, dtype=np.float64)
        if np.issubdtype(train_targets.dtype, np.integer):
            return Baseline(name, (average > 0.5).astype(np.uint8), average, notes)
        return Baseline(name, average.astype(np.float32), None, notes)
    votes = np.zeros((len(inputs), num_classes))
    ties = np.zeros_like(votes)
    for rank in range(said.shape[1]):
        rows = np.arange(len(inputs))
        votes[rows, said[:, rank]] += 1
        ties[rows, said[:, rank]] += 0.25 / 2**rank  # below one vote in all: where votes are equal the nearer wins
    return Baseline(name, (votes + ties).argmax(axis=1), votes / said.shape[1], notes)


def _nearest(known: Float[np.ndarray, "train features"], asked: Shaped[np.ndarray, "rows features"], k: int) -> Any:
    """Return the indices of the k nearest known rows, the nearest first: (rows, k). `known` is changed.

    float32 products propose a few more candidates than are asked for; float64 differences decide among them.
    """
    centre = known.mean(axis=0)
    known -= centre
    lengths = np.einsum("nf,nf->n", known, known)
    num_candidates = min(len(known), k + _EXTRA_CANDIDATES)
    found = np.empty((len(asked), k), np.int64)
    size = max(1, _BLOCK_DISTANCES // len(known))
    for start in range(0, len(asked), size):
        block = _floats(asked[start : start + size]) - centre
        distances = lengths - 2 * (block @ known.T)
        near = np.sort(np.argpartition(distances, num_candidates - 1, axis=1)[:, :num_candidates], axis=1)
        exact = ((known[near].astype(np.float64) - block[:, None]) ** 2).sum(axis=2)
        # Of equally near rows the first one counts: the candidates lie in order, and the sort is stable.
        order = np.argsort(exact, axis=1, kind="stable")[:, :k]
        found[start : start + size] = np.take_along_axis(near, order, axis=1)
    return found


def _logistic(known: Any, targets: Any, asked: Any, num_classes: int, max_iterations: int, notes: list[str]) -> Any:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    probabilities = np.zeros((len(asked), num_classes))
    seen = np.unique(targets)
    if len(seen) == 1:  # scikit-learn refuses a single class
        probabilities[:, seen[0]] = 1.0
        return probabilities
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(max_iter=max_iterations).fit(known, targets)
    if model.n_iter_.max() >= max_iterations:
        notes.append(f"Stopped after {max_iterations} iterations.")
    start = 0
    for block in _blocks(asked):
        probabilities[start : start + len(block), model.classes_] = model.predict_proba(block)
        start += len(block)
    return probabilities


def _blocks(rows: Any) -> Iterator[Any]:
    """Yield rows as float32, some thousand at a time: all of them beside each other might not fit."""
    for start in range(0, len(rows), _BLOCK_ROWS):
        yield _floats(rows[start : start + _BLOCK_ROWS])


def _some_rows(num_rows: int, max_rows: int, seed: int) -> tuple[Any, list[str]]:
    if num_rows <= max_rows:
        return np.arange(num_rows), []
    chosen = np.sort(np.random.default_rng(seed).choice(num_rows, max_rows, replace=False))
    return chosen, [f"Fitted on {max_rows:,} of {num_rows:,} training rows."]


def _floats(rows: Any) -> Any:
    """Return rows as float32; bytes (pixels) become 0 to 1."""
    return rows.astype(np.float32) / 255 if rows.dtype == np.uint8 else np.array(rows, np.float32)
