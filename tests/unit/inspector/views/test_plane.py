"""Two columns span a plane: where its rows lie, and lines on it."""

import numpy as np
import pytest
import torch

from clearhead.inspector.views._plane import Axis, Plane, choose_plane, contour, number_axes

COLUMNS = [
    {"name": "age", "kind": "number", "mean": 40.0, "scale": 10.0, "has_missing": True},
    {"name": "colour", "kind": "category", "categories": ["green", "red"], "has_missing": False, "has_others": False},
    {"name": "height", "kind": "number", "mean": 1.7, "scale": 0.1, "has_missing": False},
]
ROW = torch.tensor([0.5, 0.0, 0.0, 1.0, -1.0])


def plane(row: torch.Tensor = ROW, **options: str | None) -> Plane:
    """Return a plane over the columns above, age the one that weighs most."""
    given = {"x": None, "y": None, **options}
    return choose_plane(row, number_axes(COLUMNS), weight=np.array([2.0, 1.0]), where="neuron", **given)  # type: ignore[arg-type]


def test_each_column_of_numbers_is_an_axis_at_its_place_in_the_row() -> None:
    age, height = number_axes(COLUMNS)
    assert (age.name, age.feature, age.missing) == ("age", 0, 1)
    assert (height.name, height.feature, height.missing) == ("height", 4, None)


def test_the_places_of_an_axis_are_told_in_the_columns_own_unit() -> None:
    age, height = number_axes(COLUMNS)
    assert age.labels(6) == ("15", "25", "35", "45", "55", "65")
    assert height.labels(3) == ("1.45", "1.70", "1.95")


def test_an_axis_goes_on_to_a_row_that_lies_outside() -> None:
    [age, _] = number_axes(COLUMNS)
    assert not age.around(torch.tensor([2.4])).is_longer
    longer = age.around(torch.tensor([7.5]))
    assert longer.is_longer
    assert longer.low == -2.5 and longer.high == pytest.approx(7.5 + 0.08 * 10)


def test_the_rows_of_a_plane_differ_in_two_columns_only_and_the_largest_y_comes_first() -> None:
    rows = plane().rows(3)
    assert rows.shape == (9, 5)
    assert rows[:, 0].tolist() == [-2.5, 0.0, 2.5] * 3
    assert rows[:, 4].tolist() == [2.5] * 3 + [0.0] * 3 + [-2.5] * 3
    assert rows[:, 1:4].tolist() == [[0.0, 0.0, 1.0]] * 9


def test_a_row_without_a_value_is_not_on_the_plane_whose_other_rows_have_one() -> None:
    without = plane(torch.tensor([0.0, 1.0, 0.0, 1.0, -1.0]))
    assert not without.has_row and plane().has_row
    assert without.rows(3)[:, 1].tolist() == [0.0] * 9


def test_one_column_of_numbers_is_a_line() -> None:
    found = choose_plane(ROW, number_axes(COLUMNS)[:1], x=None, y=None, weight=np.ones(1), where="neuron")
    assert found.y is None and found.rows(4).shape == (4, 5)


@pytest.mark.parametrize(
    ("options", "names"),
    [({}, ("age", "height")), ({"x": "height"}, ("height", "age")), ({"y": "age"}, ("height", "age")),
     ({"x": "height", "y": "age"}, ("height", "age"))],
)  # fmt: skip
def test_what_was_not_named_is_filled_in(options: dict[str, str], names: tuple[str, str]) -> None:
    found = plane(**options)
    assert found.y is not None
    assert (found.x.name, found.y.name) == names


def test_of_many_columns_the_two_that_weigh_most_are_taken_in_the_tables_order() -> None:
    axes = [Axis(name, place) for place, name in enumerate("abcd")]
    found = choose_plane(ROW, axes, x=None, y=None, weight=np.array([1.0, 0.0, 9.0, 3.0]), where="neuron")
    assert found.y is not None
    assert (found.x.name, found.y.name) == ("c", "d")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"x": "heigth"},
            "No 'heigth' in the columns of numbers. Available: age, height. Did you mean 'height'?",
        ),
        ({"y": "colour"}, "No 'colour' in the columns of numbers. Available: age, height."),
        (
            {"x": "age", "y": "age"},
            "neuron.y must be another column than neuron.x, got 'age' for both. Use 'height'.",
        ),
    ],
)
def test_columns_that_cannot_be_taken_are_refused(options: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        plane(**options)
    assert str(caught.value) == message


def test_one_column_cannot_be_both_axes() -> None:
    with pytest.raises(ValueError) as caught:
        choose_plane(ROW, number_axes(COLUMNS)[:1], x="age", y="age", weight=np.ones(1), where="neuron")
    assert str(caught.value) == (
        "neuron.y must be another column than neuron.x, got 'age' for both. "
        "Leave it out: there is one column of numbers only."
    )


def test_the_contour_of_a_straight_field_is_exactly_its_line() -> None:
    rows, columns = np.mgrid[:20, :30].astype(float)
    edge = contour(2 * columns - 3 * rows + 1.3)
    assert len(edge) >= 19
    for stroke in edge:
        assert 2 * stroke.column - 3 * stroke.row + 1.3 == pytest.approx(0, abs=0.01)
        assert 2 * stroke.to_column - 3 * stroke.to_row + 1.3 == pytest.approx(0, abs=0.01)
    length = sum(np.hypot(s.to_row - s.row, s.to_column - s.column) for s in edge)
    assert length == pytest.approx(np.hypot(19, (3 * 19 - 1.3) / 2 - 0) - np.hypot(1.3 / 3, 0), rel=0.05)


def test_the_contour_of_a_circle_closes() -> None:
    rows, columns = np.mgrid[:40, :40] - 19.5
    edge = contour(100 - rows**2 - columns**2)
    length = sum(np.hypot(s.to_row - s.row, s.to_column - s.column) for s in edge)
    assert length == pytest.approx(2 * np.pi * 10, rel=0.01)
    ends = [(s.row, s.column) for s in edge] + [(s.to_row, s.to_column) for s in edge]
    assert all(ends.count(end) == 2 for end in ends)


def test_where_opposite_corners_are_above_there_are_two_pieces() -> None:
    assert len(contour(np.array([[1.0, -1.0], [-1.0, 1.0]]))) == 2


def test_a_field_of_one_sign_has_no_contour() -> None:
    assert contour(np.ones((3, 3))) == ()
