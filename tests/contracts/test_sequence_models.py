"""What every model that writes one sequence from another promises, for each such entry of models/ in its tiny size."""

import dataclasses
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from clearhead.core import catalog, config
from clearhead.layers.tap import find_taps, listening
from clearhead.models.base import SequenceToSequence, count_parameters, load_model
from clearhead.runs.run import open_run, save_run
from clearhead.tokenizers._pairs import train_pairs

MODELS = [name for name in catalog.entries("models") if load_model(name).role == SequenceToSequence.role]
GROUPS = {"matrices", "embeddings", "head", "vectors"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(params=MODELS)
def new(request: pytest.FixtureRequest) -> SequenceToSequence:
    """Return each model as training begins with it."""
    torch.manual_seed(0)
    return load_model(request.param).tiny()


@pytest.fixture
def model(new: SequenceToSequence) -> SequenceToSequence:
    """Return each model with weights that differ from zero everywhere, in eval mode."""
    return filled(new)


@torch.no_grad()
def filled(model: SequenceToSequence) -> SequenceToSequence:
    for parameter in model.parameters():
        parameter.normal_(std=0.3)
    return model.eval()


def some_pairs(
    model: SequenceToSequence, batch: int = 3, source: int = 9, target: int = 7, seed: int = 0
) -> tuple[Tensor, Tensor, Tensor]:
    """Return (source, target read, target to say), both sides of ordinary tokens and the end."""
    sizes = model.config
    special = {sizes.padding_id, sizes.start_id, sizes.end_id}
    words = torch.tensor([token for token in range(sizes.target_vocab_size) if token not in special])
    generator = torch.Generator().manual_seed(seed)
    sides = [words[torch.randint(len(words), (batch, length), generator=generator)] for length in (source, target)]
    for side in sides:
        side[:, -1] = sizes.end_id
    return sides[0], torch.cat([torch.full((batch, 1), sizes.start_id), sides[1][:, :-1]], 1), sides[1]


def loss_of(model: SequenceToSequence, pairs: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    source, read, said = pairs
    return cross_entropy(model(source, read).flatten(0, 1).float(), said.flatten())


def test_shapes_are_as_stated(model: SequenceToSequence) -> None:
    longest = model.config.context_length
    for batch, source_length, target_length in [(1, 1, 1), (3, 9, 7), (2, longest, longest)]:
        source, read, _ = some_pairs(model, batch, source_length, target_length)
        encoded = model.encode(source)
        assert encoded.memory.shape[:2] == encoded.is_padding.shape == (batch, source_length)
        vectors, head = model.decode(encoded, read), model.head()
        assert vectors.shape == (batch, target_length, head.weight.shape[1])
        assert head.weight.shape[0] == model.config.target_vocab_size
        assert model(source, read).shape == (batch, target_length, model.config.target_vocab_size)


def test_logits_are_vectors_times_head_and_what_is_excluded_is_never_said(model: SequenceToSequence) -> None:
    source, read, _ = some_pairs(model)
    head = model.head()
    logits = model.decode(model.encode(source), read) @ head.weight.T + (0 if head.bias is None else head.bias)
    excluded = [] if head.excluded is None else head.excluded.tolist()
    kept = [token for token in range(model.config.target_vocab_size) if token not in excluded]
    given = model(source, read)
    assert torch.allclose(given[..., kept], logits[..., kept], atol=1e-4)
    assert bool((given[..., excluded] == -torch.inf).all())
    assert model.config.end_id in kept


def test_every_parameter_gets_a_gradient(model: SequenceToSequence) -> None:
    loss_of(model.train(), some_pairs(model, 8)).backward()
    without = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert without == []


def test_padding_gets_no_gradient_as_a_source(model: SequenceToSequence) -> None:
    """What fills short rows must not be learned from: only what is read first may move its vector."""
    source, read, said = some_pairs(model)
    padded = torch.cat([source, torch.full((3, 4), model.config.padding_id)], 1)
    gradients = []
    for given in (source, padded):
        model.zero_grad()
        loss_of(model, (given, read, said)).backward()
        gradients.append({name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None})
    for name, gradient in gradients[0].items():
        assert torch.allclose(gradient, gradients[1][name], atol=1e-5), name


def test_the_loss_falls_on_one_batch(new: SequenceToSequence) -> None:
    pairs = some_pairs(new, 4)
    optimizer = torch.optim.AdamW(new.parameters(), lr=5e-3)
    losses = []
    for _ in range(40):
        loss = loss_of(new, pairs)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


def test_a_saved_model_is_the_model(new: SequenceToSequence, tmp_path: Path) -> None:
    texts = [LETTERS, LETTERS[::-1]]
    tokenizer = train_pairs(texts, texts, vocab_size=None, kind="character")
    facts = ("source_vocab_size", "target_vocab_size", "padding_id", "start_id", "end_id")
    sizes = dataclasses.replace(new.config, **{name: getattr(tokenizer, name) for name in facts})
    model = filled(type(new)(sizes))
    save_run(tmp_path / "run", model, tokenizer, {"task": "translation", "seed": 1})
    opened = open_run(tmp_path / "run")
    again = opened.model()
    assert type(again) is type(model)
    source, read, _ = some_pairs(model)
    assert torch.equal(again(source, read), model(source, read))
    assert {n: p.shape for n, p in again.named_parameters()} == {n: p.shape for n, p in model.named_parameters()}
    assert opened.tokenizer.encode_source(texts) == tokenizer.encode_source(texts)


def test_eval_is_deterministic(model: SequenceToSequence) -> None:
    source, read, _ = some_pairs(model)
    assert torch.equal(model(source, read), model(source, read))


def test_dropout_acts_while_training_and_not_otherwise(new: SequenceToSequence) -> None:
    model = type(new)(dataclasses.replace(new.config, dropout=0.5))
    source, read, _ = some_pairs(model)
    assert not torch.equal(model(source, read), model(source, read))
    model.eval()
    assert torch.equal(model(source, read), model(source, read))


def test_a_batch_gives_what_its_rows_give_one_by_one(model: SequenceToSequence) -> None:
    source, read, _ = some_pairs(model, 4)
    rows = torch.cat([model(source[row : row + 1], read[row : row + 1]) for row in range(4)])
    assert torch.allclose(model(source, read), rows, atol=1e-4)


def test_padding_changes_nothing(model: SequenceToSequence) -> None:
    (short, read, _), (long, _, _) = some_pairs(model, 1, 4), some_pairs(model, 1, 9, seed=1)
    filler = torch.full((1, 5), model.config.padding_id)
    together = torch.cat([torch.cat([short, filler], 1), long])
    assert torch.allclose(model(together, read.expand(2, -1))[:1], model(short, read), atol=1e-4)


@pytest.mark.parametrize("changed_from", [1, 3, 6])
def test_no_target_position_sees_the_future(model: SequenceToSequence, changed_from: int) -> None:
    source, read, _ = some_pairs(model)
    changed = read.clone()
    changed[:, changed_from:] = some_pairs(model, seed=5)[1][:, changed_from:]
    before, after = (model(source, each).nan_to_num(neginf=0.0) for each in (read, changed))
    assert torch.allclose(before[:, :changed_from], after[:, :changed_from], atol=1e-5)
    assert not torch.allclose(before[:, changed_from:], after[:, changed_from:], atol=1e-3)


def test_every_target_position_sees_the_source(model: SequenceToSequence) -> None:
    source, read, _ = some_pairs(model)
    other = some_pairs(model, seed=5)[0]
    before, after = (model(each, read).nan_to_num(neginf=0.0) for each in (source, other))
    assert (before - after).abs().amax((0, 2)).min() > 1e-3


@torch.no_grad()
def test_writing_step_by_step_gives_the_logits_of_reading_at_once(model: SequenceToSequence) -> None:
    source, read, _ = some_pairs(model)
    source[0, 5:] = model.config.padding_id
    state = model.start(model.encode(source), read.shape[1])
    steps = [model.step(token, state) for token in read.T]
    assert torch.allclose(torch.stack(steps, 1), model(source, read), atol=1e-4)


@torch.no_grad()
def test_rows_of_a_state_can_be_repeated_and_exchanged(model: SequenceToSequence) -> None:
    source, read, _ = some_pairs(model, 2)
    state = model.start(model.encode(source), read.shape[1])
    state.reorder(torch.tensor([0, 0, 1, 1]))
    mine = read[[0, 1, 0, 1]]  # two ways to begin for each source
    for token in mine[:, :3].T:
        model.step(token, state)
    order = torch.tensor([1, 0, 2, 2])
    state.reorder(order)
    expected = model(source[[0, 0, 1, 1]], mine[order])[:, 3]
    assert torch.allclose(model.step(mine[order][:, 3], state), expected, atol=1e-4)


@torch.no_grad()
def test_the_alignment_is_a_share_of_what_is_no_padding(model: SequenceToSequence) -> None:
    source, read, _ = some_pairs(model)
    source[0, 5:] = model.config.padding_id
    weights = model.alignment(source, read)
    assert weights is not None and weights.shape == (3, 7, 9)
    assert torch.allclose(weights.sum(-1), torch.ones(3, 7), atol=1e-5)
    assert not weights[0, :, 5:].any()


@torch.no_grad()
def test_input_longer_than_the_context_is_refused_with_both_numbers(model: SequenceToSequence) -> None:
    longest = model.config.context_length
    source, read, _ = some_pairs(model, 1, longest + 1, longest + 1)
    for given in ((source, read[:, :1]), (source[:, :1], read)):
        with pytest.raises(ValueError, match=rf"at most {longest} long .* got {longest + 1}"):
            model(*given)


def test_parameter_groups_are_a_partition(model: SequenceToSequence) -> None:
    groups = model.parameter_groups()
    assert set(groups) == GROUPS
    assert sorted(id(p) for group in groups.values() for p in group) == sorted(id(p) for p in model.parameters())
    assert all(parameter.dim() == 2 for parameter in groups["matrices"])
    assert all(parameter.dim() == 1 for parameter in groups["vectors"])
    assert count_parameters(model) == sum(p.numel() for group in groups.values() for p in group)


def test_looking_changes_nothing_and_leaves_no_trace(model: SequenceToSequence) -> None:
    source, read, _ = some_pairs(model)
    plain, seen = model(source, read), {}
    with listening(model, lambda name, value: seen.setdefault(name, value)):
        looked_at = model(source, read)
    assert torch.allclose(looked_at, plain, atol=1e-5)
    assert set(seen) == set(find_taps(model)) and len(seen) >= 3
    assert not any(tap.is_open for tap in find_taps(model).values())
    assert torch.equal(model(source, read), plain)


def test_every_tap_that_is_changed_changes_the_logits(model: SequenceToSequence) -> None:
    source, read, _ = some_pairs(model)
    plain = model(source, read)
    for name in find_taps(model):
        generator = torch.Generator().manual_seed(1)

        def disturb(_: str, value: Tensor, generator: torch.Generator = generator) -> Tensor:
            return value + 10 * torch.randn(value.shape, generator=generator)

        with listening(model, disturb, lambda tap, name=name: tap == name):
            changed = model(source, read)
        assert not torch.allclose(changed, plain, atol=1e-4), name
    assert torch.equal(model(source, read), plain)


def test_the_configuration_survives_json(model: SequenceToSequence) -> None:
    assert config.from_json(type(model.config), config.to_json(model.config)) == model.config
