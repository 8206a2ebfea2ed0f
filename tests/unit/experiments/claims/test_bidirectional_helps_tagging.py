"""The experiment on reading both ways: what it measures, and the rule of its verdict."""

import numpy as np
import pytest
import torch

from clearhead.experiments.claims import _recall as made
from clearhead.experiments.claims._sequence_learning import Asked
from clearhead.experiments.claims.base import Several
from clearhead.experiments.claims.bidirectional_helps_tagging import (
    READERS,
    TASKS,
    TagTask,
    conclude,
    make,
    neighbours,
    turned,
)
from clearhead.layers.linear_cross_entropy import IGNORE_INDEX
from clearhead.models.base import count_parameters


def test_sentences_are_turned_round_and_padding_stays_at_the_end() -> None:
    tokens = torch.tensor([[5, 6, 7, 0], [5, 6, 7, 8]])
    asked = Asked((tokens,), torch.tensor([[1, 2, 3, IGNORE_INDEX], [1, 2, 3, 4]]))
    found = turned("left", asked)
    assert found.inputs[0].tolist() == [[7, 6, 5, 0], [8, 7, 6, 5]]
    assert found.targets.tolist() == [[3, 2, 1, IGNORE_INDEX], [4, 3, 2, 1]]
    assert turned("both", asked) is asked


def test_a_tag_says_of_which_half_the_neighbour_is() -> None:
    before, after = (neighbours(step, np.random.default_rng(0), False, 6) for step in (-1, 1))
    is_upper = before.inputs[0] >= made.FIRST_NOISE + made.NUM_SYMBOLS // 2
    assert torch.equal(before.targets[:, 1:], is_upper[:, :-1].long())
    assert torch.equal(after.targets[:, :-1], is_upper[:, 1:].long())
    assert (before.targets[:, 0] == IGNORE_INDEX).all() and (after.targets[:, -1] == IGNORE_INDEX).all()


def test_the_readers_have_about_as_many_parameters() -> None:
    task = TagTask(10, 2, lambda chance, is_scored, count: neighbours(1, chance, is_scored, count))
    sizes = [count_parameters(make(reader, task).encoder) for reader in READERS]
    assert max(sizes) <= 1.03 * min(sizes)


@pytest.mark.parametrize(
    ("both", "verdict"), [((95, 95, 95), "holds"), ((95, 90, 95), "only_when"), ((90, 90.5, 80), "false")]
)
def test_the_verdict_follows_the_rule(both: tuple[float, ...], verdict: str) -> None:
    right = {(reader, task): Several.of([90.0, 90.0]) for reader in READERS for task in TASKS}
    right |= {("both", task): Several.of([value] * 2) for task, value in zip(TASKS, both, strict=True)}
    assert conclude(right, dict.fromkeys(READERS, 100)).verdict == verdict
