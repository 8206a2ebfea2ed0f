"""The drawings in a real browser: pixels follow numbers, numbers are told, and what is told can be computed again."""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import drawing

from clearhead.inspector.transport import to_page
from clearhead.panels.bars import Bars
from clearhead.panels.base import Check, Panel
from clearhead.panels.scatter import Scatter
from clearhead.panels.table import Table

Draw = Callable[..., Any]
KINDS = [panel.kind for panel in drawing.every_kind()]
# The ends of the colour table, which a reader learns once: changing one changes what every picture says.
STRONGEST = {
    ("light", "share"): (16, 58, 125),
    ("dark", "share"): (196, 224, 255),
    ("light", "signed"): (140, 58, 4),
    ("dark", "signed"): (255, 218, 176),
    ("light", "gradient"): (120, 14, 82),
    ("dark", "gradient"): (255, 202, 230),
}
ZERO = {"light": (246, 248, 251), "dark": (32, 36, 44)}
NOTHING = {"light": (221, 225, 231), "dark": (52, 57, 66)}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with drawing.served() as found:
        yield found


@pytest.fixture
def draw(open_page: Callable[..., Any], address: str) -> Draw:
    """Return a function that draws panels on an empty page."""

    def drawn(*panels: Panel, theme: str = "light", exact: np.ndarray | None = None, **options: Any) -> Any:
        size = options.pop("viewport", {"width": 900, "height": 900})
        page = open_page(address, viewport=size)
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        page.evaluate("rows => { window.exact = rows; }", None if exact is None else exact.tolist())
        page.evaluate(drawing.DRAW, [[to_page(panel) for panel in panels], options])
        return page

    return drawn


def state(page: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(f"document.querySelector('[data-testid=panel-{name}]').panelState")
    return found


def middle(page: Any, name: str, row: int, column: int) -> tuple[float, float]:
    """Return where the middle of a heatmap's cell lies on its canvas."""
    g = state(page, name)["geometry"]
    return g["left"] + (column + 0.5) * g["cellWidth"], g["top"] + (row + 0.5) * g["cellHeight"]


def pixel(page: Any, name: str, x: float, y: float) -> tuple[int, ...]:
    script = """([name, x, y]) => {
        const canvas = document.querySelector(`[data-testid=panel-${name}] canvas`);
        return Array.from(canvas.getContext("2d").getImageData(Math.floor(x), Math.floor(y), 1, 1).data).slice(0, 3);
    }"""
    return tuple(page.evaluate(script, [name, x, y]))


def point(page: Any, name: str, x: float, y: float) -> None:
    """Move the pointer to a place of a panel's canvas."""
    canvas = page.get_by_test_id(f"panel-{name}").locator("canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + x, box["y"] + y)


def share(rows: int, columns: int) -> np.ndarray:
    powers = np.exp(np.random.default_rng(1).normal(size=(rows, columns)) * 2)
    return np.asarray(powers / powers.sum(1, keepdims=True))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pixels_of_shares_follow_the_table_of_colours_by_the_square_root(draw: Draw, theme: str) -> None:
    values = np.zeros((24, 24))  # cells too small for numbers, which would cover their colours
    values[3, 4], values[5, 6], values[7, 8] = 0.8, 0.2, np.nan
    page = draw(drawing.heatmap(values), theme=theme)
    expected = page.evaluate(
        """async (theme) => {
            const { colourOf, level } = await import("/web/page/colours.js");
            return colourOf(level(0.2, "share", 0.8), "share", theme);
        }""",
        theme,
    )
    assert pixel(page, "weights", *middle(page, "weights", 3, 4)) == STRONGEST[theme, "share"]
    assert pixel(page, "weights", *middle(page, "weights", 5, 6)) == tuple(expected)
    assert pixel(page, "weights", *middle(page, "weights", 7, 8)) == NOTHING[theme]
    assert pixel(page, "weights", *middle(page, "weights", 9, 9)) == ZERO[theme]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("name", "hue"), [("scores", "signed"), ("gradients", "gradient")])
def test_activations_and_gradients_have_a_pair_of_colours_each(draw: Draw, name: str, hue: str, theme: str) -> None:
    values = np.zeros((24, 24))
    values[2, 2], values[4, 4], values[6, 6] = -3.0, 1.5, -np.inf
    page = draw(drawing.heatmap(values, name=name, scale="signed"), theme=theme)
    assert pixel(page, name, *middle(page, name, 2, 2)) == STRONGEST[theme, hue]
    assert pixel(page, name, *middle(page, name, 6, 6)) == NOTHING[theme]
    assert pixel(page, name, *middle(page, name, 0, 0)) == ZERO[theme]
    red, green, blue = pixel(page, name, *middle(page, name, 4, 4))
    assert blue > red  # blue or teal above 0, orange or magenta below
    assert (green > red) if hue == "gradient" else (blue > green)


def test_changing_the_light_redraws_in_the_other_colours(draw: Draw) -> None:
    page = draw(drawing.heatmap(np.eye(24)))
    assert pixel(page, "weights", *middle(page, "weights", 5, 5)) == STRONGEST["light", "share"]
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_timeout(50)
    assert pixel(page, "weights", *middle(page, "weights", 5, 5)) == STRONGEST["dark", "share"]


def test_the_pointer_shows_the_number_of_a_cell_with_its_labels(draw: Draw) -> None:
    values = share(6, 6)
    page = draw(drawing.heatmap(values))
    point(page, "weights", *middle(page, "weights", 2, 4))
    hovered = state(page, "weights")["hovered"]
    assert (hovered["row"], hovered["column"]) == (2, 4)
    assert hovered["value"] == values[2, 4]
    tip = page.locator(".panel-tip").inner_text().splitlines()
    assert float(tip[0]) == pytest.approx(values[2, 4], rel=1e-6)
    assert tip[1] == "query 2 苹果 → key 4 cat"
    page.mouse.move(890, 5)
    assert state(page, "weights")["hovered"] is None


def test_the_keys_move_over_the_cells_and_enter_computes_one_again(draw: Draw) -> None:
    rng = np.random.default_rng(2)
    left, right = rng.normal(size=(5, 40)), rng.normal(size=(6, 40))
    check = Check(rule="dot", formula="query · key / √40", arrays={"left": left, "right": right})
    panel = drawing.heatmap(left @ right.T, scale="signed", check=check)
    page = draw(panel)
    canvas = page.locator("canvas").first
    canvas.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft"):
        canvas.press(key)
    assert (state(page, "weights")["hovered"]["row"], state(page, "weights")["hovered"]["column"]) == (2, 2)
    assert page.locator("[role=status]").first.inner_text().startswith("query 2 苹果 → key 2 cat: ")
    canvas.press("Enter")
    rows = page.get_by_test_id("check-terms").locator("tbody tr").all_inner_texts()
    assert len(rows) == 13  # twelve pairs, and the other 28 added up
    assert rows[12].startswith("28 more")
    first = [float(cell.replace("−", "-")) for cell in rows[0].split("\t")]
    assert first == pytest.approx([0, left[2, 0], right[2, 0], left[2, 0] * right[2, 0]], rel=1e-5)
    assert page.get_by_test_id("check-formula").inner_text() == "query · key / √40"
    assert float(page.get_by_test_id("check-recomputed").get_attribute("data-value")) == pytest.approx(
        left[2] @ right[2], rel=1e-12
    )
    assert state(page, "weights")["check"]["difference"] < 1e-12
    assert page.evaluate("window.picks")[0]["row"] == 2


def test_the_check_button_takes_the_largest_number_where_none_was_picked(draw: Draw) -> None:
    scores = np.random.default_rng(3).normal(size=(4, 4))
    weights = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    page = draw(drawing.heatmap(weights, check=Check(rule="softmax", formula="s", arrays={"logits": scores})))
    page.get_by_test_id("check").click()
    check = state(page, "weights")["check"]
    assert check["shown"] == weights.max()
    assert check["recomputed"] == pytest.approx(weights.max(), rel=1e-12)


RULES = ["dot", "softmax", "mix", "affine", "sum", "product", "layer_norm", "rms_norm"]
ACTIVATIONS = ["none", "sigmoid", "tanh", "relu", "gelu", "gelu_tanh", "silu"]


@pytest.mark.parametrize(
    ("rule", "activation"), [(rule, "none") for rule in RULES] + [("affine", name) for name in ACTIVATIONS[1:]]
)
def test_the_browser_computes_every_rule_as_torch_does(draw: Draw, rule: str, activation: str) -> None:
    import torch
    from torch.nn import functional

    make = torch.Generator().manual_seed(5)

    def random(*shape: int) -> Any:
        return torch.randn(*shape, generator=make, dtype=torch.float64)

    a, b, c, d = random(3, 7), random(5, 7), random(7, 5), random(7)
    e = random(3, 7)
    bend = {"gelu_tanh": lambda x: functional.gelu(x, approximate="tanh"), "none": lambda x: x}
    bent = bend.get(activation) or getattr(functional, activation)
    arrays, numbers, expected = {
        "dot": ({"left": a, "right": b}, {"scale": 0.25}, 0.25 * a @ b.T),
        "softmax": ({"logits": a}, {"temperature": 0.7}, (a / 0.7).softmax(-1)),
        "mix": ({"weights": a, "values": c}, {}, a @ c),
        "affine": ({"inputs": a, "weights": b, "bias": d[:5]}, {}, bent(a @ b.T + d[:5])),
        "sum": ({"left": a, "right": e}, {}, a + e),
        "product": ({"left": a, "right": e}, {}, a * e),
        "layer_norm": ({"inputs": a, "gain": d, "bias": e[0]}, {"epsilon": 0.01},
                       functional.layer_norm(a, (7,), d, e[0], 0.01)),
        "rms_norm": ({"inputs": a, "gain": d}, {"epsilon": 0.01}, functional.rms_norm(a, (7,), d, 0.01)),
    }[rule]  # fmt: skip
    page = draw()
    script = """async ([check, rows, columns]) => {
        const { decodeArray } = await import("/web/page/arrays.js");
        const { recompute } = await import("/inspector/page/check.js");
        const arrays = {};
        for (const [name, lists] of Object.entries(check.arrays)) arrays[name] = await decodeArray(lists);
        return Array.from({ length: rows * columns }, (_, i) =>
            recompute({ ...check, arrays }, Math.floor(i / columns), i % columns).value);
    }"""
    check = {"rule": rule, "numbers": numbers, "activation": activation, "formula": "f"}
    check["arrays"] = {name: array.tolist() for name, array in arrays.items()}
    found = page.evaluate(script, [check, *expected.shape])
    np.testing.assert_allclose(np.reshape(found, expected.shape), expected.numpy(), rtol=1e-12, atol=1e-14)


def test_a_large_grid_comes_as_bytes_and_its_exact_numbers_when_someone_looks(draw: Draw) -> None:
    values = share(160, 160)
    page = draw(drawing.heatmap(values), exact=values)
    codes = to_page(drawing.heatmap(values))["values"]
    assert codes["encoding"] == "u8"
    point(page, "weights", *middle(page, "weights", 20, 30))
    page.wait_for_timeout(50)
    hovered = state(page, "weights")["hovered"]
    assert hovered["exact"]
    assert hovered["value"] == np.float32(values[hovered["row"], hovered["column"]])


def test_a_number_that_came_as_a_byte_says_that_it_is_near(draw: Draw) -> None:
    values = share(160, 160)
    page = draw(drawing.heatmap(values))
    point(page, "weights", *middle(page, "weights", 20, 30))
    hovered = state(page, "weights")["hovered"]
    assert page.locator(".panel-tip-first").inner_text().startswith("≈ ")
    # Half a step of the square root, on either side.
    step = np.sqrt(values.max()) / 254 / 2
    assert abs(np.sqrt(hovered["value"]) - np.sqrt(values[hovered["row"], hovered["column"]])) <= step * 1.001


def test_a_grid_with_more_columns_than_pixels_keeps_what_stands_out_and_says_so(draw: Draw) -> None:
    values = np.full((40, 1600), 0.01)
    values[17, 1201] = 1.0
    page = draw(drawing.heatmap(values))
    g = state(page, "weights")["geometry"]
    assert g["across"] == 2
    spot = (17 // g["down"], 1201 // g["across"])
    assert pixel(page, "weights", *middle(page, "weights", *spot)) == STRONGEST["light", "share"]
    assert page.locator(".panel-said").inner_text() == ("40 × 1,600 numbers; each spot drawn is the largest of 1 × 2.")
    point(page, "weights", *middle(page, "weights", *spot))
    assert (state(page, "weights")["hovered"]["row"], state(page, "weights")["hovered"]["column"]) == (17, 1201)


def test_bars_stand_in_order_and_the_rest_is_added_up(draw: Draw) -> None:
    values = np.array([0.05, 0.4, 0.1, 0.25, 0.2])
    page = draw(Bars(name="b", title="B", labels=tuple("abcde"), values=values, axis="share", shown=3))
    texts = page.locator("svg text").all_inner_texts()
    assert texts == ["share", "b", "0.4000", "d", "0.2500", "e", "0.2000", "2 more with 0.1500 in all"]
    bars = page.locator("svg rect[data-index]")
    widths = [float(bars.nth(index).get_attribute("width")) for index in range(3)]
    assert widths[1] / widths[0] == pytest.approx(0.25 / 0.4, abs=0.01)


def test_bars_are_checked_too(draw: Draw) -> None:
    logits = np.array([1.0, -0.5, 2.0])
    values = np.exp(logits / 0.5) / np.exp(logits / 0.5).sum()
    check = Check(rule="softmax", formula="f", arrays={"logits": logits[None]}, numbers={"temperature": 0.5})
    page = draw(Bars(name="b", title="B", labels=tuple("abc"), values=values, axis="probability", check=check))
    stage = page.locator(".panel-stage")
    stage.focus()
    stage.press("ArrowDown")
    stage.press("ArrowDown")
    stage.press("Enter")
    found = state(page, "b")["check"]
    assert found["shown"] == values[0]
    assert found["difference"] < 1e-12


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
    assert page.locator(".panel-tip").inner_text().splitlines() == ["2 苹果", "苹果  0.5", "other  −1"]


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
    texts = page.locator("svg text").all_inner_texts()
    assert {"苹果", "linear", "3×2  −0.4000 … 0.6000", "‖1.2500‖", "−0.1250"} <= set(texts)
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


def test_a_chosen_thumbnail_opens_and_tells_what_it_opens(draw: Draw) -> None:
    values = np.stack([share(20, 20) for _ in range(6)])
    page = draw(drawing.thumbnails(values, across=3))
    g = state(page, "heads")["geometry"]
    point(page, "heads", g["left"] + 1.5 * g["step"], g["top"] + 1.5 * g["high"])
    assert page.locator(".panel-tip").inner_text() == "layer 1, head 1"
    page.mouse.down()
    page.mouse.up()
    assert page.evaluate("window.picks")[0]["opens"] == {"layer": 1, "head": 1}
    opened = page.get_by_test_id("panel-heads-opened")
    assert opened.locator("h3").inner_text() == "layer 1, head 1"
    point(page, "heads-opened", *middle(page, "heads-opened", 7, 3))
    assert state(page, "heads-opened")["hovered"]["value"] == np.float32(values[4, 7, 3])


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
            assert panel.locator("[role=img][aria-label*='苹果']").count() >= 1


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "a\u0007\u202e& <b>\"'", "𝒳🍎\n\t"])
def test_whatever_a_text_holds_stays_text(draw: Draw, text: str) -> None:
    page = draw(*drawing.every_kind(text))
    assert page.locator("img, b, script").count() == 0
    assert page.get_by_test_id("panel-heatmap").locator("h3").text_content() == text


def test_what_is_saved_is_svg_with_the_labels_and_a_picture(draw: Draw, tmp_path: Path) -> None:
    page = draw(*drawing.every_kind())
    for kind in KINDS:
        panel = page.get_by_test_id(f"panel-{kind}")
        with page.expect_download() as saved:
            panel.get_by_role("button", name="Save this picture as SVG").click()
        svg = Path(saved.value.path()).read_text(encoding="utf-8")
        assert saved.value.suggested_filename == f"{kind}.svg"
        root = ElementTree.fromstring(svg)
        assert "苹果" in "".join(root.itertext())
        with page.expect_download() as saved:
            panel.get_by_role("button", name="Save this picture as PNG").click()
        assert Path(saved.value.path()).read_bytes()[:4] == b"\x89PNG"


def test_a_saved_small_matrix_has_a_rectangle_of_its_colour_for_each_cell(draw: Draw) -> None:
    page = draw(drawing.heatmap(np.eye(5)))
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save this picture as SVG").click()
    svg = Path(saved.value.path()).read_text(encoding="utf-8")
    red, green, blue = STRONGEST["light", "share"]
    assert svg.count(f'fill="rgb({red},{green},{blue})"') >= 5
    assert "<image" not in svg


def test_a_worksheet_leaves_the_numbers_out(draw: Draw) -> None:
    page = draw(*drawing.every_kind(), blank=True)
    words = page.locator("main").inner_text()
    assert "10.25" not in words and "0.4000" not in words and "= 6" not in words
    assert pixel(page, "heatmap", *middle(page, "heatmap", 0, 0)) == (0, 0, 0)  # nothing is drawn: it is see-through


def test_an_update_shows_other_numbers_in_the_same_place_and_another_language(draw: Draw) -> None:
    first, second = drawing.heatmap(share(6, 6)), drawing.heatmap(share(9, 4))
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


@pytest.mark.parametrize(
    "values", [np.zeros((0, 3)), np.zeros((3, 3)), np.full((2, 2), np.nan), np.array([[1e30, -1e30]]), np.ones((1, 1))]
)
@pytest.mark.parametrize("scale", ["share", "signed"])
def test_grids_without_numbers_or_with_huge_ones_are_drawn(draw: Draw, values: np.ndarray, scale: str) -> None:
    page = draw(drawing.heatmap(values, scale=scale))
    assert page.get_by_test_id("panel-weights").is_visible()


def test_packed_arrays_are_what_was_packed(draw: Draw) -> None:
    def lists(values: Sequence[float]) -> list[float | None]:
        return [None if not np.isfinite(value) else float(value) for value in values]

    values = np.random.default_rng(6).normal(size=(20, 20)).astype(np.float32)
    values[3, 4] = -np.inf
    packed = to_page(drawing.heatmap(values, scale="signed"))["values"]
    assert packed["encoding"] == "f32"
    script = """async (packed) => {
        const { decodeArray } = await import("/web/page/arrays.js");
        return Array.from((await decodeArray(packed)).data, (value) => (Number.isFinite(value) ? value : null));
    }"""
    assert draw().evaluate(script, json.loads(json.dumps(packed))) == lists(values.reshape(-1).tolist())
