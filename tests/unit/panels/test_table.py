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
