"""The rate's curve: its shape, and that its end can be moved without a jump."""

import math
import random

import pytest

from clearhead.training.config import TrainingConfig
from clearhead.training.schedules import Schedule


def planned(**options: object) -> Schedule:
    return Schedule.plan(TrainingConfig(**{"steps": 100, **options}))


def curve(schedule: Schedule) -> list[float]:
    return [schedule.factor(step) for step in range(schedule.end_step + 1)]


def test_a_trapezoid_rises_stays_and_falls_to_zero() -> None:
    values = curve(planned(warmup_steps=4, decay_fraction=0.4))
    assert values[:5] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert values[5:61] == [1.0] * 56
    assert values[80] == pytest.approx(0.5)
    assert values[100] == 0.0
    assert values[60:] == sorted(values[60:], reverse=True)


def test_a_cosine_falls_as_half_a_wave() -> None:
    values = curve(planned(schedule="cosine", warmup_steps=10))
    assert values[10] == 1.0
    assert values[55] == pytest.approx(0.5)
    assert values[32] == pytest.approx(0.5 + 0.5 * math.cos(math.pi * 22 / 90))
    assert values[100] == pytest.approx(0.0, abs=1e-12)


def test_an_inverse_square_root_rises_to_one_and_falls_as_published() -> None:
    values = curve(planned(schedule="inverse_sqrt", warmup_steps=9))
    peak = 10**-0.5  # of Vaswani et al.'s min(n^-0.5, n · w^-1.5) with w = 10, reached by the tenth update
    assert values == pytest.approx([min(n**-0.5, n * 10**-1.5) / peak for n in range(1, 102)])
    assert max(values) == values[9] == 1.0


def test_a_constant_rises_and_stays() -> None:
    values = curve(planned(schedule="constant", warmup_steps=4))
    assert values[:5] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert values[5:] == [1.0] * 96


@pytest.mark.parametrize("schedule", ["inverse_sqrt", "constant"])
@pytest.mark.parametrize("end", [40, 400])
def test_an_end_that_a_schedule_does_not_know_moves_without_a_change(schedule: str, end: int) -> None:
    line = planned(schedule=schedule, warmup_steps=5)
    before = [line.factor(step) for step in range(500)]
    line.move_end(30, end)
    assert line.end_step == end
    assert [line.factor(step) for step in range(500)] == before
    line.move_end(end, 2 * end)  # a run that had ended goes on
    assert line.end_step == 2 * end and line.factor(end) == before[end] > 0


@pytest.mark.parametrize(("fraction", "expected"), [(0.0, 1.0), (1.0, 0.5)])
def test_the_decay_may_be_nothing_or_all(fraction: float, expected: float) -> None:
    assert planned(decay_fraction=fraction).factor(50) == expected


@pytest.mark.parametrize("schedule", ["trapezoid", "cosine"])
@pytest.mark.parametrize("seed", range(10))
def test_a_moved_end_bends_the_curve_without_a_jump(schedule: str, seed: int) -> None:
    chance = random.Random(seed)
    line = planned(steps=200, warmup_steps=5, schedule=schedule)
    step, factor = 0, line.factor(0)
    for _ in range(6):
        step = chance.randint(step, line.end_step - 1)
        factor = line.factor(step)
        line.move_end(step, chance.randint(step - 5, 2 * line.end_step))
        assert line.end_step > step
        assert line.factor(step) == pytest.approx(factor, rel=1e-9)
        if line.end_step > 5:
            assert line.factor(line.end_step) == pytest.approx(0, abs=1e-9)
        values = [line.factor(later) for later in range(max(step, 5), line.end_step + 1)]
        assert values == sorted(values, reverse=True)
        assert all(0 <= value <= 1 for value in values)


def test_an_end_that_comes_before_the_decay_moves_the_decay() -> None:
    line = planned(steps=100)
    line.move_end(10, 50)
    assert line.decay_start == 25
    line.move_end(20, 200)
    assert line.decay_start == 100


def test_the_same_end_again_changes_nothing() -> None:
    line = planned()
    before = curve(line)
    line.move_end(77, 100)
    assert curve(line) == before


@pytest.mark.parametrize("schedule", ["trapezoid", "cosine"])
def test_a_run_that_had_ended_learns_again_when_steps_are_added(schedule: str) -> None:
    line = planned(schedule=schedule)
    for end in (200, 400):
        line.move_end(line.end_step, end)
        assert line.factor(line.end_step - end // 2) > 0.4
        assert line.factor(end) == pytest.approx(0, abs=1e-12)
