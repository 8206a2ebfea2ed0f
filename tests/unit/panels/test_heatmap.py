"""A heatmap has a label for every row and column."""

import numpy as np
import pytest

from clearhead.panels.heatmap import Heatmap


def test_labels_must_fit_the_matrix() -> None:
    with pytest.raises(AssertionError, match=r"\(2, 3\)"):
        Heatmap(
            name="h", title="h", values=np.zeros((2, 3)), rows=("a", "b"), columns=("c",), row_axis="", column_axis=""
        )
