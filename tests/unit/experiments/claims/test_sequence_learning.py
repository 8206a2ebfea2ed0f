"""Small trainings on sequences: what decides them, and how they end."""

from functools import partial

import numpy as np
import pytest
import torch

from clearhead.experiments.claims import _recall as made
from clearhead.experiments.claims._sequence_learning import Asked, follow, learn_sequences, share_right
from clearhead.experiments.claims.lstm_gru_remember import make
from clearhead.layers.linear_cross_entropy import IGNORE_INDEX
from clearhead.tasks.base import never_stop
from clearhead.training.config import TrainingConfig

DRAW = partial(made.recall, count=8, distance=2, num_kept=1)


def test_the_seed_alone_decides_what_is_learned() -> None:
    weights = []
    for seed in (0, 0, 1):
        torch.rand(3)
        model = learn_sequences(partial(make, "rnn", 8), DRAW, steps=3, seed=seed, poll=never_stop)
        weights.append(model.head.weight)
    assert torch.equal(weights[0], weights[1]) and not torch.equal(weights[0], weights[2])


def test_a_symbol_next_to_its_question_is_learned() -> None:
    model = learn_sequences(partial(make, "gru", 16), DRAW, steps=150, seed=0, poll=never_stop, rate=0.01)
    assert share_right(model, made.recall(np.random.default_rng(5), 100, distance=2, num_kept=1)) > 90


def test_what_is_not_asked_does_not_count() -> None:
    model = make("rnn", 8).eval()
    tokens = torch.full((1, 3), made.QUESTION)
    answer = int(model(tokens)[0, 1].argmax())
    asked = Asked((tokens,), torch.tensor([[IGNORE_INDEX, answer, IGNORE_INDEX]]))
    assert share_right(model, asked) == 100.0


def test_clipping_bounds_the_step_but_not_the_norm_that_is_told() -> None:
    settings = {"steps": 1, "optimizer": "gradient_descent", "learning_rate": 1.0, "schedule": "constant"}
    before = make_seeded().head.bias.detach().clone()
    moved = {}
    for clip_norm in (None, 1e-3):
        training = TrainingConfig(clip_norm=clip_norm, precision="fp32", **settings)
        model, course = follow(partial(make, "rnn", 8), DRAW, training, seed=0, poll=never_stop)
        moved[clip_norm] = (model.head.bias - before).norm().item(), course.gradient_norms[0]
    (free, norm), (clipped, told) = moved[None], moved[1e-3]
    assert norm == told > 1e-3
    assert clipped == pytest.approx(free * 1e-3 / norm, rel=1e-4)


def make_seeded() -> torch.nn.Module:
    """Make the model that a training with seed 0 begins with."""
    torch.manual_seed(0)
    return make("rnn", 8)


def test_a_training_ends_where_its_loss_is_no_number() -> None:
    training = TrainingConfig(steps=50, optimizer="gradient_descent", learning_rate=100, precision="fp32")

    def make_large() -> torch.nn.Module:
        model = make("rnn", 8)
        torch.nn.init.constant_(model.head.weight, float("inf"))
        return model

    _, course = follow(make_large, DRAW, training, seed=0, poll=never_stop)
    assert len(course.losses) == 2 and not course.gradient_norms
