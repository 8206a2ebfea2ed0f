"""From pixels to features: maps as the model made them, windows recomputed by hand."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from clearhead.inspector.look import Look
from clearhead.inspector.views.base import load_view
from clearhead.models.base import load_model
from clearhead.models.mlp import MLP, MLPConfig


@pytest.fixture
def images() -> Look:
    torch.manual_seed(5)
    model = load_model("image_cnn").tiny()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3)
    return Look(model, None, torch.rand(1, 9, 8))


@pytest.fixture
def rows() -> Look:
    torch.manual_seed(5)
    return Look(MLP(MLPConfig(num_features=64, num_outputs=10, hidden=(12,))), None, torch.rand(64))


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_any_number_of_any_map_is_recomputed_from_its_window(images: Look, layer: int) -> None:
    height, width = images.value(("stem", "stages.0.layers.0", "stages.1.layers.0")[layer] + ".before").shape[1:]
    for place in ("0,0", f"{height - 1},{width - 1}", "1,2"):
        for unit in (0, 3):
            rows = images.pixels(layer=layer, unit=unit, place=place)["check"].rows
            assert [row[3] for row in rows[1:]] == pytest.approx([0, 0], abs=1e-5)


def test_the_products_of_a_window_add_up_to_the_convolution(images: Look) -> None:
    window = images.pixels(layer=0, unit=2, place="4,3")["window"]
    plain = functional.conv2d(images.inputs, images.model.stem.filters.weight, padding=2)[0, 2, 4, 3]
    assert window.array.sum() == pytest.approx(float(plain.detach()), abs=1e-5)
    assert "begins at row 2, column 1" in window.note


def test_the_maps_are_what_passed_on_both_sides_of_the_bend(images: Look) -> None:
    drawing = images.pixels(layer=1, unit=3)
    before, after = (images.value(f"stages.0.layers.0.{side}")[3].numpy() for side in ("before", "after"))
    assert drawing["before"].labels[0] == "filter 3"
    assert np.array_equal(drawing["before"].array[0, 0], before)
    assert np.array_equal(drawing["after"].array[0, 0], after)
    assert np.array_equal(after, np.maximum(before, 0))


def test_the_filters_are_the_models_own(images: Look) -> None:
    filters = images.pixels(layer=2, unit=4)["filters"].array
    own = images.model.stages[1].layers[0].filters.weight[4].detach().numpy()
    assert np.array_equal(filters[:, 0], own)


def test_the_weights_of_a_neuron_have_the_shape_of_the_image(rows: Look) -> None:
    drawing = rows.pixels(layer=0, unit=7)
    weights = rows.model.layers[0].linear.weight[7].detach().numpy()
    assert np.array_equal(drawing["weights"].array[0, 0], weights.reshape(8, 8))
    total = drawing["products"].array.sum() + float(rows.model.layers[0].linear.bias[7].detach())
    assert total == pytest.approx(float(rows.value("layers.0.before")[7]), abs=1e-5)
    assert drawing["after"].array.max() == float(rows.value("layers.0.after").max())


def test_the_difference_filter_is_the_next_pixel_minus_this_one(images: Look) -> None:
    drawing = images.pixels(filter="difference", threshold=100)
    pixels = drawing["pixels"].array[0, 0]
    expected = np.diff(pixels, axis=1)
    assert np.array_equal(drawing["before"].array[0, 0], expected)
    assert np.array_equal(drawing["after"].array[0, 0], np.where(np.abs(expected) > 100, expected, 0))
    for _, this, following, difference, passes in drawing["window"].rows:
        assert difference == pytest.approx(following - this, abs=1e-4)
        assert passes == (abs(difference) > 100)


def test_a_table_of_few_columns_is_no_image() -> None:
    reason = load_view("pixels").applies(MLP(MLPConfig(num_features=9, num_outputs=2)))
    assert reason == "this MLP reads 9 numbers, which are no square of pixels."


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"place": "a,b"}, "pixels.place must be a row and a column like \"3,4\", got 'a,b'. Count from 0."),
        ({"place": "9,0"}, "pixels.place (row) must be between 0 and 8 (there are 9 rows), got 9."),
        ({"threshold": 3.0}, "pixels.threshold must be given with filter=difference, got 3.0 alone."),
        ({"filter": "diference"}, "No 'diference' in pixels.filter. Available: difference."),
        ({"unit": 8}, "pixels.unit must be between 0 and 7 (there are 8 filters), got 8."),
    ],
)
def test_what_cannot_be_shown_is_refused(images: Look, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        images.pixels(**options)
    assert str(caught.value).startswith(message)
