"""Dots keep every measurement, and say which of them can be drawn to one scale."""

import json

import numpy as np
import pytest

from clearhead.panels.dots import Dots


def dots(*rows: list[float], **more: object) -> Dots:
    labels = tuple(str(index) for index in range(len(rows)))
    values = tuple(np.array(row, dtype=np.float64) for row in rows)
    return Dots(title="t", labels=labels, values=values, axis="accuracy", **more)  # type: ignore[arg-type]


def test_the_array_is_filled_with_nothing_behind_the_last_of_each_row() -> None:
    np.testing.assert_array_equal(dots([1, 2, 3], [4]).array, [[1, 2, 3], [4, np.nan, np.nan]])


def test_without_rows_the_array_is_empty() -> None:
    assert dots().array.shape == (0, 0)
    assert dots().means.shape == (0,)


def test_a_mean_is_that_of_its_own_row() -> None:
    assert dots([1, 2, 6], [4]).means.tolist() == [3, 4]


def test_the_span_runs_from_the_smallest_to_the_largest() -> None:
    assert dots([0.2, 0.5], [0.9]).span() == (0.2, 0.9)


def test_the_span_leaves_out_what_lies_farther_off_than_three_times_the_middle_half() -> None:
    near = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]  # with one more the quarters lie at 2.75 and 6.25
    assert dots(near, [6.25 + 3 * 3.5]).span() == (1.0, 16.75)
    assert dots(near, [16.76]).span() == (1.0, 7.0)
    assert dots([-1e9], near, [1e9]).span() == (1.0, 7.0)


def test_where_half_of_all_numbers_are_equal_none_is_too_far() -> None:
    assert dots([1.0, 1.0, 1.0, 1.0], [0.9], [1.5]).span() == (0.9, 1.5)


def test_the_span_of_nothing_is_from_0_to_1() -> None:
    assert dots().span() == (0.0, 1.0)
    assert dots([np.nan, np.inf]).span() == (0.0, 1.0)


def test_a_row_without_a_measurement_is_refused() -> None:
    with pytest.raises(AssertionError, match=r"\(0,\)"):
        dots([1.0], [])


def test_what_is_said_must_be_said_of_every_measurement() -> None:
    with pytest.raises(AssertionError, match="'0', '1'"):
        dots([1.0, 2.0], [3.0], said=(("a",), ("b",)))


def test_no_more_rows_than_there_are_can_stand_beside() -> None:
    with pytest.raises(AssertionError, match="3"):
        dots([1.0], [2.0], num_beside=3)


def test_as_json_rows_keep_their_own_lengths() -> None:
    sent = json.loads(json.dumps(dots([1.0, np.nan], [2.0], num_beside=1).to_json(), allow_nan=False))
    assert (sent["kind"], sent["values"], sent["num_beside"]) == ("dots", [[1.0, None], [2.0]], 1)
