"""The surface of a model that learns: asked beside the fixed examples, drawn on the page, and changing nothing."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from film_runs import look_at_row, own_cache
from tiny import are_equal
from tiny_tasks import options_for
from watched_training import Impatient

from clearhead.inspector.views._surface import SIDE
from clearhead.inspector.watch_panels import MOST_PICTURES, make_panels
from clearhead.inspector.watched import Record
from clearhead.panels.base import Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.lines import Lines
from clearhead.panels.thumbnails import Thumbnails
from clearhead.training.assemble import train_request
from clearhead.training.request import Request


def watched_rows(folder: Path, name: str = "classification, rows", **changes: Any) -> tuple[Path, Record]:
    """Train on rows while somebody watches, and return the run and what was seen."""
    watched = Impatient()
    with own_cache(folder / "cache"):
        given = {**options_for(name, folder), "steps": 12, **changes}
        given["training_options"] = {**given["training_options"], "eval_interval": 3}
        train_request(Request(out=str(folder / "seen"), **given), listener=watched, observer=watched)
    return folder / "seen", watched.snapshot()[2]


def panels_of(record: Record, axis: str = "steps") -> dict[str, Panel]:
    """Return the panels of a page by their names."""
    return {panel.name: panel for panel in make_panels(record, axis)}


def test_each_time_the_examples_are_asked_the_surface_is_asked_too(tmp_path: Path) -> None:
    _, record = watched_rows(tmp_path)
    assert [row[0] for row in record.surfaces] == [row[0] for row in record.replies] == [0, 3, 6, 9, 12]
    assert all(surface.values.shape == (SIDE, SIDE) for _, _, surface in record.surfaces)
    assert not np.array_equal(record.surfaces[0][2].values, record.surfaces[-1][2].values)


def test_the_last_surface_is_that_of_the_saved_run(tmp_path: Path) -> None:
    run, record = watched_rows(tmp_path)
    assert record.over is not None
    first = record.replies[-1][2][0]
    saved = look_at_row(run, first.asked, target=first.wanted).neuron(x="x", y="y")["surface"]
    np.testing.assert_allclose(record.surfaces[-1][2].values, saved.array, atol=2e-3)


def test_the_page_shows_the_surface_as_it_is_and_how_it_came_about(tmp_path: Path) -> None:
    _, record = watched_rows(tmp_path)
    by_step, by_time = panels_of(record), panels_of(record, "seconds")
    now, film = by_step["surface"], by_step["film"]
    assert isinstance(now, Heatmap) and isinstance(film, Thumbnails)
    assert now.title == "What the model said over x and y after step 12"
    assert now.marks[0].label == "the first example" and now.edge
    assert film.labels == ("step 0", "step 3", "step 6", "step 9", "step 12")
    assert list(by_step) == list(by_time)
    assert by_time["film"].labels[-1].endswith(" s")  # type: ignore[attr-defined]
    np.testing.assert_array_equal(film.array[-1], now.array[::2, ::2])
    assert film.edges[-1][0].column == pytest.approx(now.edge[0].column / 2)


def test_of_many_surfaces_some_are_shown_the_first_and_the_last_among_them(tmp_path: Path) -> None:
    _, record = watched_rows(tmp_path)
    record.surfaces = [(step, float(step), record.surfaces[0][2]) for step in range(60)]
    film = panels_of(record)["film"]
    assert isinstance(film, Thumbnails)
    assert len(film.labels) == MOST_PICTURES
    assert (film.labels[0], film.labels[-1]) == ("step 0", "step 59")


def test_over_one_column_it_is_a_line(tmp_path: Path) -> None:
    table = tmp_path / "line.csv"
    table.write_text("p,label\n" + "".join(f"{n},{'ab'[n > 40]}\n" for n in range(80)), encoding="utf-8")
    _, record = watched_rows(tmp_path, data=str(table), target="label")
    panels = panels_of(record)
    assert isinstance(panels["surface"], Lines) and isinstance(panels["film"], Heatmap)
    assert panels["film"].rows[0] == "step 0"


def test_a_regression_is_told_in_its_own_unit(tmp_path: Path) -> None:
    _, record = watched_rows(tmp_path, "regression", model="neuron")
    surface = panels_of(record)["surface"]
    assert isinstance(surface, Heatmap)
    assert record.over is not None and surface.middle == pytest.approx(float(record.over.answers.mean[0]))  # type: ignore[index]


@pytest.mark.parametrize("name", ["classification, images", "classification, texts"])
def test_what_reads_no_column_of_numbers_has_no_surface(name: str, tmp_path: Path) -> None:
    _, record = watched_rows(tmp_path, name, steps=3)
    assert record.over is None and record.surfaces == []
    assert {"surface", "film"} & set(panels_of(record)) == set()


def test_a_training_whose_surface_is_watched_is_the_same_bit_for_bit(tmp_path: Path) -> None:
    run, _ = watched_rows(tmp_path)
    with own_cache(tmp_path / "cache"):
        given = {**options_for("classification, rows", tmp_path), "steps": 12}
        given["training_options"] = {**given["training_options"], "eval_interval": 3}
        train_request(Request(out=str(tmp_path / "alone"), **given))
    assert are_equal(run, tmp_path / "alone")
