"""A lattice has one box on its path in every column."""

import numpy as np
import pytest

from clearhead.panels.lattice import Bracket, Lattice


def lattice(**changed: object) -> Lattice:
    fields = {
        "name": "l",
        "title": "l",
        "values": np.arange(6.0).reshape(2, 3),
        "rows": ("O", "B"),
        "columns": ("a", "b", "c"),
        "row_axis": "tag",
        "column_axis": "word",
        "path": (0, 1, 0),
    }
    return Lattice(**{**fields, **changed})  # type: ignore[arg-type]


def test_the_array_is_the_score_of_each_choice() -> None:
    assert lattice().array.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_its_json_has_the_path_the_ways_and_the_brackets() -> None:
    ways = np.array([[-1, 0, 1], [-1, 0, 0]])
    written = lattice(came_from=ways, steps=np.array([0.5, 1.0, -np.inf]), brackets=(Bracket(1, 2, "PER"),)).to_json()
    assert written["path"] == [0, 1, 0]
    assert written["came_from"] == ways.tolist()
    assert written["steps"] == [0.5, 1.0, None]
    assert written["brackets"] == [{"first": 1, "last": 2, "label": "PER"}]


@pytest.mark.parametrize(
    "changed",
    [{"path": (0, 1)}, {"path": (0, 1, 2)}, {"steps": np.zeros(2)}, {"came_from": np.zeros((3, 2))}, {"rows": ("O",)}],
)
def test_what_does_not_fit_together_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(AssertionError):
        lattice(**changed)
