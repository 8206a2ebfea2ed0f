"""Histograms of weights and of activations: a small one in each row of a table, or those of one part drawn large."""

import math
from collections.abc import Mapping

import numpy as np
from torch import Tensor, nn

from clearhead.core import catalog
from clearhead.inspector.hooks import returned_names
from clearhead.inspector.recorder import SQUARES, Recorder
from clearhead.inspector.views._histograms import (
    LARGE_BINS,
    MOST_SPREADS,
    STRIP_BINS,
    Histogram,
    histogram,
    middles,
    num_dead,
)
from clearhead.inspector.views.base import Looked
from clearhead.layers.tap import find_taps
from clearhead.panels.base import Panel
from clearhead.panels.lines import Lines
from clearhead.panels.table import Cell, Table

MOST_SERIES = 6
BINS = (
    "Histogram: {bins} equal bins with 0 in the middle; they go as far as the largest number, but at most "
    f"{MOST_SPREADS:.0f} times the root of the mean square of those that are not 0, and the outermost ones count what "
    "lies beyond. "
    "Numbers that are exactly 0 are in no bin: their share is in the column of zeros."
)
OTHERS = "Numbers that are not finite are counted in their own column, and nowhere else."
LARGEST = "Largest: the largest distance from 0."
DEAD = "Dead: units behind a ReLU that are 0 at every place of this input; of maps, whole maps."


def weights_table(model: nn.Module, total: int) -> Table:
    """List every tensor of a model, each with its histogram."""
    counted = {name: histogram(parameter) for name, parameter in model.named_parameters()}
    has_others = any(each.num_others for each in counted.values())
    rows: list[tuple[Cell, ...]] = []
    for name, each in counted.items():
        count = math.prod(each.shape)
        share = count / total if total else 0.0
        strip, _, *others = _cells(each, has_others=has_others)
        rows.append((name, strip, _written(each.shape), count, share, *others))
    return Table(
        name="parameters",
        title="The numbers it learned",
        note=_note("Spread: the standard deviation of the numbers of a tensor.", has_others=has_others),
        columns=("tensor", "histogram", "shape", "numbers", "share", *_heads(has_others=has_others)[1:]),
        rows=tuple(rows),
        opens=tuple({"part": name} for name in counted),
    )


def activations_table(look: Looked) -> Table:
    """Run once more and list every place that the input passed, each with its histogram."""
    counted: dict[str, tuple[Histogram, tuple[int, int] | None]] = {}

    def count(name: str, value: Tensor) -> Tensor:
        if value.is_floating_point():
            own = _without_batch(value)
            counted[name] = histogram(own), num_dead(own) if _may_bend(name) else None
        return value.new_empty(0)

    with Recorder(look.model, ("*", *(f"!*{ending}" for ending in SQUARES)), reduce=count):
        look.model(*look.batch)
    has_others = any(each.num_others for each, _ in counted.values())
    has_dead = any(dead for _, dead in counted.values())
    rows: list[tuple[Cell, ...]] = []
    for name, (each, dead) in counted.items():
        strip, *others = _cells(each, has_others=has_others)
        cells: tuple[Cell, ...] = (name, strip, _written(each.shape), *others)
        rows.append((*cells, None if dead is None else f"{dead[0]:,} / {dead[1]:,}") if has_dead else cells)
    note = _note("Places in the order in which the model ran.", has_others=has_others)
    return Table(
        name="activations",
        title="What this input made of it: the values at each place",
        note=f"{note} {DEAD}" if has_dead else note,
        columns=("place", "histogram", "shape", *_heads(has_others=has_others), *(("dead",) if has_dead else ())),
        rows=tuple(rows),
        opens=tuple({"part": name} for name in counted),
    )


def enlarged(look: Looked, part: str) -> list[Panel]:
    """Draw the histograms of one tensor, of one place, or of all that is inside one part of the model.

    Raises:
        ValueError: the model has nothing of this name.
    """
    tensors = {name: tensor for name, tensor in look.model.named_parameters() if _is_inside(name, part)}
    every_place = list(find_taps(look.model)) or returned_names(look.model)
    places = [name for name in every_place if name == part or (_is_inside(name, part) and not name.endswith(SQUARES))]
    values = _values(look, places[:MOST_SERIES]) if places else {}
    if not tensors and not values:
        known = [*dict(look.model.named_parameters()), *every_place, *(name for name, _ in look.model.named_modules())]
        near = catalog.nearest(part, known)
        raise ValueError(
            f"layers.part must name a tensor, a place or a part of the model that has numbers, got {part!r}. "
            + (f"Did you mean {near!r}?" if near else "The view without it lists them.")
        )
    panels: list[Panel] = []
    rows: list[tuple[Cell, ...]] = []
    for name, title, found, count in (
        ("weights", f"How the weights of {part} are spread", tensors, len(tensors)),
        ("activations", f"How the values of {part} are spread on this input", values, len(places)),
    ):
        chosen = dict(list(found.items())[:MOST_SERIES])
        if chosen:
            counted = _on_one_scale(chosen)
            note = f"The first {len(chosen)} of {count}." if len(chosen) < count else ""
            panels.append(_drawn(name, title, note, counted))
            rows += [_row(place, each, chosen[place]) for place, each in counted.items()]
    columns = ("what", "shape", "numbers", "mean", "spread", "largest", "zeros", "beyond", "not finite", "dead")
    numbers = Table(
        name="numbers", title="The same in numbers", note=f"{LARGEST} {DEAD}", columns=columns, rows=tuple(rows)
    )
    return [*panels, numbers]


def _values(look: Looked, places: list[str]) -> dict[str, Tensor]:
    """Return what passed some places, of fractions only, in the order of the run."""
    with Recorder(look.model, places) as seen:
        look.model(*look.batch)
    return {name: _without_batch(value) for name, value in seen.values.items() if value.is_floating_point()}


def _on_one_scale(values: Mapping[str, Tensor]) -> dict[str, Histogram]:
    reach = max(histogram(value).reach for value in values.values())
    return {name: histogram(value, num_bins=LARGE_BINS, reach=reach) for name, value in values.items()}


def _drawn(name: str, title: str, note: str, counted: Mapping[str, Histogram]) -> Lines:
    first = next(iter(counted.values()))
    return Lines(
        name=name,
        title=title,
        note=f"{BINS.format(bins=LARGE_BINS)} {note}".strip(),
        points=tuple(f"{middle:.3g}" for middle in middles(first)),
        series={each: found.shares.astype(np.float64) for each, found in counted.items()},
        axis="share of the numbers",
    )


def _row(name: str, each: Histogram, value: Tensor) -> tuple[Cell, ...]:
    numbers = (_known(each.mean), _known(each.spread), _known(each.largest), each.zeros, each.beyond)
    dead = num_dead(value) if _may_bend(name) and not isinstance(value, nn.Parameter) else None
    told = None if dead is None else f"{dead[0]:,} / {dead[1]:,}"
    return (name, _written(each.shape), math.prod(each.shape), *numbers, each.num_others, told)


def _heads(*, has_others: bool) -> tuple[str, ...]:
    return ("mean", "spread", "largest", "zeros", *(("not finite",) if has_others else ()))


def _cells(each: Histogram, *, has_others: bool) -> tuple[Cell, ...]:
    strip = tuple(each.counts.tolist())
    numbers = (_known(each.mean), _known(each.spread), _known(each.largest), each.zeros)
    return (strip, *numbers, *((each.num_others,) if has_others else ()))


def _note(first: str, *, has_others: bool) -> str:
    return f"{first} {LARGEST} {BINS.format(bins=STRIP_BINS)}" + (f" {OTHERS}" if has_others else "")


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _without_batch(value: Tensor) -> Tensor:
    return value[0] if value.ndim > 1 and len(value) == 1 else value


def _may_bend(name: str) -> bool:
    """Tell whether a ReLU may have made what passes here: what goes into a model has zeros of its own."""
    return name.rpartition(".")[2] != "input"


def _is_inside(name: str, part: str) -> bool:
    return name == part or name.startswith(f"{part}.")


def _written(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "1"
