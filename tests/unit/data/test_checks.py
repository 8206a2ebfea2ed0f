"""The task says which check of the data is made."""

from pathlib import Path

import pytest

from clearhead.core import catalog
from clearhead.data._checks import EXAMPLE_TASKS, PAIR_TASKS, TAG_TASKS, TEXT_TASKS, check_data


def test_every_task_has_a_check() -> None:
    assert set(catalog.entries("tasks")) <= {*TEXT_TASKS, *PAIR_TASKS, *EXAMPLE_TASKS, *TAG_TASKS}


def test_each_kind_of_task_is_given_its_check(tmp_path: Path) -> None:
    text, pairs = tmp_path / "a.txt", tmp_path / "a.tsv"
    text.write_text("A line of text.\n" * 30, encoding="utf-8")
    pairs.write_text("x\ty\n" + "".join(f"{n}\t{n + 1}\n" for n in range(40)), encoding="utf-8")
    assert check_data(str(text), task="word-vectors")[0]["parts"]["train"]["documents"] >= 1
    assert check_data(str(pairs), task="translation")[0]["parts"]["train"]["pairs"] > 30
    found, lines = check_data(str(pairs), task="regression", target="y")
    assert found["target_kind"] == "number" and lines[0].startswith("a.tsv: rows of 1 numbers, each with a number")


def test_columns_of_tagged_sentences_are_named_by_text_column_and_target(tmp_path: Path) -> None:
    path = tmp_path / "a.conll"
    path.write_text("1 dog NOUN x\n2 runs VERB y\n", encoding="utf-8")
    found, lines = check_data(str(path), task="tagging", text_column="2", target="3")
    assert list(found["tags"]) == ["NOUN", "VERB"] and lines[0] == "a.conll: words with tags, scheme none"
    assert list(check_data(str(path), task="tagging")[0]["tags"]) == ["x", "y"]


def test_an_unknown_task_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"No 'translaton' in data check --task\. .*Did you mean 'translation'"):
        check_data("a.txt", task="translaton")
