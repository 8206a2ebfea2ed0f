"""Measuring: the faster way is found, the model is left as it was, kept bytes are counted."""

import time

import pytest
import torch
from torch import nn

from clearhead.models.gpt import GPT
from clearhead.training import precision

CPU = torch.device("cpu")


def test_the_faster_way_is_found() -> None:
    times = precision.fastest({"slow": lambda: time.sleep(0.05), "quick": lambda: time.sleep(0.001)}, CPU, seconds=0.05)
    assert times["quick"] < times["slow"] and times["slow"] >= 0.05


@pytest.mark.parametrize("quicker", ["fp32", "bf16"])
def test_the_measured_precision_is_chosen_and_the_model_stays(quicker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        precision,
        "fastest",
        lambda candidates, device, seconds: {name: 1.0 if name == quicker else 2.0 for name in candidates},
    )
    model = GPT.tiny()
    tokens = torch.zeros(2, 8, dtype=torch.long)
    name, times = precision.choose_precision(model, lambda candidate: candidate(tokens).float().sum(), CPU)
    assert name == quicker and set(times) == {"fp32", "bf16"}
    assert all(p.dtype == torch.float32 and p.grad is None for p in model.parameters())


def test_names_of_precisions() -> None:
    assert precision.dtype_of("bf16") == torch.bfloat16
    assert precision.dtype_of("fp32") == torch.float32


def test_kept_bytes_grow_with_the_rows_and_count_a_tensor_once() -> None:
    layer = nn.Linear(64, 64, bias=False)
    one = torch.randn(10, 64, requires_grad=True)
    few = precision.bytes_of_activations(lambda: layer(one).square().sum())
    ten = torch.randn(100, 64, requires_grad=True)
    many = precision.bytes_of_activations(lambda: layer(ten).square().sum())
    assert few >= 2 * 10 * 64 * 4  # the input and what is squared
    assert many - few == pytest.approx(2 * 90 * 64 * 4, rel=0.01)


def test_memory_is_told_in_bytes() -> None:
    assert precision.free_memory(CPU) > 1 << 20
    assert precision.used_memory(CPU) > 10 << 20
    precision.keep_freed_memory()
