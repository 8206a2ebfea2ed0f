"""clearhead.json: what it holds, and what is refused."""

import re

import pytest

from clearhead.core import config
from clearhead.models.gpt import GPT
from clearhead.runs.info import DataInfo, RunInfo, model_name, now, read_info, versions


def test_a_description_reads_back_as_it_was_written() -> None:
    info = RunInfo(
        seed=3, data=DataInfo(name="tang", report=["2 lines"]), scores={"loss": 1.25}, decisions={"a": [1, 2]}
    )
    assert read_info(config.to_json(info)) == info


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"format_version": 2}, r"clearhead.json.format_version must be at most 1, got 2. Update clearhead"),
        ({"sead": 3}, r"No 'sead' in clearhead.json. .*Did you mean 'seed'"),
        ({"seed": "three"}, r"clearhead.json.seed must be int, got 'three'"),
        ({"data": {"nam": "x"}}, r"No 'nam' in clearhead.json.data. .*Did you mean 'name'"),
        ([1], r"clearhead.json must be a JSON object, got list"),
    ],
)
def test_a_broken_description_is_refused(values: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_info(values)


def test_time_versions_and_model_are_filled_from_this_machine() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", now())
    assert {"python", "torch", "tokenizers"} <= set(versions())
    assert model_name(GPT.tiny()) == "gpt"
    assert model_name(object()) == ""
