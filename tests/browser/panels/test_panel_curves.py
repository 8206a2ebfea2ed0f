"""Curves over numbers: they lie where their numbers say, tell them, and go where the arrow keys lead."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from browser.drawing import pixel, point, state

from clearhead.panels.curves import Curve, Curves

Draw = Callable[..., Any]
COLOURS = ((31, 95, 180), (198, 90, 11), (18, 128, 122))


def curve(name: str, *points: tuple[float, float], said: tuple[str, ...] = ()) -> Curve:
    x, y = np.array(points, dtype=np.float64).reshape(-1, 2).T
    return Curve(name=name, x=x, y=y, said=said)


def curves(*parts: Curve, **more: Any) -> Curves:
    return Curves(name="c", title="C", curves=parts, x_axis="seconds", y_axis="loss", **more)


def place_of(page: Any, x: float, y: float) -> tuple[float, float]:
    """Return where the numbers of a point lie on the canvas."""
    g = state(page, "c")["geometry"]
    up = np.log(y / g["low"]) / np.log(g["high"] / g["low"]) if g["isLog"] else (y - g["low"]) / (g["high"] - g["low"])
    across = (x - g["xLow"]) / (g["xHigh"] - g["xLow"])
    return g["left"] + across * g["wide"], g["top"] + (1 - up) * g["tall"]


def shows(page: Any, x: float, y: float, colour: tuple[int, ...] = COLOURS[0]) -> bool:
    """Return whether the colour of a curve is where a point of these numbers lies; edges are rounded."""
    found = pixel(page, "c", *place_of(page, x, y))
    return max(abs(one - other) for one, other in zip(found, colour, strict=True)) <= 4


def keys(page: Any, *names: str) -> dict[str, Any]:
    """Press keys on the drawing, and return where that leads."""
    page.get_by_test_id("panel-c").locator("canvas").first.focus()
    for name in names:
        page.keyboard.press(name)
    found: dict[str, Any] = state(page, "c")["hovered"]
    return found


def test_curves_with_points_of_their_own_lie_over_one_axis(draw: Draw) -> None:
    page = draw(curves(curve("a", (0, 0), (8, 4)), curve("b", (2, 3), (6, 3), (10, 1))))
    assert shows(page, 5, 2.5)
    assert shows(page, 3, 3, COLOURS[1]) and shows(page, 9, 1.5, COLOURS[1])
    assert not shows(page, 9, 4) and not shows(page, 9, 1.5)  # the first ends before


def test_curves_of_one_name_have_one_colour_and_one_place_in_the_legend(draw: Draw) -> None:
    page = draw(curves(curve("a", (0, 0), (4, 0)), curve("a", (0, 2), (4, 2)), curve("b", (0, 4), (4, 4))))
    assert shows(page, 2, 0) and shows(page, 2, 2) and shows(page, 2, 4, COLOURS[1])
    assert [name["text"] for name in state(page, "c")["geometry"]["names"]["placed"]] == ["a", "b"]


def test_a_gap_is_left_where_there_is_no_number_and_a_point_alone_is_a_dot(draw: Draw) -> None:
    page = draw(curves(curve("a", (0, 1), (1, 1), (2, np.nan), (3, 1), (4, np.nan), (5, 1), (6, 1))))
    assert [shows(page, x, 1) for x in (0.5, 2, 2.7, 3, 3.3, 5.5)] == [True, False, False, True, False, True]


def test_lines_beyond_the_colours_are_dashed(draw: Draw) -> None:
    page = draw(curves(*(curve(f"m{index}", (0, index), (100, index)) for index in range(9))))
    row = [shows(page, x, 8) for x in np.linspace(10, 30, 80)]
    assert any(row) and not all(row)


def test_what_is_pointed_at_tells_its_numbers_and_what_is_said_of_it(draw: Draw) -> None:
    said = ("seed 0, step 10", "seed 0, step 20")
    page = draw(curves(curve("gpt", (1.5, 2.25), (4, 1.125), said=said), curve("lstm", (1, 4), (4, 3))))
    x, y = place_of(page, 4, 1.125)
    point(page, "c", x - 9, y + 4)
    tip = page.locator(".panel-tip").inner_text().splitlines()
    assert tip == ["loss: 1.125", "gpt", "seconds: 4", "seed 0, step 20"]
    assert page.get_by_role("status").inner_text() == "gpt, seconds 4: 1.125; seed 0, step 20"
    page.mouse.down()
    page.mouse.up()
    pick = page.evaluate("window.picks")[0]
    assert (pick["panel"], pick["series"], pick["at"], pick["value"]) == ("c", "gpt", 4, 1.125)


def test_arrow_keys_go_along_a_curve_over_its_gaps_and_across_to_the_nearest_of_another(draw: Draw) -> None:
    long = curve("long", (0, 4), (1, np.nan), (2, 3), (3, 2), (4, 1), (5, 1))
    page = draw(curves(long, curve("short", (0.5, 0), (3.2, 0), (5, 0))))
    assert keys(page, "ArrowRight")["at"] == 0
    assert keys(page, "ArrowRight")["at"] == 2
    assert keys(page, "ArrowRight", "ArrowDown")["at"] == pytest.approx(3.2)
    assert keys(page, "ArrowDown")["series"] == "short"
    assert keys(page, "End")["at"] == 5
    here = keys(page, "ArrowUp", "ArrowRight", "ArrowRight", "ArrowLeft")
    assert (here["series"], here["at"]) == ("long", 4)
    assert keys(page, "Escape") is None


def test_equal_factors_are_equal_steps_after_a_click(draw: Draw) -> None:
    page = draw(curves(curve("a", (0, 1), (2, 100), (4, 0), (5, 10))))
    page.get_by_test_id("log").click()
    assert state(page, "c")["geometry"]["ticks"] == [1, 10, 100]
    assert shows(page, 0.5, 10**0.5)  # a quarter of the way lies the fourth root
    told = "Numbers of 0 or below: 1. A logarithmic axis has no place for them, and the line has gaps."
    assert page.locator(".panel-said").inner_text() == told


def test_numbers_below_0_are_offered_no_logarithm(draw: Draw) -> None:
    assert draw(curves(curve("a", (0, -1), (1, 300)))).get_by_test_id("log").count() == 0


@pytest.mark.parametrize("width", [390, 900])
def test_levels_are_dashed_lines_whose_names_do_not_cover_each_other(draw: Draw, width: int) -> None:
    levels = {
        "nearest neighbour": 0.865,
        "a method with a name as long as a sentence, and longer": 0.87,
        "majority": 0.2,
    }
    page = draw(curves(curve("a", (0, 0.8), (9, 0.95)), levels=levels), viewport={"width": width, "height": 800})
    g = state(page, "c")["geometry"]
    long, near, far = g["levels"]
    assert (near["text"], far["text"]) == ("nearest neighbour 0.8650", "majority 0.2000 ↓")
    assert long["text"].endswith("… 0.8700")
    assert (near["isDrawn"], far["isDrawn"], g["low"]) == (True, False, 0.8)
    bases = [level["base"] for level in g["levels"]]
    assert bases == sorted(bases) and min(np.diff(bases)) >= 15
    y = place_of(page, 0, 0.865)[1]
    row = [pixel(page, "c", x, y) for x in range(int(g["left"]) + 20, int(g["left"]) + 60)]
    assert len(set(row)) > 1  # dashes and gaps between them
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_worksheet_has_axes_and_no_curves(draw: Draw) -> None:
    page = draw(curves(curve("a", (0, 1), (4, 3)), levels={"simple": 2.5}), blank=True)
    assert not shows(page, 2, 2) and not shows(page, 1, 1.5)
    point(page, "c", *place_of(page, 2, 2))
    assert state(page, "c")["hovered"] is None


def test_long_curves_that_come_packed_are_drawn_without_dots(draw: Draw) -> None:
    x = np.arange(2000.0)
    page = draw(curves(Curve(name="a", x=x, y=np.sqrt(x))))
    assert shows(page, 500, np.sqrt(500))
    assert keys(page, "End")["value"] == pytest.approx(np.sqrt(1999))
    assert state(page, "c")["geometry"]["xTicks"][-1]["text"] == "1,500"


def test_a_panel_without_points_says_so(draw: Draw) -> None:
    page = draw(curves(curve("a", (0, np.nan))))
    assert page.locator(".panel-said").inner_text() == "There is nothing to draw."
    assert keys(page, "ArrowRight", "Enter") is None
