"""The experiment on temperature top k top p: what it measures, and the rule of its verdict."""

import pytest

from clearhead.experiments.claims.base import Several
from clearhead.experiments.claims.temperature_top_k_top_p import (
    KNOBS,
    conclude,
    correlation,
    difference,
    facts_that_hold,
)


def test_equal_texts_differ_in_nothing_and_others_in_what_they_do_not_share() -> None:
    assert difference("a b c d", "a b c d") == 0.0
    assert difference("a b c d", "a b c e") == pytest.approx(2 / 3)
    assert difference("", "") == 0.0


def test_facts_that_are_wrong_lower_the_share_that_holds() -> None:
    opening = "Mia was a little girl who had a kite. She walked to the park."
    right, wrong = " Mia gave the kite to her. The end.", " Zoltan gave the lantern to Blork. The en"
    assert facts_that_hold([opening], [right]) > facts_that_hold([opening], [wrong])
    assert facts_that_hold([], []) == 0.0


def test_two_that_fall_and_rise_together_correlate() -> None:
    points = [(Several.of([x]), Several.of([100 - x**2])) for x in (1, 2, 3, 4)]
    assert correlation(points) == pytest.approx(-1.0)
    assert correlation([(Several.of([1]), Several.of([5])), (Several.of([2]), Several.of([5]))]) == 0.0


@pytest.mark.parametrize(("num_traded", "verdict"), [(3, "holds"), (1, "only_when"), (0, "false")])
def test_the_verdict_follows_the_rule(num_traded: int, verdict: str) -> None:
    found = {}
    for number, (knob, positions) in enumerate(KNOBS.items()):
        for place in range(len(positions)):
            consistency = 90 - 10 * place if number < num_traded else 50 + place
            found[knob, place] = Several.of([10.0 * place]), Several.of([consistency])
    assert conclude(found).verdict == verdict
