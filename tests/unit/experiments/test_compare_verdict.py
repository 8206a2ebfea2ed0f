import math

import numpy as np
import pytest

from clearhead.experiments._compare_verdict import Verdict, judge, row_margin, seed_margin, spread_of


def judged(baselines: dict[str, float] | None = None, *, num_rows: int = 10**9, **values: list[float]) -> Verdict:
    scores = {label: spread_of(each) for label, each in values.items()}
    return judge(scores, baselines or {}, score="accuracy", is_higher_better=True, num_rows=num_rows)


def test_a_spread_is_mean_median_deviation_and_range() -> None:
    values = [0.5, 0.75, 0.7]
    found = spread_of(values)
    assert found.mean == pytest.approx(np.mean(values))
    assert found.deviation == pytest.approx(np.std(values, ddof=1))
    assert (found.median, found.lowest, found.highest, found.count) == (0.7, 0.5, 0.75, 3)
    assert spread_of([2.0]).deviation == 0.0


def test_the_margin_of_the_seeds_is_welchs_interval() -> None:
    from scipy.stats import ttest_ind

    one, other = [0.90, 0.92, 0.95], [0.80, 0.85, 0.84, 0.87]
    interval = ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    assert seed_margin(spread_of(one), spread_of(other)) == pytest.approx((interval.high - interval.low) / 2)


def test_one_seed_has_no_margin_and_equal_seeds_none_to_speak_of() -> None:
    assert seed_margin(spread_of([0.9]), spread_of([0.8, 0.9])) is None
    assert seed_margin(spread_of([0.9, 0.9]), spread_of([0.8, 0.8])) == 0.0


def test_the_margin_of_the_rows_is_the_normal_interval_of_two_shares() -> None:
    expected = 1.959964 * math.sqrt(0.9 * 0.1 / 50 + 0.8 * 0.2 / 50)
    assert row_margin("accuracy", (0.9, 0.8), 50) == pytest.approx(expected, rel=1e-6)
    assert row_margin("loss", (0.9, 0.8), 50) == 0.0


def test_a_difference_beyond_chance_is_clear() -> None:
    found = judged(a=[0.80, 0.81, 0.82], b=[0.90, 0.91, 0.92])
    assert (found.best, found.second, found.judgement) == ("b", "a", "clear")
    assert found.difference == pytest.approx(0.1)
    assert found.spread == pytest.approx(0.01)
    assert found.sentences["en"][0] == "b is better than a by 0.1000 (accuracy 0.9100 against 0.8100)."
    assert found.sentences["en"][1].startswith("The spread of the seeds is 0.0100;")
    assert found.sentences["en"][1].endswith(": clear.")
    assert "清楚的差别" in found.sentences["zh"][1]


def test_a_difference_that_seeds_could_make_is_noise() -> None:
    found = judged(a=[0.80, 0.90, 0.85], b=[0.82, 0.91, 0.86])
    assert found.judgement == "within the noise"
    assert found.seed_margin is not None and found.difference is not None and found.difference < found.seed_margin
    assert found.sentences["en"][1].endswith(": within the noise.")


def test_few_rows_make_noise_though_the_seeds_agree() -> None:
    values = {"a": [0.80, 0.80], "b": [0.90, 0.90]}
    assert judged(**values, num_rows=1000).judgement == "clear"
    few = judged(**values, num_rows=10)
    assert few.judgement == "within the noise"
    assert "by which 10 rows are scored" in few.sentences["en"][1]


def test_one_seed_is_not_judged() -> None:
    found = judged(a=[0.8], b=[0.9])
    assert (found.judgement, found.seed_margin) == ("unknown", None)
    assert "--seeds 3" in found.sentences["en"][1] and "--seeds 3" in found.sentences["zh"][1]


def test_a_lower_score_wins_where_lower_is_better() -> None:
    scores = {"a": spread_of([2.0, 2.1]), "b": spread_of([1.0, 1.1])}
    found = judge(scores, {"bigram": 3.0}, score="loss", is_higher_better=False, num_rows=100)
    assert (found.best, found.baseline_is) == ("b", "worse")
    assert found.difference == pytest.approx(1.0)
    assert found.sentences["en"][-1] == "The best simple method, bigram, has 3.0000."


def test_a_baseline_within_the_noise_is_named() -> None:
    values = {"a": [0.88, 0.92, 0.90], "b": [0.5, 0.5, 0.5]}
    near, better = judged({"line": 0.89, "majority": 0.1}, **values), judged({"line": 0.96}, **values)
    assert (near.baseline, near.baseline_is) == ("line", "as good")
    assert near.sentences["en"][-1] == "A simpler way does as well, within the noise: line has 0.8900."
    assert judged({"line": 0.9}, **values).sentences["en"][-1] == "A simpler way does as well: line has 0.9000."
    assert (better.baseline_is, judged({"line": 0.3}, **values).baseline_is) == ("better", "worse")
    assert better.sentences["en"][-1] == "A simpler way does better: line has 0.9600."
    assert judged({"line": 0.92}, **values).baseline_is == "as good"


def test_equal_scores_are_told_as_equal() -> None:
    found = judged(a=[0.9, 0.9], b=[0.9, 0.9])
    assert found.judgement == "within the noise"
    assert found.sentences["en"][0] == "a and b score the same (accuracy 0.9000)."


def test_one_entry_is_told_alone() -> None:
    found = judged(a=[0.8, 0.9])
    assert (found.judgement, found.second) == ("alone", None)
    assert found.sentences["en"] == ["a: accuracy 0.8500 ± 0.0707 over 2 seeds."]


def test_losses_of_different_objectives_are_not_judged() -> None:
    scores = {"a": spread_of([2.0, 2.1]), "b": spread_of([1.0, 1.1])}
    found = judge(scores, {}, score="loss", is_higher_better=False, num_rows=9, has_one_objective=False)
    assert (found.best, found.judgement, found.difference) == ("b", "unknown", None)
    assert "cannot be compared" in found.sentences["en"][0]


def test_both_languages_say_the_same_number_of_sentences() -> None:
    for found in (judged(a=[0.8, 0.9], b=[0.7, 0.8]), judged({"line": 0.3}, a=[0.8]), judged(a=[0.8], b=[0.7])):
        assert len(found.sentences["en"]) == len(found.sentences["zh"])
