"""Training with a page beside it."""

from pathlib import Path
from typing import Any

import pytest

from clearhead.experiments.train import train


def test_of_several_processes_only_the_first_has_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setattr("clearhead.experiments.train.train_request", lambda request, **given: asked.append(given))
    train("regression", watch=True)
    assert [given.get("observer") for given in asked] == [None]


def test_without_a_page_nothing_looks_at_the_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr("clearhead.experiments.train.train_request", lambda request, **given: asked.append(given))
    train("regression", out=str(tmp_path))
    assert [given.get("observer") for given in asked] == [None]
