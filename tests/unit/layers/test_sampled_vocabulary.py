"""A part of the vocabulary: it holds what it must, and estimates the whole without bias."""

import math

import pytest
import torch

from clearhead.layers.linear_cross_entropy import IGNORE_INDEX, linear_cross_entropy
from clearhead.layers.sampled_vocabulary import SampledVocabulary

COUNTS = torch.tensor([5, 0, 90, 2, 80, 1, 70, 3, 4, 60, 0, 0])


def test_the_most_frequent_and_the_targets_are_always_there_once() -> None:
    vocabulary = SampledVocabulary(COUNTS, 8)
    for seed in range(20):
        torch.manual_seed(seed)
        sample = vocabulary.draw(torch.tensor([[10, 2], [10, 3]]))
        assert {2, 4, 6, 9, 10, 3} <= set(sample.tokens.tolist())
        assert len(sample.tokens) == len(set(sample.tokens.tolist())) == 4 + 2 + 4
        assert torch.equal(sample.tokens[sample.targets], torch.tensor([[10, 2], [10, 3]]))


def test_each_token_that_was_drawn_stands_for_those_that_were_not() -> None:
    sample = SampledVocabulary(COUNTS, 6).draw(torch.tensor([2]))
    assert sample.log_weights[:3].tolist() == [0.0] * 3
    assert sample.log_weights[3:].tolist() == pytest.approx([math.log(9 / 3)] * 3)


def test_positions_that_do_not_count_stay_marked() -> None:
    sample = SampledVocabulary(COUNTS, 6).draw(torch.tensor([IGNORE_INDEX, 4]))
    assert sample.targets[0] == IGNORE_INDEX
    assert sample.tokens[sample.targets[1]] == 4


def test_a_seed_repeats_the_draw_and_another_changes_it() -> None:
    vocabulary, counts = SampledVocabulary(torch.arange(1000), 100), []
    for seed in (7, 7, 8):
        torch.manual_seed(seed)
        counts.append(vocabulary.draw(torch.tensor([1])).tokens.tolist())
    assert counts[0] == counts[1] != counts[2]


def test_the_mean_of_the_estimates_is_the_sum_over_all_tokens() -> None:
    torch.manual_seed(0)
    scores = torch.randn(200, dtype=torch.float64)
    vocabulary = SampledVocabulary(torch.arange(200), 40)
    estimates = []
    for _ in range(4000):
        sample = vocabulary.draw(torch.tensor([3, 150]))
        estimates.append(float((scores[sample.tokens] + sample.log_weights).exp().sum()))
    error = torch.tensor(estimates).std() / len(estimates) ** 0.5
    assert abs(sum(estimates) / len(estimates) - float(scores.exp().sum())) < 4 * error
    assert error < 0.01 * scores.exp().sum()  # otherwise the line above could not fail


def test_where_the_batch_leaves_nothing_to_estimate_the_loss_is_the_whole_one() -> None:
    torch.manual_seed(0)
    hidden, weight = torch.randn(12, 8), torch.randn(12, 8)
    targets = torch.arange(12)
    sample = SampledVocabulary(COUNTS, 4).draw(targets)
    part = linear_cross_entropy(hidden, weight[sample.tokens], sample.targets, bias=sample.log_weights)
    assert float(part) == pytest.approx(float(linear_cross_entropy(hidden, weight, targets)), rel=1e-6)


@pytest.mark.parametrize("size", [1, 12, 13])
def test_a_size_that_is_no_part_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=f"between 2 and 11 .* got {size}"):
        SampledVocabulary(COUNTS, size)
