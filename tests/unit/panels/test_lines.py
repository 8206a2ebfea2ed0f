"""Lines have one number for each point."""

import numpy as np
import pytest

from clearhead.panels.lines import Lines


def test_a_series_of_another_length_is_refused() -> None:
    with pytest.raises(AssertionError, match="cosine"):
        Lines(name="l", title="l", points=("a", "b"), series={"cosine": np.zeros(3)}, axis="")


def test_the_array_has_one_row_for_each_series() -> None:
    lines = Lines(
        name="l", title="l", points=("a", "b"), series={"x": np.array([1, 2]), "y": np.array([3, 4])}, axis=""
    )
    assert lines.array.tolist() == [[1, 2], [3, 4]]
