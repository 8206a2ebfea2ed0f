"""Figures of a claim: numbers as they are written, repeated numbers, texts of two languages."""

import pytest

from clearhead.experiments.claims.base import Figure, Outcome, Several, number

NAMES = {"en": "one", "zh": "一"}
HEADS = {"en": ["what", "value"], "zh": ["项目", "数值"]}


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.0, "0"), (7, "7"), (12345, "12,345"), (0.99996, "1.00"), (-0.00001, "-1e-05"), (123.4, "123"), (5.678, "5.68")],
)
def test_a_number_has_three_digits_that_count(value: float, written: str) -> None:
    assert number(value) == written


def test_repeated_numbers_are_a_mean_and_a_spread_with_the_same_decimals() -> None:
    assert str(Several.of([1, 2, 3])) == "2.00 ± 1.00"
    assert str(Several.of([97.25])) == "97.2"
    assert Several.of([4]).spread == 0.0


def test_a_row_with_too_few_cells_is_found() -> None:
    with pytest.raises(AssertionError, match="as many cells as there are heads"):
        Figure(name=NAMES, columns=HEADS, rows=[[1]])


def test_a_figure_lists_its_numbers_and_speaks_both_languages() -> None:
    figure = Figure(name=NAMES, columns=HEADS, rows=[[NAMES, Several.of([1, 3])], ["b", 0.5]])
    assert figure.numbers() == [2.0, pytest.approx(2**0.5), 0.5]
    assert figure.texts("zh") == [["项目", "数值"], ["一", "2.00 ± 1.41"], ["b", "0.500"]]


def test_an_outcome_comes_back_from_json() -> None:
    figure = Figure(name=NAMES, columns=HEADS, rows=[[NAMES, Several.of([1, 3])], ["b", 2]])
    outcome = Outcome(verdict="holds", sentence=NAMES, figures=[figure])
    assert Outcome.from_json(outcome.to_json()) == outcome
