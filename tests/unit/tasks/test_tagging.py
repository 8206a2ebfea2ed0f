"""Tags of words: what is learned, how it is scored, what long sentences and unseen tags come to."""

import dataclasses
import itertools
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from tagged_sentences import CHINESE, SPANS, model_of, open_sentences
from tiny_tasks import Trained, train_tiny

from clearhead.metrics import tagging as metrics
from clearhead.tasks._tag_answers import answers
from clearhead.tasks.tagging import Tagging

Open = Callable[..., Tagging]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Return what opens sentences in a folder of the test."""
    return partial(open_sentences, tmp_path)


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train_tiny("tagging, spans", tmp_path_factory.mktemp("tagger"))


@torch.no_grad()
def test_the_loss_of_a_crf_is_that_of_counting_every_row_of_tags(opened: Open) -> None:
    task = opened(SPANS, SPANS, rare_word_dropout=0.0)
    model = model_of(task)
    tokens, tags, characters = task.batch(0, seed=0, batch_size=1)
    tokens, tags, characters = tokens[:, :3], tags[:, :3], characters[:, :3]
    emissions = model(tokens, characters)[0].double()
    crf, names = model.crf.double(), task.reader.tag_names
    follow, start, _ = metrics.allowed(names, "BIO")

    def score(row: tuple[int, ...]) -> float:
        steps = sum(float(crf.transitions[one, two]) for one, two in itertools.pairwise(row))
        said = sum(float(emissions[place, tag]) for place, tag in enumerate(row))
        return said + steps + float(crf.start[row[0]]) + float(crf.end[row[-1]])

    rows = [
        row
        for row in itertools.product(range(len(names)), repeat=tokens.shape[1])
        if start[row[0]] and all(follow[one, two] for one, two in itertools.pairwise(row))
    ]
    total = torch.logsumexp(torch.tensor([score(row) for row in rows]), 0)
    loss, count = task.loss(model_of(task), (tokens, tags, characters))
    assert count == tokens.numel()
    assert float(loss) == pytest.approx(float(total) - score(tuple(tags[0].tolist())), rel=1e-4)


def test_scores_follow_the_rules_of_conlleval(opened: Open) -> None:
    task = opened(SPANS, ["John/B-PER Smith/I-PER met/O Mary/B-PER in/O Rome/B-LOC"])
    place_of = {name: index for index, name in enumerate(task.reader.tag_names)}
    said = ["B-PER", "O", "O", "I-PER", "O", "B-PER"]
    scores = task.scores_of([np.array([place_of[name] for name in said])], "valid")
    # Said: John (too short), Mary (an I that begins a span), Rome as a person. True: three. Right: Mary.
    assert scores["entity_precision"] == pytest.approx(1 / 3)
    assert scores["entity_recall"] == pytest.approx(1 / 3)
    assert scores["entity_f1"] == pytest.approx(1 / 3)
    assert scores["accuracy"] == pytest.approx(3 / 6)


def test_a_tag_never_seen_in_training_is_an_error_and_not_left_out(opened: Open) -> None:
    task = opened(SPANS, ["Mary/B-PER bought/O Mona/B-ART Lisa/I-ART"])
    assert task.tags["valid"][0][2:].tolist() == [-1, -1]
    place_of = {name: index for index, name in enumerate(task.reader.tag_names)}
    scores = task.scores_of([np.array([place_of[name] for name in ("B-PER", "O", "O", "O")])], "valid")
    assert scores["entity_recall"] == 0.5 and scores["entity_precision"] == 1.0 and scores["accuracy"] == 0.5
    evaluated = task.evaluate(model_of(task))
    assert evaluated["loss"] == 0.0  # no row of known tags is right, so there is none to score
    assert 0 <= evaluated["entity_f1"] < 1


def test_without_a_crf_words_with_unknown_tags_are_left_out_of_the_loss(opened: Open) -> None:
    task = opened(SPANS, ["Mary/B-PER bought/O Mona/B-ART Lisa/I-ART"], head="linear")
    model = model_of(task)
    scores = model(*task.read["valid"].tensors(task.read["valid"].rows))[0].log_softmax(-1)
    wanted = -(scores.detach()[0, task.tags["valid"][0][0]] + scores.detach()[1, task.tags["valid"][0][1]]) / 2
    assert task.evaluate(model)["loss"] == pytest.approx(float(wanted), rel=1e-5)


def test_a_long_sentence_is_learned_in_pieces_that_cut_no_entity(opened: Open) -> None:
    long = " ".join(SPANS[:2] * 4)
    task = opened([long, *SPANS], SPANS).for_model(
        dataclasses.replace(model_of(opened(SPANS, SPANS)).config, context_length=5)
    )
    assert task.lengths.max() <= 5 and task.num_cut == 3
    train = [list(sentence) for sentence in task.data.sentences("train")]
    assert task.num_train_targets == sum(map(len, train))
    names = task.reader.tag_names
    _, may_start, may_end = metrics.allowed(names, "BIO")
    found: dict[int, list[int]] = {}
    for sentence, start, end in task.pieces:
        tags = task.tags["train"][sentence][start:end]
        assert may_start[tags[0]] and may_end[tags[-1]]
        found.setdefault(sentence, []).extend(range(start, end))
    assert found == {index: list(range(len(words))) for index, words in enumerate(train)}
    assert any("longer than 5 words" in line for line in task.describe()["report"])


def test_an_entity_longer_than_the_model_reads_is_refused_with_its_place(opened: Open) -> None:
    task = opened(["the/O Isle/B-LOC of/I-LOC the/I-LOC Dead/I-LOC Man/I-LOC ./O", *SPANS], SPANS)
    settings = dataclasses.replace(model_of(task).config, context_length=4)
    with pytest.raises(
        ValueError, match=r"context-length .* got 4 words: the one at word 2 of train.conll line 1 .* 8"
    ):
        task.for_model(settings)


@torch.no_grad()
def test_a_long_sentence_gets_one_allowed_row_of_tags(opened: Open) -> None:
    long = " ".join(SPANS[:2] * 6)
    task = opened(SPANS, [*SPANS, long])
    model = model_of(task, context_length=7)
    found = answers(model, task.read["valid"])
    assert [len(answer.tags) for answer in found] == [len(row) for row in task.tags["valid"]]
    follow, start, _ = metrics.allowed(task.reader.tag_names, "BIO")
    for answer in found:
        assert start[answer.tags[0]] and follow[answer.tags[:-1], answer.tags[1:]].all()
    assert task.evaluate(model)["loss"] > 0


def test_windows_say_of_each_word_what_the_whole_sentence_says(opened: Open) -> None:
    task = opened(SPANS, [" ".join(SPANS * 3), *SPANS], head="linear")
    lengths: list[int] = []

    class OneWord(torch.nn.Module):
        """Tells each word by itself alone."""

        crf = None

        def __init__(self, context_length: int) -> None:
            super().__init__()
            self.config = SimpleNamespace(context_length=context_length)
            self.table = torch.nn.Embedding(task.reader.units.vocab_size, len(task.reader.tag_names))

        def forward(self, tokens: torch.Tensor, characters: torch.Tensor) -> torch.Tensor:
            assert tokens.shape == characters.shape[:2]
            lengths.append(tokens.shape[1])
            found: torch.Tensor = self.table(tokens)
            return found

    near, far = OneWord(5), OneWord(100)
    far.load_state_dict(near.state_dict())
    one, other = (answers(model, task.read["valid"]) for model in (near, far))
    assert max(lengths[:-1]) == 5 and lengths[-1] > 5
    for said, wanted in zip(one, other, strict=True):
        assert said.tags.tolist() == wanted.tags.tolist()
        assert said.probabilities == pytest.approx(wanted.probabilities)


@torch.no_grad()
@pytest.mark.parametrize("head", ["crf", "linear"])
def test_sentences_together_get_the_tags_they_get_alone(opened: Open, head: str) -> None:
    task = opened(SPANS, SPANS, head=head)
    model = model_of(task)
    together = answers(model, task.read["valid"])
    for sentence, answer in zip(task.data.sentences("valid"), together, strict=True):
        [alone] = answers(model, task.reader.read([sentence]))
        assert alone.tags.tolist() == answer.tags.tolist()
        assert alone.probabilities == pytest.approx(answer.probabilities, abs=1e-5)


def test_processes_that_get_no_sentence_learn_nothing_but_take_part(opened: Open) -> None:
    task = opened(SPANS, SPANS)
    model = model_of(task).train()
    loss, count = task.loss(model, task.batch(0, seed=0, batch_size=1, rank=1, world_size=2))
    loss.backward()
    assert (float(loss.detach()), count) == (0.0, 0)
    assert all(weight.grad is not None and not weight.grad.any() for weight in model.parameters())


def test_parts_of_speech_have_no_spans_and_no_crf_unless_asked(opened: Open) -> None:
    words = ["the/DET cat/NOUN sleeps/VERB", "a/DET dog/NOUN runs/VERB"]
    task = opened(words * 2, words)
    assert not task.has_spans and not task.has_crf and task.main_score == "accuracy"
    assert opened(words * 2, words, head="crf").has_crf
    assert next(iter(task.evaluate(model_of(task)))) == "accuracy"
    assert task.baselines()["commonest tag of each word"]["accuracy"] == 1.0
    assert task.baselines()["commonest tag"]["accuracy"] == pytest.approx(1 / 3)


def test_the_notes_tell_each_kind_unseen_words_and_the_surest_mistakes(opened: Open) -> None:
    task = opened(SPANS, [SPANS[0], "Zoe/B-PER lives/O in/O Oslo/B-LOC"])
    notes = task.notes(model_of(task))
    assert notes[0].split() == ["kind", "precision", "recall", "F1", "true", "said"]
    assert [line.split()[0] for line in notes[1:3]] == ["LOC", "PER"]
    assert any(line.startswith("Of 2 words never seen in training") for line in notes)
    place = notes.index("The surest mistakes:")
    assert "other.conll line" in notes[place + 1] and "«" in notes[place + 1] and "taken for" in notes[place + 1]


def test_the_worst_errors_come_surest_first_and_once_a_sentence(opened: Open) -> None:
    task = opened(SPANS, SPANS)
    model = model_of(task)
    found = task.errors(model, limit=2)
    assert [list(row) for row in found] == [["text", "true", "said", "probability", "place"]] * 2
    assert found[0]["probability"] >= found[1]["probability"] and found[0]["place"] != found[1]["place"]
    assert task.errors(model, limit=50)[:2] == found and len(task.errors(model, limit=50)) <= len(SPANS)
    assert all(row["true"] != row["said"] for row in found)


def test_chinese_errors_are_shown_without_spaces(opened: Open) -> None:
    task = opened(CHINESE, CHINESE)
    assert all(" " not in row["text"] and "«" in row["text"] for row in task.errors(model_of(task), limit=9))


def test_a_model_in_the_midst_of_learning_is_read_without_dropout(opened: Open) -> None:
    task = opened(SPANS, SPANS)
    model = model_of(task, dropout=0.5)
    notes, scores = task.notes(model), task.evaluate(model)
    model.train()
    assert task.notes(model) == notes and task.evaluate(model) == scores
    assert model.training


def test_a_model_of_whole_texts_is_refused(opened: Open) -> None:
    with pytest.raises(ValueError, match=r"--model must give each word its outputs for tagging, got text_cnn"):
        opened(SPANS, SPANS).model_facts("text_cnn")


def test_a_short_training_finds_what_the_baseline_finds(tagger: Trained) -> None:
    assert tagger.result.scores["entity_f1"] > 0.8
    assert tagger.result.baselines["commonest tag"]["entity_f1"] == 0.0
