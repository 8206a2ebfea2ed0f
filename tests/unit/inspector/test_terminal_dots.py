"""Rows of dots drawn with characters: each number in its place, the mean among them and in full."""

import numpy as np

from clearhead.inspector.terminal import to_text
from clearhead.inspector.terminal_dots import EDGE
from clearhead.panels.dots import Dots


def lines_of(*rows: list[float], width: int = 61, **more: object) -> list[str]:
    labels = tuple("abcdefgh"[: len(rows)])
    values = tuple(np.array(row, dtype=np.float64) for row in rows)
    panel = Dots(title="T", labels=labels, values=values, axis="accuracy", **more)  # type: ignore[arg-type]
    return to_text(panel, width=width).splitlines()


def strip_of(line: str) -> str:
    """Return the strip of a row without label and mean, from the smallest number drawn to scale."""
    return line.rsplit(maxsplit=1)[0][2 + EDGE :]


def test_numbers_stand_in_their_places_with_their_mean_among_them() -> None:
    line = lines_of([0.0, 1.0], [0.5])[2]
    strip = strip_of(line)
    assert strip.rstrip().replace(" ", "") == "o|o"
    assert strip.index("|") == round((len(strip.rstrip()) - 1) / 2)
    assert line.split()[-1] == "0.5000"


def test_numbers_in_one_place_are_counted_and_a_mean_on_them_shows() -> None:
    lines = lines_of([0.0, 0.0, 0.0, 1.0], [0.0, 0.5, 1.0], [0.5] * 4, [0.0] * 12 + [1.0])
    assert ["".join(strip_of(line).split()) for line in lines[2:6]] == ["3|o", "oφo", "Φ", "#|o"]
    key = "o a number, 2 to 9, # several in one place, | the mean, φ a number at the mean, Φ several at the mean."
    assert " ".join(lines[7:]) == key


def test_one_number_is_its_own_mean() -> None:
    lines = lines_of([0.0], [1.0])
    assert lines[2].split() == ["a", "o", "0"] and lines[3].split() == ["b", "o", "1.0000"]
    assert lines[-1] == "o a number."


def test_rows_that_stand_beside_show_their_mean_only() -> None:
    lines = lines_of([0.0, 1.0], [0.25, 0.75], num_beside=1)
    assert lines[3].split() == ["b", "|", "0.5000"]


def test_what_is_too_far_stands_at_the_edge_and_is_told() -> None:
    near = [0.5, 0.6, 0.7, 0.8, 0.9]
    lines = lines_of(near, [40.0], [-40.0])
    assert [line.split()[:2] for line in lines[3:5]] == [["b", ">"], ["c", "<"]]
    assert " ".join(lines[6:]).endswith("< > too far to be drawn to scale: b 40.00, c -40.00.")


def test_the_ends_of_the_strip_are_named() -> None:
    lines = lines_of([0.25, 1.0], note="so")
    assert lines[1].split() == ["accuracy", "→", "mean"]
    assert lines[3].split() == ["0.2500", "1.0000"]
    assert lines[3].index("0.2500") == lines[2].index("o")
    assert lines[-1] == "so"


def test_equal_numbers_stand_in_the_middle() -> None:
    lines = lines_of([0.5], [0.5])
    assert lines[2].index("o") == lines[3].index("o") > 15
    assert lines[4].split() == ["0.5000"]


def test_a_row_without_a_finite_number_is_empty() -> None:
    assert lines_of([np.nan], [1.0])[2].split() == ["a", "–"]
