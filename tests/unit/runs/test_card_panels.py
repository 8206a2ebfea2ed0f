"""The tables of a model card hold the numbers of the run's description, in both languages."""

import string

import pytest

from clearhead.runs.card_panels import WORDS, data_table, score_name, score_table, setting_table
from clearhead.runs.info import DataInfo, RunInfo

INFO = RunInfo(
    model_config={"hidden": [256], "activation": "relu", "dropout": None},
    data=DataInfo(name="<b>", splits={"train": {"rows": 138, "num_bytes": 9}, "valid": {"rows": 12}}),
    training={"learning_rate": 0.001},
    decisions={"is_compiled": False, "seconds": {"fp32": 0.00014}, "verdict": "It learned little."},
    scores={"accuracy": 11 / 12, "loss": 0.2, "steps": 340, "seconds": 5.2},
    baselines={"length": {"accuracy": 0.25}, "<b>": {"loss": -0.0, "auc": 0.5, "words": "many"}},
    seed=3,
    versions={"torch": "2.13.0"},
)
LANGUAGES = ("en", "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_scores_of_the_run_stand_above_those_of_the_baselines(language: str) -> None:
    table = score_table(INFO, language)
    assert table.rows[1:] == (("length", 0.25, None, None), ("<b>", None, -0.0, 0.5))
    assert table.rows[0][1:] == (11 / 12, 0.2, None)


def test_the_heads_and_the_note_speak_the_readers_language() -> None:
    assert score_table(INFO).columns == ("method", "accuracy", "loss", "AUC")
    assert score_table(INFO, "zh").columns == ("方法", "准确率", "损失", "AUC")
    assert "Lower is better for loss. Reached after 340 steps and 5 seconds." in score_table(INFO).note
    assert "损失越低越好。训练 340 步、5 秒后达到。" in score_table(INFO, "zh").note


def test_a_score_without_words_is_called_by_its_name() -> None:
    assert score_name("wordsim_353") == score_name("wordsim_353", "zh") == "wordsim 353"


@pytest.mark.parametrize(
    "info", [RunInfo(), RunInfo(scores={"steps": 3, "seconds": 1.0}), RunInfo(baselines=INFO.baselines)]
)
def test_a_run_that_was_not_evaluated_has_no_row(info: RunInfo) -> None:
    table = score_table(info)
    assert table.rows == () and table.note == ""


def test_the_parts_of_the_data_have_their_counts() -> None:
    assert data_table(INFO).columns == ("part", "rows", "bytes")
    assert data_table(INFO).rows == (("train", 138, 9), ("valid", 12, None))
    assert data_table(INFO, "zh").columns == ("部分", "行", "字节")
    assert data_table(INFO, "zh").column("部分") == ["训练", "验证"]


def test_a_part_told_in_words_keeps_them() -> None:
    told = RunInfo(data=DataInfo(name="corpus", splits={"train": {"tokens": 5}, "test": "kept apart"}))
    assert data_table(told).rows == (("train", 5, None), ("test", None, "kept apart"))
    assert data_table(RunInfo()).rows == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_settings_stand_as_they_would_be_typed(language: str) -> None:
    assert dict(setting_table(INFO, language).rows) == {
        "seed": "3",
        "model.hidden": "[256]",
        "model.activation": "relu",
        "training.learning_rate": "0.001",
        "decisions.is_compiled": "false",
        "decisions.seconds.fp32": "0.00014",
        "versions.torch": "2.13.0",
    }


def test_a_model_that_was_not_trained_here_has_no_seed() -> None:
    assert setting_table(RunInfo(model_type="llama")).rows == ()


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    places = {language: {key: _places(text) for key, text in words.items()} for language, words in WORDS.items()}
    assert places["en"] == places["zh"]


def _places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
