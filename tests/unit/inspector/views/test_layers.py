"""Layers: parameters and work, counted again by hand."""

import pytest
import torch

from clearhead.inspector.look import Look
from clearhead.models.base import count_parameters, load_model
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.tokenizers.base import Tokenizer


def columns(look: Look) -> dict[str, tuple[object, ...]]:
    return {str(row[0]): row for row in look.layers()["layers"].rows}


def test_784_784_10_has_623290_parameters_and_the_formula_says_why() -> None:
    look = Look(MLP(MLPConfig(num_features=784, num_outputs=10, hidden=(784,))), None, torch.zeros(784))
    drawing = look.layers()
    assert drawing["formula"].lines == ("784·784 + 784 + 784·10 + 10 = 623,290",)
    assert drawing["formula"].values == {"parameters": 623290.0}
    assert drawing["layers"].rows[-1][:5] == ("all together", "MLP", "1 × 10", 623290, 2 * (784 * 784 + 784 * 10))


def test_each_part_counts_its_own_parameters_and_twice_its_multiplications() -> None:
    look = Look(MLP(MLPConfig(num_features=6, num_outputs=2, hidden=(5, 4))), None, torch.zeros(6))
    rows = columns(look)
    assert rows["layers.0"][2:5] == ("1 × 5", 6 * 5 + 5, 2 * 6 * 5)
    assert rows["layers.1.linear"][2:5] == ("1 × 4", 5 * 4 + 4, 2 * 5 * 4)
    assert rows["all together"][3] == count_parameters(look.model)


def test_a_convolution_counts_every_window() -> None:
    model = load_model("image_cnn").tiny()
    look = Look(model, None, torch.zeros(1, 9, 8))
    height, width = look.value("stem.before").shape[1:]
    assert columns(look)["stem.filters"][4] == 2 * height * width * 5 * 5 * 8


def test_attention_counts_its_scores_and_sums(model: torch.nn.Module, tokenizer: Tokenizer) -> None:
    look = Look(model, tokenizer, "the cat")
    config, seq = look.model.config, 7
    products = sum(p.numel() for n, p in look.model.named_parameters() if ".attention." in n and p.dim() == 2)
    expected = 2 * seq * products + config.num_layers * 4 * seq * seq * config.d_model
    rows = columns(look)
    assert sum(row[4] for name, row in rows.items() if name.endswith(".attention")) == expected


def test_a_tied_matrix_counts_once(tokenizer: Tokenizer) -> None:
    look = Look(load_model("gpt2").tiny(), tokenizer, "the cat")
    assert columns(look)["all together"][3] == count_parameters(look.model)


def test_every_part_that_ran_has_a_time_that_its_whole_is_not_shorter_than() -> None:
    rows = columns(Look(MLP(MLPConfig(num_features=6, num_outputs=2)), None, torch.zeros(6)))
    assert all(row[5] > 0 for row in rows.values())
    assert rows["layers.0"][5] >= rows["layers.0.linear"][5]


def test_the_shares_of_the_tensors_add_up_to_all(model: torch.nn.Module, tokenizer: Tokenizer) -> None:
    table = Look(model, tokenizer, "the cat").layers()["parameters"]
    assert sum(table.column("share")) == pytest.approx(1)
