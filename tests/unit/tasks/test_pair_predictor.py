"""Answers to new texts: one for each line, in order, with what was asked for beside them."""

from typing import Any

import pytest
from tiny_tasks import Trained

from clearhead.tasks.base import Prediction
from clearhead.tasks.translation import predictor


def answers(translator: Trained, texts: list[str], **options: Any) -> list[Prediction]:
    return list(predictor(translator.model, translator.result.path, **options).predict(texts))


def test_an_empty_line_stays_one(translator: Trained) -> None:
    found = answers(translator, ["", "the cat", ""])
    assert [bool(each.text) for each in found] == [False, True, False]
    assert found[0].facts == {"input": "", "output": ""}


def test_a_text_alone_and_among_others_gives_the_same(translator: Trained) -> None:
    texts = ["the cat sat", "a", "one red dog run far away"]
    together = [each.text for each in answers(translator, texts)]
    assert together == [answers(translator, [text])[0].text for text in texts]


def test_a_text_that_is_too_long_is_named_before_any_is_answered(translator: Trained) -> None:
    made = predictor(translator.model, translator.result.path)
    with pytest.raises(ValueError, match=r"Text 2 must be at most 64 tokens long .*got \d+: 'cat cat .*--cut-inputs"):
        next(made.predict(["the cat", "cat " * 40]))
    cut = answers(translator, ["cat " * 40], cut_inputs=True)
    assert len(cut) == 1 and cut[0].facts["input"] == "cat " * 40


def test_the_best_of_several_come_with_their_scores(translator: Trained) -> None:
    facts = answers(translator, ["the cat sat"], num_best=3, num_beams=4)[0].facts
    assert len(facts["alternatives"]) == 2
    scores = [facts["score"], *(each["score"] for each in facts["alternatives"])]
    assert scores == sorted(scores, reverse=True)
    assert "alternatives" not in answers(translator, ["the cat sat"])[0].facts


def test_alignment_is_a_share_of_each_source_piece(translator: Trained) -> None:
    facts = answers(translator, ["the cat"], has_alignment=True)[0].facts
    assert len(facts["alignment"]) == len(facts["pieces"])
    assert all(len(row) == len(facts["source_pieces"]) for row in facts["alignment"])
    assert all(sum(row) == pytest.approx(1, abs=1e-3) for row in facts["alignment"])
    assert ("</s>" in facts["pieces"]) == facts["is_finished"]


def test_an_output_begins_as_it_must_and_ends_in_time(translator: Trained) -> None:
    assert answers(translator, ["the cat"], prefix="die Katze")[0].text.startswith("die Katze")
    assert len(answers(translator, ["the cat"], max_tokens=3)[0].text) <= 3


def test_what_the_vocabulary_lacks_is_counted(translator: Trained) -> None:
    assert answers(translator, ["the cat ☃"])[0].facts["unknown_characters"] == 1


def test_an_unknown_option_is_refused(translator: Trained) -> None:
    with pytest.raises(ValueError, match=r"No 'beams' in predict"):
        predictor(translator.model, translator.result.path, beams=2)
