"""The experiment on what LSTM, GRU and RNN remember: what it measures, and the rule of its verdict."""

import numpy as np
import pytest

from clearhead.experiments.claims import _recall as made
from clearhead.experiments.claims.base import Several
from clearhead.experiments.claims.lstm_gru_remember import CELLS, SETTINGS, Scores, conclude, draw, reach
from clearhead.layers.linear_cross_entropy import IGNORE_INDEX


def test_asked_are_the_first_symbols_in_their_order_after_the_noise() -> None:
    asked = made.recall(np.random.default_rng(0), 5, distance=7, num_kept=3)
    tokens, targets = asked.inputs[0], asked.targets
    assert tokens.shape == targets.shape == (5, 13)
    assert (tokens[:, :3] - made.FIRST_SYMBOL == targets[:, -3:]).all()
    assert (tokens[:, 3:10] >= made.FIRST_NOISE).all() and (tokens[:, 3:10] < made.QUESTION).all()
    assert (tokens[:, -3:] == made.QUESTION).all() and (targets[:, :-3] == IGNORE_INDEX).all()


def test_learned_from_afar_only_means_one_distance() -> None:
    chance = np.random.default_rng(0)
    lengths = {draw(SETTINGS["far"], chance).inputs[0].shape[1] for _ in range(9)}
    assert lengths == {SETTINGS["far"].distances[0] + 2}


def scores(reached: dict[str, int]) -> Scores:
    """All is remembered up to a distance, by cell, in every setting."""
    return {
        (name, cell, distance): Several.of([99.0 if distance <= reached[cell] else 20.0] * 2)
        for name, setting in SETTINGS.items()
        for cell in CELLS
        for distance in setting.distances
    }


def test_reach_ends_where_something_was_forgotten_for_the_first_time() -> None:
    found = scores({"rnn": 20, "rnn_random": 0, "gru": 160, "lstm": 160})
    assert reach(found, "one", "rnn") == 20
    found["one", "gru", 10] = Several.of([50.0])
    assert reach(found, "one", "gru") == 5


@pytest.mark.parametrize(
    ("rnn", "rnn_random", "gru", "lstm", "verdict"),
    [
        (20, 5, 160, 160, "holds"),
        (20, 5, 160, 20, "only_when"),
        (40, 5, 160, 160, "only_when"),
        (160, 5, 160, 160, "false"),
    ],
)
def test_the_verdict_follows_the_rule(rnn: int, rnn_random: int, gru: int, lstm: int, verdict: str) -> None:
    found = scores({"rnn": rnn, "rnn_random": rnn_random, "gru": gru, "lstm": lstm})
    assert conclude(found).verdict == verdict
