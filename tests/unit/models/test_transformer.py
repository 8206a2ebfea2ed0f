"""The Transformer: its formulas in NumPy, its masks, its padding, its taps, and writing step by step."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from clearhead.layers.linear_cross_entropy import linear_cross_entropy
from clearhead.layers.tap import find_taps, listening
from clearhead.models.transformer import Transformer, TransformerConfig

PADDING = 36
SOURCE = torch.tensor([[5, 1, 30, 2, 2, 0], [7, 8, 0, 36, 36, 36], [9, 9, 4, 3, 0, 36]])
TARGET = torch.tensor([[36, 1, 30, 2, 5], [36, 4, 12, 3, 8], [36, 35, 35, 1, 1]])
WISHED = torch.tensor([[1, 30, 2, 5, 0], [4, 12, 3, 8, 0], [35, 35, 1, 0, -100]])
SIZES = {"context_length": 16, "d_model": 24, "num_layers": 2, "num_heads": 3}
JOINT = {"source_vocab_size": 37, "target_vocab_size": 37, "padding_id": 36, "start_id": 36, "end_id": 0}
SEPARATE = {"source_vocab_size": 37, "target_vocab_size": 41, "padding_id": 36, "start_id": 40, "end_id": 0}


def made(*, preset: str = "marian", **options: Any) -> Transformer:
    """Make a model whose weights differ from zero everywhere, in eval mode."""
    torch.manual_seed(0)
    tokens = JOINT if preset == "marian" else SEPARATE
    model = Transformer(TransformerConfig(**(tokens | SIZES | {"preset": preset} | options)))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            is_scale = "norm" in name and name.endswith("weight")
            parameter.normal_(1.0 if is_scale else 0.0, 0.2)
    return model.eval()


@pytest.fixture(params=["marian", "tutorial"])
def model(request: pytest.FixtureRequest) -> Transformer:
    """Return a model of each preset."""
    return made(preset=request.param)


def in_numpy(model: Transformer, source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """State the formulas of the published model once more, for one source and one target without padding."""
    weights = {name: tensor.detach().double().numpy() for name, tensor in model.state_dict().items()}
    config, d_model = model.config, model.config.d_model

    def positions(length: int) -> np.ndarray:
        table = np.zeros((length, d_model))
        for place in range(length):
            for i in range(d_model // 2):
                angle = place / 10000 ** (2 * i / d_model)
                even, odd = (i, i + d_model // 2) if config.preset == "marian" else (2 * i, 2 * i + 1)
                table[place, even], table[place, odd] = math.sin(angle), math.cos(angle)
        return table

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        eps = 1e-5 if config.preset == "marian" else 1e-6
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + eps)
        return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def attention(x: np.ndarray, memory: np.ndarray, name: str, *, is_causal: bool) -> np.ndarray:
        query, key, value = linear(x, f"{name}.query"), linear(memory, f"{name}.key"), linear(memory, f"{name}.value")
        width = d_model // config.num_heads
        mixed = []
        for head in range(config.num_heads):
            part = slice(head * width, (head + 1) * width)
            scores = query[:, part] @ key[:, part].T / math.sqrt(width)
            if is_causal:
                scores[np.triu(np.ones(scores.shape, dtype=bool), 1)] = -np.inf
            shares = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
            mixed.append(shares @ value[:, part])
        return linear(np.concatenate(mixed, -1), f"{name}.output")

    def feed_forward(x: np.ndarray, name: str) -> np.ndarray:
        return linear(np.maximum(linear(x, f"{name}.up"), 0.0), f"{name}.down")

    x = weights["embedding.weight"][source] * math.sqrt(d_model) + positions(len(source))
    for index in range(config.num_layers):
        layer = f"encoder.layers.{index}."
        x = norm(x + attention(x, x, f"{layer}attention", is_causal=False), f"{layer}attention_norm")
        x = norm(x + feed_forward(x, f"{layer}feed_forward"), f"{layer}feed_forward_norm")
    table = weights.get("target_embedding.weight", weights["embedding.weight"])
    y = table[target] * math.sqrt(d_model) + positions(len(target))
    for index in range(config.num_layers):
        layer = f"decoder.layers.{index}."
        y = norm(y + attention(y, y, f"{layer}self_attention", is_causal=True), f"{layer}self_attention_norm")
        y = norm(y + attention(y, x, f"{layer}cross_attention", is_causal=False), f"{layer}cross_attention_norm")
        y = norm(y + feed_forward(y, f"{layer}feed_forward"), f"{layer}feed_forward_norm")
    if config.preset == "marian":
        return y @ table.T
    return linear(y, "output")


def test_it_computes_the_published_formulas(model: Transformer) -> None:
    logits = model(SOURCE[:1], TARGET[:1])[0]
    expected = torch.from_numpy(in_numpy(model, SOURCE[0].numpy(), TARGET[0].numpy())).float()
    is_said = ~logits.isinf()
    assert is_said.sum(-1).tolist() == [36 if model.config.is_joint else 41] * 5
    assert torch.allclose(logits[is_said], expected[is_said], atol=1e-5)


def test_no_target_position_sees_the_future(model: Transformer) -> None:
    changed = TARGET.clone()
    changed[:, 3:] = 11
    before, after = model(SOURCE, TARGET), model(SOURCE, changed)
    assert torch.allclose(before[:, :3], after[:, :3], atol=1e-5)
    assert not torch.allclose(before[:, 3:], after[:, 3:], atol=1e-2)


def test_every_source_position_sees_every_other(model: Transformer) -> None:
    memory = model.encode(SOURCE[:1]).memory
    changed = SOURCE[:1].clone()
    changed[:, 5] = 20
    assert ((model.encode(changed).memory - memory).abs().amax(-1) > 1e-3).all()


def test_a_batch_gives_what_its_rows_give_one_by_one_without_padding(model: Transformer) -> None:
    logits = model(SOURCE, TARGET)
    for row, length in enumerate((6, 3, 5)):
        alone = model(SOURCE[row : row + 1, :length], TARGET[row : row + 1])
        assert torch.allclose(logits[row], alone[0], atol=1e-5)


def test_a_source_of_nothing_disturbs_nobody(model: Transformer) -> None:
    source = torch.cat([SOURCE, torch.full((1, 6), PADDING)])
    logits = model(source, torch.cat([TARGET, TARGET[:1]]))
    assert not logits.isnan().any()
    assert torch.allclose(logits[:3], model(SOURCE, TARGET), atol=1e-5)


def stepwise(model: Transformer, state: Any, target: Tensor) -> Tensor:
    return torch.stack([model.step(tokens, state) for tokens in target.T], 1)


def test_writing_step_by_step_gives_the_logits_of_reading_at_once(model: Transformer) -> None:
    state = model.start(model.encode(SOURCE), 5)
    assert torch.allclose(stepwise(model, state, TARGET), model(SOURCE, TARGET), atol=1e-5)


@pytest.mark.parametrize(
    "orders",
    [
        [[0, 0, 1, 1, 2, 2], [1, 0, 2, 2, 5, 4], [3, 2, 4, 5]],  # beams; rows change places; one source is finished
        [[2, 0, 1], [0, 0, 0, 1, 2, 2], [5, 0]],  # other orders; beams of different sizes; fewer rows
        [[0, 1, 2], [0, 1, 0, 1]],
    ],
)
def test_rows_that_were_reordered_go_on_as_if_they_had_been_written_so(
    model: Transformer, orders: list[list[int]]
) -> None:
    state = model.start(model.encode(SOURCE), 6)
    written, source = torch.zeros(3, 0, dtype=torch.long), SOURCE
    generator = torch.Generator().manual_seed(0)
    for order in [None, *orders, None]:
        if order is not None:
            state.reorder(torch.tensor(order))
            written, source = written[order], source[order]
        written = torch.cat([written, torch.randint(36, (len(written), 1), generator=generator)], 1)
        logits = model.step(written[:, -1], state)
        assert torch.allclose(logits, model(source, written)[:, -1], atol=1e-5)


def test_rows_of_one_source_share_its_keys() -> None:
    model = made()
    state = model.start(model.encode(SOURCE), 4)
    state.reorder(torch.arange(3).repeat_interleave(4))
    assert state.rows_per_source == 4 and state.sources[0][0].shape[0] == 3
    kept = state.sources[0][0]
    state.reorder(torch.tensor([3, 3, 0, 1, 4, 5, 6, 7, 8, 8, 8, 9]))
    assert state.sources[0][0] is kept  # the beams of each source changed places among themselves


def test_a_full_state_says_how_long_it_is() -> None:
    model = made()
    state = model.start(model.encode(SOURCE), 2)
    stepwise(model, state, TARGET[:, :2])
    with pytest.raises(ValueError, match=r"TransformerState.length must be at most 2, got 3"):
        model.step(TARGET[:, 0], state)


def test_input_longer_than_the_context_is_refused_with_both_numbers(model: Transformer) -> None:
    long = torch.ones(1, 17, dtype=torch.long)
    with pytest.raises(ValueError, match=r"at most 16 long \(the model's context\), got 17"):
        model.encode(long)
    with pytest.raises(ValueError, match=r"at most 16 long \(the model's context\), got 17"):
        model.decode(model.encode(SOURCE[:1]), long)


def optimizers(model: Transformer) -> list[torch.optim.Optimizer]:
    return [
        torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=0.1),
        torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=0.1),
    ]


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("smoothing", [None, 0.0, 0.1])
def test_nothing_moves_the_paddings_vector_from_zero(which: int, smoothing: float | None) -> None:
    model = Transformer.tiny()
    assert not model.embedding.weight[PADDING].any()
    optimizer = optimizers(model)[which]
    for _ in range(3):
        if smoothing is None:
            loss = cross_entropy(model(SOURCE, TARGET).flatten(0, 1), WISHED.flatten())
        else:
            vectors, (weight, bias, excluded) = model.decode(model.encode(SOURCE), TARGET), model.head()
            loss = linear_cross_entropy(vectors, weight, WISHED, bias=bias, smoothing=smoothing, excluded=excluded)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert not model.embedding.weight[PADDING].any()
    assert not model.embedding.weight.grad[PADDING].any()
    assert model.embedding.weight.grad[35].any()


def test_the_loss_falls_and_every_parameter_learns(model: Transformer) -> None:
    new = type(model)(model.config).train()
    optimizer = torch.optim.AdamW(new.parameters(), lr=3e-3)
    losses = []
    for _ in range(60):
        loss = cross_entropy(new(SOURCE, TARGET).flatten(0, 1), WISHED.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.4 * losses[0]
    assert all(parameter.grad is not None and parameter.grad.any() for parameter in new.parameters())


def test_parameter_groups_are_a_partition(model: Transformer) -> None:
    groups = model.parameter_groups()
    assert sorted(id(p) for group in groups.values() for p in group) == sorted(id(p) for p in model.parameters())
    assert bool(groups["head"]) is not model.config.is_joint
    assert {p.dim() for p in groups["matrices"]} == {2} and {p.dim() for p in groups["vectors"]} == {1}
    in_blocks = {id(p) for block in model.blocks() for p in block.parameters()}
    assert {id(p) for p in groups["matrices"]} <= in_blocks and len(model.blocks()) == 4


def test_embedded_tokens_start_as_long_as_the_positions() -> None:
    model = Transformer(TransformerConfig(**(JOINT | SIZES | {"d_model": 96})))
    scaled = model.embedding.weight[:PADDING] * math.sqrt(96)
    assert scaled.std().item() == pytest.approx(1.0, rel=0.05)


def test_every_place_that_the_views_ask_for_has_a_tap() -> None:
    attention = ["query", "key", "value", "scores", "weights", "mixed", "output"]
    wanted = {f"{side}.{name}" for side in ("encoder", "decoder") for name in ("embedding", "positions")}
    for index in range(2):
        wanted |= {f"encoder.layers.{index}.attention.{name}" for name in attention}
        wanted |= {f"decoder.layers.{index}.self_attention.{name}" for name in attention}
        wanted |= {f"decoder.layers.{index}.cross_attention.{name}" for name in attention}
        rest = ["feed_forward.hidden", "feed_forward.output", "residual"]
        wanted |= {f"encoder.layers.{index}.{name}" for name in ["attention_residual", *rest]}
        both = ["self_attention_residual", "cross_attention_residual", *rest]
        wanted |= {f"decoder.layers.{index}.{name}" for name in both}
    assert set(find_taps(made())) == wanted


def test_looking_does_not_change_a_bit_and_changing_any_tap_does(model: Transformer) -> None:
    plain, seen = model(SOURCE, TARGET), {}
    with listening(model, lambda name, value: seen.setdefault(name, value)):
        assert torch.equal(model(SOURCE, TARGET), plain)
    assert set(seen) == set(find_taps(model))
    for wanted in seen:
        with listening(model, lambda _, value: 1.5 * value + 0.3 * value.roll(1, -1), lambda name, w=wanted: name == w):
            assert not torch.allclose(model(SOURCE, TARGET), plain, atol=1e-4), wanted


def test_alignment_is_the_last_blocks_attention_to_the_source(model: Transformer) -> None:
    seen: dict[str, Tensor] = {}
    with listening(model, lambda name, value: seen.setdefault(name, value)):
        model(SOURCE, TARGET)
    alignment = model.alignment(SOURCE, TARGET)
    assert torch.equal(alignment, seen["decoder.layers.1.cross_attention.weights"].mean(1))
    assert torch.allclose(alignment.sum(-1), torch.ones(3, 5))
    assert not alignment[1, :, 3:].any()


def test_dropout_acts_only_while_training(model: Transformer) -> None:
    model.train()
    assert not torch.equal(model(SOURCE, TARGET), model(SOURCE, TARGET))
    model.eval()
    assert torch.equal(model(SOURCE, TARGET), model(SOURCE, TARGET))


def test_both_sides_may_differ_in_depth() -> None:
    model = made(num_layers=1, num_decoder_layers=3)
    assert (len(model.encoder.layers), len(model.decoder.layers)) == (1, 3)
