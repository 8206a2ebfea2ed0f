"""Scoring known targets: the formula, side by side, and what is refused."""

import math

import pytest
import torch
from table_translator import TableTranslator

from clearhead.generation.pair_scoring import batches, score_pairs

SOURCES = [[3, 4, 5], [7], [2, 2, 9, 9, 9], [11, 3]]
TARGETS = [[2, 3], [], [4, 4, 4, 4, 2], [3]]


@pytest.fixture(scope="module")
def model() -> TableTranslator:
    return TableTranslator().eval()


def test_each_token_and_the_end_are_scored_given_those_before(model: TableTranslator) -> None:
    for source, target, score in zip(SOURCES, TARGETS, score_pairs(model, SOURCES, TARGETS), strict=True):
        read = torch.tensor([[model.config.start_id, *target]])
        each = model(torch.tensor([source]), read)[0].detach().log_softmax(-1)
        wanted = [float(row[token]) for row, token in zip(each, [*target, model.config.end_id], strict=True)]
        assert score.token_log_probabilities == pytest.approx(wanted, abs=1e-5)
        assert score.total == pytest.approx(sum(wanted), abs=1e-5)
        assert score.per_token == pytest.approx(sum(wanted) / len(wanted), abs=1e-5)


def test_probabilities_of_all_short_texts_sum_to_what_longer_ones_leave(model: TableTranslator) -> None:
    texts = [[], *([a] for a in (2, 3, 4)), *([a, b] for a in (2, 3, 4) for b in (2, 3, 4))]
    scores = score_pairs(model, [[5, 6]] * len(texts), texts)
    ended = sum(math.exp(score.total) for score in scores)
    open_still = sum(math.exp(sum(score.token_log_probabilities[:-1])) for score in scores[4:])
    open_still -= sum(math.exp(score.total) for score in scores[4:])
    assert ended + open_still == pytest.approx(1, abs=1e-5)


def test_side_by_side_is_as_one_by_one(model: TableTranslator) -> None:
    alone = [score_pairs(model, [source], [target])[0] for source, target in zip(SOURCES, TARGETS, strict=True)]
    together = score_pairs(model, SOURCES, TARGETS, max_batch_tokens=12)
    assert [score.total for score in together] == pytest.approx([score.total for score in alone], abs=1e-5)


def test_a_token_that_is_never_said_has_probability_0(model: TableTranslator) -> None:
    assert score_pairs(model, [[3]], [[model.config.padding_id]])[0].total == -math.inf


def test_batches_hold_everything_once_within_their_size() -> None:
    lengths = [5, 1, 9, 3, 3, 40, 2]
    made = list(batches(lengths, 12))
    assert sorted(index for batch in made for index in batch) == list(range(len(lengths)))
    assert all(len(batch) * max(lengths[index] for index in batch) <= 12 for batch in made[1:])
    assert made[0] == [5]  # longer than a batch may be, and still served


@pytest.mark.parametrize(
    ("sources", "targets", "message"),
    [
        ([[]], [[]], r"sources\[0\] must have 1 to 40 tokens, got 0. Leave it out"),
        ([[3] * 41], [[]], r"sources\[0\] must have 1 to 40 tokens, got 41. Cut it"),
        ([[3], [20]], [[], []], r"sources\[1\] must hold ids from 0 to 19, got 20"),
        ([[3]], [[5]], r"targets\[0\] must hold ids from 0 to 4, got 5"),
        ([[3]], [[2] * 40], r"targets\[0\] must have at most 39 tokens, .* got 40"),
        ([[3]], [[2, 1]], r"targets\[0\] must not hold the end token 1. Leave it out"),
        ([[3]], [], r"targets must be one for each of the 1 sources, got 0"),
    ],
)
def test_what_the_model_cannot_read_or_write_is_refused(
    model: TableTranslator, sources: list[list[int]], targets: list[list[int]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        score_pairs(model, sources, targets)
