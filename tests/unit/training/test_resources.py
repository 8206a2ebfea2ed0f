"""Memory is estimated before the first step; the compiler is used where it was measured to pay."""

import re
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from clearhead.models.gpt import GPT
from clearhead.training import resources
from clearhead.training.config import TrainingConfig

CPU = torch.device("cpu")


def loss(model: nn.Module, rows: int) -> Tensor:
    total: Tensor = model(torch.zeros(rows, 16, dtype=torch.long)).float().sum()
    return total


def fit(rows: int) -> tuple[int, int]:
    return resources.rows_that_fit(GPT.tiny(), TrainingConfig(precision="fp32"), loss, rows, CPU)


def test_the_rows_asked_for_fit_where_there_is_room() -> None:
    rows, needed = fit(48)
    assert rows == 48 and needed > fit(24)[1]


@pytest.mark.parametrize("wanted", [1, 2, 3, 5, 24])
def test_rows_are_halved_until_they_fit(wanted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    fixed = 2 * fit(1)[1] - fit(2)[1]
    activations = fit(2)[1] - fit(1)[1]
    room = fixed + wanted * activations + activations // 2
    monkeypatch.setattr(resources, "free_memory", lambda device: int(room / resources.MEMORY_SHARE))
    rows, needed = fit(48)
    assert rows <= wanted < 2 * rows
    assert needed <= room


def test_the_refusal_tells_both_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "free_memory", lambda device: 0)
    wanted = re.escape(f"{fit_bytes() / 2**30:.1f} GiB")
    with pytest.raises(ValueError, match=rf"must be at least {wanted} for this model and context, got 0.0 GiB free"):
        fit(1)


def fit_bytes() -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resources, "free_memory", lambda device: 1 << 40)
        return fit(1)[1]


@pytest.mark.parametrize(
    ("wanted", "seconds", "times", "expected"),
    [
        ("always", 1.0, None, True),
        ("never", 1e6, None, False),
        ("auto", 60.0, None, False),
        ("auto", None, None, False),
        ("auto", 1e4, {"eager": 2.0, "compiled": 1.0}, True),
        ("auto", 1e4, {"eager": 1.0, "compiled": 2.0}, False),
    ],
)
def test_compiling_is_for_long_runs_where_it_is_faster(
    wanted: str, seconds: float | None, times: Any, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measure(*arguments: Any, **options: Any) -> dict[str, float]:
        assert times is not None, "nothing needs measuring here"
        found: dict[str, float] = times
        return found

    monkeypatch.setattr(resources, "fastest", measure)
    monkeypatch.setattr(resources, "_has_compiler", lambda: True)
    training = TrainingConfig(compile=wanted, precision="fp32")  # type: ignore[arg-type]
    assert resources.is_compiling_worth_it(GPT.tiny(), training, loss, CPU, seconds) is expected


def test_a_compiler_that_fails_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: Any, **options: Any) -> None:
        raise RuntimeError("no compiler today")

    monkeypatch.setattr(resources, "fastest", fail)
    monkeypatch.setattr(resources, "_has_compiler", lambda: True)
    assert not resources.is_compiling_worth_it(GPT.tiny(), TrainingConfig(precision="fp32"), loss, CPU, 1e4)
