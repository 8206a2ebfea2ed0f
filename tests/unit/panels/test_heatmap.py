"""A heatmap has a label for every row and column."""

import numpy as np
import pytest

from clearhead.inspector.transport import to_page
from clearhead.panels.heatmap import Heatmap, Mark, Stroke


def test_labels_must_fit_the_matrix() -> None:
    with pytest.raises(AssertionError, match=r"\(2, 3\)"):
        Heatmap(
            name="h", title="h", values=np.zeros((2, 3)), rows=("a", "b"), columns=("c",), row_axis="", column_axis=""
        )


def test_a_line_and_places_travel_as_plain_numbers() -> None:
    panel = Heatmap(
        title="h",
        values=np.zeros((2, 2)),
        rows=("1", "0"),
        columns=("0", "1"),
        row_axis="y",
        column_axis="x",
        is_plane=True,
        edge=(Stroke(0.5, 0.0, 0.5, 1.0),),
        marks=(Mark(1.0, 0.25, "here"),),
    )
    found = panel.to_json()
    assert (found["edge"], found["marks"]) == ([[0.5, 0.0, 0.5, 1.0]], [[1.0, 0.25, "here"]])
    assert to_page(panel) == found
