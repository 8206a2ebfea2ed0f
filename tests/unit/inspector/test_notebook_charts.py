"""Curves and dots for a notebook: SVG whose points lie where their numbers say, and tell them."""

import re

import numpy as np

from clearhead.inspector.notebook import to_html
from clearhead.inspector.notebook_charts import EDGE, LEFT, MOST_DOTS, STRIP, TALL, TOP, WIDE
from clearhead.panels.curves import Curve, Curves
from clearhead.panels.dots import Dots

POINTS = np.array([[0.0, 0.0], [1.0, 0.5], [2.0, np.nan], [3.0, 1.0], [4.0, 1.0]])


def curves(points: np.ndarray, **more: object) -> str:
    curve = Curve(name="gpt", x=points[:, 0], y=points[:, 1], said=tuple(f"seed {row}" for row in range(len(points))))
    return to_html([Curves(title="T", curves=(curve,), x_axis="seconds", y_axis="loss", **more)])  # type: ignore[arg-type]


def dots(*rows: list[float], **more: object) -> str:
    values = tuple(np.array(row, dtype=np.float64) for row in rows)
    labels = tuple("abcdefgh"[: len(rows)])
    return to_html([Dots(title="T", labels=labels, values=values, axis="accuracy", **more)])  # type: ignore[arg-type]


def test_a_curve_goes_through_its_points_and_has_a_gap() -> None:
    first, second = re.findall(r'<polyline points="([^"]+)"', curves(POINTS))
    assert first == f"{LEFT:.1f},{TOP + TALL:.1f} {LEFT + WIDE / 4:.1f},{TOP + TALL / 2:.1f}"
    assert second == f"{LEFT + 3 * WIDE / 4:.1f},{TOP:.1f} {LEFT + WIDE:.1f},{TOP:.1f}"


def test_a_point_tells_its_numbers_and_what_is_said_of_it() -> None:
    assert "<title>gpt · loss: 0.5000 · seconds: 1.0000 · seed 1</title>" in curves(POINTS)


def test_a_point_alone_is_a_dot_even_among_many() -> None:
    many = np.stack([np.arange(200.0), np.arange(200.0)], axis=1)
    many[[1, 3], 1] = np.nan
    html = curves(many)
    assert len(many) > MOST_DOTS
    assert re.findall(r"<circle[^>]*><title>([^<]+)", html) == [
        "gpt · loss: 0 · seconds: 0 · seed 0",
        "gpt · loss: 2.0000 · seconds: 2.0000 · seed 2",
    ]


def test_levels_are_named_with_their_numbers_those_too_far_too() -> None:
    html = curves(POINTS, levels={"near": 0.75, "far": 50.0})
    assert html.count("stroke-dasharray") == 1
    assert ">near 0.7500</text>" in html and ">far 50.00 (not drawn)</text>" in html


def test_numbers_that_have_no_logarithm_are_counted() -> None:
    assert "Numbers of 0 or below, which have no logarithm: 1." in curves(POINTS, scale="log")


def test_a_dot_stands_in_its_place_and_tells_its_number() -> None:
    html = dots([0.0, 1.0, 0.25], said=(("seed 0", "seed 1", "seed 2"),))
    places = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', html)]
    room = STRIP - 2 * EDGE
    assert places == [EDGE, EDGE + room / 4, EDGE + room]
    assert "<title>0.2500 · a · seed 2</title>" in html


def test_dots_in_one_place_do_not_hide_each_other() -> None:
    heights = re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', dots([0.5, 0.5, 0.5], [1.0]))[:3]
    assert len(set(heights)) == 3


def test_rows_that_stand_beside_show_their_mean_only() -> None:
    html = dots([0.0, 1.0], [0.2, 0.6], num_beside=1)
    faint = html[html.index("opacity:.6") :]
    assert "<circle" not in faint and "<title>mean 0.4000 · b</title>" in faint


def test_what_is_too_far_is_a_triangle_that_tells_its_number() -> None:
    html = dots([0.5, 0.6, 0.7, 0.8, 0.9], [40.0])
    assert re.search(r"<polygon[^>]*><title>40\.00 · b</title>", html)


def test_equal_numbers_stand_in_the_middle() -> None:
    assert f'<circle cx="{STRIP / 2:.1f}"' in dots([0.5])
