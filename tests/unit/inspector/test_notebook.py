"""Panels as HTML for a notebook: complete, self-contained, and harmless whatever the text holds."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from film_runs import plane_panel

from clearhead.inspector.notebook import to_html
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

EVIL = '"><script>alert(1)</script>'
PANELS = [
    Heatmap(name="h", title=EVIL, values=np.eye(1), rows=(EVIL,), columns=(EVIL,), row_axis=EVIL, column_axis=EVIL),
    Bars(name="b", title=EVIL, labels=(EVIL,), values=np.ones(1), axis=EVIL, note=EVIL),
    Lines(name="l", title=EVIL, points=(EVIL,), series={EVIL: np.ones(1)}, axis=EVIL),
    Table(name="t", title=EVIL, columns=(EVIL,), rows=((EVIL,),)),
    Formula(name="f", title=EVIL, lines=(EVIL,), values={EVIL: 1.0}),
    Image(name="i", title=EVIL, values=np.ones((1, 1, 1, 1)), labels=(EVIL,)),
    Scatter(name="s", title=EVIL, points=np.ones((1, 2)), labels=(EVIL,), x_axis=EVIL, y_axis=EVIL, arrows=((0, 0),)),
    Lattice(
        name="a",
        title=EVIL,
        values=np.ones((1, 1)),
        rows=(EVIL,),
        columns=(EVIL,),
        row_axis=EVIL,
        column_axis=EVIL,
        path=(0,),
        brackets=(Bracket(0, 0, EVIL),),
    ),
    Graph(
        name="g",
        title=EVIL,
        nodes=(Node(EVIL, "operation", EVIL, (1,), np.ones(1), 1.0, 1.0),),
        edges=(Edge(0, 0, None, 1.0),),
    ),
    Thumbnails(
        name="m",
        title=EVIL,
        values=np.ones((1, 1, 1)),
        labels=(EVIL,),
        rows=(EVIL,),
        columns=(EVIL,),
        row_axis="",
        column_axis="",
    ),
    Curves(
        name="c",
        title=EVIL,
        curves=(Curve(name=EVIL, x=np.ones(1), y=np.ones(1), said=(EVIL,)),),
        x_axis=EVIL,
        y_axis=EVIL,
        levels={EVIL: 2.0},
    ),
    Dots(name="d", title=EVIL, labels=(EVIL,), values=(np.ones(2),), axis=EVIL, said=((EVIL, EVIL),)),
    Tokens(name="k", title=EVIL, text=EVIL, tokens=(TokenBox(0, EVIL, EVIL.encode(), 0, 1),)),
]


class Page(HTMLParser):
    """Collect the tags and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.unclosed: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        self.unclosed.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.unclosed.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.kind)
def test_the_text_of_a_user_stays_text(panel: Panel) -> None:
    page = Page()
    page.feed(to_html([panel]))
    assert "script" not in page.tags
    assert EVIL in page.text
    assert page.unclosed == []


def test_nothing_is_loaded_from_anywhere() -> None:
    html = to_html(PANELS)
    assert all(word not in html for word in ("http", "src=", "href=", "url("))


def test_a_large_grid_is_pooled_and_its_numbers_can_be_hovered() -> None:
    labels = tuple(str(index) for index in range(128))
    panel = Heatmap(
        name="h", title="h", values=np.eye(128), rows=labels, columns=labels, row_axis="query", column_axis="key"
    )
    html = to_html([panel])
    assert "128 × 128 numbers drawn as 64 × 64" in html
    assert 'title="126 → 126: 1.0000"' in html


def test_numbers_of_a_table_stand_right_and_missing_ones_are_dashes() -> None:
    html = to_html([Table(name="t", title="t", columns=("a", "b"), rows=((0.5, None),))])
    assert '<td style="text-align:right;padding:1px 6px">0.5000</td>' in html
    assert ">–</td>" in html


def test_several_numbers_of_a_cell_are_small_bars_as_high_as_they_are_large() -> None:
    html = to_html([Table(name="t", title="t", columns=("histogram",), rows=(((0, 5, 10),),))])
    assert 'aria-label=" ▄█"' in html
    assert re.findall(r'<rect x="(\d+)" y="([\d.]+)" width="3" height="([\d.]+)">', html) == [
        ("3", "10.00", "10.00"),
        ("6", "0.00", "20.00"),
    ]


def test_a_logarithmic_line_has_bars_by_the_logarithm_and_none_for_a_zero() -> None:
    values = np.array([100.0, 1.0, 0.01, 0.0])
    html = to_html([Lines(name="l", title="l", points=tuple("abcd"), series={"s": values}, axis="s", scale="log")])
    assert re.findall(r"width:([\d.]+)px", html) == ["240.0", "120.0", "0.0", "0.0"]
    assert "a bar runs from 0.0100 to 100.00. Numbers of 0 or below: 1;" in html


def test_what_stands_around_is_fainter() -> None:
    places = {"points": np.zeros((3, 2)), "labels": ("a", "b", "c"), "x_axis": "", "y_axis": ""}
    assert to_html([Scatter(name="s", title="s", num_around=2, **places)]).count('opacity="0.45"') == 2 * 2
    assert "opacity" not in to_html([Scatter(name="s", title="", **places)]).replace("opacity:.7", "")


def test_pixels_are_drawn_in_their_own_colours() -> None:
    grey = np.array([[[[0, 255]]]], dtype=np.uint8)
    red = np.array([[[[255]], [[0]], [[0]]]], dtype=np.uint8)
    assert "rgb(0,0,0) 0px 8px,rgb(255,255,255) 8px 16px" in to_html(
        [Image(title="i", values=grey, labels=("a",), scale="pixel")]
    )
    assert "rgb(255,0,0)" in to_html([Image(title="i", values=red, labels=("a",), scale="pixel")])


def test_signed_images_share_one_scale_and_negative_numbers_have_another_colour() -> None:
    html = to_html([Image(title="i", values=np.array([[[[2.0, -1.0]]]]), labels=("a",))])
    assert "rgba(30,110,220,1.000)" in html
    assert "rgba(230,110,20,0.500)" in html


def test_thumbnails_share_one_scale() -> None:
    panel = Thumbnails(
        title="t",
        values=np.array([[[1.0]], [[0.25]]]),
        labels=("a", "b"),
        rows=("r",),
        columns=("c",),
        row_axis="",
        column_axis="",
    )
    html = to_html([panel])
    assert "rgba(30,110,220,1.000)" in html
    assert "rgba(30,110,220,0.500)" in html  # a share is drawn by its square root


def test_the_line_and_the_place_on_a_plane_are_framed_cells() -> None:
    html = to_html([plane_panel()])
    assert html.count("box-shadow:inset 0 0 0 2px") == 48
    assert html.count("outline:3px solid") == 1
    assert html.count("; this row") == 1
    assert "height ↑ age →" in html
