"""Formulas as data: the lines for people, the numbers in full precision."""

import pytest

from clearhead.panels.formula import Formula


def test_the_array_holds_the_numbers_in_order() -> None:
    panel = Formula(title="f", lines=("y = 1/3 + 2",), values={"first": 1 / 3, "second": 2})
    assert panel.array.tolist() == [pytest.approx(1 / 3, abs=0), 2.0]
    assert panel.to_json()["values"] == {"first": 1 / 3, "second": 2}
