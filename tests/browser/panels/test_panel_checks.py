"""Whatever is shown can be computed again on the page, from the operands beside it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from browser import drawing
from browser.drawing import middle, point, state

from clearhead.panels.bars import Bars
from clearhead.panels.base import Check

Draw = Callable[..., Any]


def test_the_pointer_shows_the_number_of_a_cell_with_its_labels(draw: Draw) -> None:
    values = drawing.shares(6, 6)
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
