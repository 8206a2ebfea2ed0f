"""Configurations: dataclass to JSON and back, what is refused, help from attribute strings, optional options."""

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
import tyro
from hypothesis import given
from hypothesis import strategies as st

from clearhead.core import config


@dataclass(frozen=True, kw_only=True)
class Inner:
    rate: float = 0.1
    """How fast,
    per step."""
    kind: Literal["adam", "muon"] = "muon"


@dataclass(frozen=True, kw_only=True)
class Outer:
    size: int
    """Width."""
    name: str = "a"
    is_tied: bool = False
    path: Path | None = None
    steps: tuple[int, ...] = ()
    words: list[str] = field(default_factory=list)
    inner: Inner = Inner()
    limit: int | None = None
    """Most of them; None means no limit."""
    scores: dict[str, float] = field(default_factory=dict)


FULL = Outer(
    size=3,
    name="狐狸",
    is_tied=True,
    path=Path("a") / "b",
    steps=(1, 2),
    words=["x"],
    inner=Inner(rate=2.0, kind="adam"),
    limit=7,
    scores={"loss": 1.5},
)


def test_json_and_back_gives_the_same_configuration() -> None:
    text = json.dumps(config.to_json(FULL))
    assert config.from_json(Outer, json.loads(text)) == FULL


def test_to_json_holds_plain_values_in_the_order_of_the_fields() -> None:
    values = config.to_json(FULL)
    assert list(values) == [field.name for field in dataclasses.fields(Outer)]
    assert values["path"] == "a/b"
    assert values["steps"] == [1, 2]
    assert values["inner"] == {"rate": 2.0, "kind": "adam"}


def test_defaults_fill_what_is_not_given() -> None:
    assert config.from_json(Outer, {"size": 1}) == Outer(size=1)


@given(
    size=st.integers(),
    name=st.text(),
    rate=st.floats(allow_nan=False, allow_infinity=False),
    steps=st.lists(st.integers()),
)
def test_any_values_survive_the_round_trip(size: int, name: str, rate: float, steps: list[int]) -> None:
    before = Outer(size=size, name=name, steps=tuple(steps), inner=Inner(rate=rate))
    assert config.from_json(Outer, json.loads(json.dumps(config.to_json(before)))) == before


def test_a_whole_number_is_read_as_a_float_where_one_is_asked_for() -> None:
    rate = config.from_json(Inner, {"rate": 2}).rate
    assert rate == 2.0
    assert isinstance(rate, float)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"size": 1, "nmae": "b"}, "No 'nmae' in config.json."),
        ({"size": 1, "nmae": "b"}, "Did you mean 'name'?"),
        ({}, "config.json.size is missing. Give a value of type int."),
        ({"size": "3"}, "config.json.size must be int, got '3'."),
        ({"size": 3.0}, "config.json.size must be int, got 3.0."),
        ({"size": True}, "config.json.size must be int, got True."),
        ({"size": None}, "config.json.size must be int, got None."),
        ({"size": 1, "name": 5}, "config.json.name must be str, got 5."),
        ({"size": 1, "is_tied": 1}, "config.json.is_tied must be bool, got 1."),
        ({"size": 1, "limit": "many"}, "config.json.limit must be int, got 'many'."),
        ({"size": 1, "steps": [1, "x"]}, "config.json.steps[1] must be int, got 'x'."),
        ({"size": 1, "words": "abc"}, "config.json.words must be list[str], got 'abc'."),
        ({"size": 1, "scores": {"loss": "low"}}, "config.json.scores.loss must be float, got 'low'."),
        ({"size": 1, "inner": {"rate": float("nan")}}, "config.json.inner.rate must be a finite number, got nan."),
        ({"size": 1, "inner": {"kind": "adm"}}, "No 'adm' in config.json.inner.kind. Available: adam, muon."),
        ({"size": 1, "inner": 4}, "config.json.inner must be a JSON object, got int."),
        ([1], "config.json must be a JSON object, got list."),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place_and_value(values: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        config.from_json(Outer, values, where="config.json")
    assert message in str(caught.value)


def test_without_a_place_the_class_is_named() -> None:
    with pytest.raises(ValueError, match=r"^Outer\.size must be int, got 'x'\.$"):
        config.from_json(Outer, {"size": "x"})


def test_the_class_keeps_its_own_refusal() -> None:
    @dataclass(frozen=True)
    class Even:
        number: int

        def __post_init__(self) -> None:
            if self.number % 2:
                raise ValueError(f"Even.number must be even, got {self.number}. Use {self.number + 1}.")

    with pytest.raises(ValueError, match=r"^Even\.number must be even, got 3\. Use 4\.$"):
        config.from_json(Even, {"number": 3})


def test_help_is_the_string_under_a_field_on_one_line() -> None:
    assert config.field_help(Inner) == {"rate": "How fast, per step."}
    assert config.field_help(Outer) == {"size": "Width.", "limit": "Most of them; None means no limit."}


def test_a_class_without_source_has_no_help() -> None:
    made = dataclasses.make_dataclass("Made", [("size", int)])
    assert config.field_help(made) == {}


def test_optional_options_are_all_none_until_given() -> None:
    options = config.optional_options(Outer, "Options", leave_out=("words", "scores", "inner", "steps"))
    assert [field.name for field in dataclasses.fields(options)] == ["size", "name", "is_tied", "path", "limit"]
    assert config.given(options()) == {}


def test_only_what_the_user_wrote_is_given() -> None:
    options = config.optional_options(Outer, "Options", leave_out=("words", "scores", "inner", "steps"))
    read = tyro.cli(options, args=["--size", "4", "--is-tied", "False"])
    assert config.given(read) == {"size": 4, "is_tied": False}


def test_the_options_show_the_help_and_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    options = config.optional_options(Inner, "Options")
    with pytest.raises(SystemExit):
        tyro.cli(options, args=["--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "How fast, per step. (default: 0.1)" in shown
    assert "(default: muon)" in shown
