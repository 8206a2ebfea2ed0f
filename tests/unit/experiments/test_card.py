"""The card of a run says what its folder says, number for number, in both languages."""

import re
import shlex
import shutil
import string
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from clearhead.experiments.card import WORDS, document, main_score, write_card
from clearhead.experiments.claims.base import LANGUAGES
from clearhead.inspector.document import Document, Section
from clearhead.models.gpt import GPT
from clearhead.panels.table import Table
from clearhead.runs.info import RunInfo
from clearhead.runs.run import Run, open_run, save_run
from clearhead.runs.task_words import WORDS as TASK_WORDS
from clearhead.tokenizers.base import train_tokenizer
from clearhead.training.finish import Result
from clearhead.training.run_log import read_metrics


@pytest.fixture(scope="module")
def run(result: Result) -> Run:
    return open_run(result.path)


def part(page: Document, key: str, language: str = "en") -> Section:
    """Return the section of a card that a key of the words heads."""
    begin = WORDS[language][key].split("{")[0]
    [found] = [section for section in page.sections if section.title.startswith(begin)]
    return found


def table(page: Document, name: str) -> Table:
    [found] = [panel for section in page.sections for panel in section.panels if panel.name == name]
    assert isinstance(found, Table)
    return found


def told_as(run: Run, **changes: object) -> Run:
    """Return a run whose description says something else."""
    assert run.about is not None
    return Run(run.path, model_config=run.config, about=replace(run.about, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_scores_and_baselines_are_those_of_the_run(run: Run, result: Result, language: str) -> None:
    shown = table(document(run, language), "scores")
    scores = {name: value for name, value in result.scores.items() if name not in ("steps", "seconds")}
    assert shown.rows[0][1:] == tuple(scores.values())
    assert [row[0] for row in shown.rows[1:]] == list(result.baselines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_curves_are_those_of_the_log(run: Run, language: str) -> None:
    [loss] = part(document(run, language), "course", language).panels
    events = read_metrics(run.path)
    expected = [
        (place, event["step"], event[name])
        for place, (kind, name) in enumerate((("step", "train_loss"), ("evaluation", "loss")))
        for event in events
        if event["kind"] == kind
    ]
    assert [tuple(row) for row in loss.array.tolist()] == expected


def test_the_settings_and_the_files_are_those_of_the_folder(run: Run) -> None:
    page = document(run, "en")
    settings, sizes = dict(table(page, "settings").rows), dict(table(page, "files").rows)
    assert settings["model.d_model"] == "32" and settings["decisions.main_score"] == "loss"
    assert sizes["config.json"] == (run.path / "config.json").stat().st_size
    assert {"curves.png", "metrics.jsonl", "README.md"} <= set(sizes)


def test_the_readme_shows_the_picture_that_training_drew(run: Run) -> None:
    assert (run.path / "curves.png").is_file()
    assert "](curves.png)" in (run.path / "README.md").read_text(encoding="utf-8")


def test_both_languages_have_the_same_sections(run: Run) -> None:
    english, chinese = (document(run, language) for language in LANGUAGES)
    assert [[panel.name for panel in section.panels] for section in english.sections] == [
        [panel.name for panel in section.panels] for section in chinese.sections
    ]
    assert [section.tone for section in english.sections] == [section.tone for section in chinese.sections]
    assert all(re.search("[一-鿿]", section.title) for section in chinese.sections)


@pytest.mark.parametrize(
    ("rival", "tone", "said"), [(9.0, "good", "the best simple method (<b>)"), (0.0, "bad", "<b>")]
)
def test_it_says_whether_the_best_simple_method_was_beaten(run: Run, rival: float, tone: str, said: str) -> None:
    other = told_as(run, baselines={"<b>": {"loss": rival}, "length": {"loss": 10.0}, "xz": {"bits_per_byte": 1.0}})
    section = part(document(other, "en"), "scores")
    assert section.tone == tone and said in section.text[0]
    assert table(document(other, "zh"), "scores").column("方法") == ["本模型", "<b>", "length", "xz"]


def test_a_score_that_is_better_when_higher_is_compared_that_way(run: Run) -> None:
    scores, baselines = {"accuracy": 0.9, "loss": 0.5}, {"majority": {"accuracy": 0.8, "loss": 0.1}}
    other = told_as(run, task="classification", scores=scores, baselines=baselines, decisions={})
    assert part(document(other, "en"), "scores").tone == "good"


def test_without_a_baseline_nothing_is_judged(run: Run) -> None:
    section = part(document(told_as(run, baselines={}), "en"), "scores")
    assert (section.tone, section.text) == ("", ())


def test_the_main_score_is_the_one_the_run_was_judged_by() -> None:
    told = RunInfo(task="classification", scores={"micro_f1": 0.5, "macro_f1": 0.4})
    assert main_score(replace(told, decisions={"main_score": "macro_f1"})) == "macro_f1"
    assert main_score(told) == "micro_f1"
    assert main_score(replace(told, scores={"relation_f1": 0.5, "accuracy": 0.4})) == "accuracy"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_to_type_names_the_folder(run: Run, language: str, tmp_path: Path) -> None:
    place = tmp_path / "a RUN of mine"
    shutil.copytree(run.path, place)
    for task in TASK_WORDS:
        commands = part(document(told_as(open_run(place), task=task), language), "use", language).commands
        words = [shlex.split(command) for command in commands]
        assert len(commands) >= 2 and all(line[0] == "clearhead" and line[2] == str(place) for line in words)
        assert ["clearhead", "evaluate", str(place)] in words


def test_of_a_foreign_folder_only_what_its_files_tell(tmp_path: Path) -> None:
    torch.manual_seed(0)
    save_run(tmp_path / "run", GPT.tiny(), train_tokenizer("character", ["abc 猫"], vocab_size=37), {})
    (tmp_path / "run" / "clearhead.json").unlink()
    page = document(open_run(tmp_path / "run"), "en")
    heads = {WORDS["en"][key] for key in ("what", "use", "limits", "files", "settings")}
    assert {section.title for section in page.sections} == heads
    assert "Another program wrote this folder" in part(page, "what").text[1]
    assert "It reads up to" not in part(page, "what").text[0]
    assert "seed" not in dict(table(page, "settings").rows)
    assert not any("evaluate" in command for command in part(page, "use").commands)


@pytest.mark.parametrize("name", ["models", "view", ""])
def test_a_list_in_place_of_a_run_is_refused(name: str, tmp_path: Path) -> None:
    shown = re.escape(repr(name)) if name else "nothing"
    with pytest.raises(ValueError, match=rf"show\.html must stand beside a run, got {shown}\. Name the folder of one:"):
        write_card(name, tmp_path / "card.html")


def test_a_folder_in_place_of_the_file_is_refused(run: Run, tmp_path: Path) -> None:
    wanted = rf"show\.html must be a file, got the folder {re.escape(str(tmp_path))}\. Use --html .*card\.html\."
    with pytest.raises(ValueError, match=wanted):
        write_card(run, tmp_path)


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    places = {language: {key: _places(text) for key, text in words.items()} for language, words in WORDS.items()}
    assert places["en"] == places["zh"]


def _places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
