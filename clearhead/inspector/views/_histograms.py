"""How the numbers of a tensor are spread: counted by rules that are the same for every tensor.

    bins      an odd number of equal ones around 0: the bin in the middle is the one that 0 lies in
    zeros     numbers that are exactly 0 have a share of their own and are in no bin
    reach     from −reach to reach; reach = the largest size, but at most 4 times the root of the mean square of the
              numbers that are not 0
    beyond    numbers farther out are counted in the outermost bins
    others    numbers that are not finite are counted, and are in nothing else

Read with: _histogram_panels.py
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

STRIP_BINS = 39
LARGE_BINS = 61
MOST_SPREADS = 4.0
CHUNK = 1 << 17
"""So many numbers are counted at once: in float64 they are 1 MB, which a processor keeps near."""


@dataclass(frozen=True, eq=False)
class Histogram:
    """How the numbers of one tensor are spread."""

    shape: tuple[int, ...]
    num_finite: int
    num_others: int
    """NaN and ±∞."""
    num_zeros: int
    num_beyond: int
    """Numbers farther from 0 than `reach`."""
    mean: float
    """NaN where nothing is finite, as are the next two."""
    spread: float
    """The standard deviation of the numbers themselves, not an estimate for others."""
    largest: float
    """The largest distance from 0."""
    reach: float
    counts: np.ndarray
    """(bins,): how many numbers lie in each."""

    @property
    def shares(self) -> np.ndarray:
        """Return the share of the finite numbers in each bin; with that of the zeros they sum to 1."""
        return self.counts / max(1, self.num_finite)

    @property
    def zeros(self) -> float | None:
        """Return the share of the finite numbers that are exactly 0; None where there are none."""
        return self.num_zeros / self.num_finite if self.num_finite else None

    @property
    def beyond(self) -> float | None:
        """Return the share of the finite numbers that lie beyond the reach."""
        return self.num_beyond / self.num_finite if self.num_finite else None


def histogram(value: Tensor, *, num_bins: int = STRIP_BINS, reach: float | None = None) -> Histogram:
    """Count the numbers of a tensor of any type of fractions.

    Args:
        num_bins: odd, so that 0 lies in the middle of a bin.
        reach: how far the bins go on either side, where several tensors are to be compared; None: as the rules say.
    """
    assert num_bins % 2 == 1, num_bins
    num_finite = num_zeros = 0
    total = squares = largest = 0.0
    for part in _finite_parts(value):
        num_finite += part.numel()
        num_zeros += part.numel() - int(part.count_nonzero())
        total += float(part.sum())
        squares += float(part.dot(part))
        largest = max(largest, *(abs(float(end)) for end in part.aminmax()))
    mean = total / num_finite if num_finite else math.nan
    if reach is None:
        reach = min(largest, MOST_SPREADS * math.sqrt(squares / max(1, num_finite - num_zeros)))
    reach = reach or 1.0  # of zeros alone, or of nothing: any will do
    counts, deviations, num_beyond = torch.zeros(num_bins, dtype=torch.float64), 0.0, 0
    for part in _finite_parts(value):
        away = part - mean
        deviations += float(away.dot(away))
        if largest > reach:
            num_beyond += int((part.abs() > reach).sum())
            part = part.clamp(-reach, reach)
        counts += torch.histc(part, bins=num_bins, min=-reach, max=reach)
    counts[num_bins // 2] -= num_zeros
    return Histogram(
        shape=tuple(value.shape),
        num_finite=num_finite,
        num_others=value.numel() - num_finite,
        num_zeros=num_zeros,
        num_beyond=num_beyond,
        mean=mean,
        spread=math.sqrt(deviations / num_finite) if num_finite else math.nan,
        largest=largest if num_finite else math.nan,
        reach=reach,
        counts=counts.numpy().astype(np.int64),
    )


def num_dead(value: Tensor) -> tuple[int, int] | None:
    """Return how many units are 0 at every place, and how many there are; None for what no ReLU can have made.

    Behind a ReLU no number is below 0 and some are exactly 0. Units are the last axis; of maps (three axes) the first.
    """
    if not value.numel() or not bool((value >= 0).all()) or not bool((value == 0).any()):
        return None
    units = value.flatten(1) if value.ndim == 3 else value.reshape(-1, value.shape[-1]).T
    return int((units == 0).all(1).sum()), len(units)


def middles(histogram: Histogram) -> np.ndarray:
    """Return the number in the middle of each bin."""
    count = len(histogram.counts)
    return np.asarray((np.arange(count) - count // 2) * (2 * histogram.reach / count))


def _finite_parts(value: Tensor) -> Iterator[Tensor]:
    """Yield the finite numbers in float64, a few million at a time."""
    for part in value.detach().reshape(-1).split(CHUNK):
        exact = part.cpu().double()
        # A sum is not finite where one of its numbers is not: most parts need no second look.
        finite = exact if exact.sum().isfinite() else exact[exact.isfinite()]
        if finite.numel():
            yield finite
