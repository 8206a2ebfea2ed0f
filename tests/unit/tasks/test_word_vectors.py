"""Word vectors as a task: the words of a run, pieces of the text as steps, the loss, baselines, going on."""

import json
import math
import random
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tiny import are_equal, resume

from clearhead.core import config
from clearhead.kernels.hogwild import WordTraining
from clearhead.models.base import Model
from clearhead.models.word2vec import Word2Vec, Word2VecConfig
from clearhead.runs.run import open_run
from clearhead.tasks import _word_tests, word_vectors
from clearhead.tasks._word_baselines import counted_vectors, frequency_loss
from clearhead.tasks._word_list import WORDS_FILE, read_words
from clearhead.tasks.base import Asked
from clearhead.tasks.word_vectors import WordVectors, WordVectorsOptions
from clearhead.training.assemble import train
from clearhead.training.finish import Result

PLACES = {"sea": "ship wave fish sail".split(), "farm": "cow hen barn plough".split(), "town": "tram shop bank".split()}
OPTIONS: dict[str, Any] = {"min_count": 1, "num_threads": 1, "sample": 0.0}


def write_places(path: Path, places: str = "sea farm town", seed: int = 0, count: int = 200) -> Path:
    """Write lines that each keep to the words of one place: what stands together is known."""
    chance = random.Random(seed)
    lines = []
    for _ in range(count):
        place = chance.choice(places.split())
        lines.append(" ".join(chance.choice([place, *PLACES[place], "the"]) for _ in range(12)))
    path.write_text("".join(f"{line}\n\n" for line in lines), encoding="utf-8")
    return path


def train_words(folder: Path, out: str = "run", **options: Any) -> Result:
    given: dict[str, Any] = {"data": str(folder / "text.txt"), "out": str(folder / out), "device": "cpu", "epochs": 20}
    given |= {"model_options": {"embedding_dim": 8}, **options}
    given["task_options"] = {**OPTIONS, **options.get("task_options", {})}
    return train("word_vectors", **given)


def asked(data: Path | str, **options: Any) -> Asked:
    return Asked(data=str(data), options={**OPTIONS, **options})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("words")
    write_places(folder / "text.txt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLEARHEAD_CACHE", str(folder / "cache"))
        patch.setattr(_word_tests, "folders", lambda: [folder])
        yield folder


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    return train_words(folder)


@pytest.fixture(scope="module")
def task(folder: Path, result: Result) -> WordVectors:
    opened = word_vectors.open_task(asked(folder / "text.txt"), result.path)
    return opened.for_model(open_run(result.path).model().config)


def test_a_run_holds_its_words_most_frequent_first(result: Result) -> None:
    listed = read_words(result.path)
    assert listed.words[0] == "the" and len(listed.words) == 15
    assert listed.counts.tolist() == sorted(listed.counts.tolist(), reverse=True)
    assert len(open_run(result.path).model().input_vectors) == 15


def test_words_of_one_place_come_to_lie_together(result: Result) -> None:
    from clearhead.metrics.word_vectors import normalised

    words = read_words(result.path).words
    unit = normalised(open_run(result.path).model().input_vectors.detach().numpy())
    ship, fish, cow = (unit[words.index(word)] for word in ("ship", "fish", "cow"))
    assert ship @ fish > ship @ cow + 0.2


def test_the_loss_is_lower_than_that_of_who_knows_only_frequencies(result: Result) -> None:
    assert result.scores["loss"] < result.baselines["word frequencies"]["loss"]


def test_the_rate_falls_in_a_straight_line_from_the_first_step_to_the_last(task: WordVectors) -> None:
    from clearhead.training.config import TrainingConfig
    from clearhead.training.schedules import Schedule

    made = config.from_json(TrainingConfig, {**task.defaults("word2vec").training_options, "steps": 4})
    schedule = Schedule.plan(made)
    assert [made.learning_rate * schedule.factor(step) for step in range(4)] == pytest.approx(
        [0.025, 0.01875, 0.0125, 0.00625]
    )


def test_cbow_is_trained_at_twice_the_rate(task: WordVectors) -> None:
    cbow = task.for_model(Word2VecConfig(vocab_size=15, mode="cbow"))
    assert cbow.defaults("word2vec").training_options["learning_rate"] == 0.05


def test_the_steps_of_an_epoch_read_each_word_once(task: WordVectors) -> None:
    model = Word2Vec(task.model_config)
    size = 500
    steps = task.steps_per_epoch(size)
    words = sum(task.update(model, step, seed=0, batch_size=size, rate=0.01)[1] for step in range(steps))
    assert words == task.num_train_targets
    pieces = torch.cat([task.batch(step, seed=0, batch_size=size)[0] for step in range(steps)])
    assert np.array_equal(pieces.numpy(), task.ids)


def test_an_update_returns_the_mean_of_the_predictions_times_the_words(task: WordVectors) -> None:
    loss, num_words = task.update(Word2Vec(task.model_config), 0, seed=0, batch_size=1000, rate=1e-6)
    # Output rows of zero answer each of six questions with 1/2, less those that drew the word itself.
    assert 4 * math.log(2) < loss / num_words < 6 * math.log(2) + 1e-3


def test_an_evaluation_is_repeatable_and_changes_nothing(task: WordVectors, result: Result) -> None:
    model = open_run(result.path).model()
    before = model.input_vectors.clone()
    assert task.evaluate(model) == task.evaluate(model) == result.scores
    assert torch.equal(before, model.input_vectors)


def test_a_device_without_the_kernels_takes_the_steps_of_batches(
    task: WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    model = Word2Vec(task.model_config)
    monkeypatch.setattr(word_vectors, "has_kernels", lambda device: False)
    losses = [task.update(model, step, seed=0, batch_size=1000, rate=0.05) for step in range(30)]
    assert losses[-1][0] / losses[-1][1] < losses[0][0] / losses[0][1] - 0.2


def test_the_best_guess_from_frequencies_of_two_words_is_their_entropy() -> None:
    counts, ids = np.array([3, 1]), np.array([0, 0, 0, 1, -1], np.int32)
    training = WordTraining(objective="full_softmax", sample=0.0)
    assert frequency_loss(counts, ids, training) == pytest.approx(-0.75 * math.log(0.75) - 0.25 * math.log(0.25))


def test_counted_vectors_of_words_that_stand_together_are_alike(task: WordVectors) -> None:
    words = task.listed.words
    vectors = counted_vectors(task.ids, len(words), window=5, embedding_dim=4)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    ship, fish, cow = (unit[words.index(word)] for word in ("ship", "fish", "cow"))
    assert ship @ fish > ship @ cow + 0.2
    assert np.array_equal(vectors, counted_vectors(task.ids, len(words), window=5, embedding_dim=4))


@pytest.mark.parametrize(("data", "kind"), [("stories:en", "words"), ("stories:zh", "chinese")])
def test_the_script_of_a_text_says_how_it_is_cut(data: str, kind: str) -> None:
    from clearhead.data.stories import open as open_stories
    from clearhead.tasks._word_text import kind_of

    assert kind_of(open_stories(data.partition(":")[2], num_stories=5)) == kind


def test_stopped_and_resumed_on_one_thread_it_equals_the_whole_run(folder: Path) -> None:
    def stop(kind: str, facts: dict[str, Any]) -> None:
        if kind == "step" and facts["step"] == 5:
            signal.raise_signal(signal.SIGINT)

    whole = train_words(folder, "whole", epochs=5)
    stopped = train_words(folder, "stopped", epochs=5, listener=stop)
    assert (stopped.is_finished, stopped.steps) == (False, 5)
    assert resume(folder / "stopped").scores == whole.scores
    assert are_equal(folder / "whole", folder / "stopped")


def test_going_on_keeps_what_is_known_and_adds_the_new_words(folder: Path, result: Result) -> None:
    (folder / "more.txt").write_text("the whale saw the ship and the wave\n\n" * 60, encoding="utf-8")
    options = {"data": str(folder / "more.txt"), "start_from": str(result.path), "model_options": {}}
    told: list[str] = []
    more = train_words(folder, "more", epochs=1, **options, listener=lambda kind, facts: told.append(str(facts)))
    before, after = read_words(result.path), read_words(more.path)
    assert set(after.words) - set(before.words) == {"whale", "saw", "and"}
    assert "3 of 18 words are new." in " ".join(told)
    old, new = (open_run(path).model().input_vectors for path in (result.path, more.path))
    cow = [listed.words.index("cow") for listed in (before, after)]
    assert torch.equal(old[cow[0]], new[cow[1]])  # the new text does not speak of it
    assert after.known is not None and after.known[0] == before.words


def test_a_run_of_another_kind_cannot_be_gone_on_from(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"must hold words.json, as a run of word vectors does"):
        word_vectors.learn(asked(folder / "text.txt"), tmp_path, parent=tmp_path, tell=lambda text: None)


def test_another_kind_of_words_is_refused_when_going_on(folder: Path, result: Result, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"--task.kind must be words, as in the run gone on from, got letters"):
        word_vectors.learn(
            asked(folder / "text.txt", kind="letters"), tmp_path, parent=result.path, tell=lambda text: None
        )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"window": 0}, r"WordTraining.window must be at least 1, got 0"),
        ({"min_count": 0}, r"WordRules.min_count must be at least 1, got 0"),
        ({"num_threads": 0}, r"WordVectorsOptions.num_threads must be at least 1, got 0"),
        ({"kind": "emoji"}, r"kind"),
    ],
)
def test_impossible_options_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        config.from_json(WordVectorsOptions, options, where="--task")


def test_a_text_with_fewer_words_than_the_window_is_learned_or_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("one two\n\none two\n\none two\n", encoding="utf-8")
    (tmp_path / "valid.txt").write_text("two one\n", encoding="utf-8")
    (tmp_path / "other.txt").write_text("nothing known\n", encoding="utf-8")
    found = train_words(tmp_path, epochs=1, valid=str(tmp_path / "valid.txt"))
    assert math.isfinite(found.scores["loss"])
    with pytest.raises(ValueError, match=r"the valid part must have words of the vocabulary, got none"):
        train_words(tmp_path, "other", epochs=1, valid=str(tmp_path / "other.txt"))


@pytest.mark.parametrize("change", [{"words": ["a", "a"]}, {"counts": [1]}, {"rules": {"kind": 3}}, {"known": 5}])
def test_a_broken_list_of_words_is_refused(change: dict[str, Any], result: Result, tmp_path: Path) -> None:
    values = json.loads((result.path / WORDS_FILE).read_text(encoding="utf-8"))
    (tmp_path / WORDS_FILE).write_text(json.dumps({**values, **change}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"words.json must (be what a training wrote|list each word once)"):
        read_words(tmp_path)


def test_growing_leaves_a_model_of_the_same_words_as_it_is(task: WordVectors) -> None:
    model: Model = Word2Vec(task.model_config)
    assert task.grow(model) is model
