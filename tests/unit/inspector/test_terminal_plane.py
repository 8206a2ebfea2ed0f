"""A surface in characters: its axes, its line, and the place of the row."""

from film_runs import plane_panel

from clearhead.inspector.terminal import to_text


def test_the_line_and_the_place_stand_over_the_shades() -> None:
    lines = to_text(plane_panel(), width=100).splitlines()
    assert lines[:2] == ["A slope", "height ↑"]
    grid = lines[2:26]
    assert all(len(line) == 5 + 1 + 48 and line.count("++") == 1 for line in grid)
    assert [row for row, line in enumerate(grid) if "()" in line] == [18]
    assert grid[18].index("()") == 6 + 2 * 6
    assert all(line[6] == "≣" and line[-1] == "█" for line in grid)


def test_the_axes_are_named_at_their_ends() -> None:
    lines = to_text(plane_panel(), width=100).splitlines()
    assert lines[2].startswith(" 1.00 ") and lines[25].startswith("-0.96 ")
    assert lines[26].split() == ["-1.00", "1.00", "age", "→"]


def test_what_the_signs_mean_is_said() -> None:
    lines = to_text(plane_panel(), width=120).splitlines()
    assert lines[27] == "░▒▓█ above 0.5000, up to 1.0000; -=≡≣ below, down to 0. ++ the line. () this row."
    assert lines[28].startswith("Look at the line. 48 × 48 numbers drawn as 24 × 24: ")


def test_a_narrow_terminal_gets_fewer_cells() -> None:
    assert max(map(len, to_text(plane_panel(), width=30).splitlines())) <= 30
