"""How far predicted numbers are from the true ones."""

import numpy as np
from jaxtyping import Float

Numbers = Float[np.ndarray, "rows *numbers"]


def mean_squared_error(targets: Numbers, predicted: Numbers) -> float:
    """Return the mean of (target − prediction)², over all rows and all numbers of a row."""
    return float(np.mean((targets.astype(np.float64) - predicted) ** 2))


def mean_absolute_error(targets: Numbers, predicted: Numbers) -> float:
    """Return the mean of |target − prediction|, over all rows and all numbers of a row."""
    return float(np.mean(np.abs(targets.astype(np.float64) - predicted)))


def r_squared(targets: Numbers, predicted: Numbers) -> float:
    """Return the share of the targets' variance that the predictions explain; the mean over the numbers of a row.

    1 is perfect, 0 is no better than always saying the mean, below 0 is worse. Where all targets are equal it is 1 for
    predictions without an error and 0 otherwise.
    """
    true = targets.astype(np.float64).reshape(len(targets), -1)
    error = ((true - predicted.reshape(len(predicted), -1)) ** 2).sum(axis=0)
    spread = ((true - true.mean(axis=0)) ** 2).sum(axis=0)
    constant = np.where(error == 0, 1.0, 0.0)
    return float(np.mean(np.where(spread > 0, 1 - error / np.where(spread > 0, spread, 1.0), constant)))
