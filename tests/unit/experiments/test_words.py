"""Asking word vectors: neighbours, analogies, spelling, tests, files of other tools."""

import json
from pathlib import Path

import numpy as np
import pytest

from clearhead.experiments.words import WordVectors, answer, open_words
from clearhead.interop._word2vec_format import write_binary_vectors, write_text_vectors
from clearhead.models.gpt import GPT
from clearhead.runs.run import save_run
from clearhead.tasks import _word_tests

WORDS = ["king", "queen", "man", "woman", "apple", "new_york", "国王"]
VECTORS = np.array(
    [[1, 1, 0], [1, -1, 0], [0.1, 1, 0], [0.1, -1, 0], [0, 0, 1], [0, 0.2, 1], [1, 0.9, 0.1]], np.float32
)


@pytest.fixture
def words() -> WordVectors:
    return WordVectors("mine", WORDS, VECTORS)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_text_vectors(tmp_path / "mine.vec", WORDS, VECTORS)
    return tmp_path / "mine.vec"


def test_the_nearest_words_come_first_and_the_word_itself_not_at_all(words: WordVectors) -> None:
    near = words.near("king", top=2)
    assert [each.word for each in near] == ["国王", "man"]
    assert near[0].cosine == pytest.approx(words.similarity("king", "国王"))


def test_an_analogy_leaves_out_the_words_of_its_question(words: WordVectors) -> None:
    assert words.analogy("man", "king", "woman", top=1)[0].word == "queen"


def test_the_nearest_of_all_words_may_be_one_of_the_question(words: WordVectors) -> None:
    assert words.nearest_of_all("apple", "apple", "king").word == "king"


def test_case_and_the_spaces_of_a_phrase_do_not_matter(words: WordVectors) -> None:
    assert np.array_equal(words.vector("New York"), VECTORS[5])


def test_of_equal_words_the_first_is_meant() -> None:
    assert WordVectors("mine", ["a", "b", "a"], VECTORS[:3]).row("a") == 0


def test_an_unknown_word_is_offered_the_nearest_spellings(words: WordVectors) -> None:
    with pytest.raises(ValueError, match=r"No 'kign' among the 7 words of mine\. Did you mean 'king'"):
        words.near("kign")
    with pytest.raises(ValueError, match=r"No 'zzzzzzzzzz' .* It was too rare"):
        words.near("zzzzzzzzzz")


def test_less_than_one_word_cannot_be_listed(words: WordVectors) -> None:
    with pytest.raises(ValueError, match=r"words\.top must be at least 1, got 0"):
        words.near("king", top=0)


@pytest.mark.parametrize("name", ["mine.bin", "mine.vec", "mine"])
def test_a_files_form_is_found_by_what_is_in_it(name: str, tmp_path: Path) -> None:
    for write in (write_text_vectors, write_binary_vectors):
        write(tmp_path / name, WORDS, VECTORS)
        found = open_words(tmp_path / name)
        assert found.words == WORDS and np.array_equal(found.vectors, VECTORS)


def test_what_is_exported_is_read_again(words: WordVectors, tmp_path: Path) -> None:
    words.export(tmp_path / "new" / "out.bin", format="binary")
    assert np.array_equal(open_words(tmp_path / "new" / "out.bin").vectors, VECTORS)
    words.export(tmp_path / "projector", format="projector")
    assert (tmp_path / "projector" / "metadata.tsv").read_text(encoding="utf-8").splitlines() == WORDS


def test_nothing_is_written_over(words: WordVectors, file: Path) -> None:
    with pytest.raises(ValueError, match=r"words\.export\.out must be new, got .*mine\.vec, which exists"):
        words.export(file)


def test_a_file_that_was_cut_off_is_refused(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(ValueError, match=r"must hold 7 words, got \d|line \d+ must hold a word and 3 numbers"):
        open_words(file)


def test_files_of_questions_are_told_apart_and_answered(words: WordVectors, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(": family\nman king woman queen\nman king boy prince\n", encoding="utf-8")
    (tmp_path / "s.tsv").write_text("word1\tword2\tscore\nking\tman\t9\nking\tapple\t1\n", encoding="utf-8")
    analogies, similarities = words.score([tmp_path / "a.txt", tmp_path / "s.tsv"])
    assert (analogies.kind, analogies.score, analogies.num_asked, analogies.num_left_out) == ("analogies", 1.0, 1, 1)
    assert analogies.sections == {"family": 1.0}
    assert (similarities.kind, similarities.num_asked) == ("similarities", 2)
    assert similarities.score == pytest.approx(1.0)


def test_without_any_questions_it_says_which_are_needed(words: WordVectors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_word_tests, "folders", lambda: [])
    with pytest.raises(FileNotFoundError, match=r"score needs files of analogies or similarities, found none"):
        words.score()


@pytest.mark.parametrize(
    ("vocabulary", "name"), [(WORDS[:6], "wordsim353.tsv"), (["国王", "王后"], "wordsim240_zh.tsv")]
)
def test_the_published_questions_are_those_of_the_script(
    vocabulary: list[str], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "word_tests").mkdir()
    for file in ("wordsim353.tsv", "wordsim240_zh.tsv"):
        (tmp_path / "word_tests" / file).touch()
    monkeypatch.setattr(_word_tests, "folders", lambda: [tmp_path])
    assert [path.name for path in _word_tests.find_tests(vocabulary)] == [name]


def test_a_run_of_another_task_is_refused(tmp_path: Path) -> None:
    save_run(tmp_path / "run", GPT.tiny(), None, {"task": "language_modeling"})
    with pytest.raises(ValueError, match=r"words\.run must be a run of word vectors .* got a run of language_mod"):
        open_words(tmp_path / "run")


@pytest.mark.parametrize(("action", "given", "wanted"), [("near", [], "1 word"), ("analogy", ["a"], "3 words")])
def test_an_action_takes_its_number_of_words(action: str, given: list[str], wanted: str, file: Path) -> None:
    with pytest.raises(ValueError, match=rf"clearhead words RUN {action} takes {wanted}, got {len(given)}"):
        answer(str(file), action, given)


def test_an_answer_for_a_program_is_json(file: Path) -> None:
    found = json.loads(answer(str(file), "analogy", ["man", "king", "woman"], top=1, as_json=True))
    assert found["answers"][0]["word"] == "queen" and found["nearest_of_all"]["word"] in WORDS


def test_an_answer_for_a_person_says_what_it_would_be_with_all_words_allowed(file: Path) -> None:
    text = answer(str(file), "analogy", ["apple", "apple", "king"], top=1)
    assert text.splitlines()[0] == "apple is to apple as king is to"
    assert text.endswith("Were the words of the question allowed, it would be king (1.0000).")
