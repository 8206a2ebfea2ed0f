import math

from clearhead.experiments.curve import EMPTY, LINE, MARK, draw_curve

TRAIN = [(float(step), 4.0 - 0.03 * step) for step in range(1, 101)]


def rows(lines: list[str]) -> list[str]:
    return [line.partition("┤")[2] for line in lines if "┤" in line]


def test_a_falling_loss_is_drawn_from_the_top_left_to_the_bottom_right() -> None:
    drawn = rows(draw_curve(TRAIN, [], width=50, height=10))
    first_columns = [len(row) - len(row.lstrip()) for row in drawn]
    assert len(drawn) == 10
    assert first_columns == sorted(first_columns)
    assert first_columns[0] == 0
    assert max(map(len, drawn)) == 50 - 9
    assert all(ord(character) >= EMPTY for row in drawn for character in row.strip())


def test_the_axis_tells_the_range() -> None:
    lines = draw_curve(TRAIN, [], width=50, height=10)
    assert lines[0].split()[0] == "3.97"
    assert lines[9].split()[0] == "1.00"
    assert lines[-1].split() == ["0", "100", "steps"]
    assert len(lines[-1]) == 50


def test_evaluations_are_marks_where_they_belong() -> None:
    drawn = rows(draw_curve([(0, 4.0), (100, 1.0)], [(100, 4.0), (50, 1.0)], width=50, height=10))
    assert drawn[0][-1] == MARK
    assert drawn[-1][round(0.5 * 40)] == MARK
    assert sum(row.count(MARK) for row in drawn) == 2


def test_a_baseline_is_a_named_line_within_the_range() -> None:
    lines = draw_curve([(0, 4.0), (100, 2.0)], [], lines={"bigram": 1.0}, width=50, height=11)
    assert lines[10].endswith("bigram")
    assert LINE * 20 in lines[10]
    assert lines[10].split()[0] == "1.00"


def test_what_is_no_number_is_left_out() -> None:
    assert draw_curve([(1, math.nan)], []) == []
    assert rows(draw_curve([(1, math.nan), (5, 2.0)], [(5, math.inf)])) == rows(draw_curve([(5, 2.0)], []))


def test_a_single_point_can_be_drawn() -> None:
    assert sum(len(row.strip()) for row in rows(draw_curve([(3, 2.0)], []))) == 1
