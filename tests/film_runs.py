"""Tiny runs on rows of a table that keep a film (x and y and a colour, from which a side follows), and a surface."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_tasks import options_for

from clearhead.inspector.look import Look, look
from clearhead.panels.heatmap import Heatmap, Mark, Stroke
from clearhead.training.assemble import train

ROW = '{"x": 1.5, "y": -2, "colour": "red"}'


@contextmanager
def own_cache(folder: Path) -> Iterator[None]:
    """Keep what is read of the data apart from the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLEARHEAD_CACHE", str(folder))
        yield


def row_run(folder: Path, name: str = "classification, rows", **options: Any) -> Path:
    """Train on rows and return the run's folder."""
    folder.mkdir(exist_ok=True)
    with own_cache(folder / "cache"):
        given = {**options_for(name, folder), **options}
        return train(out=str(folder / "run"), **given).path


def look_at_row(run: Path, row: str = ROW, **options: Any) -> Look:
    """Look at a row through a run."""
    return look(run, row, **options)


def plane_panel(side: int = 48) -> Heatmap:
    """Return a surface that rises to the right, with an upright line in its middle and a place at the lower left."""
    labels = tuple(f"{place:.2f}" for place in np.linspace(-1, 1, side))
    middle = (side - 1) / 2
    return Heatmap(
        name="surface",
        title="A slope",
        note="Look at the line.",
        values=np.tile(np.linspace(0, 1, side), (side, 1)),
        rows=labels[::-1],
        columns=labels,
        row_axis="height",
        column_axis="age",
        scale="signed",
        middle=0.5,
        is_plane=True,
        edge=tuple(Stroke(float(row), middle, row + 1.0, middle) for row in range(side - 1)),
        marks=(Mark(0.75 * side, 0.25 * side, "this row"),),
    )
