"""Lines have one number for each point."""

import numpy as np
import pytest

from clearhead.panels.lines import Lines, fitting_scale


def test_a_series_of_another_length_is_refused() -> None:
    with pytest.raises(AssertionError, match="cosine"):
        Lines(name="l", title="l", points=("a", "b"), series={"cosine": np.zeros(3)}, axis="")


def test_the_array_has_one_row_for_each_series() -> None:
    lines = Lines(
        name="l", title="l", points=("a", "b"), series={"x": np.array([1, 2]), "y": np.array([3, 4])}, axis=""
    )
    assert lines.array.tolist() == [[1, 2], [3, 4]]


def lines(*values: float, scale: str = "linear") -> Lines:
    points = tuple(map(str, range(len(values))))
    return Lines(name="l", title="l", points=points, series={"s": np.array(values)}, axis="", scale=scale)  # type: ignore[arg-type]


def test_a_bar_along_a_line_is_as_long_as_its_share_of_the_largest() -> None:
    np.testing.assert_allclose(lines(4.0, -1.0, np.nan, 0.0).parts()["s"], [1.0, 0.25, np.nan, 0.0])


def test_equal_factors_are_equal_steps_on_a_logarithmic_axis() -> None:
    panel = lines(100.0, 1.0, 0.01, 0.0, -1.0, np.nan, scale="log")
    assert panel.decades() == (-2, 2)
    np.testing.assert_allclose(panel.parts()["s"], [1.0, 0.5, 0.0, np.nan, np.nan, np.nan], atol=1e-12)


def test_numbers_without_a_place_on_a_logarithmic_axis_are_counted() -> None:
    assert lines(1.0, 0.0, -2.0, np.nan, scale="log").num_gaps == 2
    assert lines(1.0, 0.0, -2.0, np.nan).num_gaps == 0


def test_an_axis_has_a_decade_even_for_nothing() -> None:
    assert lines(0.0, scale="log").decades() == (0, 1)
    assert lines(10.0, scale="log").decades() == (1, 2)


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ((1.0, 31.0), "log"),
        ((1.0, 30.0), "linear"),
        ((0.0, 1.0, 40.0), "log"),
        ((-1.0, 1.0, 40.0), "linear"),
        ((0.0, np.nan), "linear"),
        ((), "linear"),
    ],
)
def test_only_numbers_far_apart_that_are_not_below_0_ask_for_a_logarithmic_axis(
    values: tuple[float, ...], scale: str
) -> None:
    assert fitting_scale({"s": np.array(values)}) == scale
