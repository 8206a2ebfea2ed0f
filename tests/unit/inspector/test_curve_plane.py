"""Points of curves lie in a square as far along both axes as their numbers say."""

import numpy as np
import pytest

from clearhead.inspector.curve_plane import plane_of
from clearhead.panels.curves import Curve, Curves


def panel(*points: tuple[float, float], scale: str = "linear", **levels: float) -> Curves:
    x, y = np.array(points, dtype=np.float64).reshape(-1, 2).T
    curves = (Curve(name="a", x=x, y=y),)
    return Curves(title="t", curves=curves, x_axis="seconds", y_axis="loss", levels=levels, scale=scale)  # type: ignore[arg-type]


def test_a_point_lies_as_far_along_an_axis_as_its_number() -> None:
    plane = plane_of(panel((0, 0), (5, 25), (20, 100)))
    np.testing.assert_allclose(plane.curves[0], [[0, 0], [0.25, 0.25], [1, 1]])
    assert plane.up == tuple((value / 100, str(value)) for value in (0, 20, 40, 60, 80, 100))
    assert plane.across == ((0.0, "0"), (0.25, "5"), (0.5, "10"), (0.75, "15"), (1.0, "20"))


def test_equal_factors_are_equal_steps_by_the_logarithm_and_a_zero_is_a_gap() -> None:
    plane = plane_of(panel((1, 1), (2, 10), (3, 0), (4, 100), scale="log"))
    np.testing.assert_allclose(plane.curves[0][[0, 1, 3], 1], [0, 0.5, 1])
    assert np.isnan(plane.curves[0][2]).all()
    assert plane.num_gaps == 1
    assert [text for _, text in plane.up] == ["1.0000", "10.00", "100.00"]


def test_the_axis_to_the_right_begins_at_0_where_that_is_near() -> None:
    assert plane_of(panel((1, 1), (4, 2))).curves[0][0, 0] == 0.25
    assert plane_of(panel((8, 1), (10, 2))).curves[0][0, 0] == 0


def test_a_level_that_would_flatten_the_curves_is_left_out() -> None:
    plane = plane_of(panel((0, 0.8), (1, 1.0), near=0.61, far=0.59, below=-1.0))
    assert plane.levels == {"near": pytest.approx(0.01 / 0.4)}


def test_beside_a_single_height_every_level_is_drawn() -> None:
    assert list(plane_of(panel((1, 0.9), far=0.1)).levels) == ["far"]


def test_a_level_without_a_logarithm_is_left_out() -> None:
    assert list(plane_of(panel((1, 1), (2, 10), scale="log", none=0.0, there=5.0)).levels) == ["there"]


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_without_a_point_there_are_axes_all_the_same(scale: str) -> None:
    plane = plane_of(panel((1, np.nan), scale=scale))
    assert np.isnan(plane.curves[0]).all()
    assert len(plane.up) >= 2 and len(plane.across) >= 2
