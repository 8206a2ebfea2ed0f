"""The surface of a small model in a real browser: its line lies where the weights say, and moves with them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from browser.drawing import pixel
from browser.drawing import state as state_of
from browser.steps import OpenPage, after, by_id, ready, state
from film_runs import look_at_row, row_run

from clearhead.inspector.look import Look
from clearhead.models.neuron import Neuron, NeuronConfig
from clearhead.runs.film import read_film

INK = (28, 31, 36)
"""What a line is drawn in on light paper."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of two neurons that kept its film."""
    return row_run(tmp_path_factory.mktemp("film"), model="neuron")


@pytest.fixture
def neuron_page(serve: Callable[[Look], str]) -> str:
    """Return the page of two neurons set by hand: the first wins where x1 is above 0.5."""
    model = Neuron(NeuronConfig(num_features=2, num_outputs=2))
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[2.0, 0.0], [0.0, 0.0]]))
        model.bias.copy_(torch.tensor([-1.0, 0.0]))
    return serve(Look(model, None, [1.0, -2.0], name="by hand"))


def place(page: Any, x: float, y: float) -> tuple[float, float]:
    """Return where a place of the plane lies on the canvas."""
    g = state_of(page, "surface")["geometry"]
    part = np.subtract((x, y), g["low"]) / np.subtract(g["high"], g["low"])
    column, row = part[0] * (g["columns"] - 1), (1 - part[1]) * (g["rows"] - 1)
    return g["left"] + (column + 0.5) * g["cellWidth"], g["top"] + (row + 0.5) * g["cellHeight"]


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two colours are all but equal."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < 40


def test_the_line_lies_where_the_weights_say_and_moves_with_them(open_page: OpenPage, neuron_page: str) -> None:
    page = ready(open_page(f"{neuron_page}#view=neuron&unit=0&theme=light"))
    assert near(pixel(page, "surface", *place(page, 0.5, 1.0)), INK)
    right, left = (pixel(page, "surface", *place(page, x, 1.0)) for x in (2.0, -1.0))
    assert right[2] > right[0] and left[0] > left[2]  # blue where the class is likely, orange where it is not
    by_id(page, "weights").locator("summary").click()
    by_id(page, "weights").locator("select").select_option("bias")
    weight = by_id(page, "weight-bias[0]")
    after(page, lambda: (weight.fill("2"), weight.press("Tab")))
    assert near(pixel(page, "surface", *place(page, -1.0, 1.0)), INK)
    assert not near(pixel(page, "surface", *place(page, 0.5, 1.0)), INK)


def test_the_axes_bear_the_columns_and_the_row_is_marked(open_page: OpenPage, neuron_page: str) -> None:
    page = ready(open_page(f"{neuron_page}#view=neuron&theme=light"))
    assert near(pixel(page, "surface", *place(page, 1.0, -2.0)), INK)
    canvas = by_id(page, "panel-surface").locator("canvas").first
    canvas.scroll_into_view_if_needed()
    box, (x, y) = canvas.bounding_box(), place(page, 1.0, -2.0)
    page.mouse.move(box["x"] + x, box["y"] + y)
    told = by_id(page, "panel-surface").locator(".panel-tip").inner_text()
    assert "x2 −" in told.replace("-", "−") and "→ x1 " in told
    by_id(page, "panel-surface").get_by_test_id("check").click()
    assert float(by_id(page, "check-difference").get_attribute("data-value")) < 1e-5


def test_a_picture_of_the_film_opens_that_step(
    open_page: OpenPage, serve: Callable[[Look], str], run: Path, tmp_path: Path
) -> None:
    kept = list(read_film(run))
    page = ready(open_page(f"{serve(look_at_row(run))}#view=neuron&lang=zh"))
    film = by_id(page, "panel-film").locator("canvas").first
    film.scroll_into_view_if_needed()
    g = state_of(page, "film")["geometry"]
    x, y = g["left"] + 5.5 * g["step"], g["top"] + 5
    after(page, lambda: film.click(position={"x": x, "y": y}))
    assert state(page)["step"] == str(kept[5])
    title = by_id(page, "panel-surface").locator("h3").inner_text()
    assert title == f"第 {kept[5]} 步之后，模型在 x 与 y 上的回答"


def test_the_surface_stands_in_a_report(open_page: OpenPage, run: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(run, tmp_path / "run"))
    report = look_at_row(copy).save_html(tmp_path / "report.html", ["neuron"])
    page = ready(open_page(report.as_uri()))
    assert near(pixel(page, "surface", *place(page, 1.5, -2.0)), INK) or page.evaluate(
        "matchMedia('(prefers-color-scheme: dark)').matches"
    )
    assert by_id(page, "panel-film").is_visible() and by_id(page, "panel-learned").is_visible()
