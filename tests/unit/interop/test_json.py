"""Every key of a foreign configuration is used, held to a value, known to change nothing, or refused."""

from pathlib import Path
from typing import Any

import pytest

from clearhead.interop._json import HARMLESS, StrictConfig, parse_json, read_json


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"a": 1, "a": 2}', r"config.json must be JSON in UTF-8, got the key 'a' twice"),
        (b'{"a": NaN}', r"got the value NaN"),
        (b'{"a": -Infinity}', r"got the value -Infinity"),
        (b'{"a": "\xff"}', r"must be JSON in UTF-8, got 'utf-8' codec can't decode byte 0xff"),
        (b'{"a": 1', r"must be JSON in UTF-8, got Expecting"),
        (b"[" * 100_000, r"must be JSON in UTF-8"),
        (b'{"a": 1' + b"0" * 5000 + b"}", r"must be JSON in UTF-8"),
        (b"[1]", r"must be a JSON object, got list"),
    ],
)
def test_loose_json_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_json(data, where="config.json")


def test_a_missing_or_huge_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    with pytest.raises(FileNotFoundError, match=r"config.json must be a file, got nothing at"):
        read_json(path)
    path.write_text('{"a": "' + "x" * 100 + '"}', encoding="utf-8")
    assert read_json(path)["a"] == "x" * 100
    with pytest.raises(ValueError, match=r"must have at most 50 bytes, got 109"):
        read_json(path, max_bytes=50)


def strict(**values: Any) -> StrictConfig:
    return StrictConfig(values, where="config.json")


@pytest.mark.parametrize("value", [0, -3, 1.0, "4", True, [4], 2**31, None])
def test_a_size_is_a_whole_number(value: Any) -> None:
    with pytest.raises(ValueError, match=r"config.json.size must be a whole number from 1 to 2147483647, got"):
        strict(size=value).integer("size")


def test_a_missing_size_takes_the_default() -> None:
    assert strict().integer("size", default=7) == 7
    assert strict(size=None).integer("size", default=7) == 7
    assert strict(size=3).integer("size", default=7) == 3


@pytest.mark.parametrize("value", [-1.0, "x", True, [], float("inf")])
def test_a_number_is_finite_and_not_negative(value: Any) -> None:
    with pytest.raises(ValueError, match=r"config.json.eps must be a number of at least 0, got"):
        strict(eps=value).number("eps", default=1.0)


def test_a_truth_is_true_or_false() -> None:
    assert strict(tied=True).truth("tied", default=False) is True
    assert strict().truth("tied", default=True) is True
    with pytest.raises(ValueError, match=r"config.json.tied must be true or false, got 1"):
        strict(tied=1).truth("tied", default=False)


def test_a_held_key_may_be_absent_but_not_other() -> None:
    strict().must_be("hidden_act", "silu")
    strict(hidden_act="silu").must_be("hidden_act", "silu", "swish")
    with pytest.raises(
        ValueError, match=r'config.json.hidden_act must be "silu" or "swish", got "gelu". Clearhead does not'
    ):
        strict(hidden_act="gelu").must_be("hidden_act", "silu", "swish")
    with pytest.raises(ValueError, match=r"config.json.bias must be false, got 0"):  # 0 == False in Python, not in JSON
        strict(bias=0).must_be("bias", False)


def test_a_key_left_over_is_refused_unless_it_says_nothing() -> None:
    values = strict(size=3, use_cache=True, other=None, another=False, empty={})
    values.integer("size")
    values.finish(HARMLESS)
    values = strict(siez=3)
    values.integer("size", default=1)
    with pytest.raises(
        ValueError, match=r"config.json.siez must be a key that Clearhead knows, got 3. Did you mean 'size'"
    ):
        values.finish(HARMLESS)
    with pytest.raises(ValueError) as caught:
        strict(**{"a\nb" + "x" * 10_000: "y" * 10_000}).finish(HARMLESS)
    assert len(str(caught.value)) < 400
    assert "\n" not in str(caught.value)
