"""The conditional random field against all rows of tags written out, on rows short enough to list them."""

import itertools

import pytest
import torch
from torch import Tensor

from clearhead.layers import crf_sums
from clearhead.layers.crf import CRF, FORBIDDEN
from clearhead.layers.tap import find_taps, listening

TAGS, SEQ = 4, 5
LENGTHS = torch.tensor([5, 3, 1, 2])
IS_THERE = torch.arange(SEQ) < LENGTHS[:, None]
MAY_FOLLOW = torch.tensor([[1, 1, 0, 1], [0, 1, 1, 0], [1, 0, 1, 1], [1, 1, 0, 0]]).bool()
MAY_START, MAY_END = torch.tensor([1, 0, 1, 1]).bool(), torch.tensor([1, 1, 0, 1]).bool()


@pytest.fixture(params=[False, True], ids=["all may follow", "some may not"])
def crf(request: pytest.FixtureRequest) -> CRF:
    torch.manual_seed(0)
    made = CRF(TAGS)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.normal_()
    if request.param:
        made.allow(MAY_FOLLOW, MAY_START, MAY_END)
    return made


@pytest.fixture(params=["products", "logarithms"])
def emissions(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Tensor:
    if request.param == "logarithms":
        monkeypatch.setattr(crf_sums, "LARGEST_SCORE", 0.0)
    return some_emissions()


def some_emissions(seed: int = 1) -> Tensor:
    x = torch.randn(len(LENGTHS), SEQ, TAGS, generator=torch.Generator().manual_seed(seed))
    return x.masked_fill(~IS_THERE[:, :, None], torch.nan)  # whatever stands at padding must not matter


def all_rows(crf: CRF, x: Tensor) -> tuple[list[tuple[int, ...]], Tensor]:
    """Return every row of tags for the tokens of `x`, (seq, tags), and its score by the definition, in float64."""
    seq = len(x)
    rows, scores = list(itertools.product(range(TAGS), repeat=seq)), []
    for row in rows:
        score = crf.start[row[0]].item() if crf.may_start[row[0]] else FORBIDDEN
        score += crf.end[row[-1]].item() if crf.may_end[row[-1]] else FORBIDDEN
        score += sum(x[position, tag].item() for position, tag in enumerate(row))
        for pair in itertools.pairwise(row):
            score += crf.transitions[pair].item() if crf.may_follow[pair] else FORBIDDEN
        scores.append(score)
    return rows, torch.tensor(scores, dtype=torch.float64)


def padded(row: tuple[int, ...]) -> Tensor:
    return torch.tensor([*row, *[7] * (SEQ - len(row))])  # no such tag, at padding


def test_the_log_likelihood_is_the_share_of_the_row_among_all_rows(crf: CRF, emissions: Tensor) -> None:
    for index, length in enumerate(LENGTHS.tolist()):
        rows, scores = all_rows(crf, emissions[index, :length])
        for row, score in list(zip(rows, scores, strict=True))[:: max(1, len(rows) // 7)]:
            tags = torch.stack([padded(row)] * len(LENGTHS)).masked_fill(~IS_THERE, 7).clamp(max=TAGS - 1)
            tags[index] = padded(row)
            found = crf.log_likelihood(emissions, tags, IS_THERE)[index].item()
            assert found == pytest.approx((score - scores.logsumexp(0)).item(), rel=1e-5, abs=1e-5)


def test_the_probabilities_of_all_rows_sum_to_1(crf: CRF, emissions: Tensor) -> None:
    x, is_there = emissions[1:2, :3], IS_THERE[1:2, :3]
    rows = torch.tensor(list(itertools.product(range(TAGS), repeat=3)))
    found = crf.log_likelihood(x.expand(len(rows), -1, -1), rows, is_there.expand(len(rows), -1))
    assert found.exp().sum().item() == pytest.approx(1.0, abs=1e-6)
    assert found.max() <= 0


def test_the_best_row_is_the_highest_of_all_rows(crf: CRF) -> None:
    emissions = some_emissions()
    tags, scores = crf.best(emissions, IS_THERE)
    for index, length in enumerate(LENGTHS.tolist()):
        rows, all_scores = all_rows(crf, emissions[index, :length])
        assert tuple(tags[index, :length].tolist()) == rows[int(all_scores.argmax())]
        assert scores[index].item() == pytest.approx(all_scores.max().item(), abs=1e-5)
        assert tags[index, length:].eq(0).all()


def test_the_marginals_are_sums_over_all_rows(crf: CRF, emissions: Tensor) -> None:
    found = crf.marginals(emissions, IS_THERE)
    for index, length in enumerate(LENGTHS.tolist()):
        rows, scores = all_rows(crf, emissions[index, :length])
        expected = torch.zeros(SEQ, TAGS, dtype=torch.float64)
        for row, probability in zip(rows, scores.softmax(0), strict=True):
            for position, tag in enumerate(row):
                expected[position, tag] += probability
        torch.testing.assert_close(found[index].double(), expected, atol=1e-6, rtol=0)


def test_marginals_can_be_had_where_gradients_are_forbidden(crf: CRF, emissions: Tensor) -> None:
    with torch.inference_mode():
        found = crf.marginals(emissions, IS_THERE)
    assert torch.allclose(found.sum(2), IS_THERE.float())


def test_the_gradient_of_the_log_likelihood_is_what_was_seen_less_what_was_expected(
    crf: CRF, emissions: Tensor
) -> None:
    tags = torch.zeros(len(LENGTHS), SEQ, dtype=torch.long)
    x = emissions.clone().requires_grad_()
    crf.log_likelihood(x, tags, IS_THERE).sum().backward()
    seen = torch.nn.functional.one_hot(tags, TAGS) * IS_THERE[:, :, None]
    assert x.grad is not None
    torch.testing.assert_close(x.grad, seen - crf.marginals(emissions, IS_THERE), atol=1e-5, rtol=0)


@pytest.mark.parametrize("size", [0.1, 10.0, 1000.0])
def test_products_and_logarithms_agree(crf: CRF, size: float, monkeypatch: pytest.MonkeyPatch) -> None:
    x, tags = size * some_emissions(), torch.randint(TAGS, (len(LENGTHS), SEQ))
    as_chosen = crf.log_likelihood(x, tags, IS_THERE), crf.marginals(x, IS_THERE)
    monkeypatch.setattr(crf_sums, "LARGEST_SCORE", 0.0)
    by_logarithms = crf.log_likelihood(x, tags, IS_THERE), crf.marginals(x, IS_THERE)
    assert all(part.isfinite().all() for part in as_chosen)
    torch.testing.assert_close(as_chosen, by_logarithms, atol=1e-4, rtol=1e-4)


def test_padding_more_changes_nothing(crf: CRF) -> None:
    x = some_emissions().nan_to_num()
    wide, is_there = torch.nn.functional.pad(x, (0, 0, 0, 3), value=9.0), torch.nn.functional.pad(IS_THERE, (0, 3))
    tags = torch.zeros(len(LENGTHS), SEQ + 3, dtype=torch.long)
    likelihood = crf.log_likelihood(wide, tags, is_there), crf.log_likelihood(x, tags[:, :SEQ], IS_THERE)
    torch.testing.assert_close(*likelihood)
    assert torch.equal(crf.best(wide, is_there)[0][:, :SEQ], crf.best(x, IS_THERE)[0])
    torch.testing.assert_close(crf.marginals(wide, is_there)[:, :SEQ], crf.marginals(x, IS_THERE))


def test_the_best_row_obeys_the_rules_whatever_the_scores() -> None:
    crf = CRF(TAGS)
    crf.allow(MAY_FOLLOW, MAY_START, MAY_END)
    x = 100 * torch.randn(50, 8, TAGS, generator=torch.Generator().manual_seed(0))
    tags, _ = crf.best(x, torch.ones(50, 8, dtype=torch.bool))
    assert MAY_START[tags[:, 0]].all() and MAY_END[tags[:, -1]].all()
    assert MAY_FOLLOW[tags[:, :-1], tags[:, 1:]].all()


def test_a_row_that_cannot_obey_the_rules_still_has_an_answer() -> None:
    crf = CRF(2)
    crf.allow(torch.ones(2, 2).bool(), torch.tensor([True, False]), torch.tensor([False, True]))
    x, is_there = torch.zeros(1, 1, 2), torch.ones(1, 1, dtype=torch.bool)
    marginals = crf.marginals(x, is_there)
    assert torch.allclose(marginals, torch.full((1, 1, 2), 0.5))
    assert crf.log_likelihood(x, torch.zeros(1, 1, dtype=torch.long), is_there).isfinite().all()


def test_rules_are_saved_with_the_weights() -> None:
    crf, again = CRF(TAGS), CRF(TAGS)
    crf.allow(MAY_FOLLOW, MAY_START, MAY_END)
    again.load_state_dict(crf.state_dict())
    assert torch.equal(again.may_follow, MAY_FOLLOW)
    assert torch.equal(again.may_start, MAY_START) and torch.equal(again.may_end, MAY_END)


def test_scores_in_half_the_digits_are_summed_in_float32() -> None:
    crf, x = CRF(TAGS).bfloat16(), some_emissions().nan_to_num().bfloat16()
    likelihood = crf.log_likelihood(x, torch.zeros(len(LENGTHS), SEQ, dtype=torch.long), IS_THERE)
    assert likelihood.dtype == torch.float32
    likelihood.sum().backward()
    assert crf.transitions.grad is not None and crf.transitions.grad.dtype == torch.bfloat16


def test_taps_show_the_scores_and_the_transitions_with_the_rules(crf: CRF) -> None:
    seen: dict[str, Tensor] = {}
    with listening(crf, lambda name, value: seen.setdefault(name, value)):
        watched = crf.best(some_emissions(), IS_THERE)
    assert set(seen) == set(find_taps(crf)) == {"emissions", "transitions"}
    assert torch.equal(seen["transitions"][0] == FORBIDDEN, ~crf.may_follow)
    assert torch.equal(watched[0], crf.best(some_emissions(), IS_THERE)[0])


def test_a_field_without_tags_is_refused() -> None:
    with pytest.raises(ValueError, match=r"CRF\.num_tags must be at least 1, got 0\. Use the number of tags\."):
        CRF(0)
