"""What every task promises the trainer, for each entry of tasks/: a tiny training, and its parts one by one."""

import dataclasses
import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import torch
from tiny_tasks import SOURCES, TASKS, Trained, train_tiny
from torch import Tensor

from clearhead.core import catalog, config
from clearhead.experiments.predict import open_predictor
from clearhead.models.base import load_model
from clearhead.runs.run import open_run
from clearhead.tasks.base import Prediction, Task


@pytest.fixture(scope="module", params=SOURCES)
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trained]:
    """Train each task for a few steps, on each kind of data that it takes."""
    folder = tmp_path_factory.mktemp("task")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLEARHEAD_CACHE", str(folder / "cache"))
        yield train_tiny(request.param, folder)


@pytest.fixture
def by_loss(trained: Trained) -> Trained:
    """Return a task that hands out batches and their loss."""
    if trained.task.has_own_update:
        pytest.skip(f"{trained.task.name} changes the weights itself")
    return trained


def rows_of(batches: Sequence[tuple[Tensor, ...]], padding: int | None) -> list[str]:
    """Return the inputs of every row as text, without what fills them up, in an order of their own."""
    rows = [row.flatten().tolist() for batch in batches for row in batch[0]]
    return sorted(str([value for value in row if value != padding]) for row in rows)


def test_every_task_is_tried_here() -> None:
    assert set(TASKS) == set(catalog.entries("tasks"))


def test_an_entry_says_what_it_is(trained: Trained) -> None:
    task, module = trained.task, catalog.load("tasks", trained.task.name)
    assert isinstance(task, module.TASK) and issubclass(module.TASK, Task)
    assert task.role == trained.model.role == load_model(task.default_model).role
    assert dataclasses.is_dataclass(module.OPTIONS)
    assert task.num_train_targets > 0 and task.num_valid_targets > 0 and task.steps_per_epoch(8) > 0
    assert catalog.summary("tasks", task.name).endswith(".")


def test_its_options_go_into_json_and_back(trained: Trained) -> None:
    options = catalog.load("tasks", trained.task.name).OPTIONS
    assert config.from_json(options, json.loads(json.dumps(config.to_json(options())))) == options()


def test_a_batch_is_a_pure_function(by_loss: Trained) -> None:
    task, size = by_loss.task, by_loss.batch_size
    batch = task.batch(5, seed=3, batch_size=size)
    others = [task.batch(step, seed=seed, batch_size=size) for step, seed in ((6, 3), (5, 4))]
    assert all(rows_of([other], None) != rows_of([batch], None) for other in others)
    for again in (by_loss.reopen(), task):
        same = again.batch(5, seed=3, batch_size=size)
        assert all(torch.equal(one, two) for one, two in zip(batch, same, strict=True))


def test_processes_share_a_batch(by_loss: Trained) -> None:
    task, size = by_loss.task, by_loss.batch_size
    padding = getattr(by_loss.model.config, "padding_id", None)
    whole = task.batch(5, seed=3, batch_size=size)
    parts = [task.batch(5, seed=3, batch_size=size, rank=rank, world_size=2) for rank in (0, 1)]
    assert all(len(part[0]) for part in parts)
    assert rows_of(parts, padding) == rows_of([whole], padding)


@torch.no_grad()
def test_the_loss_is_a_sum_that_pieces_add_up_to(by_loss: Trained) -> None:
    task, model = by_loss.task, by_loss.model
    batch = task.batch(0, seed=0, batch_size=by_loss.batch_size)
    whole, count = task.loss(model, batch)
    pieces = [task.loss(model, tuple(part[row : row + 1] for part in batch)) for row in range(len(batch[0]))]
    assert sum(piece[1] for piece in pieces) == count
    assert sum(piece[0].item() for piece in pieces) == pytest.approx(whole.item(), rel=1e-4)


def test_a_piece_has_rows_and_at_most_what_it_may_hold(by_loss: Trained) -> None:
    task, size = by_loss.task, by_loss.batch_size
    batch = task.batch(0, seed=0, batch_size=size)
    assert task.rows_at_once(batch, size) >= len(batch[0])
    assert task.rows_at_once(batch, 1) == 1


def test_the_main_score_is_among_the_scores_and_evaluation_is_repeatable(trained: Trained) -> None:
    task, model = trained.task, trained.model
    scores = task.evaluate(model)
    assert task.main_score in scores
    assert scores == task.evaluate(model) == trained.result.scores
    assert all(math.isfinite(value) for value in scores.values())
    assert task.rank(scores) == scores[task.main_score] * (1 if task.is_better_when == "lower" else -1)
    assert not model.training


def test_training_beats_what_was_not_trained(trained: Trained) -> None:
    torch.manual_seed(0)
    untrained = type(trained.model)(trained.model.config).eval()
    assert trained.result.scores["loss"] < trained.task.evaluate(untrained)["loss"]


def test_baselines_have_names_and_scores_of_the_same_kind(trained: Trained) -> None:
    baselines = trained.task.baselines()
    assert baselines and trained.result.baselines == baselines
    for scores in baselines.values():
        assert scores and set(scores) <= set(trained.result.scores)


def test_the_description_goes_into_json_and_names_the_data(trained: Trained) -> None:
    facts = json.loads(json.dumps(trained.task.describe()))
    assert facts["fingerprint"] and facts["name"] and {"train", "valid"} <= set(facts["splits"])
    info = open_run(trained.result.path).info
    assert info["data"]["fingerprint"] == facts["fingerprint"]
    assert info["task"] == trained.task.name and info["notes"] == trained.result.notes


def test_the_data_decide_what_the_model_must_know_of_them(trained: Trained) -> None:
    facts = trained.task.model_facts(trained.task.default_model)
    assert facts.items() <= config.to_json(trained.model.config).items()


def test_the_usual_settings_are_settings(trained: Trained) -> None:
    task = trained.task
    usual = task.defaults(task.default_model)
    assert usual.epochs > 0
    assert set(usual.model_options) <= {field.name for field in dataclasses.fields(trained.model.config)}


def test_new_inputs_are_answered_in_order_and_in_json(trained: Trained) -> None:
    if not hasattr(catalog.load("tasks", trained.task.name), "predictor"):
        pytest.skip(f"{trained.task.name} answers no new inputs")
    answers = list(open_predictor(trained.result.path, device="cpu").predict(trained.inputs))
    assert len(answers) == len(trained.inputs)
    for answer in answers:
        assert isinstance(answer, Prediction) and "\n" not in answer.text
        json.dumps(answer.facts, allow_nan=False)
    assert [answer.facts["input"] for answer in answers] == [str(each) for each in trained.inputs]


def test_a_run_can_be_opened_and_its_card_names_the_task(trained: Trained) -> None:
    card = (Path(trained.result.path) / "README.md").read_text(encoding="utf-8")
    assert trained.task.describe()["name"] in card
