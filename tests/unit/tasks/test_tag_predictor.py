"""Answers of taggers: where words and entities stand, what a file gives, how sure an answer is."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_tasks import Trained, train_tiny

from clearhead.core.tags import may_follow
from clearhead.experiments.predict import open_predictor
from clearhead.experiments.predicting import answer
from clearhead.tasks._tag_predictor import TagPredictor
from clearhead.tasks.base import Asked
from clearhead.tasks.tagging import open_task
from clearhead.training.assemble import train


@pytest.fixture(scope="module")
def spans(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train_tiny("tagging, spans", tmp_path_factory.mktemp("spans"))


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train_tiny("tagging, words", tmp_path_factory.mktemp("words"))


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chinese")
    rows = {"王伟": "BE", "李小明": "BME", "在": "S", "北京": "BE", "看书": "BE"}
    lines = [
        "".join(
            f"{letter}\t{tag}\n"
            for word in (name, "在", "北京", "看书")
            for letter, tag in zip(word, rows[word], strict=True)
        )
        for name in ("王伟", "李小明") * 10
    ]
    (folder / "words.bmes").write_text("\n".join(lines), encoding="utf-8")
    result = train(
        task="tagging",
        data=str(folder / "words.bmes"),
        out=str(folder / "run"),
        steps=30,
        device="cpu",
        model_options={"embedding_dim": 16, "hidden_size": 16, "dropout": 0.0},
        training_options={"optimizer": "adam", "learning_rate": 0.02, "batch_size": 8, "precision": "fp32"},
    )
    return Path(result.path)


def predict(run: Trained | Path, inputs: list[Any], **options: Any) -> list[Any]:
    path = run if isinstance(run, Path) else run.result.path
    return list(open_predictor(path, device="cpu", **options).predict(inputs))


def test_entities_say_which_characters_they_cover(spans: Trained) -> None:
    text = "the  red dog and a cat"
    [found] = predict(spans, [text])
    assert found.facts["tokens"] == ["the", "red", "dog", "and", "a", "cat"]
    assert [text[entity["start"] : entity["end"]] for entity in found.facts["entities"]] == ["red dog", "cat"]
    assert [entity["text"] for entity in found.facts["entities"]] == ["red dog", "cat"]
    assert found.text == "animal: red dog; animal: cat"
    assert all(0 < entity["probability"] <= 1 for entity in found.facts["entities"])


def test_an_entity_is_as_sure_as_the_least_sure_of_its_tags(spans: Trained) -> None:
    [found] = predict(spans, ["a red dog"])
    [entity] = found.facts["entities"]
    assert entity["probability"] == min(found.facts["probabilities"][1:])


def test_probabilities_of_tags_are_those_of_all_rows_of_tags(spans: Trained) -> None:
    [found] = predict(spans, ["the red dog"])
    model, reader = spans.model, spans.task.reader  # type: ignore[attr-defined]
    with torch.no_grad():
        tensors = reader.read([found.facts["tokens"]])
        emissions = model(*tensors.tensors(tensors.rows))
        is_there = torch.ones(1, 3, dtype=torch.bool)
        wanted = model.crf.marginals(emissions, is_there)[0]
    places = [reader.tag_names.index(tag) for tag in found.facts["tags"]]
    assert found.facts["probabilities"] == pytest.approx(
        [float(wanted[i, tag]) for i, tag in enumerate(places)], abs=1e-5
    )


def test_a_sentence_without_entities_says_so_and_an_empty_one_says_nothing(spans: Trained) -> None:
    without, empty, blank = predict(spans, ["the hills", "", "  "])
    assert without.text == "–" and without.facts["entities"] == [] and without.facts["tags"] == ["O", "O"]
    assert empty.text == blank.text == "" and empty.facts["tokens"] == blank.facts["tags"] == []


def test_words_with_tags_of_their_own_are_written_with_them(words: Trained) -> None:
    [found] = predict(words, ["the cat"])
    assert found.text == " ".join(
        f"{word}/{tag}" for word, tag in zip(["the", "cat"], found.facts["tags"], strict=True)
    )
    assert "entities" not in found.facts


@pytest.mark.parametrize("given", ["don't stop-it", ["don't", "stop-it"]])
def test_words_that_are_cut_already_stay_as_they_are(words: Trained, given: Any) -> None:
    options = {"is_split": True} if isinstance(given, str) else {}
    [found] = predict(words, [given], **options)
    assert found.facts["tokens"] == ["don't", "stop-it"] and found.facts["input"] == "don't stop-it"


def test_chinese_characters_become_words(chinese: Path) -> None:
    plain, listed = predict(chinese, ["李小明在北京看书", list("王伟在北京")])
    assert plain.text == "李小明 在 北京 看书"
    assert [entity["start"] for entity in plain.facts["entities"]] == [0, 3, 4, 6]
    assert listed.facts["input"] == "王伟在北京" and listed.text == "王伟 在 北京"


def test_a_trained_crf_never_breaks_the_scheme_whatever_it_reads(chinese: Path) -> None:
    for found in predict(chinese, ["书" * 30, "在" * 7, "王小北伟京", "x", "a1?李"]):
        tags = [None, *found.facts["tags"], None]
        assert all(may_follow(one, two, "BMES") for one, two in pairwise(tags))


def test_a_file_of_columns_gives_its_sentences_and_another_its_lines(words: Trained, tmp_path: Path) -> None:
    (tmp_path / "new.conll").write_text("the\tX\ncat\tX\n\none\tX\n", encoding="utf-8")
    (tmp_path / "new.txt").write_text("\ufeffthe cat\r\none\n", encoding="utf-8")
    tagger = open_predictor(words.result.path, device="cpu")
    assert isinstance(tagger, TagPredictor)
    assert tagger.read_file(tmp_path / "new.conll") == [["the", "cat"], ["one"]]
    assert tagger.read_file(tmp_path / "new.txt") == ["the cat", "one"]
    with pytest.raises(FileNotFoundError, match=r"--file must be a text file with a sentence on each line.*none.txt"):
        tagger.read_file(tmp_path / "none.txt")


def test_answers_are_written_as_columns_that_can_be_read_again(words: Trained, tmp_path: Path) -> None:
    out = tmp_path / "out.conll"
    answer(
        str(words.result.path), ["the cat", "one dog"], file=None, out=str(out), as_json=False, device="cpu", options={}
    )
    found = predict(words, ["the cat", "one dog"])
    tagger = open_predictor(words.result.path, device="cpu")
    assert isinstance(tagger, TagPredictor)
    assert tagger.read_file(out) == [each.facts["tokens"] for each in found]
    assert out.read_text(encoding="utf-8").splitlines()[0] == f"the\t{found[0].facts['tags'][0]}"


def test_a_folder_of_another_task_or_of_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        FileNotFoundError, match=r"must hold preprocessing.json, which says how inputs are read; got none"
    ):
        open_task(Asked(data="x"), tmp_path)
    (tmp_path / "preprocessing.json").write_text('{"kind": "images"}', encoding="utf-8")
    with pytest.raises(ValueError, match=r"must be a run of tagging, got one that reads images"):
        open_task(Asked(data="x"), tmp_path)


def test_options_of_other_tasks_are_refused(words: Trained) -> None:
    with pytest.raises(ValueError, match=r"No 'num_beams' in predict. Available: is_split"):
        open_predictor(words.result.path, device="cpu", num_beams=2)
