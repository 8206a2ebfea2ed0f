"""Panels on their way to the page: what is unpacked there is what the panel holds."""

import base64
import json
import zlib
from typing import Any

import numpy as np
import pytest

from clearhead.inspector.transport import FAST_ABOVE, MAX_EXACT, MAX_LISTED, as_bytes, as_floats, row_of, to_page
from clearhead.panels.bars import Bars
from clearhead.panels.base import Check, Name
from clearhead.panels.curves import Curve, Curves
from clearhead.panels.dots import Dots
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.lines import Lines
from clearhead.panels.table import Table

RANDOM = np.random.default_rng(0)


def unpacked(array: dict[str, Any]) -> np.ndarray:
    """Return the numbers of a packed array as the page reads them."""
    data = zlib.decompress(base64.b64decode(array["data"]))
    if array["encoding"] == "f32":
        return np.frombuffer(data, "<f4").reshape(array["shape"])
    codes = np.frombuffer(data, np.uint8).reshape(array["shape"]).astype(np.float64)
    low, high = array["scale"]["low"], array["scale"]["high"]
    part = (codes - 1) / 254
    values = part**2 * high if array["scale"]["root"] else low + part * (high - low)
    return np.where(codes == 0, np.nan, values)


def heatmap(values: np.ndarray, **options: Any) -> Heatmap:
    rows, columns = (tuple(map(str, range(count))) for count in values.shape)
    return Heatmap(
        name="m", title="M", values=values, rows=rows, columns=columns, row_axis="r", column_axis="c", **options
    )


def test_few_numbers_come_as_they_are() -> None:
    values = np.array([[0.1, -np.inf], [np.nan, 1e-9]])
    panel = heatmap(values)
    assert to_page(panel) == panel.to_json()
    assert to_page(panel)["values"] == [[0.1, None], [None, 1e-9]]


def test_many_numbers_come_as_floats_that_hold_every_digit() -> None:
    values = RANDOM.normal(size=(16, 17)).astype(np.float32)
    values[3, 4] = -np.inf
    assert values.size > MAX_LISTED
    sent = to_page(heatmap(values))["values"]
    assert (sent["encoding"], sent["shape"]) == ("f32", [16, 17])
    np.testing.assert_array_equal(unpacked(sent), np.where(np.isfinite(values), values, np.nan))


@pytest.mark.parametrize("scale", ["share", "signed"])
def test_large_grids_come_as_bytes_as_near_as_a_byte_can_be(scale: Any) -> None:
    values = RANDOM.random((130, 130)) ** 4 * 3 if scale == "share" else RANDOM.normal(size=(130, 130))
    values[0, 0] = np.nan
    assert values.size > MAX_EXACT
    sent = to_page(heatmap(values, scale=scale))["values"]
    found = unpacked(sent)
    assert sent["encoding"] == "u8"
    assert np.isnan(found[0, 0]) and np.isfinite(found).sum() == values.size - 1
    is_there = np.isfinite(values)
    if scale == "share":
        errors = np.sqrt(found[is_there]) - np.sqrt(values[is_there])
        step = np.sqrt(np.nanmax(values)) / 254
    else:
        errors = found[is_there] - values[is_there]
        step = 2 * np.nanmax(np.abs(values)) / 254
    assert np.abs(errors).max() <= step / 2 + 1e-12


@pytest.mark.parametrize("kind", ["noise", "repeated"])
def test_a_large_array_is_deflated_the_way_that_suits_it(kind: str) -> None:
    rows = RANDOM.normal(size=(1100, 1000)) if kind == "noise" else np.tile(RANDOM.normal(size=1000), (1100, 1))
    sent = as_bytes(rows, root=False, steps=63)
    codes = zlib.decompress(base64.b64decode(sent["data"]))
    assert len(codes) == rows.size > FAST_ABOVE
    np.testing.assert_allclose(unpacked(sent), rows, atol=np.abs(rows).max() * (1 / 63 + 1 / 254))
    usual = len(base64.b64encode(zlib.compress(codes, 1)))
    assert len(sent["data"]) < 0.9 * usual if kind == "noise" else len(sent["data"]) == usual


def test_zero_is_the_middle_of_signed_numbers_and_the_bottom_of_shares() -> None:
    values = np.array([[0.0, 2.0, -2.0]])
    signed = as_bytes(values, root=False)
    assert zlib.decompress(base64.b64decode(signed["data"])) == bytes([128, 255, 1])
    assert signed["scale"] == {"low": -2.0, "high": 2.0, "root": False}
    share = as_bytes(np.abs(values), root=True)
    assert zlib.decompress(base64.b64decode(share["data"]))[0] == 1


@pytest.mark.parametrize("root", [True, False])
def test_a_grid_of_one_number_or_none_can_be_sent(root: bool) -> None:
    assert np.isnan(unpacked(as_bytes(np.full((2, 2), np.nan), root=root))).all()
    np.testing.assert_array_equal(unpacked(as_bytes(np.zeros((2, 2)), root=root)), 0)


def test_a_page_that_cannot_ask_again_gets_every_digit() -> None:
    values = RANDOM.random((130, 130)).astype(np.float32)
    sent = to_page(heatmap(values), keeps_every_digit=True)["values"]
    np.testing.assert_array_equal(unpacked(sent), values)


def test_the_operands_of_a_check_and_the_lines_of_a_chart_are_packed_too() -> None:
    left = RANDOM.normal(size=(20, 20)).astype(np.float32)
    check = Check(rule="dot", formula="a · b", arrays={"left": left, "right": left[:2]}, numbers={"scale": 0.5})
    sent = to_page(heatmap(np.eye(2), check=check))["check"]
    np.testing.assert_array_equal(unpacked(sent["arrays"]["left"]), left)
    assert sent["arrays"]["right"] == left[:2].tolist()
    assert (sent["rule"], sent["numbers"], sent["activation"]) == ("dot", {"scale": 0.5}, "none")
    series = np.arange(300.0)
    lines = Lines(title="L", points=tuple(map(str, range(300))), series={"a": series}, axis="y")
    np.testing.assert_array_equal(unpacked(to_page(lines)["series"]["a"]), series)


def test_the_points_of_curves_and_the_rows_of_dots_are_packed_each_for_itself() -> None:
    x = np.arange(300.0)
    parts = (Curve(name="long", x=x, y=x / 2), Curve(name="short", x=x[:2], y=x[:2]))
    sent = to_page(Curves(title="C", curves=parts, x_axis="x", y_axis="y"))["curves"]
    np.testing.assert_array_equal(unpacked(sent[0]["x"]), x)
    np.testing.assert_array_equal(unpacked(sent[0]["y"]), x / 2)
    assert (sent[0]["name"], sent[1]["x"]) == ("long", [0.0, 1.0])
    rows = to_page(Dots(title="D", labels=("a", "b"), values=(x[:3], x), axis="d", said=()))["values"]
    assert rows[0] == [0.0, 1.0, 2.0]
    np.testing.assert_array_equal(unpacked(rows[1]), x)


def test_the_places_of_names_are_told_and_nothing_where_there_are_none() -> None:
    numbers = np.zeros(2)
    series = {Name("loss"): numbers, "bias": numbers}
    lines = Lines(title="t", points=(Name("a"), Name("b")), series=series, axis=Name("length"))
    assert to_page(lines)["names"] == {"points": True, "series": ["loss"], "axis": True}
    rows = ((Name("sum"), 1.0, None), ("sum", 2.0, Name("x")))
    table = Table(title="t", columns=("what", Name("weight"), "then"), rows=rows)
    assert to_page(table)["names"] == {"columns": [1], "rows": [[0], [], [1]]}
    assert "names" not in to_page(heatmap(np.zeros((2, 2))))


def test_a_name_is_sent_and_written_as_any_other_text() -> None:
    panel = Table(title="t", columns=(Name("weight"),), rows=((Name("sum"),),))
    assert json.dumps(panel.to_json()) == json.dumps(
        Table(title="t", columns=("weight",), rows=(("sum",),)).to_json()
    )  # fmt: skip


def test_what_is_sent_is_json_without_nan() -> None:
    values = RANDOM.random(5000)
    values[7] = np.nan
    bars = Bars(title="B", labels=tuple(map(str, range(5000))), values=values, axis="p")
    text = json.dumps(to_page(bars), allow_nan=False)
    assert unpacked(json.loads(text)["values"]).shape == (5000,)
    assert len(json.dumps(as_floats(np.zeros(100_000)))) < 1000


def test_a_row_comes_in_full() -> None:
    values = RANDOM.normal(size=(3, 4))
    values[1, 2] = -np.inf
    assert row_of(heatmap(values), 1) == [values[1, 0], values[1, 1], None, values[1, 3]]


def test_a_row_that_is_not_there_is_told() -> None:
    with pytest.raises(ValueError, match=r"row\.row must be between 0 and 2, got 3\. Choose one of these\."):
        row_of(heatmap(np.zeros((3, 4))), 3)
    bars = Bars(name="b", title="B", labels=("x",), values=np.ones(1), axis="p")
    with pytest.raises(ValueError, match=r"row\.panel must be a grid of numbers, got 'b', a bars\. Name a heatmap\."):
        row_of(bars, 0)
