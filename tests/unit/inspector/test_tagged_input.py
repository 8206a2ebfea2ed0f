"""Looking into a tagger: what it reads, which views show it, what its right answer is."""

from pathlib import Path

import pytest
from tiny_tasks import Trained, train_tiny

from clearhead.core import catalog
from clearhead.inspector.look import look
from clearhead.panels.tokens import Tokens


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train_tiny("tagging, spans", tmp_path_factory.mktemp("tagger"))


def test_words_and_letters_are_read_with_their_places(tagger: Trained) -> None:
    seen = look(tagger.result.path, "The  red dog")
    assert [(piece.text, piece.start, piece.end) for piece in seen.pieces] == [
        ("The", 0, 3),
        ("red", 5, 8),
        ("dog", 9, 12),
    ]
    assert [tuple(part.shape) for part in seen.batch] == [(1, 3), (1, 3, 3)]
    assert seen.logits.shape == (3, len(seen.label_names)) and "B-animal" in seen.label_names


def test_every_view_shows_it_or_says_why_not(tagger: Trained) -> None:
    seen = look(tagger.result.path, "the red dog")
    shown = []
    for name in catalog.entries("inspector/views"):
        try:
            assert seen.panels(name)
            shown.append(name)
        except ValueError as error:
            assert "does not apply" in str(error)
    assert {"computation_graph", "layers", "recurrent_state", "tokenization", "training_step"} <= set(shown)


def test_a_word_it_does_not_know_is_told_with_the_text(tagger: Trained) -> None:
    panel = look(tagger.result.path, "a purple dog").panels("tokenization")[0]
    assert isinstance(panel, Tokens) and "cannot say 6 of the characters" in panel.note


def test_its_right_answer_is_a_tag_for_each_word(tagger: Trained) -> None:
    path = Path(tagger.result.path)
    own = look(path, "a dog").panels("training_step")[0]
    given = look(path, "a dog", target="O O").panels("training_step")[0]
    assert "own answers" in own.note + own.title and "own answers" not in given.note + given.title
    with pytest.raises(ValueError, match=r"look.target must be a tag for each of 2 words, .* got 1: 'O'"):
        look(path, "a dog", target="O").panels("training_step")
    with pytest.raises(ValueError, match=r"No 'X' in the tags of the model. Available: B-animal, I-animal, O"):
        look(path, "a dog", target="O X").panels("training_step")


@pytest.mark.parametrize(("text", "message"), [(" ", "at least one token"), ("dog " * 600, "at most 512 tokens long")])
def test_nothing_and_too_much_are_refused(tagger: Trained, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        look(tagger.result.path, text)
