"""The convolution over words: each map is the written-out sum, and only windows that touch a word of the text count."""

import pytest
import torch
from torch import Tensor

from clearhead.layers.tap import listening
from clearhead.models.text_cnn import TextCNN, TextCNNConfig

TOKENS = torch.tensor([[5, 6, 7, 8, 3], [9, 4, 0, 0, 0], [3, 0, 0, 0, 0]])
LENGTHS = (5, 2, 1)
WIDTHS = (2, 3, 5)


def made(**options: object) -> TextCNN:
    torch.manual_seed(0)
    sizes = {"vocab_size": 12, "num_outputs": 3, "embedding_dim": 6, "num_filters": 4, "widths": WIDTHS}
    model = TextCNN(TextCNNConfig(**{**sizes, **options}))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.5)
    return model.eval()


def maps_by_hand(model: TextCNN, vectors: Tensor, width: int) -> Tensor:
    """Return the maps of one text, (windows, filters), from the vectors of its words."""
    around = torch.zeros(width - 1, vectors.shape[1])
    x = torch.cat([around, vectors, around])
    convolution = model.filters.by_width[WIDTHS.index(width)]
    return torch.stack(
        [
            torch.relu(torch.einsum("ld,fdl->f", x[at : at + width], convolution.weight) + convolution.bias)
            for at in range(len(vectors) + width - 1)
        ]
    )


def test_maps_and_their_maxima_are_the_written_out_sums_over_each_text() -> None:
    model, seen = made(), {}
    with listening(model, lambda name, value: seen.setdefault(name, value)):
        outputs = model(TOKENS)
    for index, length in enumerate(LENGTHS):
        vectors = model.embedding(TOKENS[index, :length])
        maps = {width: maps_by_hand(model, vectors, width) for width in WIDTHS}
        for width, expected in maps.items():
            shown = seen[f"filters.{width}"][index]
            torch.testing.assert_close(shown[: length + width - 1], expected)
            assert not shown[length + width - 1 :].any()
        pooled = torch.cat([maps[width].amax(0) for width in WIDTHS])
        torch.testing.assert_close(seen["pooled"][index], pooled)
        torch.testing.assert_close(outputs[index], model.head(pooled))


def test_the_state_of_a_token_is_what_windows_around_it_say() -> None:
    model = made(widths=(3,))
    vectors = model.embedding(TOKENS[0])
    convolution = model.filters.by_width[0]
    middle = torch.relu(torch.einsum("ld,fdl->f", vectors[1:4], convolution.weight) + convolution.bias)
    torch.testing.assert_close(model.states(TOKENS)[0, 2], middle)


def test_static_vectors_stay_and_are_in_no_group() -> None:
    model = made(vectors="static").train()
    before = model.embedding.weight.clone()
    parameters = [parameter for group in model.parameter_groups().values() for parameter in group]
    assert not any(parameter is model.embedding.weight for parameter in parameters)
    optimizer = torch.optim.SGD(parameters, lr=1.0)
    model(TOKENS).square().sum().backward()
    optimizer.step()
    assert torch.equal(model.embedding.weight, before) and model.embedding.weight.grad is None


def test_two_channels_begin_alike_and_one_is_learned() -> None:
    torch.manual_seed(0)
    model = TextCNN(TextCNNConfig(vocab_size=12, num_outputs=3, vectors="both"))
    assert model.static_embedding is not None
    assert torch.equal(model.embedding.weight, model.static_embedding.weight)
    model(TOKENS).square().sum().backward()
    assert model.embedding.weight.grad is not None and model.static_embedding.weight.grad is None


def test_both_channels_are_read() -> None:
    model = made(vectors="both")
    assert model.static_embedding is not None
    plain = model(TOKENS)
    with torch.no_grad():
        model.static_embedding.weight[3] += 1.0
    assert not torch.allclose(model(TOKENS)[2], plain[2])
    assert torch.equal(model(TOKENS)[1], plain[1])


def test_static_vectors_left_in_float32_are_read_by_a_model_in_half_the_digits() -> None:
    model = made(vectors="both")
    for group in model.parameter_groups().values():
        for parameter in group:
            parameter.data = parameter.data.bfloat16()
    assert model(TOKENS).dtype == torch.bfloat16


def test_distances_stand_beside_the_words_vector() -> None:
    model, seen = made(num_positions=5), {}
    positions = torch.randint(5, (*TOKENS.shape, 2))
    with listening(model, lambda name, value: seen.setdefault(name, value)):
        model(TOKENS, None, positions)
    expected = torch.cat([model.embedding(TOKENS[0]), seen["positions.vectors"][0]], 1)
    torch.testing.assert_close(seen["embedding"][0], expected)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_filters": 0}, r"TextCNNConfig\.num_filters must be at least 1, got 0\. Use 1 or more\."),
        ({"widths": (3, 3)}, r"TextCNNConfig\.widths must be different sizes of at least 1, got \(3, 3\)\. Use"),
        ({"widths": ()}, r"TextCNNConfig\.widths must be different sizes of at least 1, got \(\)\. Use \(3, 4, 5\)\."),
        ({"vectors": "fixed"}, r"TextCNNConfig\.vectors must be one of trained, static, both, got 'fixed'\."),
        ({"output": "tokens"}, r"TextCNNConfig\.output must be 'text', got 'tokens'\. Use the model recurrent"),
        ({"num_characters": 9}, r"TextCNNConfig\.num_characters must be 0, got 9\. Use the model recurrent"),
        ({"num_positions": -1}, r"TextCNNConfig\.num_positions must be 0 \(read none\) or more, got -1\. Use 0\."),
        ({"padding_id": -1}, r"TextCNNConfig\.padding_id must be from 0 to 11 \(the vocabulary\), got -1\. Use 0\."),
        ({"dropout": 1.0}, r"TextCNNConfig\.dropout must be in \[0, 1\), got 1\.0\. Use 0\.5\."),
    ],
)
def test_what_cannot_be_is_refused_with_its_values(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        made(**options)
