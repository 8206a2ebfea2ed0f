"""The image network: shapes of its maps, its taps, its sizes, and that it learns."""

from typing import Any

import pytest
import torch
from torch import nn

from clearhead.layers.tap import find_taps, listening
from clearhead.models.base import count_parameters
from clearhead.models.image_cnn import ImageCNN, ImageCNNConfig

SHAPE = {"num_channels": 1, "height": 28, "width": 28, "num_outputs": 10}


@pytest.fixture
def model() -> ImageCNN:
    torch.manual_seed(0)
    model = ImageCNN.tiny().eval()
    nn.init.normal_(model.head.weight)
    return model


def some_images(model: ImageCNN, batch: int = 4) -> torch.Tensor:
    config = model.config
    shape = (batch, config.num_channels, config.height, config.width)
    return torch.randn(shape, generator=torch.Generator().manual_seed(1))


@torch.no_grad()
def seen_in(model: ImageCNN, x: torch.Tensor) -> dict[str, torch.Tensor]:
    seen: dict[str, torch.Tensor] = {}
    with listening(model, lambda name, value: seen.setdefault(name, value)):
        model(x)
    return seen


def test_maps_get_smaller_and_more() -> None:
    model = ImageCNN(ImageCNNConfig(**SHAPE, widths=(4, 8, 12)))
    seen = seen_in(model, torch.randn(2, 1, 28, 28))
    shapes = [tuple(seen[f"stages.{index}.maps"].shape) for index in range(3)]
    assert shapes == [(2, 4, 14, 14), (2, 8, 7, 7), (2, 12, 4, 4)]
    assert tuple(seen["pooled"].shape) == (2, 12)
    assert tuple(seen["logits"].shape) == (2, 10)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (2, 2), (3, 50), (8, 8), (28, 28)])
def test_images_of_any_size_are_read(height: int, width: int) -> None:
    config = ImageCNNConfig(num_channels=3, height=height, width=width, num_outputs=2, widths=(4, 4, 4))
    assert ImageCNN(config)(torch.randn(2, 3, height, width)).shape == (2, 2)


def test_the_first_filters_step_over_pixels_only_where_there_are_many() -> None:
    assert ImageCNNConfig(**SHAPE).step_of_stem == 2
    assert ImageCNNConfig(**(SHAPE | {"height": 8, "width": 8})).step_of_stem == 1
    assert ImageCNNConfig(**SHAPE, stem_stride=1).step_of_stem == 1


def test_every_place_that_the_views_ask_for_has_a_tap(model: ImageCNN) -> None:
    bends = ["stem", "stages.0.layers.0", "stages.1.layers.0"]
    wanted = {"input", "pooled", "logits", "stages.0.maps", "stages.1.maps"}
    assert set(find_taps(model)) == wanted | {f"{place}.{side}" for place in bends for side in ("before", "after")}


@torch.no_grad()
def test_every_tap_that_is_changed_changes_the_outputs(model: ImageCNN) -> None:
    x = some_images(model)
    for name in find_taps(model):
        with listening(model, lambda _, value: value + torch.randn(value.shape), lambda tap, name=name: tap == name):
            changed = model(x)
        assert not torch.allclose(changed, model(x), atol=1e-3), name


@torch.no_grad()
def test_looking_does_not_change_a_bit(model: ImageCNN) -> None:
    x = some_images(model)
    plain = model(x)
    with listening(model, lambda name, value: value):
        assert torch.equal(model(x), plain)


@torch.no_grad()
def test_a_batch_gives_what_its_images_give_one_by_one_also_while_training(model: ImageCNN) -> None:
    x = some_images(model)
    rows = torch.cat([model.train()(image[None]) for image in x])
    assert torch.allclose(model(x), rows, atol=1e-5)


def test_nothing_but_parameters_has_to_be_saved(model: ImageCNN) -> None:
    assert set(model.state_dict()) == {name for name, _ in model.named_parameters()}


def test_every_parameter_is_in_one_group_and_learns() -> None:
    torch.manual_seed(0)
    model = ImageCNN.tiny()
    groups = model.parameter_groups()
    assert sorted(id(p) for group in groups.values() for p in group) == sorted(map(id, model.parameters()))
    assert all(p.dim() == 4 for p in groups["matrices"]) and all(p.dim() == 1 for p in groups["vectors"])
    x, labels = some_images(model, 6), torch.tensor([0, 1, 2, 0, 1, 2])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(50):
        loss = nn.functional.cross_entropy(model(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[0] == pytest.approx(1.0986, abs=0.1)
    assert losses[-1] < 0.3
    assert all(p.grad is not None and p.grad.any() for p in model.parameters())


def test_images_may_come_in_another_number_type_than_the_weights(model: ImageCNN) -> None:
    x = some_images(model)
    exact = model(x)
    assert torch.allclose(model.to(torch.bfloat16)(x).float(), exact, atol=0.1)


def test_dropout_acts_only_while_training() -> None:
    model = ImageCNN(ImageCNNConfig(**SHAPE, widths=(8,), num_convolutions=1, dropout=0.5))
    nn.init.normal_(model.head.weight)
    x = some_images(model)
    assert not torch.equal(model(x), model(x))
    assert torch.equal(model.eval()(x), model(x))


def test_sizes_are_three_and_grow() -> None:
    sizes = ImageCNN.sizes(**SHAPE)
    counts = [count_parameters(ImageCNN(size)) for size in sizes]
    assert len(counts) == 3 and counts == sorted(counts) and counts[0] < 100_000
    assert ImageCNNConfig(**SHAPE) == sizes[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"height": 0}, r"ImageCNNConfig.height must be at least 1, got 0"),
        ({"widths": ()}, r"ImageCNNConfig.widths must be sizes of at least 1, got \(\)"),
        ({"widths": (4, -1)}, r"ImageCNNConfig.widths must be sizes of at least 1, got \(4, -1\)"),
        ({"stem_stride": 6}, r"ImageCNNConfig.stem_stride must be from 1 to 5 .* got 6"),
        ({"dropout": -0.1}, r"ImageCNNConfig.dropout must be in \[0, 1\), got -0.1"),
    ],
)
def test_impossible_settings_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ImageCNNConfig(**(SHAPE | options))
