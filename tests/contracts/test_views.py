"""What every view promises, on every model: numbers that are the model's own, and no cost where nobody looks."""

import contextlib
import dataclasses
import functools
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.profiler import ProfilerActivity, profile

from clearhead.core import catalog
from clearhead.data._units import UnitRules, Units
from clearhead.inspector.look import Look
from clearhead.inspector.option_form import form
from clearhead.inspector.recorder import Recorder
from clearhead.inspector.views._recurrent_reading import recurrent_nets
from clearhead.inspector.views.base import ROOM, load_view
from clearhead.layers.tap import Tap, find_taps
from clearhead.models.base import LanguageModel, load_model
from clearhead.panels.base import Panel
from clearhead.tasks._preprocessing import PREPROCESSING_FILE
from clearhead.tasks._text_reader import TextReader
from clearhead.tokenizers._pairs import PairTokenizer, train_pairs
from clearhead.tokenizers.base import Tokenizer, train_tokenizer

TEXT = "我吃了一个苹果 the cat"
MODELS = [name for name in catalog.entries("models") if load_model(name).role == "LanguageModel"]
VIEWS = catalog.entries(ROOM)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer("character", [TEXT], vocab_size=30)


@pytest.fixture(params=MODELS)
def model(request: pytest.FixtureRequest) -> Iterator[LanguageModel]:
    """Return each model in its tiny size, with weights that differ from zero everywhere."""
    torch.manual_seed(7)
    model = load_model(request.param).tiny().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3)
    yield model


@pytest.fixture
def look(model: LanguageModel, tokenizer: Tokenizer) -> Look:
    return Look(model, tokenizer, TEXT)


OTHER_MODELS = [name for name in catalog.entries("models") if name not in MODELS]


@pytest.fixture(params=OTHER_MODELS)
def other_look(request: pytest.FixtureRequest) -> Look:
    """Return each model that is no language model, looked at on an input of its kind."""
    torch.manual_seed(7)
    model = load_model(request.param).tiny().eval()
    if model.role == "SequenceToSequence":
        tokenizer = pair_tokenizer()
        facts = {name: getattr(tokenizer, name) for name in PAIR_FACTS}
        model = type(model)(dataclasses.replace(model.config, **facts)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3)
    config = model.config
    if model.role == "SequenceToSequence":
        return Look(model, tokenizer, "a cat", target="ein Tier")
    if model.role == "FeatureModel":
        target = "y1" if config.num_outputs > 1 else "1.5"
        return Look(model, None, torch.rand(config.num_features), target=target)
    if model.role == "ImageModel":
        return Look(model, None, torch.rand(config.num_channels, config.height, config.width), target="y1")
    if model.role == "TextEncoder":
        return Look(model, text_reader(), "the cat sat on a mat", target="y1")
    assert model.role == "WordVectors", f"the contract does not know how to look at a {model.role}"
    words = [f"word{index}" for index in range(config.vocab_size)]
    vocabulary = SimpleNamespace(words=words, counts=np.arange(len(words), 0, -1), vocab_size=len(words))
    return Look(model, vocabulary, "word3 word1 word2 word5")


PAIR_FACTS = ("source_vocab_size", "target_vocab_size", "padding_id", "start_id", "end_id")


@functools.cache
def pair_tokenizer() -> PairTokenizer:
    return train_pairs(["a cat", "the dog"], ["ein Tier", "der Hund"], vocab_size=None, kind="character")


@functools.cache
def text_reader() -> TextReader:
    """Return what reads texts for a classifier of three classes."""
    target = {"kind": "class", "label_names": ["y0", "y1", "y2"]}
    limits = {"num_texts": 1, "has_marks": False, "max_tokens": 30, "max_distance": 0}
    recipe = {"kind": "text", "text_columns": ["text"], "target": target, **limits}
    with tempfile.TemporaryDirectory() as folder:
        Units.learn(["the cat sat on a mat"], UnitRules()).save(Path(folder))
        (Path(folder) / PREPROCESSING_FILE).write_text(json.dumps(recipe), encoding="utf-8")
        return TextReader(Path(folder))


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_of_any_model_returns_panels_or_says_why_not(name: str, other_look: Look) -> None:
    check_panels(name, other_look)


def test_looking_at_any_model_changes_no_number(other_look: Look) -> None:
    before = {key: value.clone() for key, value in other_look.model.state_dict().items()}
    with torch.no_grad():
        plain = other_look.model(*other_look.batch)[0]
    for name in other_look.views():
        other_look.view(name)
    assert torch.allclose(other_look.logits, plain, atol=1e-6)
    assert all(torch.equal(before[key], value) for key, value in other_look.model.state_dict().items())
    assert not any(tap.is_open for tap in find_taps(other_look.model).values())


def test_any_model_has_a_short_story(other_look: Look) -> None:
    panels = other_look.overview()
    assert len(panels) >= 2
    json.dumps(other_look.to_json(panels), allow_nan=False)


SIDES_AND_WAYS = {"side": ("encoder", "decoder", "cross"), "way": ("left_to_right", "right_to_left")}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_offers_of_sides_and_ways_what_it_takes_and_nothing_else(name: str, other_look: Look) -> None:
    check_offers(name, other_look)


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_of_a_language_model_offers_what_it_takes(name: str, look: Look) -> None:
    check_offers(name, look)


def check_offers(name: str, look: Look) -> None:
    if name not in look.views():
        return
    fields, known = ({field["name"]: field for field in found} for found in (form(name, look), form(name)))
    for option in SIDES_AND_WAYS.keys() & known.keys():
        taken = [word for word in SIDES_AND_WAYS[option] if takes(look, name, **{option: word})]
        assert list(fields[option]["choices"] if option in fields else ()) == (taken if len(taken) > 1 else [])


def takes(look: Look, name: str, **options: str) -> bool:
    """Whether a view does what it is asked for."""
    with contextlib.suppress(ValueError):
        return bool(look.view(name, **options))
    return False


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_says_what_it_answers(name: str) -> None:
    view = load_view(name)
    assert view.TITLE and view.QUESTION.endswith("?") and view.ANSWER
    assert catalog.summary(ROOM, name).endswith(".")


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_returns_panels_or_says_why_not(name: str, look: Look) -> None:
    check_panels(name, look)


def check_panels(name: str, look: Look) -> None:
    reason = load_view(name).applies(look.model)
    if reason is not None:
        assert reason.endswith(".")
        assert name not in look.views()
        return
    panels = look.view(name)
    assert panels and all(isinstance(panel, Panel) for panel in panels)
    assert len({panel.name for panel in panels}) == len(panels)
    json.loads(json.dumps([panel.to_json() for panel in panels], allow_nan=False))
    drawing = getattr(look, name)()
    assert np.asarray(drawing).size > 0
    assert panels[0].title in str(drawing)
    assert drawing._repr_html_().startswith("<div")


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_leaves_the_model_as_it_was(name: str, look: Look) -> None:
    before = {key: value.clone() for key, value in look.model.state_dict().items()}
    if name in look.views():
        look.view(name)
    assert all(torch.equal(before[key], value) for key, value in look.model.state_dict().items())
    assert not any(tap.is_open for tap in find_taps(look.model).values())


def heads(look: Look) -> list[tuple[int, int, str]]:
    """List every head of a model: layer, head, and the place of its taps."""
    places = [name.removesuffix(".weights") for name in find_taps(look.model) if name.endswith("attention.weights")]
    return [
        (layer, head, place)
        for layer, place in enumerate(places)
        for head in range(look.value(place + ".query").shape[0])
    ]


def test_attention_is_recomputed_by_hand_from_the_captured_queries_and_keys(look: Look) -> None:
    for layer, head, place in heads(look):
        drawing = look.attention(layer=layer, head=head)
        query, key, value = (look.value(f"{place}.{what}").double().numpy() for what in ("query", "key", "value"))
        shared = head * len(key) // len(query)
        scores = query[head] @ key[shared].T / np.sqrt(query.shape[-1])
        is_later = np.triu(np.ones_like(scores, dtype=bool), 1)
        powers = np.where(is_later, 0, np.exp(scores - scores.max()))
        weights = powers / powers.sum(-1, keepdims=True)
        np.testing.assert_allclose(drawing["products"].array, query[head] @ key[shared].T, atol=1e-5)
        np.testing.assert_allclose(drawing["scaled"].array, scores, atol=1e-5)
        np.testing.assert_allclose(drawing["scores"].array, np.where(is_later, -np.inf, scores), atol=1e-5)
        np.testing.assert_allclose(np.asarray(drawing), weights, atol=1e-6)
        np.testing.assert_allclose(drawing["mixed"].array, weights @ value[shared], atol=1e-5)


def test_each_row_of_attention_sums_to_1_and_is_the_softmax_of_the_scores_beside_it(look: Look) -> None:
    for layer, head, _ in heads(look):
        drawing = look.attention(layer=layer, head=head)
        scores = torch.from_numpy(drawing["scores"].array)
        np.testing.assert_allclose(np.asarray(drawing).sum(-1), 1, atol=1e-6)
        np.testing.assert_array_equal(np.asarray(drawing), scores.softmax(-1).numpy())


def test_the_stated_difference_to_the_fused_kernel_is_the_true_one_and_small(look: Look) -> None:
    for layer, head, place in heads(look):
        drawing = look.attention(layer=layer, head=head)
        said = drawing["check"].rows[-1][1]
        value = look.value(place + ".value")
        mixed = torch.from_numpy(np.asarray(drawing)) @ value[head * len(value) // len(look.value(place + ".query"))]
        assert said == float((mixed - look.value(place + ".mixed")[head]).abs().max())
        assert said < 1e-5


def test_the_probabilities_of_the_next_token_cover_the_whole_vocabulary_and_are_the_models(look: Look) -> None:
    with torch.no_grad():
        logits = look.model(torch.tensor([look.tokens]))[0]
    for position in (0, len(look.tokens) - 1):
        probabilities = np.asarray(look.next_token(token=position))
        assert probabilities.shape == (look.model.config.vocab_size,)
        np.testing.assert_allclose(probabilities.sum(), 1, atol=1e-6)
        np.testing.assert_array_equal(probabilities, logits[position].softmax(-1).numpy())


def test_the_last_vector_in_context_is_what_the_output_head_reads(look: Look) -> None:
    if "context_vectors" not in look.views():
        pytest.skip("no vector of each token runs through its layers")
    with torch.no_grad():
        hidden = look.model.hidden(torch.tensor([look.tokens]))[0]
    for position in (0, len(look.tokens) - 1):
        vectors = np.asarray(look.context_vectors(token=position))
        num_stages = 1 + look.model.config.num_layers + ("final_norm" in find_taps(look.model))
        assert vectors.shape == (num_stages, look.model.config.d_model)
        # A recurrent net that is looked at is written out: the sums of its gates have another order.
        np.testing.assert_allclose(vectors[-1], hidden[position].numpy(), atol=1e-6, rtol=0)


def test_looking_changes_no_number(look: Look) -> None:
    tokens = torch.tensor([look.tokens])
    with torch.no_grad():
        plain = look.model(tokens)
    with Recorder(look.model):
        watched = look.model(tokens)
    assert torch.equal(plain, watched)
    assert torch.equal(look.logits, plain[0])


def operations(model: LanguageModel) -> list[str]:
    """Return the name of every operation of one forward and backward pass, in order."""
    tokens = torch.arange(12)[None] % model.config.vocab_size
    with profile(activities=[ProfilerActivity.CPU]) as seen:
        model(tokens).sum().backward()
    return [event.name for event in seen.events()]


def test_a_model_nobody_looks_at_runs_the_operations_of_one_without_taps(
    model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    operations(model)  # the first pass makes what later ones reuse
    with_taps = operations(model)
    monkeypatch.setattr(Tap, "__call__", lambda self, value: value)
    monkeypatch.setattr(Tap, "is_open", False)
    assert with_taps == operations(model)
    assert len(with_taps) > 30


def test_a_model_that_is_looked_at_runs_more_operations(model: LanguageModel) -> None:
    operations(model)
    idle = operations(model)
    tokens = torch.arange(12)[None] % model.config.vocab_size
    with Recorder(model), profile(activities=[ProfilerActivity.CPU]) as seen:
        model(tokens)
    written_out = "aten::sigmoid" if recurrent_nets(model) else "aten::softmax"  # of a gate, or of attention weights
    assert sum(event.name == written_out for event in seen.events()) > idle.count(written_out)
