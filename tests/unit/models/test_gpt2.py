"""GPT-2: positions, taps, the start of training, and what it refuses."""

import math

import pytest
import torch

from clearhead.layers.tap import find_taps, listening
from clearhead.models.gpt2 import GPT2, GPT2Config

TOKENS = torch.tensor([[5, 1, 30, 2, 2, 9, 17], [0, 36, 4, 4, 12, 3, 8]])


@pytest.fixture
def model() -> GPT2:
    torch.manual_seed(0)
    return GPT2.tiny().eval()


def test_the_same_token_is_another_vector_at_another_place(model: GPT2) -> None:
    hidden = model.hidden(torch.full((1, 4), 7))
    assert not torch.allclose(hidden[0, 0], hidden[0, 1])


def test_the_first_block_gets_token_vector_plus_position_vector(model: GPT2) -> None:
    seen = {}
    with listening(model, lambda name, value: seen.setdefault(name, value)):
        model(TOKENS)
    expected = model.embedding.weight[TOKENS] + model.position_embedding.weight[:7]
    assert torch.equal(seen["embedding"], expected)
    assert torch.equal(seen["positions"][0], model.position_embedding.weight[:7])


def test_every_place_that_the_views_ask_for_has_a_tap(model: GPT2) -> None:
    of_a_block = ["query", "key", "value", "scores", "weights", "mixed", "output"]
    wanted = {"embedding", "positions", "final_norm"}
    for index in range(2):
        wanted |= {f"layers.{index}.attention.{name}" for name in of_a_block}
        wanted |= {f"layers.{index}.{name}" for name in ("feed_forward.hidden", "feed_forward.output", "residual")}
    assert set(find_taps(model)) == wanted


def test_looking_at_attention_does_not_change_the_logits(model: GPT2) -> None:
    plain = model(TOKENS)
    seen = {}

    def keep(name: str, value: torch.Tensor) -> torch.Tensor:
        seen[name] = value
        return value

    with listening(model, keep):
        looked_at = model(TOKENS)
    assert torch.equal(plain, looked_at)
    weights = seen["layers.0.attention.weights"]
    assert weights.shape == (2, 4, 7, 7)
    assert torch.allclose(weights.sum(-1), torch.ones(2, 4, 7))
    mixed = weights @ seen["layers.0.attention.value"]
    assert torch.allclose(mixed, seen["layers.0.attention.mixed"], atol=1e-5)


def test_no_position_sees_the_future(model: GPT2) -> None:
    changed = TOKENS.clone()
    changed[:, 4:] = 11
    assert torch.equal(model(TOKENS)[:, :4], model(changed)[:, :4])
    assert not torch.equal(model(TOKENS)[:, 4:], model(changed)[:, 4:])


@torch.no_grad()
def test_reading_token_by_token_with_the_cache_gives_the_same_logits(model: GPT2) -> None:
    cache = model.new_cache(2)
    parts = [model(TOKENS[:, :3], cache)] + [model(TOKENS[:, i : i + 1], cache) for i in range(3, 7)]
    assert torch.allclose(torch.cat(parts, 1), model(TOKENS), atol=1e-5)


@torch.no_grad()
def test_a_row_padded_on_the_left_counts_its_own_positions(model: GPT2) -> None:
    cache = model.new_cache(2)
    cache.pad_left(torch.tensor([0, 3]))
    padded = TOKENS.clone()
    padded[1, 3:] = TOKENS[1, :4]
    logits = model(padded, cache)
    assert torch.allclose(logits[1, 3:], model(TOKENS[1:, :4])[0], atol=1e-5)


def test_it_starts_as_gpt2_did(model: GPT2) -> None:
    model = GPT2(GPT2Config(vocab_size=500, context_length=64, d_model=128, num_layers=8, num_heads=4))
    assert model.embedding.weight.std().item() == pytest.approx(0.02, rel=0.03)
    assert model.layers[3].attention.query.weight.std().item() == pytest.approx(0.02, rel=0.03)
    for part in (model.layers[5].attention.output, model.layers[5].feed_forward.down):
        assert part.weight.std().item() == pytest.approx(0.02 / math.sqrt(16), rel=0.03)
        assert not part.bias.any()


def test_the_head_is_the_embedding_unless_asked_for() -> None:
    assert (tied := GPT2.tiny()).head_weight() is tied.embedding.weight
    untied = GPT2(GPT2Config(vocab_size=9, context_length=8, d_model=8, num_layers=1, num_heads=1, is_tied=False))
    assert untied.head_weight() is untied.head.weight
    assert untied.parameter_groups()["head"] == [untied.head.weight]


def test_every_parameter_is_in_one_group_and_learns() -> None:
    torch.manual_seed(0)
    model = GPT2.tiny()
    grouped = [p for group in model.parameter_groups().values() for p in group]
    assert sorted(map(id, grouped)) == sorted(map(id, model.parameters()))
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    losses = []
    for _ in range(60):
        loss = torch.nn.functional.cross_entropy(model(TOKENS[:, :-1]).flatten(0, 1), TOKENS[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[0] == pytest.approx(math.log(37), abs=0.1)
    assert losses[-1] < 0.5
    assert all(p.grad is not None and p.grad.any() for p in model.parameters())


def test_dropout_acts_only_while_training() -> None:
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=37, context_length=32, d_model=32, num_layers=2, num_heads=4, dropout=0.5)
    model = GPT2(config)
    assert not torch.equal(model(TOKENS), model(TOKENS))
    assert torch.equal(model.eval()(TOKENS), model(TOKENS))


def test_sizes_grow_and_reach_the_published_one() -> None:
    sizes = GPT2.sizes(50257, 1024)
    assert any((size.num_layers, size.d_model, size.num_heads) == (12, 768, 12) for size in sizes)
    widths = [(size.d_model, size.num_layers) for size in sizes]
    assert widths == sorted(widths)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"d_model": 130},
            r"d_model must be divisible by num_heads, got d_model=130, num_heads=4. Use d_model=128 or 132",
        ),
        ({"vocab_size": 0}, r"GPT2Config.vocab_size must be at least 1, got 0"),
        ({"num_layers": -1}, r"GPT2Config.num_layers must be at least 1, got -1"),
        ({"d_ff": 0}, r"GPT2Config.d_ff must be at least 1, got 0. Use d_ff=1024"),
        ({"dropout": 1.0}, r"GPT2Config.dropout must be in \[0, 1\), got 1.0. Use 0.1"),
    ],
)
def test_impossible_sizes_are_refused(options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GPT2Config(**({"vocab_size": 10} | options))


@torch.no_grad()
def test_input_longer_than_the_context_is_refused_with_both_numbers(model: GPT2) -> None:
    with pytest.raises(ValueError, match=r"at most 32 long \(the model's context\), got 33"):
        model(torch.zeros(1, 33, dtype=torch.long))
    cache = model.new_cache(1)
    model(torch.zeros(1, 30, dtype=torch.long), cache)
    with pytest.raises(ValueError, match=r"at most 32 long \(the model's context\), got 34"):
        model(torch.zeros(1, 4, dtype=torch.long), cache)
