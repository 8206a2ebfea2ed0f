"""Every kind of panel: what it shows, what it tells under the pointer, how it is saved, and how it is read aloud."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from browser import drawing
from browser.drawing import middle, pixel, point, state

from clearhead.inspector.transport import to_page
from clearhead.panels.bars import Bars
from clearhead.panels.scatter import Scatter
from clearhead.panels.table import Table

Draw = Callable[..., Any]
KINDS = [panel.kind for panel in drawing.every_kind()]


def test_bars_stand_in_order_and_the_rest_is_added_up(draw: Draw) -> None:
    values = np.array([0.05, 0.4, 0.1, 0.25, 0.2])
    page = draw(Bars(name="b", title="B", labels=tuple("abcde"), values=values, axis="share", shown=3))
    texts = page.locator("svg text").all_text_contents()
    assert texts == ["share", "b", "0.4000", "d", "0.2500", "e", "0.2000", "2 more with 0.1500 in all"]
    bars = page.locator("svg rect[data-index]")
    widths = [float(bars.nth(index).get_attribute("width")) for index in range(3)]
    assert widths[1] / widths[0] == pytest.approx(0.25 / 0.4, abs=0.01)


def test_a_table_is_sorted_by_a_click_and_shows_every_digit_under_the_pointer(draw: Draw) -> None:
    rows = (("b", 0.123456789, 3), ("a", 2.5, None), ("苹", -1.0, 1))
    page = draw(Table(name="t", title="T", columns=("word", "score", "rank"), rows=rows))
    assert page.locator("tbody td:nth-child(2)").all_inner_texts() == ["0.1235", "2.5000", "−1.0000"]
    page.get_by_role("button", name="score").click()
    assert page.locator("tbody td:first-child").all_inner_texts() == ["a", "b", "苹"]
    assert page.locator("th").nth(1).get_attribute("aria-sort") == "descending"
    page.get_by_role("button", name="rank").click()
    assert page.locator("tbody td:first-child").all_inner_texts() == ["b", "苹", "a"]  # what is missing stands last
    page.locator("tbody td", has_text="0.1235").hover()
    assert page.locator(".panel-tip").inner_text() == "0.123456789"


def test_a_long_table_shows_its_first_rows_until_asked_for_all(draw: Draw) -> None:
    page = draw(Table(name="t", title="T", columns=("n",), rows=tuple((index,) for index in range(1234))))
    assert page.locator("tbody tr").count() == 50
    page.get_by_role("button", name="Show all 1,234 rows").click()
    assert page.locator("tbody tr").count() == 1234


def test_lines_tell_the_numbers_of_all_series_at_a_point(draw: Draw) -> None:
    page = draw(drawing.every_kind()[2])
    g = state(page, "lines")["geometry"]
    point(page, "lines", g["left"] + 2 * g["step"], g["top"] + 20)
    assert page.locator(".panel-tip").inner_text().splitlines() == ["2 苹果", "苹果 0.5", "other −1"]


def test_a_token_tells_its_id_and_bytes(draw: Draw) -> None:
    page = draw(drawing.every_kind()[4])
    assert page.locator(".token").all_inner_texts() == ["苹果", "␣x"]
    page.locator(".token").first.hover()
    tip = page.locator(".panel-tip").inner_text().splitlines()
    assert tip == ["苹果", "id 7", "bytes e8 8b b9 e6 9e 9c", "characters 0 to 2"]
    page.locator(".token").first.click()
    assert page.evaluate("window.picks") == [{"panel": "tokens", "index": 0, "id": 7}]


def test_the_pixels_of_an_image_are_told_and_can_be_picked(draw: Draw) -> None:
    page = draw(drawing.every_kind()[6])
    g = state(page, "image")["geometry"]
    place = g["places"][0]
    x, y = place["x"] + 2.5 * g["pixel"], place["y"] + 3.5 * g["pixel"]
    point(page, "image", x, y)
    assert state(page, "image")["hovered"]["value"] == 9.0
    page.mouse.down()
    page.mouse.up()
    picked = page.evaluate("window.picks")[0]
    assert (picked["image"], picked["row"], picked["column"], picked["value"]) == (0, 3, 2, 9.0)


def test_no_label_of_a_plane_covers_another(draw: Draw) -> None:
    rng = np.random.default_rng(4)
    points = np.concatenate([rng.normal(size=(30, 2)), np.zeros((12, 2))])  # a dozen in one place: some must wait
    labels = tuple(f"word{index}" for index in range(42))
    page = draw(Scatter(name="s", title="S", points=points, labels=labels, x_axis="x", y_axis="y"))
    script = "document.querySelector('[data-testid=panel-s]').panelState.geometry.labels.filter(Boolean)"
    shown = page.evaluate(script)
    assert 20 < len(shown) < 42
    boxes = [(one["x"], one["y"], one["x"] + 6 * len(one["text"])) for one in shown]
    for index, (left, base, right) in enumerate(boxes):
        for other_left, other_base, other_right in boxes[index + 1 :]:
            assert abs(base - other_base) >= 13 or right <= other_left or other_right <= left
    places = page.evaluate("document.querySelector('[data-testid=panel-s]').panelState.geometry.places")
    point(page, "s", *places[40])
    assert state(page, "s")["hovered"]["label"].startswith("word")


def test_a_graph_tells_values_and_gradients_and_its_nodes_do_not_overlap(draw: Draw) -> None:
    page = draw(drawing.every_kind()[8])
    texts = page.locator("svg text").all_text_contents()
    assert {"苹果", "linear", "3×2  −0.4 … 0.6", "‖1.2500‖", "−0.1250"} <= set(texts)
    places = state(page, "graph")["geometry"]["places"]
    for index, one in enumerate(places):
        for other in places[index + 1 :]:
            is_beside = abs(one["x"] - other["x"]) >= (one["width"] + other["width"]) / 2
            assert is_beside or abs(one["y"] - other["y"]) >= one["height"]
    assert places[3]["y"] > places[2]["y"] > places[0]["y"]
    page.locator("[data-index=n2]").hover()
    tip = page.locator(".panel-tip").inner_text().splitlines()
    assert tip == ["苹果: linear", "operation, shape 3", "−1.5 … 2.5", "gradient ‖0.7500‖ ← loss"]
    width = page.locator("svg").bounding_box()["width"]
    page.get_by_role("button", name="Closer").click()
    assert page.locator("svg").bounding_box()["width"] == pytest.approx(1.3 * width, rel=0.01)


@pytest.mark.parametrize("width", [360, 900])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_kind_fits_its_page_and_has_a_name_for_those_who_listen(draw: Draw, theme: str, width: int) -> None:
    page = draw(*drawing.every_kind(), theme=theme, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for kind in KINDS:
        panel = page.get_by_test_id(f"panel-{kind}")
        assert panel.get_attribute("role") == "group"
        assert page.locator(f"#{panel.get_attribute('aria-labelledby')}").inner_text() == "苹果"
        if kind != "formula":
            assert panel.locator("[tabindex='0']").count() >= 1
        if panel.locator("canvas, svg").count():
            assert panel.locator("[aria-label*='苹果']:is([role=img], [role=application])").count() >= 1


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "a\u0007\u202e& <b>\"'", "𝒳🍎\n\t"])
def test_whatever_a_text_holds_stays_text(draw: Draw, text: str) -> None:
    page = draw(*drawing.every_kind(text))
    assert page.locator("img, b, script").count() == 0
    assert page.get_by_test_id("panel-heatmap").locator("h3").text_content() == text


CATCH = """() => {
    window.blobs = [];
    URL.createObjectURL = (blob) => { window.blobs.push(blob); return "#"; };
    HTMLAnchorElement.prototype.click = function () { window.blobs.at(-1).called = this.download; };
}"""
"""Keeps what would be saved."""
TOLD = """async () => Promise.all(window.blobs.map(async (blob) => [blob.called, blob.type, await blob.text()]))"""


def test_what_is_saved_is_svg_with_the_labels_and_a_picture(draw: Draw) -> None:
    page = draw(*drawing.every_kind())
    page.evaluate(CATCH)
    for kind in KINDS:
        panel = page.get_by_test_id(f"panel-{kind}")
        for picture in ("SVG", "PNG"):
            panel.get_by_role("button", name=f"Save this picture as {picture}").click()
    page.wait_for_function("count => window.blobs.length === count", arg=2 * len(KINDS))
    saved = page.evaluate(TOLD)
    assert sorted(name for name, _, _ in saved) == sorted(f"{kind}.{end}" for kind in KINDS for end in ("svg", "png"))
    for name, kind, text in saved:
        if name.endswith(".svg"):
            assert kind == "image/svg+xml"
            assert "苹果" in "".join(ElementTree.fromstring(text).itertext()), name
        else:
            assert text[1:4] == "PNG"


def test_a_worksheet_leaves_the_numbers_out(draw: Draw) -> None:
    page = draw(*drawing.every_kind(), blank=True)
    words = page.locator("main").inner_text()
    assert "10.25" not in words and "0.4000" not in words and "= 6" not in words
    assert pixel(page, "heatmap", *middle(page, "heatmap", 0, 0)) == (0, 0, 0)  # nothing is drawn: it is see-through


def test_an_update_shows_other_numbers_in_the_same_place_and_another_language(draw: Draw) -> None:
    first, second = drawing.heatmap(drawing.shares(6, 6)), drawing.heatmap(drawing.shares(9, 4))
    page = draw(first)
    script = """async (json) => {
        const { decodePanel } = await import("/web/page/arrays.js");
        document.querySelector("section").drawing.update(await decodePanel(json), { ...window.options, locale: "zh" });
    }"""
    page.evaluate(script, to_page(second))
    point(page, "weights", *middle(page, "weights", 8, 3))
    assert state(page, "weights")["hovered"]["value"] == pytest.approx(second.values[8, 3])
    assert page.locator("canvas").first.get_attribute("aria-label").endswith("方向键逐个查看，回车键重新计算。")
    page.evaluate("document.querySelector('section').drawing.destroy()")
    assert page.locator("section").inner_html() == ""


def test_both_languages_have_the_same_words(draw: Draw) -> None:
    script = """async () => {
        const { WORDS, CHINESE } = await import("/inspector/page/panels/_words.js");
        const holes = (text) => (text.match(/\\{\\w+\\}/g) ?? []).sort().join();
        const differ = Object.keys(WORDS).filter((key) => holes(WORDS[key]) !== holes(CHINESE[key] ?? ""));
        return [Object.keys(WORDS), Object.keys(CHINESE), differ];
    }"""
    english, chinese, differ = draw().evaluate(script)
    assert english == chinese
    assert differ == []
