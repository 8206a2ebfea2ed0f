import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from clearhead.generation.sampling import (
    SamplingConfig,
    choose,
    filter_logits,
    keep_min_p,
    keep_top_k,
    keep_top_p,
    penalize_repetition,
    probabilities,
    scale_by_temperature,
)

scores = st.lists(st.floats(-30, 30, width=32), min_size=1, max_size=40).map(torch.tensor)
shares = st.floats(0.01, 1.0)


@st.composite
def configs(draw: st.DrawFn) -> SamplingConfig:
    return SamplingConfig(
        temperature=draw(st.just(0.0) | st.floats(1e-6, 10)),
        top_k=draw(st.none() | st.integers(1, 50)),
        top_p=draw(st.none() | shares),
        min_p=draw(st.none() | st.floats(0, 1)),
        repetition_penalty=draw(st.floats(0.5, 2)),
    )


def kept(logits: Tensor) -> Tensor:
    return logits > -math.inf


@given(scores, configs(), st.data())
def test_probabilities_sum_to_one_under_any_settings(
    logits: Tensor, config: SamplingConfig, data: st.DataObject
) -> None:
    is_seen = torch.tensor(data.draw(st.lists(st.booleans(), min_size=len(logits), max_size=len(logits))))
    found = probabilities(logits, config, is_seen)
    assert found.sum().item() == pytest.approx(1, abs=1e-5)
    assert bool((found >= 0).all())


@given(scores, configs())
def test_the_models_best_token_is_never_removed(logits: Tensor, config: SamplingConfig) -> None:
    assert bool(kept(filter_logits(logits, config))[logits.argmax()])


@given(scores, st.integers(1, 50))
def test_top_k_keeps_exactly_k_unless_tokens_tie(logits: Tensor, top_k: int) -> None:
    remaining = kept(keep_top_k(logits, top_k))
    border = logits.sort(descending=True).values[min(top_k, len(logits)) - 1]
    assert torch.equal(remaining, logits >= border)
    if len(logits.unique()) == len(logits):
        assert remaining.sum() == min(top_k, len(logits))


@given(scores, shares)
def test_top_p_keeps_the_smallest_set_that_reaches_p(logits: Tensor, top_p: float) -> None:
    found = logits.double().softmax(-1)
    remaining = kept(keep_top_p(logits.double(), top_p))
    assert found[remaining].sum() >= top_p - 1e-9
    if not bool(remaining.all()):
        assert found[remaining].min() > found[~remaining].max()
    without_last = remaining & (found > found[remaining].min())
    assert found[without_last].sum() < top_p + 1e-9


@given(scores, st.floats(0, 1))
def test_min_p_keeps_what_is_probable_enough_beside_the_best(logits: Tensor, min_p: float) -> None:
    found = logits.double().softmax(-1)
    remaining = kept(keep_min_p(logits.double(), min_p))
    is_near_border = (found / found.max() - min_p).abs() < 1e-9
    assert torch.equal(remaining | is_near_border, (found >= min_p * found.max()) | is_near_border)


@given(scores, st.floats(0.05, 5))
def test_temperature_divides_the_distances_between_scores(logits: Tensor, temperature: float) -> None:
    expected = (logits.double() / temperature).softmax(-1)
    assert torch.allclose(scale_by_temperature(logits.double(), temperature).softmax(-1), expected, atol=1e-9)


def test_temperature_0_takes_the_lowest_id_among_equals() -> None:
    logits = torch.tensor([[1.0, 5.0, 5.0, 0.0], [2.0, 2.0, 2.0, 2.0]])
    greedy = SamplingConfig(temperature=0)
    assert choose(logits, greedy, [0.9, 0.9]).tolist() == [1, 0]
    assert probabilities(logits, greedy).tolist() == [[0, 1, 0, 0], [1, 0, 0, 0]]


@pytest.mark.parametrize("temperature", [1e-30, 1e-40, 1e-300])
def test_a_tiny_temperature_overflows_nothing(temperature: float) -> None:
    logits = torch.tensor([[3e9, 1.0, -90.0]])
    assert probabilities(logits, SamplingConfig(temperature=temperature)).tolist() == [[1, 0, 0]]


def test_a_rare_token_of_a_large_vocabulary_keeps_its_share() -> None:
    logits = torch.zeros(1, 100_000)
    logits[0, 70_000] = -5
    share = math.exp(-5) / (99_999 + math.exp(-5))
    start = 70_000 * (1 / (99_999 + math.exp(-5)))
    found = [choose(logits, SamplingConfig(temperature=1), [start + part * share]).item() for part in (0.1, 0.5, 0.9)]
    assert found == [70_000] * 3


def test_seen_tokens_are_divided_when_positive_and_multiplied_when_negative() -> None:
    logits = torch.tensor([2.0, -2.0, 2.0, -2.0])
    is_seen = torch.tensor([True, True, False, False])
    assert penalize_repetition(logits, is_seen, 2.0).tolist() == [1, -4, 2, -2]


def test_a_repetition_penalty_acts_at_temperature_0_too() -> None:
    config = SamplingConfig(temperature=0, repetition_penalty=2.0)
    logits = torch.tensor([[3.0, 2.0]])
    assert choose(logits, config, [0.5], torch.tensor([[True, False]])).tolist() == [1]
    assert choose(logits, config, [0.5], torch.tensor([[False, False]])).tolist() == [0]


def test_nothing_is_changed_in_place() -> None:
    logits = torch.randn(3, 50)
    before = logits.clone()
    config = SamplingConfig(temperature=0.5, top_k=9, top_p=0.7, min_p=0.1, repetition_penalty=1.3)
    choose(logits, config, [0.1, 0.5, 0.9], torch.ones(3, 50, dtype=torch.bool))
    assert torch.equal(logits, before)


def test_what_is_drawn_follows_the_probabilities() -> None:
    logits = torch.tensor([0.1, 0.0, 0.2, 0.7]).log()
    draws = ((torch.arange(10_000) + 0.5) / 10_000).tolist()
    found = choose(logits.expand(len(draws), -1), SamplingConfig(temperature=1), draws)
    assert found.bincount(minlength=4).tolist() == [1000, 0, 2000, 7000]


@pytest.mark.parametrize("draw", [0.0, 1 - 2.0**-48])
def test_a_removed_token_is_never_drawn_even_at_the_ends(draw: float) -> None:
    logits = torch.tensor([[-math.inf, 0.0, 1e-4, -math.inf]])
    assert choose(logits, SamplingConfig(temperature=1), [draw]).item() in (1, 2)


def test_a_row_is_sampled_alike_alone_and_among_others() -> None:
    torch.manual_seed(0)
    logits = torch.randn(40, 1000) * 3
    draws = torch.rand(40, dtype=torch.float64).tolist()
    for config in (SamplingConfig(), SamplingConfig(top_p=0.9), SamplingConfig(top_k=5, min_p=0.05)):
        together = choose(logits, config, draws)
        alone = [choose(logits[row : row + 1], config, [draws[row]]).item() for row in range(40)]
        assert together.tolist() == alone


def test_top_p_is_right_where_a_few_best_tokens_do_not_suffice() -> None:
    logits = torch.zeros(2, 5000)
    logits[0, 17] = 100
    logits[1] = torch.linspace(0, 0.001, 5000)
    assert kept(keep_top_p(logits, 0.5)).sum(-1).tolist() == [1, pytest.approx(2500, abs=2)]


@pytest.mark.parametrize("broken", [math.nan, math.inf])
@pytest.mark.parametrize(
    "config", [SamplingConfig(temperature=0), SamplingConfig(), SamplingConfig(top_k=2, top_p=0.5)]
)
def test_scores_that_are_no_numbers_are_an_error(broken: float, config: SamplingConfig) -> None:
    with pytest.raises(ValueError, match=r"scores must be finite, got nan or inf. Its weights are broken"):
        choose(torch.tensor([[0.0, broken, 1.0]]), config, [0.5])


def test_the_order_and_every_rule_are_those_of_transformers() -> None:
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(0)
    for seed in range(200):
        generator = torch.Generator().manual_seed(seed)
        logits = torch.randn(4, 600, generator=generator) * 4
        tokens = torch.randint(0, 600, (4, 30), generator=generator)
        temperature, top_p, min_p, penalty = (torch.rand(4, generator=generator) + 0.01).clamp(max=1).tolist()
        top_k = 1 + seed * 3
        processors = transformers.LogitsProcessorList(
            [
                transformers.RepetitionPenaltyLogitsProcessor(0.5 + penalty),
                transformers.TemperatureLogitsWarper(2 * temperature),
                transformers.TopKLogitsWarper(top_k),
                transformers.TopPLogitsWarper(top_p),
                transformers.MinPLogitsWarper(min_p / 4),
            ]
        )
        config = SamplingConfig(
            temperature=2 * temperature, top_k=top_k, top_p=top_p, min_p=min_p / 4, repetition_penalty=0.5 + penalty
        )
        is_seen = torch.zeros(4, 600, dtype=torch.bool).scatter(1, tokens, True)
        expected = processors(tokens, logits.clone())
        found = filter_logits(logits, config, is_seen)
        assert torch.equal(kept(found), kept(expected))
        assert torch.allclose(found.softmax(-1), expected.softmax(-1), atol=1e-6)
