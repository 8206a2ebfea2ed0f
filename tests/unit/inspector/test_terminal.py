"""Panels drawn with characters: aligned, complete, and harmless whatever the text holds."""

import io

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

from clearhead.inspector.terminal import Drawn, fit, to_text
from clearhead.panels.bars import Bars
from clearhead.panels.base import Panel
from clearhead.panels.curves import Curve, Curves
from clearhead.panels.dots import Dots
from clearhead.panels.formula import Formula
from clearhead.panels.graph import Edge, Graph, Node
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.image import Image
from clearhead.panels.lattice import Bracket, Lattice
from clearhead.panels.lines import Lines
from clearhead.panels.scatter import Scatter
from clearhead.panels.table import Table
from clearhead.panels.thumbnails import Thumbnails
from clearhead.panels.tokens import TokenBox, Tokens


def heatmap(num_rows: int, num_columns: int, *, scale: str = "share") -> Heatmap:
    values = np.linspace(-1 if scale == "signed" else 0, 1, num_rows * num_columns).reshape(num_rows, num_columns)
    return Heatmap(
        name="weights",
        title="Weights",
        values=values,
        rows=tuple(f"{index} 苹果" for index in range(num_rows)),
        columns=tuple(f"{index} the" for index in range(num_columns)),
        row_axis="query",
        column_axis="key",
        scale=scale,  # type: ignore[arg-type]
    )


PANELS = [
    heatmap(3, 3),
    heatmap(9, 30),
    heatmap(200, 300, scale="signed"),
    Bars(name="b", title="B", labels=("苹果", "b"), values=np.array([0.2, 0.8]), axis="share"),
    Lines(name="l", title="L", points=("层 1", "x"), series={"cos": np.array([1.0, -0.5])}, axis="cosine"),
    Table(name="t", title="T", columns=("苹果", "n"), rows=(("我吃了一个苹果", 1.5), ("x", None))),
    Lines(name="g", title="G", points=("a", "b"), series={"slope": np.array([0.1, 1e-5])}, axis="slope", scale="log"),
    Lattice(
        name="p",
        title="P",
        values=np.array([[1.0, -np.inf], [0.5, 2.0]]),
        rows=("O", "B-人"),
        columns=("吃", "苹果"),
        row_axis="tag",
        column_axis="word",
        path=(0, 1),
        brackets=(Bracket(1, 1, "人"),),
    ),
    Curves(
        name="c",
        title="C",
        curves=(
            Curve(name="循环网络与注意力", x=np.arange(90.0), y=np.arange(90.0) ** 0.5),
            Curve(name="b", x=np.ones(1), y=np.ones(1)),
        ),
        x_axis="seconds since the first step of the training",
        y_axis="accuracy of the whole validation part",
        levels={"a simple method with a long name": 4.0, "far": -100.0},
    ),
    Dots(
        name="d",
        title="D",
        labels=("a model with a name as long as a sentence", "循环网络", "b"),
        values=(np.array([1.0, 2.0]), np.array([1.0, 1.0, 2.0, 100.0]), np.ones(1)),
        axis="accuracy of the whole test part",
        num_beside=1,
    ),
    Tokens(name="k", title="K", text="苹果 x", tokens=(TokenBox(1, "苹果", b"", 0, 2), TokenBox(2, " x", b" x", 2, 4))),
]


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: f"{panel.kind}-{panel.array.size}")
def test_no_line_is_wider_than_the_terminal(panel: Panel, width: int) -> None:
    lines = to_text([panel], width=width).splitlines()
    assert max(cell_len(line) for line in lines) <= width
    assert lines[0] == panel.title


def test_one_panel_alone_is_drawn_as_a_list_of_one() -> None:
    assert to_text(heatmap(3, 3), width=60) == to_text([heatmap(3, 3)], width=60)


def test_a_small_grid_shows_its_numbers_under_their_labels() -> None:
    lines = to_text([heatmap(3, 3)], width=60).splitlines()
    assert lines[1] == "query ↓ key →"
    assert lines[2].split() == ["0", "the", "1", "the", "2", "the"]
    assert lines[4] == "1 苹果         0.38        0.50        0.62"


def test_columns_of_numbers_line_up_beside_chinese_labels() -> None:
    lines = to_text([heatmap(3, 3)], width=60).splitlines()[2:6]
    assert len({cell_len(line) for line in lines}) == 1


def test_a_grid_too_wide_for_numbers_is_shaded() -> None:
    text = to_text([heatmap(9, 30)], width=80)
    assert "██" in text
    assert "░▒▓█ up to 1.0000 by the square root" in text


def test_numbers_below_zero_are_shaded_otherwise_than_those_above() -> None:
    text = to_text([heatmap(9, 30, scale="signed")], width=80)
    row = text.splitlines()[3]
    assert "≣≣" in row
    assert "█" not in row


def test_a_large_grid_is_pooled_and_says_so() -> None:
    text = to_text([heatmap(200, 300)], width=80)
    assert "200 × 300 numbers drawn as 50 × 34: each cell is the largest of 4 × 9." in text.replace("\n", " ")


def test_what_cannot_be_seen_is_a_dot() -> None:
    values = np.array([[0.5, -np.inf], [1.0, 0.25]])
    panel = Heatmap(
        name="s",
        title="s",
        values=values,
        rows=("a", "b"),
        columns=("a", "b"),
        row_axis="",
        column_axis="",
        scale="signed",
    )
    assert to_text([panel], width=60).splitlines()[3].split() == ["a", "0.50", "·"]


def test_bars_say_what_the_others_add_up_to() -> None:
    labels = tuple("abcde")
    panel = Bars(name="b", title="B", labels=labels, values=np.array([0.4, 0.3, 0.15, 0.1, 0.05]), axis="p", shown=2)
    lines = to_text([panel], width=60).splitlines()
    assert [line.split()[:2] for line in lines[1:3]] == [["a", "0.4000"], ["b", "0.3000"]]
    assert lines[3] == "3 more with 0.3000 in all"


def test_a_bar_is_as_long_as_its_share_of_the_longest() -> None:
    panel = Bars(name="b", title="B", labels=("a", "b"), values=np.array([0.8, 0.2]), axis="p")
    long, quarter = (line.split()[-1] for line in to_text([panel], width=52).splitlines()[1:3])
    assert (len(long), len(quarter)) == (40, 10)


def test_equal_factors_are_equal_steps_of_a_logarithmic_bar_and_a_zero_has_none() -> None:
    values = np.array([10.0, 1.0, 0.1, 0.0])
    panel = Lines(name="l", title="L", points=tuple("abcd"), series={"s": values}, axis="s", scale="log")
    lines = to_text([panel], width=60).splitlines()
    assert [line.split()[2:] for line in lines[2:6]] == [["█" * 40], ["█" * 20], [], []]
    said = "By the logarithm: a bar runs from 0.1000 to 10.00."
    assert " ".join(lines[6:]) == f"{said} Numbers of 0 or below: 1; they have no logarithm, and no bar."


def test_a_number_that_is_none_has_no_bar() -> None:
    panel = Lines(name="l", title="L", points=("a", "b"), series={"s": np.array([np.nan, 2.0])}, axis="s")
    lines = to_text([panel], width=60).splitlines()
    assert lines[2].split() == ["a", "–"] and lines[3].split()[1:] == ["2.0000", "█" * 40]


def test_several_numbers_of_a_cell_are_a_strip_of_blocks() -> None:
    panel = Table(name="t", title="T", columns=("part", "histogram"), rows=(("a", (0, 1, 8, 4)), ("b", (0, 0, 0, 0))))
    lines = to_text([panel], width=60).splitlines()
    assert [line.split() for line in lines if line.lstrip()[:1] in ("a", "b")] == [["a", "▁█▄"], ["b", "–"]]


def test_a_lattice_says_which_way_was_taken_and_what_it_means() -> None:
    [panel] = [panel for panel in PANELS if panel.kind == "lattice"]
    lines = to_text([panel], width=60).splitlines()
    assert [line.split() for line in lines[3:5]] == [["O", "›1.00", "·"], ["B-人", "0.50", "›2.00"]]
    assert lines[-2:] == ["tag: O → B-人", "人: 苹果"]


def test_columns_move_together_before_words_are_broken() -> None:
    panel = Table(name="t", title="T", columns=("word", "a", "b"), rows=(("embedding.weight", 1, 2),))
    assert "embedding.weight   1   2" in to_text([panel], width=30)
    assert "embedding.weight 1 2" in to_text([panel], width=22)


def test_a_long_table_says_how_many_rows_are_left_out() -> None:
    panel = Table(name="t", title="T", columns=("n",), rows=tuple((index,) for index in range(1000)))
    assert "The first 60 of 1,000 rows." in to_text([panel], width=60)


def test_markup_and_control_characters_in_a_text_are_shown_and_not_obeyed() -> None:
    evil = "[red]\x1b[31m[/]"
    tokens = Tokens(name="k", title=evil, text=evil, tokens=(TokenBox(0, evil, evil.encode(), 0, len(evil)),))
    table = Table(name="t", title=evil, columns=("a",), rows=((evil,),), note=evil)
    shown = "[red]⟨1b⟩[31m[/]"
    page = io.StringIO()
    Console(file=page, width=100, color_system=None, force_terminal=True).print(Drawn([tokens, table]))
    lines = [line.strip() for line in page.getvalue().replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines()]
    assert "\x1b[31m" not in page.getvalue()
    assert sum(shown in line for line in lines) == 5


def test_a_plain_drawing_has_no_escape_codes_and_a_coloured_one_the_same_words() -> None:
    page = io.StringIO()
    Console(file=page, width=80, color_system="truecolor", force_terminal=True).print(Drawn([heatmap(3, 3)]))
    plain = to_text([heatmap(3, 3)], width=80)
    assert "\x1b[" in page.getvalue()
    assert "\x1b" not in plain
    assert "0.62" in plain
    assert "0.62" in page.getvalue()


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [("苹果", 6, "苹果  "), ("苹果", 3, "苹…"), ("苹果树", 4, "苹… "), ("abc", 3, "abc"), ("abcd", 3, "ab…")],
)
def test_texts_are_cut_and_filled_to_exactly_their_columns(text: str, width: int, expected: str) -> None:
    assert fit(text, width) == expected
    assert cell_len(fit(text, width)) == width


def test_images_stand_side_by_side_two_columns_a_pixel() -> None:
    values = np.array([[[[0.0, 1.0], [-1.0, 0.0]]], [[[1.0, 1.0], [0.0, 0.0]]]])
    lines = to_text(Image(title="maps", values=values, labels=("a", "b")), width=40).splitlines()
    assert lines == ["maps", "a     b", "  ██  ████", "≣≣"]


def test_points_are_numbered_where_they_lie_and_named_below() -> None:
    points = np.array([[0.0, 0.0], [1.0, 1.0]])
    panel = Scatter(title="words", points=points, labels=("猫", "dog"), x_axis="x", y_axis="y", arrows=((0, 1),))
    lines = to_text(panel, width=40).splitlines()
    assert lines[2].rstrip().endswith("1")
    assert lines[21].startswith("0")
    assert lines[22:] == ["0 猫  1 dog", "猫 → dog"]


def test_a_graph_lists_what_went_into_each_node_and_the_gradients() -> None:
    nodes = (
        Node("x", "input", "", (2,), np.array([1.0, 2.0]), 1.0, 2.0),
        Node("linear", "operation", "head", (3, 4), None, -1.0, 5.0),
    )
    text = to_text(Graph(title="graph", nodes=nodes, edges=(Edge(0, 1, None, 0.5),)), width=100)
    [line] = [line for line in text.splitlines() if "head: linear" in line]
    assert line.split() == ["1", "head:", "linear", "0", "3", "×", "4", "-1.0000", "to", "5.0000", "0:", "0.5000"]


def test_a_formula_shows_its_lines() -> None:
    panel = Formula(title="why", lines=("2·3 = 6", "6 + 1 = 7"), values={"a": 7.0}, note="so")
    assert to_text(panel, width=40).splitlines() == ["why", "2·3 = 6", "6 + 1 = 7", "so"]


def thumbnails(count: int, side: int) -> Thumbnails:
    names = tuple(map(str, range(side)))
    values = np.broadcast_to(np.eye(side), (count, side, side)) * np.linspace(0.25, 1, count)[:, None, None]
    labels = tuple(f"head {index}" for index in range(count))
    return Thumbnails(
        title="heads", values=values, labels=labels, rows=names, columns=names, row_axis="", column_axis=""
    )


def test_thumbnails_stand_side_by_side_in_one_scale() -> None:
    lines = to_text(thumbnails(2, 4), width=40).splitlines()
    assert lines == ["heads", "head 0    head 1", "▒▒        ██", *("  " * row + "▒▒        ██" for row in (1, 2, 3))]


def test_of_many_thumbnails_the_first_are_drawn_and_the_rest_counted() -> None:
    lines = to_text(thumbnails(30, 40), width=80).splitlines()
    assert lines[-1] == "The first 24 of 30 pictures."
    assert max(cell_len(line) for line in lines) <= 80
