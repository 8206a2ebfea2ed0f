"""Bars keep everything and offer the largest for drawing."""

import numpy as np
import pytest

from clearhead.panels.bars import Bars


def make(values: list[float], shown: int = 3) -> Bars:
    labels = tuple(str(index) for index in range(len(values)))
    return Bars(name="b", title="b", labels=labels, values=np.array(values), axis="share", shown=shown)


def test_the_largest_come_first_and_equal_ones_in_order() -> None:
    assert make([0.1, 0.4, 0.1, 0.4, 0.0]).largest() == [1, 3, 0]


def test_bars_of_length_zero_are_not_drawn() -> None:
    assert make([0.0, 1.0, 0.0]).largest() == [1]


def test_as_many_labels_as_bars_are_needed() -> None:
    with pytest.raises(AssertionError):
        Bars(name="b", title="b", labels=("a",), values=np.zeros(2), axis="share")
