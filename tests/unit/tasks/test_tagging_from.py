"""A tagger goes on from one with other tags: it reads as that one does, its answers begin anew."""

import itertools
from pathlib import Path

import pytest
import torch
from tagged_sentences import SPANS, model_of, open_sentences, write_sentences

import clearhead as ch
from clearhead.metrics import tagging as metrics
from clearhead.tasks._tag_reading import load_reader
from clearhead.tasks.base import Asked
from clearhead.tasks.tagging import Tagging, learn, open_task

KINDS = ["Mona/B-ART Lisa/I-ART hangs/O in/O Paris/O", "Mary/O saw/O Guernica/B-ART"]
FEW = {"steps": 2, "seed": 0, "training_options": {"batch_size": 2, "precision": "fp32"}}


@pytest.fixture
def parent(tmp_path: Path) -> Tagging:
    return open_sentences(tmp_path, SPANS, SPANS)


def go_on(folder: Path, tmp_path: Path, rows: list[str]) -> tuple[Tagging, list[str]]:
    asked, told = Asked(data=str(write_sentences(tmp_path / "kinds.conll", rows))), list[str]()
    folder.mkdir()
    learn(asked, folder, parent=tmp_path, tell=told.append)
    return open_task(asked, folder), told


def test_words_of_the_run_keep_their_places_and_new_ones_follow(parent: Tagging, tmp_path: Path) -> None:
    task, told = go_on(tmp_path / "run", tmp_path, KINDS)
    known = parent.reader.units.units
    assert task.reader.units.units[: len(known)] == known
    assert {"mona", "guernica"} <= set(task.reader.units.units[len(known) :])
    assert {"B-ART", "I-ART", "O"} == set(task.reader.tag_names)
    assert any("has other tags" in text and "begin anew" in text for text in told)


def test_what_was_learned_of_sentences_stays_and_the_answers_begin_anew(parent: Tagging, tmp_path: Path) -> None:
    model = model_of(parent)
    task, _ = go_on(tmp_path / "run", tmp_path, KINDS)
    grown = task.grow(model)
    before, after = model.state_dict(), grown.state_dict()
    kept = [name for name in before if not name.startswith(("head.", "crf.", "embedding."))]
    assert kept and all(torch.equal(before[name], after[name]) for name in kept)
    size = model.config.vocab_size
    assert torch.equal(after["embedding.weight"][:size], before["embedding.weight"])
    assert len(after["embedding.weight"]) == task.reader.units.vocab_size > size
    assert len(after["head.bias"]) == len(task.reader.tag_names)
    assert torch.equal(grown.state_dict()["head.weight"], task.grow(model).state_dict()["head.weight"])


def test_the_new_answers_keep_to_the_scheme(parent: Tagging, tmp_path: Path) -> None:
    task, _ = go_on(tmp_path / "run", tmp_path, KINDS)
    grown = task.grow(model_of(parent))
    follow, _, _ = metrics.allowed(task.reader.tag_names, "BIO")
    rows = torch.randn(50, 6, len(task.reader.tag_names), generator=torch.Generator().manual_seed(0)) * 5
    best, _ = grown.crf.best(rows, torch.ones(50, 6, dtype=torch.bool))
    assert all(follow[one, two] for row in best.tolist() for one, two in itertools.pairwise(row))


def test_the_same_tags_keep_their_answers(parent: Tagging, tmp_path: Path) -> None:
    model = model_of(parent)
    task, told = go_on(tmp_path / "run", tmp_path, SPANS[:1])
    assert task.grow(model) is model
    assert task.reader.tag_names == parent.reader.tag_names
    assert not any("other tags" in text for text in told)


def test_word_vectors_beside_a_run_are_refused(parent: Tagging, tmp_path: Path) -> None:
    data = write_sentences(tmp_path / "kinds.conll", KINDS)
    asked = Asked(data=str(data), options={"vectors": "some.txt"})
    with pytest.raises(ValueError, match=r"--task.vectors must not come with --from: the run has vectors"):
        learn(asked, tmp_path, parent=tmp_path, tell=lambda text: None)


def test_a_run_with_new_answers_is_resumed_and_gone_on_from(tmp_path: Path) -> None:
    spans, kinds = (write_sentences(tmp_path / f"{name}.conll", rows * 8) for name, rows in ((1, SPANS), (2, KINDS)))
    first = ch.train("tagging", data=str(spans), out=str(tmp_path / "a"), **FEW)
    second = ch.train("tagging", data=str(kinds), start_from=str(first.path), out=str(tmp_path / "b"), **FEW)
    longer = ch.train("tagging", out=str(second.path), resume=True, steps=4)
    assert longer.is_finished
    third = ch.train("tagging", data=str(kinds), start_from=str(second.path), out=str(tmp_path / "c"), **FEW)
    assert [load_reader(run.path).has_new_head for run in (first, second, third)] == [False, True, False]
    assert load_reader(third.path).units.units == load_reader(second.path).units.units
