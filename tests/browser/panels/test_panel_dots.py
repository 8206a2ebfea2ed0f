"""Rows of dots: each in its place and to be seen, what is far away at the edge, the means beside."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from browser.drawing import pixel, point, state

from clearhead.panels.dots import Dots

Draw = Callable[..., Any]
COLOURS = ((31, 95, 180), (198, 90, 11), (18, 128, 122))
INK, MUTED = (28, 31, 36), (95, 102, 114)


def dots(*rows: list[float], **more: Any) -> Dots:
    values = tuple(np.array(row, dtype=np.float64) for row in rows)
    labels = tuple(f"model {index}" for index in range(len(rows)))
    return Dots(name="d", title="D", labels=labels, values=values, axis="accuracy", **more)


def marks(page: Any, row: int) -> list[dict[str, Any]]:
    """Return what is drawn in a row, from the smallest number to the largest, the mean last."""
    found: list[dict[str, Any]] = state(page, "d")["geometry"]["rows"][row]["marks"]
    return found


def shows(page: Any, colour: tuple[int, ...], *places: tuple[float, float]) -> bool:
    """Return whether a colour is at one of these places; edges are rounded."""
    found = [pixel(page, "d", *place) for place in places]
    return any(max(abs(one - other) for one, other in zip(each, colour, strict=True)) <= 4 for each in found)


def ring(mark: dict[str, Any]) -> list[tuple[float, float]]:
    """Return where the ring of a dot lies to its left and right."""
    return [(mark["x"] + away, mark["y"]) for away in (-5.5, -5, -4.5, 4.5, 5, 5.5)]


def keys(page: Any, *names: str) -> dict[str, Any]:
    """Press keys on the drawing, and return where that leads."""
    page.get_by_test_id("panel-d").locator("canvas").first.focus()
    for name in names:
        page.keyboard.press(name)
    found: dict[str, Any] = state(page, "d")["hovered"]
    return found


def test_a_dot_stands_in_its_place_on_one_axis_for_all_rows(draw: Draw) -> None:
    page = draw(dots([1.0, 3.0], [2.0, 5.0]))
    (low, middle, mean), (two, high, _) = marks(page, 0), marks(page, 1)
    step = (high["x"] - low["x"]) / 4
    assert (middle["x"] - low["x"], two["x"] - low["x"]) == pytest.approx((2 * step, step))
    assert mean["x"] == pytest.approx(two["x"])
    assert shows(page, COLOURS[0], *ring(low)) and shows(page, COLOURS[1], *ring(high))
    assert shows(page, INK, (mean["x"], mean["y"])) and not shows(page, COLOURS[0], *ring(mean))


def test_dots_in_one_place_are_all_to_be_seen(draw: Draw) -> None:
    page = draw(dots([0.5, 0.5, 0.5], [0.7]))
    dots_of = marks(page, 0)[:3]
    assert min(np.diff(sorted(dot["y"] for dot in dots_of))) >= 9
    assert all(shows(page, COLOURS[0], *ring(dot)) for dot in dots_of)


def test_hundreds_of_dots_stay_in_their_row(draw: Draw) -> None:
    rng = np.random.default_rng(0)
    page = draw(dots(rng.normal(size=300).tolist(), [0.0]))
    row = state(page, "d")["geometry"]["rows"][0]
    assert all(
        row["from"] <= mark["y"] - row["radius"] and mark["y"] + row["radius"] <= row["to"] for mark in row["marks"]
    )
    assert len({mark["y"] for mark in row["marks"]}) > 5


SPANS = """async (cases) => {
    const { spanOf } = await import("/inspector/page/panels/dots.js");
    return cases.map((rows) => spanOf(rows.map((row) => Float64Array.from(row))));
}"""


def test_the_page_and_the_panel_agree_on_what_can_be_drawn_to_scale(draw: Draw) -> None:
    rng = np.random.default_rng(1)
    # Scores of a small test set are equal or on the fence more often than other numbers.
    cases = [
        [rng.integers(0, 31, size=1 + rng.integers(0, 6)) / 30 for _ in range(1 + index % 7)] for index in range(300)
    ]
    cases += [[rng.standard_t(1.0, size=40)] for _ in range(100)]
    spans = [dots(*(row.tolist() for row in rows)).span() for rows in cases]
    found = draw().evaluate(SPANS, [[row.tolist() for row in rows] for rows in cases])
    assert [tuple(span) for span in found] == spans
    assert any(span != (np.min(rows[0]), np.max(rows[0])) for rows, span in zip(cases[300:], spans[300:], strict=True))


def test_what_is_too_far_is_a_triangle_at_the_edge_and_tells_so(draw: Draw) -> None:
    near = [0.5, 0.6, 0.7, 0.8, 0.9]
    page = draw(dots(near, [0.55, 40.0], [-40.0], num_beside=1))
    g = state(page, "d")["geometry"]
    assert g["span"] == [0.5, 0.9]
    far, mean = marks(page, 1)[1:]
    assert (far["side"], mean["side"], marks(page, 2)[0]["side"]) == (1, 1, -1)
    assert shows(page, INK, (mean["x"] + 3, mean["y"]))
    assert shows(page, MUTED, (marks(page, 2)[0]["x"] - 2, marks(page, 2)[0]["y"]))
    point(page, "d", far["x"], far["y"])
    tip = page.locator(".panel-tip").inner_text().splitlines()
    assert tip == ["40", "model 1", "too far from the rest to be drawn to scale"]
    assert page.locator(".panel-said").inner_text() == "Triangles: too far from the rest to be drawn to scale."


def test_rows_that_stand_beside_have_a_faint_bar_and_no_dots(draw: Draw) -> None:
    page = draw(dots([1.0, 2.0], [1.25, 1.75], num_beside=1))
    [mean] = marks(page, 1)
    assert (mean["value"], mean["isMean"]) == (1.5, True)
    assert pixel(page, "d", mean["x"], mean["y"] + 8) == MUTED
    point(page, "d", mean["x"], mean["y"])
    assert page.locator(".panel-tip").inner_text().splitlines() == ["1.5", "model 1", "mean of 2"]


def test_a_dot_tells_its_number_and_what_is_said_of_it_and_the_row_its_mean(draw: Draw) -> None:
    page = draw(dots([0.125, 0.5], [0.25], said=(("seed 0", "seed 1"), ("seed 2",))))
    first = marks(page, 0)[0]
    point(page, "d", first["x"] + 3, first["y"] - 3)
    assert page.locator(".panel-tip").inner_text().splitlines() == ["0.125", "model 0", "seed 0"]
    assert page.get_by_role("status").inner_text() == "model 0: 0.125; seed 0"
    page.mouse.down()
    page.mouse.up()
    pick = page.evaluate("window.picks")[0]
    assert (pick["label"], pick["value"], pick["index"]) == ("model 0", 0.125, 0)
    point(page, "d", 10, first["y"])
    assert page.locator(".panel-tip").inner_text().splitlines() == ["0.3125", "model 0", "mean of 2"]
    point(page, "d", 10, marks(page, 1)[0]["y"])  # measured once: there is nothing to take a mean of
    assert page.locator(".panel-tip").inner_text().splitlines() == ["0.25", "model 1", "seed 2"]


def test_arrow_keys_go_from_number_to_number_and_to_the_nearest_above_or_below(draw: Draw) -> None:
    page = draw(dots([0.9, 0.1, 0.5], [0.8], [0.85], num_beside=1))
    assert keys(page, "ArrowRight")["value"] == 0.1
    assert keys(page, "ArrowRight")["value"] == 0.5
    assert keys(page, "End")["isMean"] is True
    assert keys(page, "ArrowDown", "ArrowRight")["value"] == 0.8
    assert keys(page, "ArrowUp")["value"] == 0.9
    assert keys(page, "ArrowDown", "ArrowDown")["label"] == "model 2"
    assert keys(page, "Escape") is None


def test_the_means_are_written_at_the_right_and_the_rest_round_below(draw: Draw) -> None:
    page = draw(dots([0.25, 0.75], [0.125]))
    page.evaluate("""() => {
        window.texts = [];
        const write = CanvasRenderingContext2D.prototype.fillText;
        CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
            window.texts.push(text);
            return write.call(this, text, ...place);
        };
        const { drawing, panel } = document.querySelector("section");
        drawing.update(panel);
    }""")
    texts = page.evaluate("window.texts")
    assert {"0.5000", "0.1250", "model 0", "model 1", "accuracy →"} <= set(texts)
    assert [tick["text"] for tick in state(page, "d")["geometry"]["ticks"]] == [
        "0.2",
        "0.3",
        "0.4",
        "0.5",
        "0.6",
        "0.7",
    ]


def test_on_a_narrow_page_labels_stand_above_their_dots(draw: Draw) -> None:
    page = draw(dots([1.0, 2.0], [1.5]), viewport={"width": 390, "height": 800})
    g = state(page, "d")["geometry"]
    assert (g["isStacked"], g["left"]) == (True, 0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_equal_numbers_stand_in_the_middle_of_an_axis(draw: Draw) -> None:
    page = draw(dots([0.5], [0.5]))
    g = state(page, "d")["geometry"]
    assert marks(page, 0)[0]["x"] == marks(page, 1)[0]["x"] == pytest.approx(g["left"] + g["wide"] / 2)
    assert len(g["ticks"]) >= 2


def test_a_worksheet_has_labels_and_no_dots(draw: Draw) -> None:
    page = draw(dots([1.0, 2.0], [1.5]), blank=True)
    mean = marks(page, 0)[-1]
    assert pixel(page, "d", mean["x"], mean["y"] + 8) not in (INK, COLOURS[0])
    point(page, "d", mean["x"], mean["y"])
    assert state(page, "d")["hovered"] is None


def test_a_row_without_a_finite_number_is_empty_and_harmless(draw: Draw) -> None:
    page = draw(dots([np.nan], [1.0]))
    assert marks(page, 0) == []
    point(page, "d", 100, 20)
    assert keys(page, "ArrowRight", "Enter", "ArrowDown")["value"] == 1


def test_a_panel_without_rows_says_so(draw: Draw) -> None:
    page = draw(dots())
    assert page.locator(".panel-said").inner_text() == "There is nothing to draw."
