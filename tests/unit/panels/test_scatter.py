"""Points as data: a place and a label for each."""

import numpy as np
import pytest

from clearhead.panels.scatter import Scatter


def test_the_array_holds_the_places() -> None:
    points = np.array([[0.0, 1.0], [2.0, 3.0]])
    panel = Scatter(title="s", points=points, labels=("a", "b"), x_axis="x", y_axis="y", arrows=((0, 1),))
    assert panel.array is points
    assert panel.to_json()["arrows"] == [[0, 1]]


def test_a_point_without_a_label_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        Scatter(title="s", points=np.zeros((2, 2)), labels=("a",), x_axis="x", y_axis="y")
