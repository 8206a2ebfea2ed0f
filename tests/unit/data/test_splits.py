"""The hash that sets examples aside: a tenth, always the same ones, equal ones together."""

import numpy as np

from clearhead.data._splits import NUM_DRAWS, is_fair, is_valid_side

CONTENTS = [f"example {index}".encode() for index in range(20_000)]


def test_every_draw_sets_a_tenth_aside_and_no_two_the_same() -> None:
    sides = np.stack([is_valid_side(CONTENTS, draw) for draw in range(NUM_DRAWS)])
    assert (np.abs(sides.mean(axis=1) - 0.1) < 0.01).all()
    assert np.abs(np.corrcoef(sides) - np.eye(NUM_DRAWS)).max() < 0.05


def test_the_side_depends_on_the_content_alone() -> None:
    assert np.array_equal(is_valid_side(CONTENTS[::-1], 0)[::-1], is_valid_side(CONTENTS, 0))
    assert np.flatnonzero(is_valid_side(CONTENTS[:40], 0)).tolist() == [2, 20, 23, 29, 31, 37, 38]


def test_a_fair_draw_gives_between_half_and_twice_a_tenth() -> None:
    assert [is_fair(number, 100) for number in (4, 5, 20, 21)] == [False, True, True, False]
    assert not is_fair(2, 19), "so few are not split"
