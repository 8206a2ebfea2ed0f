"""What views share."""

import numpy as np
import pytest
import torch

from clearhead.inspector.views.base import applicable, at, load_view, numbers, taps_ending
from clearhead.models.base import LanguageModel


def test_negative_indices_count_from_the_end() -> None:
    assert [at(index, 4, "x", "layer") for index in (0, 3, -1, -4)] == [0, 3, 3, 0]


@pytest.mark.parametrize(
    ("index", "count", "message"),
    [
        (4, 4, "x must be between 0 and 3 (there are 4 layers), got 4. Choose one of these; -1 is the last."),
        (-2, 1, "x must be between 0 and 0 (there is 1 layer), got -2. Choose one of these; -1 is the last."),
    ],
)
def test_an_index_out_of_range_is_refused_with_the_range(index: int, count: int, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        at(index, count, "x", "layer")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("dtype", "expected"), [(torch.bfloat16, np.float32), (torch.float32, np.float32), (torch.float64, np.float64)]
)
def test_tensors_become_arrays_of_at_least_32_bits(dtype: torch.dtype, expected: type) -> None:
    assert numbers(torch.ones(2, dtype=dtype, requires_grad=True)).dtype == expected


def test_taps_are_found_by_how_their_names_end(model: LanguageModel) -> None:
    assert taps_ending(model, "attention.weights") == ["layers.0.attention.weights", "layers.1.attention.weights"]
    assert taps_ending(model, "embedding") == ["embedding"]
    assert taps_ending(model, "weight") == []


def test_views_that_have_nothing_to_show_are_not_offered() -> None:
    offered = applicable(torch.nn.Linear(2, 2))
    assert "layers" in offered and "attention" not in offered
    assert load_view("attention").applies(torch.nn.Linear(2, 2)) == "a Linear has no attention."
