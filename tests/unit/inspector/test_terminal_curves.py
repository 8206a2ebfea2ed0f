"""Curves drawn with characters: letters stand where the points lie, and the numbers are listed."""

import numpy as np

from clearhead.inspector.terminal import to_text
from clearhead.inspector.terminal_curves import MAX_LISTED, ROWS
from clearhead.panels.curves import Curve, Curves


def curve(name: str, *points: tuple[float, float]) -> Curve:
    x, y = np.array(points, dtype=np.float64).reshape(-1, 2).T
    return Curve(name=name, x=x, y=y)


def lines_of(*curves: Curve, width: int = 60, note: str = "", **more: object) -> list[str]:
    panel = Curves(title="T", curves=curves, x_axis="seconds", y_axis="loss", note=note, **more)  # type: ignore[arg-type]
    return to_text(panel, width=width).splitlines()


def drawing_of(lines: list[str]) -> list[str]:
    """Return what stands right of the axis, from the top down."""
    return [line[line.index("┤" if "┤" in line else "│") + 1 :] for line in lines[2 : 2 + ROWS]]


def test_a_letter_stands_where_its_point_lies() -> None:
    drawn = drawing_of(lines_of(curve("up", (0, 0), (1, 1)), curve("down", (0, 1), (1, 0))))
    width = len(drawn[0])
    assert drawn[0][0] == drawn[-1][-1] == "b"
    assert drawn[0][-1] == drawn[-1][0] == "a"
    assert width > 40 and len(drawn[-1]) == width


def test_points_are_joined_and_a_gap_is_not() -> None:
    joined = drawing_of(lines_of(curve("a", (0, 1), (10, 1), (20, 0))))
    assert "·" in joined[0]
    gap = drawing_of(lines_of(curve("a", (0, 1), (5, np.nan), (10, 1), (20, 0))))
    assert "·" in gap[2] and "·" not in gap[0][: gap[0].rindex("a")]


def test_curves_of_one_name_have_one_letter() -> None:
    lines = lines_of(curve("same", (0, 0), (1, 1)), curve("same", (0, 1), (1, 0)))
    assert [line.split()[:3] for line in lines[-2:]] == [["a", "same", "1.0000"], ["a", "same", "0"]]


def test_the_last_numbers_are_listed_under_what_they_are() -> None:
    lines = lines_of(curve("gpt", (0, 3), (12.5, 1.25), (20, np.nan)), note="so")
    assert [line.split() for line in lines[-3:]] == [
        ["last", "points", "loss", "seconds"],
        ["a", "gpt", "1.2500", "12.50"],
        ["so"],
    ]


def test_counted_steps_are_listed_in_full() -> None:
    assert lines_of(curve("a", (0, 3), (1_200_000, 2)))[-1].split() == ["a", "a", "2.0000", "1,200,000"]


def test_a_level_is_a_dashed_line_and_one_too_far_away_is_only_named() -> None:
    lines = lines_of(curve("a", (0, 0), (1, 1)), levels={"near": 1.0, "far": 50.0})
    assert drawing_of(lines)[0].startswith("╌╌╌")
    assert lines[-2].split() == ["╌", "near", "1.0000"]
    assert lines[-1].split() == ["far", "50.00", "not", "drawn"]


def test_numbers_that_have_no_logarithm_are_counted() -> None:
    lines = lines_of(curve("a", (0, 0), (1, 10), (2, 1000)), scale="log")
    assert " ".join(lines[-2:]).endswith("Numbers of 0 or below: 1; a logarithmic axis has no place for them.")
    assert [line.split("┤")[0].strip() for line in lines[2 : 2 + ROWS] if "┤" in line] == ["1000.00", "100.00", "10.00"]


def test_of_many_curves_the_first_are_listed_and_the_rest_counted() -> None:
    lines = lines_of(*(curve(f"m{index}", (0, index), (1, index)) for index in range(30)))
    assert lines[-1] == f"The first {MAX_LISTED} of 30 curves."


def test_a_panel_without_points_has_axes_and_nothing_else() -> None:
    drawn = drawing_of(lines_of(curve("a")))
    assert "".join(drawn).strip() == ""
