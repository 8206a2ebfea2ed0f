"""Numbers in few digits, text that cannot steer a terminal, grids that fit."""

import math

import numpy as np
import pytest
from film_runs import plane_panel

from clearhead.inspector.legible import (
    drawn_over,
    largest,
    number,
    on_axis,
    pooled,
    printable,
    round_numbers,
    short,
    strength,
    strip,
)
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.table import Cell


def grid(values: np.ndarray, scale: str = "share", note: str = "") -> Heatmap:
    rows, columns = (tuple(str(index) for index in range(count)) for count in values.shape)
    return Heatmap(
        name="g",
        title="g",
        values=values,
        rows=rows,
        columns=columns,
        row_axis="r",
        column_axis="c",
        scale=scale,  # type: ignore[arg-type]
        note=note,
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((None, "–"), (math.nan, "–"), (-math.inf, "–"), (True, "yes"), (3, "3"), (0.0, "0"), (0.25, "0.2500")),
        *((-12.345, "-12.35"), (0.00012, "1.2e-04"), (2.5e7, "2.5e+07"), ("苹果", "苹果")),
    ],
)
def test_cells_are_written_in_about_four_digits(value: Cell, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ((0, 1, 8), " ▁█"),
        ((1, 1000), "▁█"),  # what is there, however little, is seen
        ((4.0, 8.0, 2.0), "▄█▂"),
        ((0, 0), "–"),
        ((), "–"),
        ((1,) * 26, "█" * 13),
        ((*(0,) * 13, 5, *(0,) * 12), " " * 6 + "█" + " " * 6),
    ],
)
def test_a_strip_has_a_block_for_each_number_or_for_neighbours_together(values: tuple[float, ...], drawn: str) -> None:
    assert strip(values) == drawn
    assert number(values) == drawn


@pytest.mark.parametrize("value", [0.5, -99.99, -9999.4, 123456.0, -1e30, 99.996, 9999.6, math.nan, -math.inf])
def test_short_numbers_fit_in_six_characters(value: float) -> None:
    assert len(short(value)) <= 6


def test_control_characters_become_their_bytes() -> None:
    assert printable("a\x1b[31m苹\u200b") == "a⟨1b⟩[31m苹⟨e2 80 8b⟩"


def test_a_grid_that_fits_stays_as_it_is() -> None:
    panel = grid(np.eye(3))
    assert pooled(panel, max_rows=3, max_columns=3) is panel


def test_a_pooled_cell_is_the_largest_of_its_block_and_the_note_says_so() -> None:
    values = np.arange(30, dtype=np.float32).reshape(5, 6)
    small = pooled(grid(values, note="Read me."), max_rows=3, max_columns=2)
    assert small.values.tolist() == [[8, 11], [20, 23], [26, 29]]
    assert small.rows == ("0", "2", "4")
    assert small.columns == ("0", "3")
    assert small.note == "Read me. 5 × 6 numbers drawn as 3 × 2: each cell is the largest of 2 × 3."


def test_pooling_keeps_the_sign_of_the_largest_size_and_passes_over_what_is_not_there() -> None:
    values = np.array([[1.0, -3.0, -np.inf, -np.inf], [2.0, 0.5, -np.inf, 0.25]])
    assert pooled(grid(values, "signed"), max_rows=1, max_columns=2).values.tolist() == [[-3.0, 0.25]]
    only_missing = pooled(grid(np.full((2, 2), -np.inf)), max_rows=1, max_columns=1)
    assert np.isnan(only_missing.values).all()
    assert largest(only_missing) == 0


def test_shares_are_drawn_by_their_square_root_and_signed_numbers_as_they_are() -> None:
    assert strength(grid(np.eye(1)), 0.25, 1.0) == 0.5
    assert strength(grid(np.eye(1), "signed"), -0.25, 1.0) == -0.25
    assert strength(grid(np.eye(1)), 0.0, 0.0) == 0.0


def test_around_another_middle_the_farthest_number_is_the_largest() -> None:
    panel = plane_panel()
    assert largest(panel) == 0.5
    assert strength(panel, 0.0, 0.5) == -1.0
    assert strength(panel, 0.5, 0.5) == 0.0


def test_what_lies_over_a_grid_is_pooled_with_it() -> None:
    small = pooled(plane_panel(), max_rows=24, max_columns=24)
    assert small.array.shape == (24, 24)
    over = drawn_over(small)
    assert {column for (_, column), label in over.items() if not label} <= {11, 12}
    assert [place for place, label in over.items() if label == "this row"] == [(18, 6)]
    assert {row for row, _ in over} == set(range(24))


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 1.0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0.31, 0.94, [0.2, 0.4, 0.6, 0.8, 1]),
        (-3.0, 11.0, [-5, 0, 5, 10, 15]),
        (0.0, 1_200_000.0, [0, 500_000, 1_000_000, 1_500_000]),
        (0.0, 0.0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (4.0, 4.0, [0, 1, 2, 3, 4]),
        (-4.0, -4.0, [-4, -3, -2, -1, 0]),
    ],
)
def test_round_numbers_enclose_a_range(low: float, high: float, expected: list[float]) -> None:
    assert round_numbers(low, high, 5) == pytest.approx(expected)


def test_numbers_that_differ_by_a_rounding_are_one_number() -> None:
    assert round_numbers(0.3, 0.1 + 0.2, 5) == round_numbers(0.3, 0.3, 5)


def test_a_number_of_an_axis_has_as_many_digits_as_tell_it_from_the_next() -> None:
    assert [on_axis(tick, [0.93, 0.935]) for tick in (0.93, 0.935)] == ["0.930", "0.935"]
    assert on_axis(1_000_000.0, [0.0, 500_000.0]) == "1,000,000"
    assert on_axis(2e7, [0.0, 2e7]) == "2.0e+07"
    assert on_axis(2e-7, [0.0, 2e-7]) == "2.0e-07"
