"""Settings of a training: impossible ones are refused with their value."""

from typing import Any

import pytest

from clearhead.training.config import TrainingConfig


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": 0}, r"TrainingConfig.steps must be at least 1, got 0"),
        ({"micro_batch_size": -1}, r"TrainingConfig.micro_batch_size must be at least 1, got -1"),
        ({"checkpoint_interval": 0}, r"TrainingConfig.checkpoint_interval must be at least 1, got 0"),
        ({"keep_checkpoints": 1}, r"TrainingConfig.keep_checkpoints must be at least 2, got 1"),
        ({"learning_rate": 0.0}, r"TrainingConfig.learning_rate must be above 0 and at most 100, got 0.0"),
        ({"head_learning_rate": float("nan")}, r"head_learning_rate must be above 0 and at most 100, got nan"),
        ({"decay_fraction": 1.5}, r"TrainingConfig.decay_fraction must be in \[0, 1\], got 1.5"),
        ({"momentum": -0.1}, r"TrainingConfig.momentum must be in \[0, 1\], got -0.1"),
        ({"adam_beta2": 1.0}, r"TrainingConfig.adam_beta2 must be in \[0, 1\), got 1.0. Use 0.98"),
        ({"optimizer": "adam", "weight_decay": 0.1}, r"weight_decay must be 0 for adam, got 0.1. Use optimizer adamw"),
        ({"clip_norm": 0.0}, r"TrainingConfig.clip_norm must be above 0, got 0.0. Use 1.0, or leave it out"),
        ({"weight_decay": -1.0}, r"weight_decay and warmup_steps must not be negative, got -1.0 and 0"),
    ],
)
def test_impossible_settings_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TrainingConfig(**options)


def test_equal_settings_are_equal() -> None:
    assert TrainingConfig(steps=5) == TrainingConfig(steps=5) != TrainingConfig(steps=6)
