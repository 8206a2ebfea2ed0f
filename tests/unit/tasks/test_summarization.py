"""Scores of summaries, and the first sentence as a baseline."""

from pathlib import Path

import pytest
from tiny_tasks import write_summaries

from clearhead.metrics import summarization as metrics
from clearhead.tasks.base import Asked
from clearhead.tasks.summarization import Summarization, first_sentence, learn, open_task


@pytest.fixture(scope="module")
def task(tmp_path_factory: pytest.TempPathFactory) -> Summarization:
    folder = tmp_path_factory.mktemp("summaries")
    asked = Asked(data=str(write_summaries(folder)), tokenizer="character")
    learn(asked, folder, parent=None, tell=lambda text: None)
    return open_task(asked, folder)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One. Two.", "One."),
        ("Is it 3.5 or 4? Yes!", "Is it 3.5 or 4?"),
        ("第一句。第二句。", "第一句。"),
        ("no end at all", "no end at all"),
        (" a line\nanother", "a line"),
        ("", ""),
    ],
)
def test_the_first_sentence_is_found_in_english_and_chinese(text: str, first: str) -> None:
    assert first_sentence(text) == first


def test_the_scores_are_rouge_in_percent(task: Summarization) -> None:
    references = task.references("valid")
    found = metrics.rouge(["the cat"] * len(references), references)
    assert task.scores(["the cat"] * len(references), "valid") == {
        "rouge_1": 100 * found.rouge_1,
        "rouge_2": 100 * found.rouge_2,
        "rouge_l": 100 * found.rouge_l,
    }
    assert task.main_score in task.scores(references, "valid")
    assert task.similarity("a b", "a b") == pytest.approx(1.0)


def test_the_baselines_are_the_first_sentence_and_the_nearest(task: Summarization) -> None:
    found = task.baselines()
    leads = [first_sentence(source) for source, _ in task.texts["valid"]]
    assert found["first sentence"] == task.scores(leads, "valid")
    assert set(found) == {"first sentence", "nearest neighbour"}


def test_the_signatures_say_what_rouge_is(task: Summarization) -> None:
    assert task.signatures("valid")[0].startswith("ROUGE: F1")


def test_the_vocabulary_of_a_parent_is_kept(task: Summarization, tmp_path: Path) -> None:
    (tmp_path / "parent").mkdir()
    (tmp_path / "child").mkdir()
    task.tokenizer.save(tmp_path / "parent")
    told: list[str] = []
    source = Path(str(next(iter(task.source.tables["train"])).paths[0]))
    asked = Asked(data=str(source))
    learn(asked, tmp_path / "child", parent=tmp_path / "parent", tell=told.append)
    assert open_task(asked, tmp_path / "child").tokenizer.fingerprint == task.tokenizer.fingerprint
    assert told == [f"Reading {source.name}."]
