"""Pixels follow numbers through the one table of colours; large grids keep what stands out."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import drawing
from browser.drawing import middle, pixel, point, state

from clearhead.inspector.transport import to_page

Draw = Callable[..., Any]
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


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pixels_of_shares_follow_the_table_of_colours_by_the_square_root(draw: Draw, theme: str) -> None:
    values = np.zeros((48, 48))  # cells too small for numbers, which would cover their colours
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
    values = np.zeros((48, 48))
    values[2, 2], values[4, 4], values[6, 6] = -3.0, 1.5, -np.inf
    page = draw(drawing.heatmap(values, name=name, scale="signed", is_gradient=hue == "gradient"), theme=theme)
    assert pixel(page, name, *middle(page, name, 2, 2)) == STRONGEST[theme, hue]
    assert pixel(page, name, *middle(page, name, 6, 6)) == NOTHING[theme]
    assert pixel(page, name, *middle(page, name, 0, 0)) == ZERO[theme]
    red, green, blue = pixel(page, name, *middle(page, name, 4, 4))
    assert blue > red  # blue or teal above 0, orange or magenta below
    assert (green > red) if hue == "gradient" else (blue > green)


def test_the_sizes_of_gradients_are_teal_alone(draw: Draw) -> None:
    values = np.zeros((48, 48))
    values[2, 2] = 5.0
    page = draw(drawing.heatmap(values, is_gradient=True))
    assert pixel(page, "weights", *middle(page, "weights", 2, 2)) == (2, 84, 80)
    assert pixel(page, "weights", *middle(page, "weights", 9, 9)) == ZERO["light"]


def test_changing_the_light_redraws_in_the_other_colours(draw: Draw) -> None:
    page = draw(drawing.heatmap(np.eye(48)))
    assert pixel(page, "weights", *middle(page, "weights", 5, 5)) == STRONGEST["light", "share"]
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_timeout(50)
    assert pixel(page, "weights", *middle(page, "weights", 5, 5)) == STRONGEST["dark", "share"]


def test_a_large_grid_comes_as_bytes_and_its_exact_numbers_when_someone_looks(draw: Draw) -> None:
    values = drawing.shares(160, 160)
    page = draw(drawing.heatmap(values), exact=values)
    codes = to_page(drawing.heatmap(values))["values"]
    assert codes["encoding"] == "u8"
    point(page, "weights", *middle(page, "weights", 20, 30))
    page.wait_for_timeout(50)
    hovered = state(page, "weights")["hovered"]
    assert hovered["exact"]
    assert hovered["value"] == np.float32(values[hovered["row"], hovered["column"]])


def test_a_number_that_came_as_a_byte_says_that_it_is_near(draw: Draw) -> None:
    values = drawing.shares(160, 160)
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


@pytest.mark.parametrize(
    "values", [np.zeros((0, 3)), np.zeros((3, 3)), np.full((2, 2), np.nan), np.array([[1e30, -1e30]]), np.ones((1, 1))]
)
@pytest.mark.parametrize("scale", ["share", "signed"])
def test_grids_without_numbers_or_with_huge_ones_are_drawn(draw: Draw, values: np.ndarray, scale: str) -> None:
    page = draw(drawing.heatmap(values, scale=scale))
    assert page.get_by_test_id("panel-weights").is_visible()


@pytest.mark.parametrize("is_old", [False, True])
def test_packed_arrays_are_what_was_packed(draw: Draw, is_old: bool) -> None:
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
    page = draw()
    if is_old:  # browsers before 2025 have no such function
        page.evaluate("delete Uint8Array.fromBase64")
    assert page.evaluate(script, json.loads(json.dumps(packed))) == lists(values.reshape(-1).tolist())


def test_a_chosen_thumbnail_opens_and_tells_what_it_opens(draw: Draw) -> None:
    values = np.stack([drawing.shares(20, 20) for _ in range(6)])
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


def test_a_saved_small_matrix_has_a_rectangle_of_its_colour_for_each_cell(draw: Draw) -> None:
    page = draw(drawing.heatmap(np.eye(5)))
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save this picture as SVG").click()
    svg = Path(saved.value.path()).read_text(encoding="utf-8")
    red, green, blue = STRONGEST["light", "share"]
    assert svg.count(f'fill="rgb({red},{green},{blue})"') >= 5
    assert "<image" not in svg
