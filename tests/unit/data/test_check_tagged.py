"""The report on tagged sentences before training says what is true of them."""

from pathlib import Path

import pytest

from clearhead.data._check_tagged import LONG_SENTENCE_WORDS, LONG_WORD_CHARACTERS, check_tagged, tell

PLAIN = "".join(f"Name{n} B-PER\nSmith I-PER\nsleeps O\n\n" for n in range(40))


def write(folder: Path, **parts: str) -> str:
    for part, text in parts.items():
        (folder / f"{part}.conll").write_text(text, encoding="utf-8")
    return str(folder)


def test_sentences_words_and_spans_are_counted_in_each_part(tmp_path: Path) -> None:
    check = check_tagged(write(tmp_path, train=PLAIN, valid="Smith B-LOC\n\nBo B-PER\nis O\n"))
    train, valid = check.parts["train"], check.parts["valid"]
    assert (train.sentences, train.words, train.median_length, train.longest) == (40, 120, 3.0, 3)
    assert (valid.sentences, valid.words, valid.longest) == (2, 3, 2)
    assert check.entities == {"PER": {"train": 40, "valid": 1}, "LOC": {"train": 0, "valid": 1}}
    assert check.tags["I-PER"] == {"train": 40, "valid": 0} and check.scheme == "BIO"
    assert "Never in training, so never predicted: LOC." in check.warnings
    assert any("2 sentences of valid make a noisy score" in warning for warning in check.warnings)


def test_words_unknown_to_training_are_a_share_of_the_words(tmp_path: Path) -> None:
    check = check_tagged(write(tmp_path, train=PLAIN, valid="Smith B-PER\nBo B-PER\nis O\nSmith O\n"))
    assert check.parts["valid"].unknown_words == 0.5
    assert check.parts["train"].unknown_words == pytest.approx(1 / 3, abs=1e-4)


def test_repeated_contradictory_and_leaked_sentences_are_told_apart(tmp_path: Path) -> None:
    train = f"{PLAIN}Name1 B-PER\nSmith I-PER\nsleeps O\n\nName2 O\nSmith O\nsleeps O\n"
    check = check_tagged(write(tmp_path, train=train, test="Name3 O\nSmith O\nsleeps O\n\nBo O\n", valid="Bo O\n"))
    assert (check.repeated, check.contradictory) == (2, 1)
    assert check.leaked == {"valid": 0, "test": 1}
    assert any("50% of the sentences of test also stand in training" in warning for warning in check.warnings)


def test_broken_rows_are_counted_and_shown_not_refused(tmp_path: Path) -> None:
    check = check_tagged(write(tmp_path, train=f"{PLAIN}Bo O\nAl I-PER\n", valid=PLAIN))
    assert check.broken == 1 and check.examples == ["train.conll line 162 has 'I-PER' after 'O'"]
    assert any("1 sentences have tags that break BIO: training on a file stops" in each for each in check.warnings)


def test_very_long_sentences_and_words_are_shown_with_their_place(tmp_path: Path) -> None:
    long = "w O\n" * LONG_SENTENCE_WORDS + f"{'x' * (LONG_WORD_CHARACTERS + 1)} O\n"
    check = check_tagged(write(tmp_path, train=f"{PLAIN}{long}", valid=PLAIN))
    assert (check.long_sentences, check.long_words) == (1, 1)
    last = 160 + LONG_SENTENCE_WORDS + 1
    assert check.examples == [
        "train.conll line 161 begins a sentence of 201 words",
        f"train.conll line {last} has a word of 51 characters: {'x' * 40}…",
    ]
    assert any("perhaps a blank line between them is missing" in warning for warning in check.warnings)


def test_chinese_characters_are_called_characters(tmp_path: Path) -> None:
    text = "".join(f"{character} B-N\n人 I-N\n\n" for character in "王李张刘陈杨赵黄周吴")
    check = check_tagged(write(tmp_path, train=text, valid=text))
    assert check.words_are_characters and tell(check)[0].endswith(": characters with tags, scheme BIO")


def test_parts_of_speech_are_counted_as_tags(tmp_path: Path) -> None:
    text = "a DET\ndog NOUN\n\nthe DET\ncat NOUN\nsat VERB\n"
    check = check_tagged(write(tmp_path, train=text, valid=text))
    assert check.entities == {} and check.tags == {
        "DET": {"train": 2, "valid": 2},
        "NOUN": {"train": 2, "valid": 2},
        "VERB": {"train": 1, "valid": 1},
    }
    assert "Fewer than 10 in training each: DET, NOUN, VERB." in check.warnings


def test_the_report_is_told_in_lines(tmp_path: Path) -> None:
    lines = tell(check_tagged(write(tmp_path, train=PLAIN, valid=PLAIN), tag_column="2"))
    assert "  PER: spans 40 in train, 40 in valid" in lines
    assert "Sentences that also stand in training: 40 of 40 in valid." in lines
    assert any(line.startswith("Read column 1 as the word and column 2") for line in lines)
