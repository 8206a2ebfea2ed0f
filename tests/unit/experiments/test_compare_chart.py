import re

import pytest

from clearhead.experiments._compare_chart import Curve, Dot, Strip, curves, nice_ticks, strips, swatch, tick_text


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0.7775, 0.995), (-3, 250), (0.0001, 0.00012), (0, 1e6)])
def test_ticks_are_few_round_numbers_inside_the_axis(low: float, high: float) -> None:
    ticks = nice_ticks(low, high, 5)
    assert 2 <= len(ticks) <= 7
    assert low - 1e-9 <= ticks[0] and ticks[-1] <= high + 1e-9
    step = ticks[1] - ticks[0]
    assert float(f"{step:.0e}"[0]) in (1, 2, 5)
    assert len({tick_text(tick, ticks) for tick in ticks}) == len(ticks)


def test_dots_lie_where_their_values_are() -> None:
    rows = [
        Strip("a", 0.5, "0.50", (Dot(0.4, "first"), Dot(0.6, "second")), 0),
        Strip("b", 0.8, "0.80", (Dot(0.8, "third"),), 1),
    ]
    drawn = strips(rows, title="all")
    places = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', drawn)]
    assert places[0] < places[1] < places[2]
    assert (places[2] - places[1]) == pytest.approx(places[1] - places[0], abs=0.2)
    assert "<title>second</title>" in drawn


def test_a_method_far_off_is_a_triangle_at_the_edge() -> None:
    rows = [Strip("a", 0.9, "0.90", (Dot(0.89, "x"), Dot(0.91, "y")), 0), Strip("near", 0.87, "0.87", (), None)]
    assert "<polygon" not in strips(rows, title="all")
    drawn = strips([*rows, Strip("far", 0.1, "0.10", (), None)], title="all")
    assert drawn.count("<polygon") == 1
    assert "<title>far · 0.10</title></polygon>" in drawn


def test_equal_values_are_drawn_all_the_same() -> None:
    assert "<circle" in strips([Strip("a", 0.9, "0.9", (Dot(0.9, "x"), Dot(0.9, "y")), 0)], title="all")
    assert "<polyline" in curves([Curve(((1.0, 0.5, "p"), (2.0, 0.5, "q")), 0)], title="all", x_axis="")


def test_a_curve_rises_on_paper_where_its_values_rise() -> None:
    drawn = curves([Curve(((0.0, 0.1, "p"), (5.0, 0.9, "q")), 0)], title="all", x_axis="")
    (x1, y1), (x2, y2) = [
        map(float, pair.split(",")) for pair in re.findall(r'<polyline points="([^"]+)"', drawn)[0].split()
    ]
    assert x1 < x2 and y1 > y2  # SVG counts rows from the top


def test_levels_near_the_curves_are_drawn_and_their_names_keep_apart() -> None:
    line = Curve(((1.0, 0.5, "p"), (2.0, 0.9, "q")), 0)
    drawn = curves([line], title="all", x_axis="", levels=[("one", 0.8), ("two", 0.805), ("far", 50.0)])
    assert drawn.count('class="level"') == 2
    assert re.search(r'text-anchor="end">one', drawn) and re.search(r'text-anchor="start">two', drawn)
    assert "far" not in drawn


def test_points_that_are_no_numbers_are_left_out() -> None:
    line = Curve(((1.0, float("nan"), "p"), (2.0, 0.9, "q"), (3.0, 1.0, "r")), 0)
    drawn = curves([line], title="all", x_axis="")
    assert drawn.count("<circle") == 2 and "nan" not in drawn
    assert curves([Curve((), 0)], title="all", x_axis="") == ""


def test_more_entries_than_colours_differ_by_their_dashes() -> None:
    assert len({swatch(index) for index in range(20)}) == 20
