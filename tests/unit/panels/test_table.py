"""Tables are read by row and by column."""

import pytest

from clearhead.panels.table import Table

TABLE = Table(name="t", title="t", columns=("token", "weight"), rows=(("苹", 0.5), ("果", None)))


def test_a_column_is_found_by_its_name() -> None:
    assert TABLE.column("weight") == [0.5, None]
    assert TABLE.column("token") == ["苹", "果"]


def test_the_array_has_a_row_for_each_row() -> None:
    assert TABLE.array.shape == (2, 2)
    assert TABLE.array[0].tolist() == ["苹", 0.5]


def test_rows_of_another_length_are_refused() -> None:
    with pytest.raises(AssertionError):
        Table(name="t", title="t", columns=("a", "b"), rows=((1,),))


def test_every_row_opens_something_or_none_does() -> None:
    with pytest.raises(AssertionError):
        Table(name="t", title="t", columns=("a",), rows=((1,), (2,)), opens=({"part": "a"},))


def test_a_strip_of_numbers_is_one_cell() -> None:
    table = Table(name="t", title="t", columns=("part", "histogram"), rows=(("a", (1, 2, 3)), ("b", (4, 5, 6))))
    assert table.array.shape == (2, 2)
    assert table.array[1, 1] == (4, 5, 6)
    assert table.to_json()["rows"] == [["a", [1, 2, 3]], ["b", [4, 5, 6]]]
