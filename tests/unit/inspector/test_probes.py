"""The fixed questions: every task has some, and to ask them changes nothing."""

from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_tasks import options_for
from watched_training import Impatient

from clearhead.inspector.probes import Reply, make_probe
from clearhead.training.assemble import train_request
from clearhead.training.request import Request


@pytest.mark.parametrize(
    "name",
    ["translation", "classification, labels", "classification, images", "classification, two texts", "tagging, spans",
     "tagging, words", "regression", "language_modeling, recurrent"],
)  # fmt: skip
def test_the_model_is_asked_whatever_the_task(name: str, tmp_path: Path) -> None:
    watched = Impatient()
    given = {**options_for(name, tmp_path), "steps": 2}
    train_request(Request(out=str(tmp_path / "run"), **given), listener=watched, observer=watched)
    _, state, record = watched.snapshot()
    assert [note for note in state["notes"] if "could not be asked" in note] == []
    assert all(reply.asked and reply.wanted and reply.said for _, _, replies in record.replies for reply in replies)
    assert record.replies and record.gradients


def test_word_vectors_name_the_neighbours_that_their_notes_name() -> None:
    class Words:
        name = "word_vectors"

        def notes(self, model: Any) -> list[str]:
            return ["Near cat: dog 0.91, mat 0.20", "Near over: on 0.80"]

    probe = make_probe(Words(), torch.nn.Linear(1, 1))  # type: ignore[arg-type]
    assert probe is not None
    assert probe() == [Reply("cat", "", "dog 0.91, mat 0.20"), Reply("over", "", "on 0.80")]


def test_a_probe_leaves_the_model_and_the_random_numbers_as_they_were() -> None:
    class Words:
        name = "word_vectors"

        def notes(self, model: Any) -> list[str]:
            return [f"Near {model.training}: {torch.rand(1)}"]

    model = torch.nn.Linear(1, 1).train()
    probe = make_probe(Words(), model)  # type: ignore[arg-type]
    before = torch.random.get_rng_state()
    assert probe is not None and probe()[0].asked == "False"
    assert model.training
    assert torch.equal(torch.random.get_rng_state(), before)
