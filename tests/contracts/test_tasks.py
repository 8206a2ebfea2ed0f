"""What every task promises the trainer, for each entry of tasks/."""

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny import tiny_train, write_sample_text

from clearhead.core import catalog
from clearhead.data.base import open_text
from clearhead.models.base import LanguageModel
from clearhead.runs.run import open_run
from clearhead.tasks.base import Task

TASKS = catalog.entries("tasks")


@pytest.fixture(scope="module", params=TASKS)
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Train each task for a few steps; return (task, result, model)."""
    folder = tmp_path_factory.mktemp("task")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLEARHEAD_CACHE", str(folder / "cache"))
        text = write_sample_text(folder)
        result = tiny_train(text, folder / "run", task=request.param, steps=20)
        run = open_run(result.path)
        module = catalog.load("tasks", request.param)
        return module.read_windows(open_text(text), run.tokenizer, context_length=16), result, run.model()


def test_an_entry_says_what_it_is(trained: Any) -> None:
    task = trained[0]
    module = catalog.load("tasks", task.name)
    assert isinstance(task, module.TASK) and issubclass(module.TASK, Task)
    assert task.role == LanguageModel.role
    assert catalog.summary("tasks", task.name).endswith(".")


def test_a_batch_is_a_pure_function_and_processes_share_it(trained: Any) -> None:
    task = trained[0]
    batch = task.batch(5, seed=3, batch_size=6)
    assert all(torch.equal(a, b) for a, b in zip(batch, task.batch(5, seed=3, batch_size=6), strict=True))
    parts = [task.batch(5, seed=3, batch_size=6, rank=rank, world_size=2) for rank in (0, 1)]
    assert all(torch.equal(torch.cat(pieces), all_rows) for *pieces, all_rows in zip(*parts, batch, strict=True))


def test_the_loss_is_a_sum_that_pieces_add_up_to(trained: Any) -> None:
    task, _, model = trained
    batch = task.batch(0, seed=0, batch_size=4)
    whole, count = task.loss(model, batch)
    pieces = [task.loss(model, tuple(part[row : row + 1] for part in batch)) for row in range(4)]
    assert sum(piece[1] for piece in pieces) == count
    assert sum(piece[0].item() for piece in pieces) == pytest.approx(whole.item(), rel=1e-5)


def test_the_main_score_is_among_the_scores_and_evaluation_is_repeatable(trained: Any) -> None:
    task, result, model = trained
    scores = task.evaluate(model)
    assert task.main_score in scores
    assert scores == task.evaluate(model) == result.scores
    assert all(math.isfinite(value) for value in scores.values())


def test_training_beats_what_was_not_trained(trained: Any) -> None:
    task, result, model = trained
    untrained = type(model)(model.config).eval()
    assert result.scores[task.main_score] < task.evaluate(untrained)[task.main_score]


def test_baselines_have_names_and_scores_of_the_same_kind(trained: Any) -> None:
    task, result, _ = trained
    baselines = task.baselines()
    assert baselines and result.baselines == baselines
    for scores in baselines.values():
        assert scores and set(scores) <= set(result.scores)


def test_the_description_goes_into_json_and_names_the_text(trained: Any, tmp_path: Path) -> None:
    import json

    task, result, _ = trained
    facts = json.loads(json.dumps(task.describe()))
    assert facts["fingerprint"] and facts["name"]
    assert open_run(result.path).info["data"]["fingerprint"] == facts["fingerprint"]
