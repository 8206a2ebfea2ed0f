"""The experiment on difference filter edges: what it measures, and the rule of its verdict."""

import numpy as np
import pytest

from clearhead.experiments.claims.difference_filter_edges import EDGES, FILTERS, NOISES, answers, conclude, edges_of


def test_the_edges_of_a_square_are_where_it_begins_and_ends() -> None:
    inside = np.zeros((1, 5, 5), bool)
    inside[0, 1:3, 2:4] = True
    edges = edges_of(inside)
    assert np.argwhere(edges["upright"][0]).tolist() == [[1, 1], [1, 3], [2, 1]]
    assert np.argwhere(edges["level"][0]).tolist() == [[0, 2], [0, 3], [2, 2]]
    assert np.argwhere(edges["slanted"][0]).tolist() == [[2, 3]]


def test_a_difference_answers_with_the_step_and_with_nothing_on_flat_ground() -> None:
    image = np.full((1, 6, 6), 0.25)
    image[0, :, 3:] = 1.0
    found = answers(image)
    assert found["left_right"][0, 2] == pytest.approx([0, 0, 0.75, 0, 0, 1.0])
    assert found["up_down"][0, 1:-1] == pytest.approx(np.zeros((4, 6)))
    assert found["both"][0, 2, 2] == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("across", "along", "plain", "verdict"),
    [(1.0, 1.0, 0.6, "holds"), (1.0, 0.5, 0.6, "only_when"), (0.8, 0.5, 0.6, "false"), (1.0, 1.0, 0.99, "false")],
)
def test_the_verdict_follows_the_rule(across: float, along: float, plain: float, verdict: str) -> None:
    areas = {"left_right": {"level": along}, "blur": dict.fromkeys(EDGES, plain)}
    found = {
        (name, edge, noise): [areas.get(name, {}).get(edge, across if name == "left_right" else 0.6)]
        for name in FILTERS
        for edge in EDGES
        for noise in NOISES
    }
    assert conclude(found).verdict == verdict
