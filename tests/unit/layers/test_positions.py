"""Sinusoids: the published table. Rotary positions: only the distance counts."""

import math

import pytest
import torch

from clearhead.layers.positions import angles_at, rotary_angles, rotate, sinusoids


def at(x: torch.Tensor, position: int, angles: torch.Tensor) -> torch.Tensor:
    return rotate(x[None, None, None], angles[:, position : position + 1])[0, 0, 0]


@pytest.mark.parametrize("distance", [0, 1, 17])
def test_a_dot_product_depends_only_on_the_distance(distance: int) -> None:
    generator = torch.Generator().manual_seed(0)
    query, key = torch.randn(2, 16, generator=generator)
    angles = rotary_angles(500, 16)
    products = [float(at(query, place + distance, angles) @ at(key, place, angles)) for place in (0, 3, 90, 400)]
    assert products == pytest.approx([products[0]] * 4, abs=2e-4)
    assert distance == 0 or abs(products[0] - float(query @ key)) > 1e-2


def test_the_first_position_is_not_turned_and_lengths_are_kept() -> None:
    x = torch.randn(2, 9, 3, 8, generator=torch.Generator().manual_seed(0))
    turned = rotate(x, rotary_angles(9, 8))
    assert torch.equal(turned[:, 0], x[:, 0])
    assert torch.allclose(turned.norm(dim=-1), x.norm(dim=-1), atol=1e-5)


def test_component_i_and_i_plus_half_form_a_pair_turned_by_its_frequency() -> None:
    angles = rotary_angles(4, 4, theta=100.0)
    turned = at(torch.tensor([1.0, 0.0, 0.0, 0.0]), 3, angles)
    assert turned.tolist() == pytest.approx([math.cos(3), 0.0, math.sin(3), 0.0], abs=1e-6)
    turned = at(torch.tensor([0.0, 1.0, 0.0, 0.0]), 3, angles)
    assert turned.tolist() == pytest.approx([0.0, math.cos(0.3), 0.0, math.sin(0.3)], abs=1e-6)


def test_each_row_may_stand_at_its_own_positions() -> None:
    x = torch.randn(2, 3, 1, 8, generator=torch.Generator().manual_seed(0))
    table = rotary_angles(10, 8)
    own = rotate(x, angles_at(table, torch.tensor([[0, 1, 2], [5, 6, 7]])))
    assert torch.equal(own[0], rotate(x[:1], table[:, :3])[0])
    assert torch.equal(own[1], rotate(x[1:], table[:, 5:8])[0])


def test_sinusoids_are_sine_and_cosine_of_position_times_frequency() -> None:
    table = sinusoids(50, 8, is_interleaved=True)
    for place in (0, 1, 49):
        for i in range(4):
            angle = place / 10000 ** (2 * i / 8)
            assert table[place, 2 * i].item() == pytest.approx(math.sin(angle), abs=1e-6)
            assert table[place, 2 * i + 1].item() == pytest.approx(math.cos(angle), abs=1e-6)


def test_without_interleaving_all_sines_come_first() -> None:
    table, neighbours = sinusoids(50, 8), sinusoids(50, 8, is_interleaved=True)
    assert torch.equal(table, torch.cat([neighbours[:, 0::2], neighbours[:, 1::2]], -1))
    assert table[0].tolist() == [0, 0, 0, 0, 1, 1, 1, 1]


def test_sinusoids_far_apart_differ_by_a_rotation_that_only_the_distance_decides() -> None:
    table = sinusoids(1000, 16)
    products = [float(table[place] @ table[place + 7]) for place in (0, 5, 400, 992)]
    assert products == pytest.approx([products[0]] * 4, abs=1e-4)
