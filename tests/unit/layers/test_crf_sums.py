"""Sums over rows of tags: their size, where products no longer hold it, and what is worked out only once."""

import math

import pytest
import torch
from torch import Tensor

from clearhead.layers import crf_sums
from clearhead.layers.crf_sums import LARGEST_SCORE, expected, log_sum

TAGS = 3
ALL = torch.ones(1, 6, dtype=torch.bool)
ZEROS = (torch.zeros(TAGS, TAGS), torch.zeros(TAGS), torch.zeros(TAGS))


def test_with_all_scores_0_the_sum_counts_the_rows_of_tags() -> None:
    assert log_sum(torch.zeros(1, 6, TAGS), *ZEROS, ALL).item() == pytest.approx(6 * math.log(TAGS), rel=1e-12)


def test_a_score_given_to_every_tag_of_a_token_is_added_to_the_sum() -> None:
    x = torch.randn(1, 6, TAGS)
    shifted = log_sum(x + 5.0, *ZEROS, ALL) - log_sum(x, *ZEROS, ALL)
    assert shifted.item() == pytest.approx(30.0, abs=1e-5)


def test_a_long_text_neither_overflows_nor_fades() -> None:
    for score in (-40.0, 40.0):
        x = torch.full((1, 3000, TAGS), score)
        found = log_sum(x, *ZEROS, torch.ones(1, 3000, dtype=torch.bool)).item()
        assert found == pytest.approx(3000 * (score + math.log(TAGS)), rel=1e-9)


def test_only_scores_too_far_apart_are_summed_as_logarithms(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[int] = []
    plain = crf_sums._sum_of_logarithms

    def counted(*parts: Tensor) -> Tensor:
        used.append(1)
        return plain(*parts)

    monkeypatch.setattr(crf_sums, "_sum_of_logarithms", counted)
    log_sum(torch.full((1, 6, TAGS), LARGEST_SCORE), *ZEROS, ALL)
    assert not used
    log_sum(torch.full((1, 6, TAGS), LARGEST_SCORE + 1), *ZEROS, ALL)
    expected(torch.full((1, 6, TAGS), -LARGEST_SCORE - 1), *ZEROS, ALL)
    assert len(used) == 2


def test_scores_at_padding_choose_no_other_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crf_sums, "_sum_of_logarithms", None)
    x = torch.zeros(1, 6, TAGS)
    x[:, 4:] = 1e6
    is_there = torch.arange(6)[None] < 4
    assert log_sum(x, *ZEROS, is_there).item() == pytest.approx(4 * math.log(TAGS), rel=1e-12)


def test_slopes_are_not_differentiated_again() -> None:
    x = torch.randn(1, 6, TAGS, requires_grad=True)
    (slope,) = torch.autograd.grad(log_sum(x, *ZEROS, ALL).sum(), x, create_graph=True)
    with pytest.raises(RuntimeError, match="does not require grad"):
        slope.sum().backward()
