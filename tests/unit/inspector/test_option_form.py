"""The options of a view as a form: what the page offers is what the view takes, and nothing else comes through."""

import dataclasses
import inspect
from collections.abc import Callable

import pytest
import torch

from clearhead.core import catalog
from clearhead.inspector.look import Look
from clearhead.inspector.option_form import CHOICES, MOST, SLIDERS, filled_in, form, helps
from clearhead.inspector.view_options import ViewOptions
from clearhead.inspector.views.base import ROOM, load_view
from clearhead.models.mlp import MLP, MLPConfig

VIEWS = catalog.entries(ROOM)
OPTIONS = {field.name for field in dataclasses.fields(ViewOptions)}


@pytest.mark.parametrize("view", VIEWS)
def test_a_form_has_the_options_of_its_view_with_their_defaults(view: str) -> None:
    parameters = inspect.signature(load_view(view).view).parameters
    assert {field["name"]: field["default"] for field in form(view)} == {
        name: parameter.default for name, parameter in parameters.items() if name != "look"
    }
    assert all(field["type"] in ("int", "float", "str", "bool") and field["help"] for field in form(view))


def test_a_temperature_is_dragged_and_a_side_is_chosen() -> None:
    fields = {field["name"]: field for field in form("next_token")}
    assert (fields["temperature"]["type"], fields["temperature"]["low"], fields["temperature"]["high"]) == (
        "float",
        0,
        2,
    )
    assert (fields["top_k"]["type"], fields["top_k"]["default"]) == ("int", None)
    sides = {field["name"]: field for field in form("attention")}
    assert sides["side"]["choices"] == ["encoder", "decoder", "cross"]


def test_a_model_that_reads_one_text_is_offered_no_side_and_a_refusal_lists_none(
    look_at: Callable[[str], Look],
) -> None:
    look = look_at("the cat")
    assert [field["name"] for field in form("attention", look)] == ["layer", "head", "token"]
    assert "side" not in {field["name"] for view in look.views() for field in form(view, look)}
    with pytest.raises(ValueError, match=r"got side='encoder' alone\. Add --view; views that take it: none\."):
        look.only(None, {"side": "encoder"})


def test_a_row_is_asked_for_no_token_and_no_head_and_plain_numbers_for_no_step() -> None:
    model = MLP(MLPConfig(num_features=2, num_outputs=2, hidden=(3,)))
    look = Look(model, None, torch.zeros(2))
    assert {field["name"] for field in form("ablation", look)} == {"tap", "unit", "other", "answer", "top"}
    assert "token" not in {field["name"] for field in form("compare", look)}
    assert {field["name"] for field in form("neuron", look)} == {"layer", "unit", "top", "x", "y", "answer"}
    assert {field["name"] for field in form("gradient_flow", look)} == {"answer"}


def test_the_tables_name_options_that_there_are() -> None:
    assert {*CHOICES, *SLIDERS, *MOST} <= OPTIONS
    assert set(helps()) == OPTIONS


def test_what_was_filled_in_comes_back_in_its_type() -> None:
    given = {"temperature": 1, "top_k": 5, "top_p": None}
    found = filled_in("next_token", given)
    assert found == {"temperature": 1.0, "top_k": 5}
    assert isinstance(found["temperature"], float)
    assert filled_in("training_step", {"weight": "head.weight[0,1]"}) == {"weight": "head.weight[0,1]"}


@pytest.mark.parametrize(
    ("view", "given", "message"),
    [
        ("next_token", {"top_k": "5"}, "next_token.top_k must be a whole number, got '5'. Give a whole number."),
        ("next_token", {"top_k": 1.5}, "next_token.top_k must be a whole number, got 1.5."),
        ("next_token", {"top_k": True}, "next_token.top_k must be a whole number, got True."),
        ("next_token", {"temperature": "hot"}, "next_token.temperature must be a number, got 'hot'."),
        ("next_token", {"temperature": float("nan")}, "next_token.temperature must be a number below "),
        ("next_token", {"top": 10**9}, "next_token.top must be at most 10,000 here, got 1,000,000,000."),
        ("training_step", {"steps": 10**6}, "training_step.steps must be at most 100 here, got 1,000,000."),
        ("training_step", {"weight": 3}, "training_step.weight must be a text, got 3."),
        (
            "training_step",
            {"weight": "x" * 30_000},
            "training_step.weight must be at most 20,000 characters, got 30,000",
        ),
        ("next_token", {"temprature": 1}, "No 'temprature' in the options of the view 'next_token'."),
        ("next_token", {"look": 1}, "No 'look' in the options of the view 'next_token'."),
    ],
)
def test_what_does_not_fit_is_told(view: str, given: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        filled_in(view, given)
    assert str(caught.value).startswith(message)
