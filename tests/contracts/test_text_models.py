"""What every encoder of texts promises, for each entry of models/ in its tiny size and each way of reading it has."""

import dataclasses
from itertools import product
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, pad

from clearhead.core import catalog, config
from clearhead.layers.tap import find_taps, listening
from clearhead.models.base import TextEncoder, load_model
from clearhead.runs.run import open_run, save_run

MODELS = [name for name in catalog.entries("models") if load_model(name).role == TextEncoder.role]
GROUPS = {"matrices", "embeddings", "head", "vectors"}
READINGS = {
    "text": {},
    "text with positions": {"num_positions": 7},
    "tokens": {"output": "tokens"},
    "tokens with letters": {"output": "tokens", "num_characters": 9},
}
LENGTHS = torch.tensor([9, 3, 1, 6])

Inputs = tuple[Tensor, Tensor | None, Tensor | None]


def can_read(name: str, reading: str) -> bool:
    try:
        dataclasses.replace(load_model(name).tiny().config, **READINGS[reading])
    except ValueError:
        return False
    return True


CASES = [case for case in product(MODELS, READINGS) if can_read(*case)]


@pytest.fixture(params=CASES, ids=[f"{name}: {reading}" for name, reading in CASES])
def new(request: pytest.FixtureRequest) -> TextEncoder:
    """Return each model as training begins with it, for each way of reading it has."""
    name, reading = request.param
    torch.manual_seed(0)
    return made(name, reading)


def made(name: str, reading: str, **options: object) -> TextEncoder:
    tiny = load_model(name).tiny()
    return type(tiny)(dataclasses.replace(tiny.config, **{**READINGS[reading], "dropout": 0.0, **options}))


@pytest.fixture
def model(new: TextEncoder) -> TextEncoder:
    """Return each model with weights that differ from zero everywhere, in eval mode."""
    with torch.no_grad():
        for parameter in new.parameters():
            parameter.normal_(std=0.3)
    return new.eval()


def some_texts(model: TextEncoder, lengths: Tensor = LENGTHS, seed: int = 0) -> Inputs:
    """Return texts of these lengths, with letters and positions where the model reads them."""
    sizes, chance = model.config, torch.Generator().manual_seed(seed)
    shape = (len(lengths), int(lengths.max()))
    is_there = torch.arange(shape[1]) < lengths[:, None]
    words = torch.tensor([token for token in range(sizes.vocab_size) if token != sizes.padding_id])
    tokens = torch.where(is_there, words[torch.randint(len(words), shape, generator=chance)], sizes.padding_id)
    characters = positions = None
    if sizes.num_characters:
        characters = torch.randint(1, sizes.num_characters, (*shape, 5), generator=chance)
        num_letters = torch.randint(1, 6, (*shape, 1), generator=chance)
        characters = characters * (torch.arange(5) < num_letters) * is_there[:, :, None]
    if sizes.num_positions:
        positions = torch.randint(sizes.num_positions, (*shape, 2), generator=chance) * is_there[:, :, None]
    return tokens, characters, positions


def row(inputs: Inputs, index: int, length: int) -> Inputs:
    """Return one text of a batch without its padding."""
    tokens, characters, positions = (None if part is None else part[index : index + 1, :length] for part in inputs)
    assert tokens is not None
    return tokens, characters, positions


def loss_of(model: TextEncoder, inputs: Inputs) -> Tensor:
    """Return the cross-entropy of texts, or of their real tokens, with labels that differ from one to the next."""
    outputs, is_there = model(*inputs), inputs[0] != model.config.padding_id
    outputs = outputs[is_there] if model.config.output == "tokens" else outputs
    return cross_entropy(outputs, torch.arange(len(outputs)) % model.config.num_outputs)


def test_shapes_are_as_stated(model: TextEncoder) -> None:
    sizes = model.config
    for lengths in (LENGTHS, torch.tensor([1]), torch.tensor([sizes.context_length, 2])):
        inputs = some_texts(model, lengths)
        shape = tuple(inputs[0].shape) if sizes.output == "tokens" else inputs[0].shape[:1]
        assert model(*inputs).shape == (*shape, sizes.num_outputs)


def test_states_are_vectors_of_tokens_and_zeros_at_padding(model: TextEncoder) -> None:
    inputs = some_texts(model)
    states, is_there = model.states(*inputs), inputs[0] != model.config.padding_id
    assert states.shape[:2] == inputs[0].shape and states.dim() == 3
    assert not states[~is_there].any() and states[is_there].any(1).all()


def test_every_parameter_that_is_not_frozen_gets_a_gradient(model: TextEncoder) -> None:
    loss_of(model.train(), some_texts(model)).backward()
    trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad and not name.startswith("crf.")]
    assert trained and [name for name, p in trained if p.grad is None or not p.grad.any()] == []


def test_it_starts_close_to_all_classes_being_equally_likely(new: TextEncoder) -> None:
    assert new(*some_texts(new)).softmax(-1).sub(1 / new.config.num_outputs).abs().max() < 0.1


def test_the_loss_falls_on_one_batch(new: TextEncoder) -> None:
    inputs = some_texts(new)
    optimizer = torch.optim.Adam([p for p in new.parameters() if p.requires_grad], lr=0.02)
    losses = []
    for _ in range(40):
        loss = loss_of(new, inputs)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.3 * losses[0]


def test_a_saved_model_is_the_model(model: TextEncoder, tmp_path: Path) -> None:
    save_run(tmp_path / "run", model, None, {"task": "classification", "seed": 1})
    again = open_run(tmp_path / "run").model()
    assert type(again) is type(model) and again.config == model.config
    assert torch.equal(again(*some_texts(model)), model(*some_texts(model)))
    assert all(torch.equal(tensor, model.state_dict()[name]) for name, tensor in again.state_dict().items())


def test_eval_is_deterministic(model: TextEncoder) -> None:
    assert torch.equal(model(*some_texts(model)), model(*some_texts(model)))


@pytest.mark.parametrize("name", MODELS)
def test_dropout_acts_while_training_and_not_otherwise(name: str) -> None:
    model = made(name, "text", dropout=0.5)
    inputs = some_texts(model)
    assert not torch.equal(model(*inputs), model(*inputs))
    model.eval()
    assert torch.equal(model(*inputs), model(*inputs))


def test_a_batch_gives_what_its_texts_give_one_by_one(model: TextEncoder) -> None:
    inputs = some_texts(model)
    outputs, states = model(*inputs), model.states(*inputs)
    for index, length in enumerate(LENGTHS.tolist()):
        alone = model(*row(inputs, index, length))[0]
        together = outputs[index, :length] if model.config.output == "tokens" else outputs[index]
        torch.testing.assert_close(alone, together, atol=1e-5, rtol=0)
        torch.testing.assert_close(model.states(*row(inputs, index, length))[0], states[index, :length])


def test_padding_more_changes_nothing(model: TextEncoder) -> None:
    tokens, characters, positions = some_texts(model)
    wide = (
        pad(tokens, (0, 4), value=model.config.padding_id),
        None if characters is None else pad(characters, (0, 3, 0, 4)),
        None if positions is None else pad(positions, (0, 0, 0, 4)),
    )
    outputs = model(*wide)
    outputs = outputs[:, : tokens.shape[1]] if model.config.output == "tokens" else outputs
    is_there = tokens != model.config.padding_id
    kept = is_there if model.config.output == "tokens" else slice(None)
    torch.testing.assert_close(outputs[kept], model(tokens, characters, positions)[kept], atol=1e-5, rtol=0)


def test_each_thing_that_is_read_changes_the_outputs(model: TextEncoder) -> None:
    inputs = some_texts(model)
    plain = model(*inputs)
    for index, part in enumerate(inputs):
        if part is not None:
            changed = [*inputs]
            changed[index] = part.clone()
            changed[index][0, 1] = changed[index][0, 1] % 5 + 1
            assert not torch.allclose(model(*changed)[0], plain[0], atol=1e-4)


def test_a_text_longer_than_the_context_is_refused_with_both_numbers(model: TextEncoder) -> None:
    longest = model.config.context_length
    with pytest.raises(ValueError, match=rf"tokens must be at most {longest} long .* got {longest + 1}\. Cut"):
        model(*some_texts(model, torch.tensor([longest + 1])))


def test_inputs_that_are_missing_or_would_not_be_read_are_refused(model: TextEncoder) -> None:
    for index, name in enumerate(("characters", "positions"), start=1):
        inputs = [*some_texts(model)]
        is_read = inputs[index] is not None
        inputs[index] = None if is_read else torch.zeros(*inputs[0].shape, 2, dtype=torch.long)
        said = f"must be {'given' if is_read else 'left out'} with num_{name}="
        with pytest.raises(ValueError, match=rf"\.{name} {said}\d+, got {'none' if is_read else 'some'}\. Encode"):
            model(*inputs)


def test_parameter_groups_are_a_partition_of_what_is_trained(model: TextEncoder) -> None:
    groups = model.parameter_groups()
    assert set(groups) == GROUPS
    trained = [id(parameter) for parameter in model.parameters() if parameter.requires_grad]
    assert sorted(id(p) for group in groups.values() for p in group) == sorted(trained)
    assert all(parameter.dim() > 1 for parameter in groups["matrices"])
    assert all(parameter.dim() == 1 for parameter in groups["vectors"])
    in_blocks = {id(p) for block in model.blocks() for p in block.parameters()}
    assert in_blocks and in_blocks <= {id(p) for name in ("matrices", "vectors") for p in groups[name]}


def test_looking_changes_nothing_and_leaves_no_trace(model: TextEncoder) -> None:
    inputs, seen = some_texts(model), {}
    plain = model(*inputs)
    with listening(model, lambda name, value: seen.setdefault(name, value)):
        looked_at = model(*inputs)
    assert torch.allclose(looked_at, plain, atol=1e-6)
    assert set(seen) == {name for name in find_taps(model) if not name.startswith("crf.")} and len(seen) >= 4
    assert not any(tap.is_open for tap in find_taps(model).values())
    assert torch.equal(model(*inputs), plain)


def test_every_tap_that_is_changed_changes_the_outputs(model: TextEncoder) -> None:
    inputs = some_texts(model)
    plain = model(*inputs)
    for name in find_taps(model):
        if name.startswith("crf."):
            continue
        with listening(model, lambda _, value: value + 0.5 * value.abs() + 1.0, lambda tap, name=name: tap == name):
            changed = model(*inputs)
        assert not torch.allclose(changed, plain, atol=1e-3), name
    assert torch.equal(model(*inputs), plain)


def test_the_configuration_survives_json(model: TextEncoder) -> None:
    assert config.from_json(type(model.config), config.to_json(model.config)) == model.config
