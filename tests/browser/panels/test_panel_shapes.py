"""Shapes of numbers: a logarithmic axis, histograms in the rows of a table, a way through a lattice."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from browser import drawing
from browser.drawing import pixel, point, state

from clearhead.panels.lines import Lines
from clearhead.panels.scatter import Scatter
from clearhead.panels.table import Table

Draw = Callable[..., Any]
FIRST_SERIES = (31, 95, 180)
ACCENT = "rgb(21, 88, 192)"


def slopes(scale: str, *values: float) -> Lines:
    points = tuple(f"layer {index}" for index in range(len(values)))
    return Lines(name="s", title="S", points=points, series={"slope": np.array(values)}, axis="slope", scale=scale)  # type: ignore[arg-type]


def height_of(page: Any, value: float) -> float:
    """Return where a number lies on the canvas, by equal factors."""
    g = state(page, "s")["geometry"]
    share = np.log(value / g["low"]) / np.log(g["high"] / g["low"])
    return float(g["top"] + g["tall"] * (1 - share))


def test_a_line_runs_through_its_numbers_at_equal_steps_for_equal_factors(draw: Draw) -> None:
    page = draw(slopes("log", 1e-4, 1e-2, 1.0))
    g = state(page, "s")["geometry"]
    assert g["ticks"] == pytest.approx([1e-4, 1e-3, 1e-2, 1e-1, 1.0])
    middle = g["left"] + g["step"]
    assert height_of(page, 1e-2) == pytest.approx(g["top"] + g["tall"] / 2)
    assert pixel(page, "s", middle, height_of(page, 1e-2)) == FIRST_SERIES
    halfway = g["left"] + g["step"] / 2  # a straight line between them goes through their geometric mean
    assert pixel(page, "s", halfway, height_of(page, 1e-3)) == FIRST_SERIES


def test_a_zero_leaves_a_gap_that_is_told(draw: Draw) -> None:
    page = draw(slopes("log", 1.0, 0.1, 0.0, 0.1, 1.0))
    g = state(page, "s")["geometry"]
    column = [pixel(page, "s", g["left"] + 2 * g["step"], y) for y in range(int(g["top"]), int(g["top"] + g["tall"]))]
    assert FIRST_SERIES not in column
    told = "Numbers of 0 or below: 1. A logarithmic axis has no place for them, and the line has gaps."
    assert page.locator(".panel-said").inner_text() == told


def test_the_axis_is_turned_by_a_button_and_stays_so_when_other_numbers_come(draw: Draw) -> None:
    page = draw(slopes("linear", 1.0, 20.0, 300.0))
    button = page.get_by_test_id("log")
    assert button.get_attribute("aria-pressed") == "false"
    assert state(page, "s")["geometry"]["low"] == 0
    button.click()
    assert page.get_by_test_id("log").get_attribute("aria-pressed") == "true"
    assert state(page, "s")["geometry"]["ticks"] == [1, 10, 100, 1000]
    page.evaluate("() => { const { drawing, panel } = document.querySelector('section'); drawing.update(panel); }")
    assert state(page, "s")["geometry"]["isLog"] is True
    page.get_by_test_id("log").click()
    assert state(page, "s")["geometry"]["isLog"] is False


def test_numbers_below_0_are_offered_no_logarithm(draw: Draw) -> None:
    assert draw(slopes("linear", -1.0, 20.0, 300.0)).get_by_test_id("log").count() == 0


def test_many_powers_of_ten_have_few_ticks(draw: Draw) -> None:
    page = draw(slopes("log", 1e-30, 1.0))
    g = state(page, "s")["geometry"]
    assert len(g["ticks"]) <= 9
    assert g["low"] <= 1e-30 and g["high"] >= 1.0


def test_numbers_in_a_cell_are_bars_with_a_name_for_those_who_listen(draw: Draw) -> None:
    counts = (0, 2, 8, 4)
    page = draw(Table(name="t", title="T", columns=("tensor", "histogram"), rows=(("weight", counts), ("bias", (1,)))))
    strip = page.locator("tbody td.is-strip svg").first
    assert strip.get_attribute("aria-label") == "histogram of 4 bins, the highest at 3"
    bars = strip.locator("rect")
    heights = [bars.nth(index).bounding_box()["height"] for index in range(bars.count())]
    assert heights == pytest.approx([5, 20, 10], abs=0.1)  # nothing is drawn where there is nothing
    assert bars.first.evaluate("bar => getComputedStyle(bar).fill") == ACCENT
    assert page.locator("th button").all_inner_texts() == ["tensor"]  # a shape has no order


def test_a_picked_histogram_opens_and_a_picked_number_does_not(draw: Draw) -> None:
    rows = (("weight", (1, 2, 3), 0.5), ("bias", (4, 5, 6), 1.5))
    opens = ({"part": "weight"}, {"part": "bias"})
    page = draw(Table(name="t", title="T", columns=("tensor", "histogram", "mean"), rows=rows, opens=opens))
    page.locator("tbody td.is-strip").nth(1).click()
    page.locator("tbody td", has_text="0.5000").click()
    assert [pick["opens"] for pick in page.evaluate("window.picks")] == [{"part": "bias"}, {}]


def test_a_worksheet_leaves_the_histograms_out(draw: Draw) -> None:
    rows = (("weight", (1, 2, 3), 0.5),)
    page = draw(Table(name="t", title="T", columns=("tensor", "histogram", "mean"), rows=rows), blank=True)
    assert page.locator("tbody td.is-strip").count() == 1
    assert page.locator("tbody td.is-strip svg").count() == 0


def lattice() -> Any:
    [panel] = [panel for panel in drawing.every_kind() if panel.kind == "lattice"]
    return panel


def test_the_way_taken_is_drawn_from_box_to_box(draw: Draw) -> None:
    page = draw(lattice())
    g = state(page, "lattice")["geometry"]
    gap = g["left"] + g["box"] + (g["step"] - g["box"]) * 0.9
    first = g["top"] + g["tall"] / 2
    accent = tuple(int(part) for part in ACCENT[4:-1].split(","))
    assert pixel(page, "lattice", gap, first) == accent  # from the first box to the one beside it
    down = first + 0.9 * g["high"]
    assert pixel(page, "lattice", gap + g["step"], down) == accent  # and from there down
    assert pixel(page, "lattice", gap, first + g["high"]) != accent


def test_a_box_tells_its_score_how_it_is_reached_and_what_the_step_scored(draw: Draw) -> None:
    page = draw(lattice())
    g = state(page, "lattice")["geometry"]
    point(page, "lattice", g["left"] + 2 * g["step"] + 10, g["top"] + g["high"] + 10)
    lines = page.locator(".panel-tip").inner_text().splitlines()
    assert lines == ["2", "苹果 2 苹果 → 苹果 other", "best reached from 苹果", "taken, this step scores 1.25"]
    point(page, "lattice", g["left"] + g["step"] + 10, g["top"] + g["high"] + 10)
    assert page.locator(".panel-tip").inner_text().splitlines()[2] == "no way leads here"
    page.mouse.down()
    page.mouse.up()
    assert page.evaluate("window.picks")[0]["opens"] == {"token": 1}


def test_a_long_sentence_is_scrolled_and_not_squeezed(draw: Draw) -> None:
    page = draw(lattice(), viewport={"width": 360, "height": 700})
    g = state(page, "lattice")["geometry"]
    assert g["step"] > g["box"] + 30
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_stands_around_is_fainter_than_the_words_themselves(draw: Draw) -> None:
    points = np.array([[-1.0, -1.0], [1.0, 1.0], [0.0, 0.5]])
    shown = {"points": points, "labels": ("a", "b", "c"), "x_axis": "x", "y_axis": "y", "num_around": 1}
    page = draw(Scatter(name="p", title="P", **shown))
    places = page.evaluate("document.querySelector('[data-testid=panel-p]').panelState.geometry.places")
    strong, other, faint = (pixel(page, "p", *place) for place in places)
    assert strong == other and sum(faint) > sum(strong)
