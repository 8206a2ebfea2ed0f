"""Scores of translations, what they are called, and what they are compared with."""

import dataclasses
from pathlib import Path

import pytest
from tiny_tasks import Trained

from clearhead.metrics import translation as metrics
from clearhead.tasks.base import Asked
from clearhead.tasks.translation import Translation, learn, open_task


@pytest.fixture
def task(translator: Trained) -> Translation:
    assert isinstance(translator.task, Translation)
    return translator.task


def in_languages(folder: Path, source: str, target: str, words: str = "drei Worte hier") -> Translation:
    path = folder / "pairs.tsv"
    path.write_text(
        f"{source}\t{target}\n" + "".join(f"Some Words {n}\t{words} {n}\n" for n in range(30)), encoding="utf-8"
    )
    asked = Asked(data=str(path), tokenizer="character", options={"lower_case": True})
    learn(asked, folder, parent=None, tell=lambda text: None)
    return open_task(asked, folder)


def test_the_scores_are_those_of_the_metrics(task: Translation) -> None:
    references = task.references("valid")
    outputs = [references[0], *(["die Katze"] * (len(references) - 1))]
    assert task.scores(outputs, "valid") == {
        "bleu": metrics.bleu(outputs, references).value,
        "chrf": metrics.chrf(outputs, references).value,
        "exact": 1 / len(references),
        "bleu_tokenized": metrics.tokenized_bleu(outputs, references, language="de").value,
    }
    assert task.scores(references, "valid")["bleu"] == pytest.approx(100)


@pytest.mark.parametrize(
    ("target", "language"), [("de", "de"), ("pt_BR", "pt"), ("normal", None), ("title", None), ("zh", None)]
)
def test_tokenized_bleu_is_for_languages_that_moses_knows(tmp_path: Path, target: str, language: str | None) -> None:
    words = "三个词在这里" if target == "zh" else "drei Worte hier"
    task = in_languages(tmp_path, "en", target, words)
    assert task.moses_language == language
    scores = task.scores(task.references("valid"), "valid")
    assert ("bleu_tokenized" in scores) == (language is not None)
    told = [line for line in task.signatures("valid") if "moses" in line]
    assert [line.endswith(f"moses:{language}") for line in told] == ([True] if language else [])


def test_the_signatures_say_how_the_parts_are_decoded(task: Translation) -> None:
    assert task.signatures("valid")[-1] == "decoded with 1 beam(s), length penalty 1"
    assert task.signatures("test")[-1] == "decoded with 4 beam(s), length penalty 1"
    assert task.signatures("valid")[0].startswith("BLEU nrefs:1")


def test_small_letters_are_asked_of_model_and_references_alike(tmp_path: Path) -> None:
    task = in_languages(tmp_path, "en", "de")
    assert all(text == text.lower() for text in task.references("valid"))
    assert task.baselines()["copy of the source"]["exact"] == 0.0
    assert task.baselines()["nearest neighbour"]["chrf"] > 50


def test_the_baselines_copy_the_source_and_take_the_nearest(task: Translation) -> None:
    found = task.baselines()
    sources = [source for source, _ in task.texts["valid"]]
    assert found["copy of the source"] == task.scores(sources, "valid")
    assert found["nearest neighbour"]["chrf"] > found["copy of the source"]["chrf"]


def test_samples_and_the_worst_outputs_stand_in_the_notes(translator: Trained, task: Translation) -> None:
    notes = task.notes(translator.model)
    assert notes[0] == "Some outputs:" and "should be:" in notes[1]
    assert any(note.startswith("The worst of the first") for note in notes)
    assert notes[-len(task.signatures("valid")) :] == task.signatures("valid")


def test_a_test_part_is_also_told_by_length(translator: Trained, task: Translation) -> None:
    other = Translation(task.source, task.tokenizer, task.options, context_length=64)
    other.texts["test"], other.encoded["test"] = other.texts["valid"], other.encoded["valid"]
    notes = other.notes(translator.model, "test")
    place = notes.index("BLEU by the tokens of the source:")
    rows = notes[place + 1 :]
    counts = [int(row.split(": ")[1].split(" ")[0]) for row in rows]
    assert sum(counts) == len(other.texts["test"])


def test_options_out_of_range_are_refused(task: Translation) -> None:
    with pytest.raises(ValueError, match=r"PairOptions.label_smoothing must be in \[0, 1\], got 1.5"):
        dataclasses.replace(task.options, label_smoothing=1.5)
    with pytest.raises(ValueError, match=r"PairOptions.num_beams must be at least 1, got 0"):
        dataclasses.replace(task.options, num_beams=0)
