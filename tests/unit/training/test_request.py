"""Requests: what contradicts itself is refused before anything is opened."""

import pytest

from clearhead.training.request import Request


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "gtp"}, r"No 'gtp' in models/.*Did you mean 'gpt'\?"),
        ({"task": "language_modelling"}, r"Did you mean 'language_modeling'\?"),
        ({"tokenizer": "bep"}, r"No 'bep' in tokenizers/.*Did you mean 'bpe'\?"),
        ({"minutes": 0.0}, r"--minutes must be above 0, got 0.0"),
        ({"steps": -3}, r"--steps must be above 0, got -3"),
        ({"epochs": float("nan")}, r"--epochs must be above 0, got nan"),
        ({"minutes": 1.0, "steps": 5}, r"length of a training must be said once, got --minutes and --steps"),
        ({"resume": True}, r"--resume must come with --out"),
        ({"seed": -1}, r"--seed must be from 0 to 2147483647, got -1"),
        ({"vocab_size": 1}, r"--vocab-size must be at least 2, got 1"),
        ({"start_from": "runs/a", "tokenizer": "bpe"}, r"--from must not come with --tokenizer or --vocab-size"),
    ],
)
def test_contradictions_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Request(**options)


def test_either_spelling_of_a_name_is_meant() -> None:
    assert Request(task="language-modeling").task.replace("-", "_") == "language_modeling"
