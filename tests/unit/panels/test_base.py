"""Every panel becomes JSON that any program can read, with nothing lost."""

import json

import numpy as np
import pytest

from clearhead.panels.bars import Bars
from clearhead.panels.base import Panel, plain
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.lines import Lines
from clearhead.panels.table import Table
from clearhead.panels.tokens import TokenBox, Tokens

MATRIX = np.array([[0.1, -np.inf], [np.float32(1) / 3, 2.0]], dtype=np.float32)
PANELS = [
    Heatmap(name="n", title="t", values=MATRIX, rows=("a", "b"), columns=("苹", "果"), row_axis="q", column_axis="k"),
    Bars(name="n", title="t", labels=("x", "y"), values=np.array([0.25, 0.75]), axis="share"),
    Lines(name="n", title="t", points=("1", "2"), series={"s": np.array([1.0, 2.0])}, axis="loss"),
    Table(name="n", title="t", columns=("a", "b"), rows=((1, "苹果"), (None, 0.5))),
    Tokens(name="n", title="t", text="苹", tokens=(TokenBox(7, "苹", "苹".encode(), 0, 1),)),
]


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.kind)
def test_json_of_a_panel_is_strict_and_names_its_kind(panel: Panel) -> None:
    read = json.loads(json.dumps(panel.to_json(), allow_nan=False))
    assert read["kind"] == panel.kind
    assert {"name", "title", "note"} <= set(read)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.kind)
def test_a_panel_cannot_be_changed(panel: Panel) -> None:
    with pytest.raises(AttributeError):
        panel.title = "another"  # type: ignore[misc]


def test_json_keeps_every_digit_and_says_null_where_nothing_is() -> None:
    values = json.loads(json.dumps(PANELS[0].to_json()))["values"]
    assert values[0][1] is None
    assert np.float32(values[1][0]) == np.float32(1) / 3
    assert np.array_equal(np.array([values[0][0], *values[1]], dtype=np.float32), MATRIX[[0, 1, 1], [0, 0, 1]])


def test_bytes_are_written_as_hexadecimal_digits() -> None:
    assert PANELS[4].to_json()["tokens"][0]["bytes"] == "e8 8b b9"


def test_plain_turns_numpy_numbers_into_python_numbers() -> None:
    assert plain({"a": np.float64(0.5), "b": (np.int64(3), np.nan)}) == {"a": 0.5, "b": [3, None]}


@pytest.mark.parametrize(
    ("panel", "expected"),
    [(PANELS[1], [0.25, 0.75]), (PANELS[2], [[1.0, 2.0]]), (PANELS[4], [7])],
    ids=["bars", "lines", "tokens"],
)
def test_the_array_of_a_panel_holds_its_numbers(panel: Panel, expected: list[float]) -> None:
    assert panel.array.tolist() == expected
