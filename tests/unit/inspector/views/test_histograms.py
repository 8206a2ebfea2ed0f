"""Histograms are numpy's own, on the same numbers and by the rules that the notes state."""

import math

import numpy as np
import pytest
import torch

from clearhead.inspector.look import Look
from clearhead.inspector.views import _histograms
from clearhead.inspector.views._histograms import STRIP_BINS, histogram, middles, num_dead
from clearhead.models.base import load_model
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.tokenizers.base import Tokenizer


def by_numpy(values: np.ndarray, num_bins: int = STRIP_BINS) -> tuple[np.ndarray, float]:
    """Return the counts and the reach by the rules, with numpy's own histogram."""
    finite = values[np.isfinite(values) & (values != 0)]
    reach = min(np.abs(finite).max(), 4 * math.sqrt(np.mean(finite**2)))
    inside = np.clip(finite, -reach, reach)
    return np.histogram(inside, bins=num_bins, range=(-reach, reach))[0], float(reach)


@pytest.mark.parametrize("shape", [(1000,), (30, 40), (3, 4, 5, 6)])
def test_counts_are_numpys(shape: tuple[int, ...]) -> None:
    values = torch.from_numpy(np.random.default_rng(0).standard_t(2, size=shape))
    found = histogram(values)
    counts, reach = by_numpy(values.numpy())
    assert found.reach == pytest.approx(reach)
    assert found.counts.tolist() == counts.tolist()
    assert found.counts.sum() == found.num_finite == values.numel()
    assert found.num_beyond == int((values.abs() > reach).sum()) > 0
    assert (found.mean, found.spread) == pytest.approx((values.numpy().mean(), values.numpy().std()))
    assert found.largest == float(values.abs().max())


def test_more_numbers_than_are_counted_at_once_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    values = torch.randn(1001, generator=torch.Generator().manual_seed(0))
    whole = histogram(values)
    monkeypatch.setattr(_histograms, "CHUNK", 100)
    parts = histogram(values)
    assert parts.counts.tolist() == whole.counts.tolist()
    assert (parts.mean, parts.spread, parts.reach) == pytest.approx((whole.mean, whole.spread, whole.reach))


def test_zeros_have_a_share_of_their_own_and_are_in_no_bin() -> None:
    found = histogram(torch.tensor([0.0, -0.0, 0.0, 1.0, -1.0]))
    assert found.zeros == 0.6
    assert found.counts.sum() == 2 and found.counts[0] == found.counts[-1] == 1
    assert found.shares.sum() + found.zeros == pytest.approx(1)


def test_the_middle_of_the_middle_bin_is_0() -> None:
    found = histogram(torch.tensor([0.1, -0.3, 0.7]), num_bins=7)
    np.testing.assert_allclose(middles(found), np.array([-0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.6]), rtol=1e-6)
    assert middles(found)[3] == 0


def test_what_is_not_finite_is_counted_and_in_nothing_else() -> None:
    found = histogram(torch.tensor([math.nan, math.inf, -math.inf, 2.0, 4.0]))
    assert (found.num_others, found.num_finite) == (3, 2)
    assert (found.mean, found.spread, found.largest, found.reach) == (3.0, 1.0, 4.0, 4.0)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32, torch.float64])
def test_numbers_of_any_precision_are_counted_as_they_are(dtype: torch.dtype) -> None:
    values = torch.randn(500, generator=torch.Generator().manual_seed(0)).to(dtype)
    assert histogram(values).counts.tolist() == by_numpy(values.double().numpy())[0].tolist()


def test_an_empty_tensor_and_one_of_zeros_have_no_bars() -> None:
    empty, zeros = histogram(torch.zeros(0, 3)), histogram(torch.zeros(7))
    assert empty.counts.sum() == zeros.counts.sum() == 0
    assert math.isnan(empty.mean) and empty.zeros is None
    assert (zeros.mean, zeros.zeros, zeros.largest) == (0.0, 1.0, 0.0)


def test_units_that_are_0_everywhere_are_dead() -> None:
    values = torch.tensor([[0.0, 1.0, 0.0], [0.0, 0.0, 2.0]])  # two places, three units
    assert num_dead(values) == (1, 3)
    maps = torch.zeros(4, 2, 2)
    maps[1, 0, 1] = 1.0
    assert num_dead(maps) == (3, 4)


@pytest.mark.parametrize("values", [[-1.0, 0.0], [1.0, 2.0], [math.nan, 0.0], []])
def test_what_no_relu_can_have_made_has_no_dead_units(values: list[float]) -> None:
    assert num_dead(torch.tensor(values)) is None


@pytest.fixture
def network() -> Look:
    torch.manual_seed(0)
    model = MLP(MLPConfig(num_features=6, num_outputs=2, hidden=(50,)))
    return Look(model, None, torch.randn(6))


def test_each_tensor_has_its_histogram(network: Look) -> None:
    table = network.layers()["parameters"]
    rows = dict(zip(table.column("tensor"), table.rows, strict=True))
    for name, parameter in network.model.named_parameters():
        values = parameter.detach().double().numpy()
        cells = dict(zip(table.columns, rows[name], strict=True))
        assert cells["spread"] == pytest.approx(values.std())
        assert cells["largest"] == np.abs(values).max() and cells["zeros"] == np.mean(values == 0)
        if np.any(values):
            assert list(cells["histogram"]) == by_numpy(values)[0].tolist()


def test_each_place_has_the_histogram_of_what_passed_it(network: Look) -> None:
    table = network.layers()["activations"]
    assert table.column("place") == ["input", "layers.0.before", "layers.0.after", "logits"]
    for name, strip, zeros in zip(*map(table.column, ("place", "histogram", "zeros")), strict=True):
        values = network.value(name).double().numpy()
        assert list(strip) == by_numpy(values)[0].tolist()
        assert zeros == np.mean(values == 0)
    after = network.value("layers.0.after")
    assert table.column("dead") == [None, None, f"{int((after == 0).sum())} / 50", None]


def test_a_part_is_drawn_large_before_and_after_its_bend(network: Look) -> None:
    drawing = network.layers(part="layers.0")
    assert [panel.name for panel in drawing.panels] == ["weights", "activations", "numbers"]
    lines = drawing["activations"]
    assert list(lines.series) == ["layers.0.before", "layers.0.after"]
    before = network.value("layers.0.before").double().numpy()
    reach = max(by_numpy(network.value(name).double().numpy())[1] for name in lines.series)
    expected = np.histogram(np.clip(before, -reach, reach), bins=61, range=(-reach, reach))[0] / before.size
    np.testing.assert_allclose(lines.series["layers.0.before"], expected)
    numbers = drawing["numbers"]
    assert numbers.column("what") == ["layers.0.linear.weight", "layers.0.linear.bias", *lines.series]


def test_every_row_opens_its_histogram_large(network: Look) -> None:
    drawing = network.layers()
    for name, noun in (("parameters", "tensor"), ("activations", "place")):
        table = drawing[name]
        assert [opened["part"] for opened in table.opens] == table.column(noun)


def test_one_tensor_and_one_place_are_found_by_their_names(network: Look) -> None:
    assert list(network.layers(part="head.weight")["weights"].series) == ["head.weight"]
    assert list(network.layers(part="logits")["activations"].series) == ["logits"]


def test_a_part_that_is_not_there_is_refused_with_the_nearest(network: Look) -> None:
    with pytest.raises(ValueError) as caught:
        network.layers(part="layers.0.befor")
    assert str(caught.value) == (
        "layers.part must name a tensor, a place or a part of the model that has numbers, got 'layers.0.befor'. "
        "Did you mean 'layers.0.before'?"
    )
    with pytest.raises(ValueError, match=r"got '77'\. The view without it lists them\."):
        network.layers(part="77")


def test_weights_that_are_nan_are_told_in_a_column_of_their_own(network: Look) -> None:
    assert "not finite" not in network.layers()["parameters"].columns
    with torch.no_grad():
        network.model.head.weight[0, :3] = math.nan
    drawing = network.again(network.given).layers()
    table = drawing["parameters"]
    assert dict(zip(table.column("tensor"), table.column("not finite"), strict=True))["head.weight"] == 3
    assert "not finite" in table.note and "not finite" in drawing["activations"].columns


def test_half_precision_and_attention_have_histograms_too(tokenizer: Tokenizer) -> None:
    look = Look(load_model("gpt").tiny().to(torch.bfloat16), tokenizer, "the cat")
    drawing = look.layers()
    places = drawing["activations"].column("place")
    assert "layers.0.attention.query" in places
    assert not any(place.endswith((".scores", ".weights")) for place in places)
    large = look.layers(part="layers.0.attention.weights")
    assert list(large["activations"].series) == ["layers.0.attention.weights"]
