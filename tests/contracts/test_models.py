"""What every model promises, for each entry of models/ in its tiny size."""

import math
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from clearhead.core import catalog, config
from clearhead.layers.tap import find_taps, listening
from clearhead.models.base import LanguageModel, count_parameters, load_config, load_model
from clearhead.runs.run import open_run, save_run
from clearhead.tokenizers.base import train_tokenizer

MODELS = [name for name in catalog.entries("models") if load_model(name).role == "LanguageModel"]
GROUPS = {"matrices", "embeddings", "head", "vectors"}


@pytest.fixture(params=MODELS)
def new(request: pytest.FixtureRequest) -> LanguageModel:
    """Return each model as training begins with it."""
    torch.manual_seed(0)
    return load_model(request.param).tiny()


@pytest.fixture
def model(new: LanguageModel) -> LanguageModel:
    """Return each model with weights that differ from zero everywhere, in eval mode."""
    with torch.no_grad():
        for parameter in new.parameters():
            parameter.normal_(std=0.3)
    return new.eval()


def some_tokens(model: LanguageModel, batch: int = 3, seq: int = 11, seed: int = 0) -> Tensor:
    return torch.randint(model.config.vocab_size, (batch, seq), generator=torch.Generator().manual_seed(seed))


def loss_of(model: LanguageModel, tokens: Tensor) -> Tensor:
    return cross_entropy(model(tokens[:, :-1]).flatten(0, 1).float(), tokens[:, 1:].flatten())


def test_shapes_are_as_stated(model: LanguageModel) -> None:
    for batch, seq in [(1, 1), (3, 11), (2, model.config.context_length)]:
        tokens = some_tokens(model, batch, seq)
        assert model(tokens).shape == (batch, seq, model.config.vocab_size)
        assert model.hidden(tokens).shape == (batch, seq, model.config.d_model)
    assert model.head_weight().shape == (model.config.vocab_size, model.config.d_model)


def test_logits_are_hidden_times_head(model: LanguageModel) -> None:
    tokens = some_tokens(model)
    assert torch.allclose(model(tokens), model.hidden(tokens) @ model.head_weight().T, atol=1e-4)


def test_it_starts_close_to_all_tokens_being_equally_likely(new: LanguageModel) -> None:
    assert float(loss_of(new, some_tokens(new, 8, 30)).detach()) == pytest.approx(
        math.log(new.config.vocab_size), abs=0.2
    )


def test_every_parameter_gets_a_gradient(model: LanguageModel) -> None:
    loss_of(model.train(), some_tokens(model)).backward()
    without = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert without == []


def test_the_loss_falls_on_one_batch(new: LanguageModel) -> None:
    tokens = some_tokens(new, 4, 12)
    optimizer = torch.optim.AdamW(new.parameters(), lr=3e-3)
    losses = []
    for _ in range(40):
        loss = loss_of(new, tokens)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


def test_a_saved_model_is_the_model(model: LanguageModel, tmp_path: Path) -> None:
    letters = "".join(chr(ord("a") + i) for i in range(26)) + "0123456789"
    tokenizer = train_tokenizer("character", [letters], vocab_size=model.config.vocab_size)
    assert tokenizer.vocab_size <= model.config.vocab_size
    save_run(tmp_path / "run", model, tokenizer, {"seed": 1})
    opened = open_run(tmp_path / "run")
    again = opened.model()
    assert type(again) is type(model)
    tokens = some_tokens(model)
    assert torch.equal(again(tokens), model(tokens))
    assert {n: p.shape for n, p in again.named_parameters()} == {n: p.shape for n, p in model.named_parameters()}
    assert opened.tokenizer.encode(letters) == tokenizer.encode(letters)


def test_eval_is_deterministic(model: LanguageModel) -> None:
    tokens = some_tokens(model)
    assert torch.equal(model(tokens), model(tokens))


def test_dropout_acts_while_training_and_not_otherwise(new: LanguageModel) -> None:
    options = {**config.to_json(new.config), "dropout": 0.5}
    model = type(new)(config.from_json(type(new.config), options))
    torch.nn.init.normal_(model.head_weight())
    tokens = some_tokens(model)
    assert not torch.equal(model(tokens), model(tokens))
    model.eval()
    assert torch.equal(model(tokens), model(tokens))


def test_a_batch_gives_what_its_rows_give_one_by_one(model: LanguageModel) -> None:
    tokens = some_tokens(model, 4)
    rows = torch.cat([model(row[None]) for row in tokens])
    assert torch.allclose(model(tokens), rows, atol=1e-4)


@pytest.mark.parametrize("changed_from", [1, 5, 10])
def test_no_position_sees_the_future(model: LanguageModel, changed_from: int) -> None:
    tokens = some_tokens(model)
    changed = tokens.clone()
    changed[:, changed_from:] = (changed[:, changed_from:] + 7) % model.config.vocab_size
    before, after = model(tokens), model(changed)
    assert torch.allclose(before[:, :changed_from], after[:, :changed_from], atol=1e-5)
    assert not torch.allclose(before[:, changed_from:], after[:, changed_from:], atol=1e-2)


def test_no_gradient_flows_from_the_past_into_the_future(model: LanguageModel) -> None:
    """Training in bf16 takes another way through attention; it must hide the future too."""
    model = model.to(torch.bfloat16).train()
    seen: dict[str, Tensor] = {}

    def keep(name: str, value: Tensor) -> Tensor:
        value.retain_grad()
        return seen.setdefault(name, value)

    with listening(model, keep, lambda name: name == "embedding"):
        model.hidden(some_tokens(model))[:, 4].sum().backward()
    gradient = seen["embedding"].grad
    assert gradient is not None and not gradient[:, 5:].any()
    assert gradient[:, :5].float().abs().sum(-1).min() > 0


@torch.no_grad()
@pytest.mark.parametrize("pieces", [[11], [1] * 11, [4, 1, 3, 1, 2]])
def test_reading_with_the_cache_gives_the_same_logits(model: LanguageModel, pieces: list[int]) -> None:
    tokens = some_tokens(model)
    cache = model.new_cache(len(tokens), 11)
    parts = [model(part, cache) for part in tokens.split(pieces, 1)]
    assert cache.length == 11
    assert torch.allclose(torch.cat(parts, 1), model(tokens), atol=1e-4)


@torch.no_grad()
def test_rows_of_different_length_do_not_disturb_each_other(model: LanguageModel) -> None:
    tokens = some_tokens(model, 2, 9)
    cache = model.new_cache(2)
    cache.pad_left(torch.tensor([0, 4]))
    padded = torch.stack([tokens[0], torch.cat([torch.zeros(4, dtype=torch.long), tokens[1, :5]])])
    assert torch.allclose(model(padded, cache)[1, 4:], model(tokens[1:, :5])[0], atol=1e-4)
    following = model(tokens[:, 5:6], cache)
    assert torch.allclose(following[1, 0], model(tokens[1:, :6])[0, -1], atol=1e-4)


@torch.no_grad()
def test_input_longer_than_the_context_is_refused_with_both_numbers(model: LanguageModel) -> None:
    longest = model.longest_text
    if longest is None:
        pytest.skip("it carries a state: no text is too long")
    with pytest.raises(ValueError, match=rf"at most {longest} long .* got {longest + 1}"):
        model(some_tokens(model, 1, longest + 1))
    cache = model.new_cache(1)
    model(some_tokens(model, 1, longest), cache)
    with pytest.raises(ValueError, match=rf"at most {longest} long .* got {longest + 1}"):
        model(some_tokens(model, 1, 1), cache)


@torch.no_grad()
def test_a_state_is_carried_far_beyond_a_window(model: LanguageModel) -> None:
    if not model.carries_state:
        pytest.skip("it reads at most its context")
    tokens = some_tokens(model, 2, 3 * model.config.context_length)
    cache = model.new_cache(2, 1)
    parts = [model(part, cache) for part in tokens.split(7, 1)]
    assert torch.allclose(torch.cat(parts, 1), model(tokens), atol=1e-4)
    assert model.config.carried_length > 0


@torch.no_grad()
def test_rows_that_are_kept_go_on_as_they_were(model: LanguageModel) -> None:
    tokens = some_tokens(model, 3, 9)
    cache = model.new_cache(3)
    cache.pad_left(torch.tensor([2, 0, 5]))
    model(tokens[:, :7], cache)
    cache.keep_rows(torch.tensor([2, 0]))
    cache.drop_unused()
    following = model(tokens[[2, 0], 7:8], cache)
    assert torch.allclose(following[0, 0], model(tokens[2:, 5:8])[0, -1], atol=1e-4)
    assert torch.allclose(following[1, 0], model(tokens[:1, 2:8])[0, -1], atol=1e-4)


def test_parameter_groups_are_a_partition(model: LanguageModel) -> None:
    groups = model.parameter_groups()
    assert set(groups) == GROUPS
    assert sorted(id(p) for group in groups.values() for p in group) == sorted(id(p) for p in model.parameters())
    assert all(parameter.dim() == 2 for parameter in groups["matrices"])
    assert all(parameter.dim() == 1 for parameter in groups["vectors"])
    in_blocks = {id(p) for block in model.blocks() for p in block.parameters()}
    assert {id(p) for p in groups["matrices"]} <= in_blocks or model.blocks() == []
    assert count_parameters(model) == sum(p.numel() for group in groups.values() for p in group)


def test_looking_does_not_change_a_bit(model: LanguageModel) -> None:
    tokens = some_tokens(model)
    plain, seen = model(tokens), {}

    def keep(name: str, value: Tensor) -> Tensor:
        return seen.setdefault(name, value)

    with listening(model, keep):
        looked_at = model(tokens)
    assert torch.equal(looked_at, plain)
    assert set(seen) == set(find_taps(model)) and len(seen) >= 3
    assert torch.equal(model(tokens), plain)


def test_every_tap_that_is_changed_changes_the_logits(model: LanguageModel) -> None:
    tokens = some_tokens(model)
    plain = model(tokens)
    for name in find_taps(model):
        generator = torch.Generator().manual_seed(1)

        def disturb(_: str, value: Tensor, generator: torch.Generator = generator) -> Tensor:
            return value + torch.randn(value.shape, generator=generator)

        with listening(model, disturb, lambda tap, name=name: tap == name):
            changed = model(tokens)
        assert not torch.allclose(changed, plain, atol=1e-3), name
        assert torch.equal(model(tokens), plain)


def test_attention_weights_that_are_edited_mix_other_values(model: LanguageModel) -> None:
    """Weights shown are those used: put back unchanged as a new tensor they give the same answer."""
    tokens = some_tokens(model)
    names = [name for name in find_taps(model) if name.endswith(".weights")]
    if not names:
        pytest.skip("it has no attention")
    with listening(model, lambda name, value: value.clone(), lambda name: name in names):
        same = model(tokens)
    assert torch.allclose(same, model(tokens), atol=1e-3)

    def onto_itself(name: str, value: Tensor) -> Tensor:
        return torch.eye(value.shape[-2]).expand_as(value)

    with listening(model, onto_itself, lambda name: name in names):
        alone = model(tokens)
    changed = tokens.clone()
    changed[:, 0] = (changed[:, 0] + 1) % model.config.vocab_size
    with listening(model, onto_itself, lambda name: name in names):
        assert torch.allclose(model(changed)[:, 1:], alone[:, 1:], atol=1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_sizes_grow_and_take_vocabulary_and_context(name: str) -> None:
    sizes = load_model(name).sizes(300, 64)
    assert all(isinstance(size, load_config(name)) for size in sizes)
    assert {(size.vocab_size, size.context_length) for size in sizes} == {(300, 64)}
    shapes = [(size.num_layers * size.d_model**2) for size in sizes]
    assert shapes == sorted(set(shapes)) and len(shapes) > 3
    assert count_parameters(load_model(name)(sizes[0])) < 1_000_000


def test_the_configuration_survives_json(model: LanguageModel) -> None:
    assert config.from_json(type(model.config), config.to_json(model.config)) == model.config
