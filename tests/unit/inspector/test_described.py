"""What the page is told of a model: every view with the reason where it does not apply, every head, every tap."""

import json
import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from clearhead.core import catalog
from clearhead.inspector.described import describe, facts, heads_of, language, reads_pictures, views_of
from clearhead.inspector.look import Look
from clearhead.inspector.option_form import helps
from clearhead.inspector.views.base import ROOM, load_view
from clearhead.layers.tap import find_taps
from clearhead.web.static import read_strings

LookAt = Callable[[str], Look]


def test_every_view_is_listed_with_the_reason_where_it_does_not_apply(look_at: LookAt) -> None:
    look = look_at("the cat")
    told = views_of(look)
    assert [view["name"] for view in told] == list(catalog.entries(ROOM))
    assert [view["name"] for view in told if view["reason"] is None] == look.views()
    for view in told:
        entry = load_view(view["name"])
        assert (view["title"], view["question"], view["answer"]) == (entry.TITLE, entry.QUESTION, entry.ANSWER)


def test_the_heads_are_those_of_the_model(look_at: LookAt) -> None:
    look = look_at("the cat")
    heads = heads_of(look)
    assert len(heads) == look.model.config.num_layers
    assert all(place["count"] == look.model.config.num_heads for place in heads)
    assert all(place["tap"] in find_taps(look.model) for place in heads)


def test_a_model_is_described_in_json(look_at: LookAt) -> None:
    look = look_at("the cat")
    told = describe(look)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["parameters"] == sum(parameter.numel() for parameter in look.model.parameters())
    assert (told["name"], told["kind"], told["has_target"]) == ("tiny", "text", False)
    assert told["unseen"] == []  # a model of ours has taps


def test_a_network_of_neurons_that_was_taught_pictures_asks_for_a_picture() -> None:
    reads = SimpleNamespace(is_images=True)
    assert reads_pictures(SimpleNamespace(kind="row", tokenizer=reads))
    assert reads_pictures(SimpleNamespace(kind="image", tokenizer=None))
    assert not reads_pictures(SimpleNamespace(kind="row", tokenizer=SimpleNamespace(is_images=False)))
    assert not reads_pictures(SimpleNamespace(kind="row", tokenizer=None))


def test_the_facts_are_those_of_the_reading(look_at: LookAt) -> None:
    assert facts(look_at("我吃 the")) == {
        "input": "我吃 the",
        "target": None,
        "size": "6 tokens",
        "labels": [],
        "pieces": ["我", "吃", " ", "t", "h", "e"],
        "target_pieces": [],
    }


@pytest.mark.parametrize(
    ("told", "code"),
    [("zh_CN", "zh"), ("Chinese (Simplified)_China", "zh"), ("de_DE", "en"), (None, "en"), ("en_GB", "en")],
)
def test_the_language_is_the_machines_where_the_page_speaks_it(
    told: str | None, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("locale.getlocale", lambda: (told, "UTF-8"))
    assert language() == code


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_page_has_words_for_every_view_and_option_in_both_languages(code: str) -> None:
    words = read_strings()[code]
    expected = {f"view.{name}.{part}" for name in catalog.entries(ROOM) for part in ("title", "question")}
    expected |= {f"{part}.{name}" for name in helps() for part in ("option", "help")}
    assert expected - set(words) == set()
    if code == "en":
        views = {name: load_view(name) for name in catalog.entries(ROOM)}
        assert {name: words[f"view.{name}.title"] for name in views} == {n: view.TITLE for n, view in views.items()}
        assert {name: words[f"view.{name}.question"] for name in views} == {n: v.QUESTION for n, v in views.items()}
        assert {name: words[f"help.{name}"] for name in helps()} == helps()
    else:
        signs = [key for key in expected if not re.search(r"[\u4e00-\u9fff]", words[key])]
        assert {key.rpartition(".")[2] for key in signs} <= {"top_k", "top_p", "min_p", "beta1", "beta2"}
