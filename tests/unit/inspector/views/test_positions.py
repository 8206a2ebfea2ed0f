"""The positions view: the model's own table, its dot products, and how a query is turned."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from clearhead.inspector.look import Look
from clearhead.models.base import load_model
from clearhead.tokenizers.base import Tokenizer

LookAt = Callable[[str], Look]
LookAtPair = Callable[..., Look]


@pytest.fixture
def gpt2(tokenizer: Tokenizer) -> Look:
    torch.manual_seed(2)
    return Look(load_model("gpt2").tiny().eval(), tokenizer, "the cat")


@pytest.mark.parametrize("preset", ["marian", "tutorial"])
def test_the_sinusoids_are_the_models_table_and_the_published_formula(look_at_pair: LookAtPair, preset: str) -> None:
    look = look_at_pair(preset=preset)
    drawing = look.positions(length=20)
    table = np.asarray(drawing)
    np.testing.assert_array_equal(table, look.model.encoder.positions[:20].numpy())
    wave = np.sin(7 / 10000 ** (2 * 3 / 32))
    column = 6 if preset == "tutorial" else 3
    assert drawing["table"].columns[column] == f"{column} sin 3"
    assert table[7, column] == pytest.approx(wave, abs=1e-6)
    assert all(row[1] < 1e-6 for row in drawing["check"].rows)


def test_the_dot_products_are_those_of_the_rows_and_depend_only_on_the_distance(look_at_pair: LookAtPair) -> None:
    drawing = look_at_pair().positions(side="decoder")
    table = drawing["table"].array.astype(np.float64)
    np.testing.assert_allclose(drawing["products"].array, table @ table.T, atol=1e-6)
    frequencies = 10000.0 ** (-2 * np.arange(16) / 32)
    lines = drawing["by_distance"].series
    expected = [np.cos(distance * frequencies).sum() for distance in range(32)]
    np.testing.assert_allclose(lines["mean"], expected, atol=1e-5)
    assert lines["± spread"].max() < 1e-5


def test_a_wavelength_is_the_positions_of_one_turn(look_at_pair: LookAtPair) -> None:
    waves = look_at_pair().positions()["wavelengths"].rows
    assert waves[0][:2] == (0, "0, 16")
    assert waves[0][2] == pytest.approx(2 * np.pi)
    assert waves[8][2] == pytest.approx(2 * np.pi * 100)
    assert waves[8][3] == pytest.approx(32 / (2 * np.pi * 100))


def test_learned_positions_are_the_models_rows(gpt2: Look) -> None:
    drawing = gpt2.positions()
    weight = gpt2.model.position_embedding.weight.detach().numpy()
    np.testing.assert_array_equal(np.asarray(drawing), weight)
    np.testing.assert_allclose(drawing["products"].array, weight @ weight.T, atol=1e-6)
    assert drawing["by_distance"].series["± spread"].max() > 1e-4
    [row] = drawing["check"].rows
    assert row[1] < 1e-6


def test_rotary_angles_are_the_models_buffer(look_at: LookAt) -> None:
    look = look_at("the cat")
    drawing = look.positions()
    cosines, sines = look.model.angles.numpy()
    np.testing.assert_array_equal(np.asarray(drawing), cosines[:, :4])
    np.testing.assert_array_equal(drawing["sines"].array, sines[:, 4:])
    frequencies = 10000.0 ** (-2 * np.arange(4) / 8)
    assert drawing["products"].array[9, 4] == pytest.approx(np.cos(5 * frequencies).mean(), abs=1e-6)
    assert all(row[1] < 1e-6 for row in drawing["check"].rows)


def test_a_turned_query_is_what_the_model_compares_and_keeps_the_length_of_each_pair(look_at: LookAt) -> None:
    look = look_at("the cat")
    rotation = look.positions(layer=1, head=2, token=5)["rotation"]
    query = look.value("layers.1.attention.query")[2, 5].numpy()
    assert rotation.column("first after") == query[:4].tolist()
    assert rotation.column("second after") == query[4:].tolist()
    for pair, degrees, first, second, first_after, second_after in rotation.rows:
        angle = 5 * 10000 ** (-2 * pair / 8)
        assert degrees == pytest.approx(np.degrees(angle) % 360)
        turned = (first + 1j * second) * np.exp(1j * angle)
        assert (first_after, second_after) == pytest.approx((turned.real, turned.imag), abs=1e-5)


def test_the_check_finds_a_table_that_is_not_the_formula(look_at_pair: LookAtPair) -> None:
    look = look_at_pair()
    look.model.encoder.positions[3, 4] += 0.25
    rows = look.positions()["check"].rows
    assert rows[0][1] == pytest.approx(0.25, abs=1e-6)


def test_what_is_out_of_range_is_refused(look_at: LookAt, look_at_pair: LookAtPair) -> None:
    for look, options, message in (
        (look_at("the"), {"length": 33}, "positions.length must be between 1 and 32 (the model's context), got 33. "),
        (look_at("the"), {"head": 4}, "positions.head must be between 0 and 3 (there are 4 heads), got 4. "),
        (look_at("the"), {"side": "encoder"}, "positions.side must be left out for a GPT, got 'encoder'. "),
        (look_at_pair(), {"side": "cross"}, "positions.side must be one of encoder, decoder, got 'cross'. "),
    ):
        with pytest.raises(ValueError) as caught:
            look.positions(**options)
        assert str(caught.value).startswith(message)
    assert "positions" not in look_at_pair("attention_seq2seq").views()
