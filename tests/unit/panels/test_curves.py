"""Curves keep the points of each run apart, and share a name where they show the same thing."""

import json

import numpy as np
import pytest

from clearhead.panels.curves import Curve, Curves


def curve(name: str, *points: tuple[float, float], said: tuple[str, ...] = ()) -> Curve:
    x, y = np.array(points, dtype=np.float64).reshape(-1, 2).T
    return Curve(name=name, x=x, y=y, said=said)


def curves(*parts: Curve) -> Curves:
    return Curves(title="t", curves=parts, x_axis="seconds", y_axis="loss", levels={"majority": 0.5})


def test_names_stand_once_in_the_order_of_the_first_of_each() -> None:
    assert curves(curve("b", (0, 1)), curve("a", (0, 1)), curve("b", (0, 2))).names == ("b", "a")


def test_the_array_holds_every_point_with_the_index_of_its_name() -> None:
    panel = curves(curve("b", (0, 1), (2, 3)), curve("a", (4, 5)), curve("b", (6, 7)))
    assert panel.array.tolist() == [[0, 0, 1], [0, 2, 3], [1, 4, 5], [0, 6, 7]]


def test_without_curves_there_are_no_points() -> None:
    assert curves().array.shape == (0, 3)
    assert curves(curve("a")).array.shape == (0, 3)


def test_points_out_of_order_are_refused() -> None:
    with pytest.raises(AssertionError, match="the points of loss must come in order"):
        curve("loss", (2, 1), (1, 1))


def test_what_is_said_must_be_said_of_every_point() -> None:
    with pytest.raises(AssertionError, match=r"\(1, 2\)"):
        curve("loss", (1, 1), (2, 1), said=("seed 0",))


def test_as_json_a_gap_is_null() -> None:
    panel = curves(curve("a", (0, 1), (2, np.nan), said=("x", "y")))
    sent = json.loads(json.dumps(panel.to_json(), allow_nan=False))
    assert sent["kind"] == "curves"
    assert sent["curves"] == [{"name": "a", "x": [0.0, 2.0], "y": [1.0, None], "said": ["x", "y"]}]
    assert (sent["levels"], sent["scale"]) == ({"majority": 0.5}, "linear")
