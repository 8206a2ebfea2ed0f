import math
import re
import subprocess
import sys
from typing import Any

import pytest

from clearhead.core.config import field_help, from_json, to_json
from clearhead.generation.settings import SamplingConfig, several


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"max_tokens": 0}, "SamplingConfig.max_tokens must be a whole number of at least 1, got 0. Use 1 or more."),
        ({"max_tokens": 1.5}, "max_tokens must be a whole number of at least 1, got 1.5."),
        ({"max_tokens": True}, "max_tokens must be a whole number of at least 1, got True."),
        (
            {"temperature": -0.1},
            "SamplingConfig.temperature must be a number of at least 0, got -0.1. Use 0 for the safest text.",
        ),
        ({"temperature": math.nan}, "temperature must be a number of at least 0, got nan."),
        ({"temperature": math.inf}, "temperature must be a number of at least 0, got inf."),
        ({"temperature": "hot"}, "temperature must be a number of at least 0, got hot."),
        ({"top_k": 0}, "top_k must be a whole number of at least 1, got 0. Leave it out to keep every token"),
        ({"top_k": 2.0}, "top_k must be a whole number of at least 1, got 2.0."),
        ({"top_p": 0.0}, "top_p must be above 0 and at most 1, got 0.0. Use 1 to keep every token, or 0.95."),
        ({"top_p": 95}, "top_p must be above 0 and at most 1, got 95. Use 1 to keep every token, or 0.95."),
        ({"top_p": math.nan}, "top_p must be above 0 and at most 1, got nan."),
        ({"min_p": -0.5}, "min_p must be at least 0 and at most 1, got -0.5. Use 0 to keep every token, or 0.05."),
        ({"min_p": 1.5}, "min_p must be at least 0 and at most 1, got 1.5. Use 0 to keep every"),
        ({"min_p": math.nan}, "min_p must be at least 0 and at most 1, got nan."),
        (
            {"repetition_penalty": 0.0},
            "repetition_penalty must be a number above 0, got 0.0. Use 1.0 for no penalty, or 1.1.",
        ),
        ({"repetition_penalty": math.inf}, "repetition_penalty must be a number above 0, got inf."),
        ({"stop": ("a", "")}, "stop must not hold an empty string, got ('a', ''). Leave it out."),
        ({"seed": -1}, "seed must be a whole number of at least 0, got -1. Use 0 or more"),
        (
            {"only_valid_text": None},
            "only_valid_text must be True or False, got None. Use False only to see a model's own bytes.",
        ),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_its_value(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        SamplingConfig(**settings)


def test_one_stop_string_alone_is_refused_with_the_right_form() -> None:
    with pytest.raises(TypeError, match=re.escape("stop must be a tuple of strings, got 'END'. Use ('END',).")):
        SamplingConfig(stop="END")  # type: ignore[arg-type]


@pytest.mark.parametrize("stop", [3, ("END", 3), None])
def test_stop_strings_that_are_no_strings_are_refused(stop: Any) -> None:
    with pytest.raises(TypeError, match=re.escape(f"stop must be a tuple of strings, got {stop!r}. Use strings only.")):
        SamplingConfig(stop=stop)


def test_the_borders_of_every_range_are_allowed() -> None:
    SamplingConfig(max_tokens=1, temperature=0, top_k=1, top_p=1, min_p=0, repetition_penalty=0.5, seed=0)
    SamplingConfig(min_p=1, top_p=1e-9)


def test_a_list_of_stop_strings_becomes_a_tuple_so_that_settings_can_be_compared() -> None:
    assert SamplingConfig(stop=["a", "b"]) == SamplingConfig(stop=("a", "b"))  # type: ignore[arg-type]


def test_settings_survive_json() -> None:
    config = SamplingConfig(temperature=0.5, top_k=7, stop=("\n\n", "终"), seed=3)
    assert from_json(SamplingConfig, to_json(config)) == config


def test_every_setting_has_a_help_line() -> None:
    assert set(field_help(SamplingConfig)) == set(to_json(SamplingConfig()))


def test_settings_are_known_without_torch() -> None:
    code = "import sys, clearhead.generation.settings; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_fewer_texts_than_one_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"generate.num must be at least 1, got 0. Use 1 for one text."):
        several(SamplingConfig(), 0)
