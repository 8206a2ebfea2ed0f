"""A training of any task that is stopped and resumed ends in the same weights, bit for bit, as one that was not."""

import signal
from pathlib import Path
from typing import Any

import pytest
from tiny import are_equal, resume
from tiny_tasks import options_for

from clearhead.core import catalog
from clearhead.training.assemble import train

WAYS = {
    "language_modeling, recurrent": {"model_options": {"dropout": 0.2}},
    "translation": {"model_options": {"dropout": 0.2}, "task_options": {"subword_sampling": 0.5, "pieces": "bpe"}},
    "translation, recurrent": {},
    "summarization": {"training_options": {"eval_interval": 4, "average_fraction": 0.5}},
    "classification, rows": {"training_options": {"eval_interval": 3}},
    "classification, texts": {"model_options": {"dropout": 0.3}, "task_options": {"word_dropout": 0.2}},
    "classification, relations": {"model_options": {"dropout": 0.3}},
    "classification, recurrent": {"model_options": {"dropout": 0.3}},
    "tagging, spans": {"training_options": {"average_fraction": 0.5}},
    "classification, images": {"task_options": {"shift": 1, "flip": True}, "model_options": {"dropout": 0.3}},
    "regression": {"model": "neuron"},
}


@pytest.mark.parametrize("name", WAYS)
def test_stopped_and_resumed_it_equals_the_whole_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    options = {**options_for(name, tmp_path), "steps": 12}
    if name == "translation":
        options |= {"tokenizer": None, "vocab_size": 60}
    for key, value in WAYS[name].items():
        options[key] = {**options.get(key, {}), **value} if isinstance(value, dict) else value
    whole = train(out=str(tmp_path / "whole"), **options)

    def stop(kind: str, facts: dict[str, Any]) -> None:
        if kind == "step" and facts["step"] == 5:
            signal.raise_signal(signal.SIGINT)

    stopped = train(out=str(tmp_path / "stopped"), listener=stop, **options)
    assert (stopped.is_finished, stopped.steps) == (False, 5)
    last = resume(tmp_path / "stopped")
    assert last.is_finished and last.scores == whole.scores
    assert are_equal(tmp_path / "whole", tmp_path / "stopped")


def test_each_task_with_a_loss_is_stopped_here_or_in_its_own_test() -> None:
    with_loss = {name for name in catalog.entries("tasks") if not catalog.load("tasks", name).TASK.has_own_update}
    here = {name.partition(",")[0] for name in WAYS}
    assert with_loss - here == set()
