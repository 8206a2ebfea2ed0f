"""The n-grams view: which window fired each filter, how it voted, and that the votes are the model's scores."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from text_looks import CLASSES, look_at_class

from clearhead.inspector.look import Look

TEXT = "the cat sat on a red mat"
WORDS = TEXT.split()
SIZES = {"widths": (2, 3), "num_filters": 5}


@pytest.fixture
def look(tmp_path: Path) -> Look:
    return look_at_class(tmp_path, "text_cnn", TEXT, **SIZES)


def answers_by_hand(look: Look, width: int, place: int) -> dict[str, float]:
    """Work out with loops what one filter says of every n-gram."""
    x = look.model.embedding.weight.detach().numpy()[look.tokens]
    convolution = look.model.filters.by_width[look.model.config.widths.index(width)]
    weight, bias = convolution.weight.detach().numpy()[place], float(convolution.bias[place].detach())
    found = {}
    for start in range(1 - width, len(WORDS)):
        inside = [index for index in range(start, start + width) if 0 <= index < len(WORDS)]
        total = bias + sum(float(x[index] @ weight[:, index - start]) for index in inside)
        words = [WORDS[index] if index in inside else "·" for index in range(start, start + width)]
        found[" ".join(words)] = max(0.0, total)
    return found


def test_each_filter_is_shown_with_the_ngram_it_answers_most(look: Look) -> None:
    drawing = look.ngrams(top=10)
    rows = [*drawing["for"].rows, *drawing["against"].rows]
    assert len(rows) >= 8
    for ngram, unit, width, response, _, _ in rows:
        by_hand = answers_by_hand(look, width, unit % 5)
        assert width == (2 if unit < 5 else 3)
        assert ngram == max(by_hand, key=lambda words: by_hand[words])
        assert response == pytest.approx(by_hand[ngram], abs=1e-5)


@pytest.mark.parametrize("top", [1, 4, 12])
def test_votes_and_bias_add_up_to_the_scores(look: Look, top: int) -> None:
    drawing = look.ngrams(top=top)
    np.testing.assert_allclose(np.asarray(drawing).sum(0), look.logits.numpy(), atol=1e-5)
    assert drawing["votes"].columns == tuple(CLASSES)
    assert len(drawing["votes"].rows) <= top + 2
    assert max(drawing["check"].column("difference")) < 1e-5


def test_the_check_finds_votes_that_are_not_the_models(look: Look) -> None:
    look.logits[1] += 0.5
    assert look.ngrams()["check"].column("difference")[1] == pytest.approx(0.5, abs=1e-5)


def test_the_strongest_votes_for_and_against_the_models_answer_come_first(look: Look) -> None:
    drawing = look.ngrams()
    best = int(look.logits.argmax())
    votes = look.model.head.weight.detach().numpy()[best] * look.value("pooled").numpy()
    assert drawing["for"].column("vote") == pytest.approx(sorted(votes[votes > 0], reverse=True), abs=1e-6)
    assert drawing["against"].column("vote") == pytest.approx(sorted(votes[votes < 0]), abs=1e-6)
    assert drawing["for"].title == f"For {CLASSES[best]!r}: the strongest votes"


def test_another_class_can_be_asked_about(look: Look) -> None:
    drawing = look.ngrams(answer="so-so")
    weight = look.model.head.weight.detach().numpy()[2]
    assert drawing["for"].column("weight") == weight[drawing["for"].column("filter")].tolist()
    assert "'so-so'" in drawing["against"].title


def test_filters_that_answer_nothing_have_no_ngram(tmp_path: Path) -> None:
    look = look_at_class(tmp_path, "text_cnn", TEXT, **SIZES)
    look.model.filters.by_width[0].bias.data[:] = -100.0
    drawing = look.ngrams(top=20)
    assert "5 of 10 filters answered 0 everywhere" in drawing["votes"].note
    assert {row[2] for row in [*drawing["for"].rows, *drawing["against"].rows]} == {3}
    assert sum(row.endswith(": (silent)") for row in drawing["filters"].rows) == 5
    assert look.ngrams(unit=0)["windows"].note == "It answers 0 everywhere."
    np.testing.assert_allclose(np.asarray(drawing).sum(0), look.logits.numpy(), atol=1e-5)


def test_one_filter_shows_its_answer_to_every_window(look: Look) -> None:
    for unit, width in ((3, 2), (9, 3)):
        windows = look.ngrams(unit=unit)["windows"]
        by_hand = answers_by_hand(look, width, unit % 5)
        assert [point.partition(" ")[2] for point in windows.points] == list(by_hand)
        np.testing.assert_allclose(windows.series["response"], list(by_hand.values()), atol=1e-5)


def test_what_each_word_adds_makes_the_response(look: Look) -> None:
    drawing = look.ngrams(unit=-1)
    words = dict(drawing["words"].rows)
    *parts, total, response = drawing["words"].column("adds")
    assert sum(parts) == pytest.approx(total, abs=1e-9)
    assert response == pytest.approx(float(drawing["windows"].series["response"].max()), abs=1e-5)
    assert list(words)[-3:] == ["bias", "sum", "response: the sum, or 0 where it is negative"]
    weight = look.model.head.weight.detach().numpy()[:, -1]
    assert drawing["vote"].column("vote") == pytest.approx(weight * response, abs=1e-5)


def test_chinese_ngrams_are_shown_as_the_text_has_them(tmp_path: Path) -> None:
    look = look_at_class(tmp_path, "text_cnn", "我吃了苹果", kind="characters", **SIZES)
    points = look.ngrams(unit=0)["windows"].points
    assert points == ("-1 · 我", "0 我吃", "1 吃了", "2 了苹", "3 苹果", "4 果 ·")


def test_a_text_shorter_than_a_filter_has_windows_too(tmp_path: Path) -> None:
    look = look_at_class(tmp_path, "text_cnn", "cat", **SIZES)
    assert look.ngrams(unit=5)["windows"].points == ("-2 · · cat", "-1 · cat ·", "0 cat · ·")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"top": 0}, "ngrams.top must be at least 1, got 0. Use 12."),
        ({"unit": 10}, "ngrams.unit must be between 0 and 9 (there are 10 filters), got 10. "),
        ({"answer": "gut"}, "No 'gut' in the outputs of the model. Available: bad, good, so-so"),
    ],
)
def test_what_is_out_of_range_is_refused(look: Look, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        look.ngrams(**options)
    assert str(caught.value).startswith(message)


def test_a_model_without_filters_over_words_says_so(look_at: Callable[[str], Look]) -> None:
    with pytest.raises(ValueError, match="a GPT has no filters over the words of a text"):
        look_at("the").ngrams()
