import math

import pytest

from clearhead.experiments.learning_curve import extrapolate, learning_curve
from clearhead.training.assemble import train


@pytest.mark.parametrize(("limit", "sign"), [(1.0, -1), (100.0, -1), (0.0, 1)])
def test_a_power_law_is_found_again(limit: float, sign: int) -> None:
    def score(amount: float) -> float:
        return limit + sign * 0.4 * amount**-0.5

    points = [(amount, score(amount)) for amount in (0.125, 0.25, 0.5, 1.0)]
    assert extrapolate(points, limit=limit) == pytest.approx(score(2.0))


def test_scores_that_do_not_get_better_promise_nothing() -> None:
    assert extrapolate([(0.25, 0.8), (0.5, 0.8), (1.0, 0.79)], limit=1.0) is None
    assert extrapolate([(0.5, 1.0), (1.0, 1.0)], limit=1.0) is None


def test_the_same_training_runs_on_parts_of_the_data(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    options = {"model_options": {"hidden": [16]}, "training_options": {"precision": "fp32"}}
    result = train("classification", data="iris", model="mlp", epochs=10, out=str(tmp_path / "run"), **options)
    curve = learning_curve(result.path)
    assert [share for share, _ in curve.points] == [0.125, 0.25, 0.5, 1.0]
    assert curve.points[-1][1] == result.scores["accuracy"]
    assert all(0 <= value <= 1 for _, value in curve.points)
    assert curve.doubled is None or (curve.doubled <= 1 and math.isfinite(curve.doubled))
    assert "12.5%" in str(curve)
