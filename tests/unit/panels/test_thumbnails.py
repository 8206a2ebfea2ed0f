"""Thumbnails are matrices of one shape, each of which can be taken out."""

import numpy as np
import pytest

from clearhead.panels.heatmap import Stroke
from clearhead.panels.thumbnails import Thumbnails

VALUES = np.arange(12.0).reshape(2, 2, 3)


def thumbnails(**changes: object) -> Thumbnails:
    fields = {
        "name": "heads",
        "title": "Heads",
        "values": VALUES,
        "labels": ("layer 0, head 0", "layer 0, head 1"),
        "rows": ("a", "b"),
        "columns": ("x", "y", "z"),
        "row_axis": "query",
        "column_axis": "key",
    }
    return Thumbnails(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_picture_is_a_heatmap_with_the_labels_of_all() -> None:
    picture = thumbnails(scale="signed").picture(1)
    assert picture.title == "layer 0, head 1"
    assert (picture.rows, picture.columns, picture.scale) == (("a", "b"), ("x", "y", "z"), "signed")
    np.testing.assert_array_equal(picture.values, [[6, 7, 8], [9, 10, 11]])


def test_a_label_for_every_picture_is_needed() -> None:
    with pytest.raises(AssertionError, match=r"\(2, 2, 3\), \(1, 2, 3\)"):
        thumbnails(labels=("alone",))


def test_each_picture_opens_something_or_none_does() -> None:
    assert thumbnails(opens=({"layer": 0, "head": 0}, {"layer": 0, "head": 1})).opens[1] == {"layer": 0, "head": 1}
    with pytest.raises(AssertionError):
        thumbnails(opens=({"layer": 0, "head": 0},))


def test_in_json_what_a_picture_opens_stays_a_mapping() -> None:
    plain = thumbnails(opens=({"layer": 0, "head": 0}, {"layer": 0, "head": 1})).to_json()
    assert plain["kind"] == "thumbnails"
    assert plain["opens"] == [{"layer": 0, "head": 0}, {"layer": 0, "head": 1}]
    assert plain["values"] == VALUES.tolist()


def test_in_json_a_million_numbers_are_left_out_and_the_note_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearhead.panels.thumbnails.MOST_WRITTEN", 11)
    plain = thumbnails(note="Small.").to_json()
    assert plain["values"] is None
    assert plain["labels"] == ["layer 0, head 0", "layer 0, head 1"]
    assert plain["note"] == "Small. 12 numbers are not written out; each picture can be looked at by itself."


def test_a_picture_takes_its_line_along() -> None:
    edges = ((), (Stroke(0.0, 0.5, 1.0, 0.5),))
    several = thumbnails(scale="signed", middle=3.0, is_plane=True, edges=edges)
    picture = several.picture(1)
    assert (picture.edge, picture.middle, picture.is_plane) == (edges[1], 3.0, True)
    with pytest.raises(AssertionError):
        thumbnails(edges=edges[:1])
