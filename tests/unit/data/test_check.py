"""The report on a text before training says what is true of it."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from clearhead.data._check import check_text, tell


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def prose(num_lines: int) -> str:
    return "".join(f"This is the sentence of number {number} and it is long enough.\n" for number in range(num_lines))


def test_documents_characters_bytes_and_lines_are_counted_in_each_part(tmp_path: Path) -> None:
    write(tmp_path / "train.txt", "中文\nab\n")
    write(tmp_path / "valid.txt", "x")
    parts = check_text(tmp_path).parts
    assert asdict(parts["train"]) == {"documents": 1, "characters": 6, "bytes": 10, "lines": 2}
    assert asdict(parts["valid"]) == {"documents": 1, "characters": 1, "bytes": 1, "lines": 1}


@pytest.mark.parametrize(
    ("text", "script", "language"),
    [
        (prose(100), "Latin", "English by its common words"),
        ("Der Hund und die Katze, das ist ein Haus und nicht der Wald.\n" * 30, "Latin", "German by its common words"),
        ("El perro y los gatos que viven en una casa con las flores.\n" * 30, "Latin", "Spanish by its common words"),
        ("床前明月光，疑是地上霜。\n" * 30, "Chinese", "Chinese"),
        ("これは日本語の文です。漢字もあります。\n" * 30, "Japanese", "Japanese"),
        ("Это русский текст.\n" * 30, "Cyrillic", "Cyrillic"),
        ("12 345 !?\n" * 30, None, ""),
    ],
)
def test_script_and_language_are_guessed(tmp_path: Path, text: str, script: str | None, language: str) -> None:
    check = check_text(write(tmp_path / "a.txt", text))
    assert check.language == language
    assert next(iter(check.scripts), None) == script


def test_mixed_scripts_are_told_with_their_shares(tmp_path: Path) -> None:
    check = check_text(write(tmp_path / "a.txt", "abc 中\n" * 100))
    assert check.scripts == {"Latin": 0.75, "Chinese": 0.25}


def test_the_vocabulary_is_counted(tmp_path: Path) -> None:
    check = check_text(write(tmp_path / "a.txt", "Ab ab don't 中文字\n" * 40))
    assert check.distinct_words == 2, "Ab and ab are one; Chinese has no spaces to count by"
    assert check.distinct_characters == len(set("Ab ab don't 中文字\n"))


def test_repeated_lines_and_documents_are_found(tmp_path: Path) -> None:
    line = "This very line of text stands here more than once, which is odd.\n"
    for number in range(30):
        write(
            tmp_path / f"{number}.txt", line if number < 3 else f"Document {number} says something of its own here.\n"
        )
    check = check_text(tmp_path)
    total = sum(part.characters - part.documents for part in check.parts.values())
    assert check.repeated_documents == 2
    assert check.repeated_share == pytest.approx(2 * (len(line) - 1) / total, abs=1e-3)


def test_validation_text_that_stands_in_training_is_found_and_warned_of(tmp_path: Path) -> None:
    write(tmp_path / "train.txt", prose(2000))
    write(tmp_path / "valid.txt", prose(100) + "An honest line that the model has not seen before at all.\n" * 1)
    check = check_text(tmp_path)
    assert 0.97 < check.leaked_share < 1
    assert any("of the validation text also stands in training" in warning for warning in check.warnings)


def test_very_long_lines_are_measured_even_when_they_never_end(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", prose(30_000) + "word " * 900_000 + "\n" + "short\n" * 5)
    check = check_text(path)
    assert check.longest_line == 4_500_000 - _validation_of_the_line(check.parts["valid"].characters)
    assert check.long_lines == 2, "the split by position goes through it"


def _validation_of_the_line(valid_characters: int) -> int:
    return valid_characters - len("\n" + "short\n" * 5)


def test_suspicious_characters_are_counted(tmp_path: Path) -> None:
    text = prose(50) + "bell \x07 lost \ufffd zero\u200bwidth cafÃ© <b>bold</b> &nbsp; \ue000\n"
    assert check_text(write(tmp_path / "a.txt", text)).suspicious == {
        "control characters": 1,
        "replacement characters � (text lost in an earlier conversion)": 1,
        "invisible characters": 1,
        "private or unassigned characters": 1,
        "tags or entities of HTML": 3,
        "wrongly decoded characters (Ã©, â€™)": 1,
    }


def test_clean_prose_has_nothing_suspicious_and_no_warning(tmp_path: Path) -> None:
    text = "".join(f"Line {number} tells of {number * 7} things that the day brought.\n" for number in range(6000))
    check = check_text(write(tmp_path / "a.txt", text))
    assert check.suspicious == {} and check.warnings == []


def test_little_text_is_warned_of_with_its_numbers(tmp_path: Path) -> None:
    check = check_text(write(tmp_path / "a.txt", prose(20)))
    total = sum(part.characters for part in check.parts.values())
    assert check.warnings[0].startswith(f"{total:,} characters are few")
    assert "make a noisy score" in check.warnings[1]


def test_what_was_skipped_is_told(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", prose(50))
    (tmp_path / "b.png").write_bytes(b"\x89PNG\0")
    lines = tell(check_text(tmp_path))
    assert "Skipped 1 of 2 files: 1 binary." in lines
    assert lines[1].split()[:3] == ["train", "1", "documents"]


def test_a_check_is_plain_json(tmp_path: Path) -> None:
    check = check_text(write(tmp_path / "a.txt", prose(50)))
    assert json.loads(json.dumps(asdict(check)))["parts"]["train"]["documents"] == 1
