"""What every model of rows, images and words promises, for each such entry of models/ in its tiny size."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from clearhead.core import catalog, config
from clearhead.layers.tap import find_taps, listening
from clearhead.models.base import FeatureModel, ImageModel, Model, count_parameters, load_model
from clearhead.runs.run import open_run, save_run

INPUTS: dict[str, Callable[[Any, int, torch.Generator], Tensor]] = {
    FeatureModel.role: lambda sizes, rows, chance: torch.randn(rows, sizes.num_features, generator=chance),
    ImageModel.role: lambda sizes, rows, chance: torch.randn(
        rows, sizes.num_channels, sizes.height, sizes.width, generator=chance
    ),
    "WordVectors": lambda sizes, rows, chance: torch.randint(sizes.vocab_size, (rows, 2), generator=chance),
}
MODELS = [name for name in catalog.entries("models") if load_model(name).role in INPUTS]
GROUPS = {"matrices", "embeddings", "head", "vectors"}


@pytest.fixture(params=MODELS)
def new(request: pytest.FixtureRequest) -> Model:
    """Return each model as training begins with it."""
    torch.manual_seed(0)
    made: Model = load_model(request.param).tiny()
    return made


@pytest.fixture
def model(new: Model) -> Model:
    """Return each model with weights that differ from zero everywhere, in eval mode."""
    with torch.no_grad():
        for parameter in new.parameters():
            parameter.normal_(std=0.3)
    return new.eval()


def some_rows(model: Model, rows: int = 6, seed: int = 0) -> Tensor:
    return INPUTS[model.role](model.config, rows, torch.Generator().manual_seed(seed))


def some_labels(model: Model, rows: int = 6) -> Tensor:
    return torch.arange(rows) % num_outputs(model)


def num_outputs(model: Model) -> int:
    return model.config.num_outputs if hasattr(model.config, "num_outputs") else model.config.num_output_rows


def loss_of(model: Model, rows: int = 6) -> Tensor:
    """Return the cross-entropy of rows with labels; with one output alone the squared error."""
    outputs = model(some_rows(model, rows))
    if outputs.shape[1] > 1:
        return cross_entropy(outputs, some_labels(model, rows))
    return ((outputs[:, 0] - some_rows(model, rows)[:, 0]) ** 2).mean()


def test_every_role_is_held_to_a_contract() -> None:
    # test_models.py, test_sequence_models.py, test_text_models.py
    others = {"LanguageModel", "SequenceToSequence", "TextEncoder"}
    assert {load_model(name).role for name in catalog.entries("models")} <= {*INPUTS, *others}


def test_shapes_are_as_stated(model: Model) -> None:
    for rows in (1, 7):
        assert model(some_rows(model, rows)).shape == (rows, num_outputs(model))


def test_every_parameter_gets_a_gradient(model: Model) -> None:
    loss_of(model.train()).backward()
    assert [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()] == []


def test_the_loss_falls_on_one_batch(new: Model) -> None:
    optimizer = torch.optim.Adam(new.parameters(), lr=0.02)
    losses = []
    for _ in range(150):
        loss = loss_of(new)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


def test_a_saved_model_is_the_model(model: Model, tmp_path: Path) -> None:
    save_run(tmp_path / "run", model, None, {"task": "classification", "seed": 1})
    again = open_run(tmp_path / "run").model()
    assert type(again) is type(model) and again.config == model.config
    assert torch.equal(again(some_rows(model)), model(some_rows(model)))
    assert {n: p.shape for n, p in again.named_parameters()} == {n: p.shape for n, p in model.named_parameters()}


def test_eval_is_deterministic(model: Model) -> None:
    assert torch.equal(model(some_rows(model)), model(some_rows(model)))


@pytest.mark.parametrize(
    "name",
    [name for name in MODELS if "dropout" in {f.name for f in dataclasses.fields(load_model(name).tiny().config)}],
)
def test_dropout_acts_while_training_and_not_otherwise(name: str) -> None:
    tiny = load_model(name).tiny()
    model = type(tiny)(dataclasses.replace(tiny.config, dropout=0.5))
    rows = some_rows(model)
    assert not torch.equal(model(rows), model(rows))
    model.eval()
    assert torch.equal(model(rows), model(rows))


def test_a_batch_gives_what_its_rows_give_one_by_one(model: Model) -> None:
    rows = some_rows(model)
    assert torch.allclose(model(rows), torch.cat([model(row[None]) for row in rows]), atol=1e-4)


def test_parameter_groups_are_a_partition(model: Model) -> None:
    groups = model.parameter_groups()
    assert set(groups) == GROUPS
    assert sorted(id(p) for group in groups.values() for p in group) == sorted(id(p) for p in model.parameters())
    assert all(parameter.dim() > 1 for parameter in groups["matrices"])
    assert all(parameter.dim() == 1 for parameter in groups["vectors"])
    assert count_parameters(model) == sum(p.numel() for group in groups.values() for p in group)


def test_looking_changes_nothing_and_leaves_no_trace(model: Model) -> None:
    rows, seen = some_rows(model), {}
    plain = model(rows)
    with listening(model, lambda name, value: seen.setdefault(name, value)):
        looked_at = model(rows)
    assert torch.allclose(looked_at, plain, atol=1e-6)
    assert set(seen) == set(find_taps(model)) and len(seen) >= 2
    assert not any(tap.is_open for tap in find_taps(model).values())
    assert torch.equal(model(rows), plain)


def test_every_tap_that_is_changed_changes_the_outputs(model: Model) -> None:
    rows = some_rows(model)
    plain = model(rows)
    for name in find_taps(model):
        with listening(model, lambda _, value: value + 0.5 * value.abs() + 1.0, lambda tap, name=name: tap == name):
            changed = model(rows)
        assert not torch.allclose(changed, plain, atol=1e-3), name
    assert torch.equal(model(rows), plain)


def test_the_configuration_survives_json(model: Model) -> None:
    assert config.from_json(type(model.config), config.to_json(model.config)) == model.config
