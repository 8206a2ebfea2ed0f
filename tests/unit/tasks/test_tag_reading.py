"""How sentences to tag are read: characters and words, neighbours, rare words, vectors, options."""

import dataclasses
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tagged_sentences import CHINESE, SPANS, model_of, open_sentences

from clearhead.tasks._tag_neighbours import Neighbours
from clearhead.tasks.base import Asked
from clearhead.tasks.tagging import Tagging, learn, open_task

Open = Callable[..., Tagging]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Return what opens sentences in a folder of the test."""
    return partial(open_sentences, tmp_path)


def test_the_rarer_a_word_the_more_often_it_is_read_as_unknown_while_learning(opened: Open) -> None:
    task = opened(SPANS, SPANS, rare_word_dropout=2.0)
    ids = task.reader.units.encode_words(["acme", "mary", "."])  # there once, twice, three times
    assert task.unknown_chances[ids].tolist() == pytest.approx([2 / 3, 2 / 4, 2 / 5])
    assert task.unknown_chances[:2].tolist() == [0.0, 0.0]  # padding, and what is unknown already
    seen = [task.batch(step, seed=0, batch_size=4)[0] for step in range(200)]
    kept = [np.mean([float((batch == word).sum()) for batch in seen]) for word in ids]
    assert kept == pytest.approx([1 / 3, 2 / 2, 3 * 3 / 5], rel=0.15)


def test_chinese_is_read_character_by_character_without_letters(opened: Open) -> None:
    task = opened(CHINESE * 3, CHINESE)
    assert task.reader.is_by_characters and task.reader.letters is None and task.reader.scheme == "BMES"
    assert len(task.batch(0, seed=0, batch_size=2)) == 2
    assert task.model_facts("recurrent")["num_characters"] == 0
    assert task.reader.sentence("李 明").words == ["李", "明"]


def test_marks_between_words_do_not_make_them_characters(opened: Open) -> None:
    words = ["print/NAME (/MARK x/NAME ,/MARK [/MARK one/NAME ]/MARK )/MARK"]
    assert not opened(words, words).reader.is_by_characters


def test_neighbours_are_read_as_the_two_pairs_a_character_is_in(opened: Open) -> None:
    task = opened(CHINESE * 3, ["王/B-NAME 伟/E-NAME 在/O 京/S-LOC"], has_neighbours=True)
    pairs = task.reader.letters
    assert isinstance(pairs, Neighbours) and task.model_facts("recurrent")["num_characters"] == pairs.size
    _, letters = task.read["valid"].tensors(task.read["valid"].rows)
    said = [[pairs.pairs[index - 2] if index > 1 else None for index in row] for row in letters[0].tolist()]
    assert said == [[("", "王"), ("王", "伟")], [("王", "伟"), None], [None, ("在", "京")], [("在", "京"), ("京", "")]]


def test_a_piece_of_a_long_sentence_keeps_its_neighbours(opened: Open) -> None:
    task = opened([" ".join(CHINESE)] * 2, CHINESE, has_neighbours=True)
    short = task.for_model(dataclasses.replace(model_of(task).config, context_length=4))
    whole = short.read["train"].tensors(short.read["train"].rows[:1])[1][0]
    pieces = [short._piece(place)[0] for place, (sentence, _, _) in enumerate(short.pieces) if sentence == 0]
    assert len(pieces) > 1
    assert torch.equal(torch.cat([short.read["train"].tensors([piece])[1][0] for piece in pieces]), whole)


def test_neighbours_and_letters_exclude_each_other(opened: Open) -> None:
    with pytest.raises(ValueError, match=r"has_neighbours must be False with has_letters, got True"):
        opened(CHINESE, CHINESE, has_neighbours=True, has_letters=True)


def test_word_vectors_begin_the_embedding(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "vectors.txt"
    path.write_text("2 3\nmary 1 2 3\nRome 4 5 6\n", encoding="utf-8")
    task = opened(SPANS, SPANS, vectors=str(path))
    width = task.defaults("recurrent").model_options
    assert width == {"embedding_dim": 3}
    model = model_of(task, **width)
    [mary, rome] = task.reader.units.encode_words(["Mary", "rome"])
    assert model.embedding.weight[[mary, rome]].tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("rare_word_dropout", -1.0, r"rare_word_dropout must be at least 0, got -1.0"),
        ("min_count", 0, "min_count must be at least 1, got 0"),
    ],
)
def test_impossible_options_are_refused(opened: Open, name: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        opened(SPANS, SPANS, **{name: value})


def test_a_known_set_is_read_as_it_is(tmp_path: Path) -> None:
    if not (Path(os.environ.get("CLEARHEAD_DATA", "")) / "resume_ner").is_dir():
        pytest.skip("CLEARHEAD_DATA holds no resume_ner")
    asked = Asked(data="resume_ner", train_share=0.02)
    learn(asked, tmp_path, parent=None, tell=lambda text: None)
    task = open_task(asked, tmp_path)
    assert task.reader.is_by_characters and task.has_crf and task.main_score == "entity_f1"
    assert {"B-NAME", "M-NAME", "E-NAME", "S-RACE", "O"} & set(task.reader.tag_names)
