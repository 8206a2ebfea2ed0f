"""The report on labelled texts before training says what is true of them."""

from collections.abc import Sequence
from pathlib import Path

from clearhead.data._check_labeled import check_labeled, tell
from clearhead.data._checks import check_data


def write(folder: Path, rows: Sequence[tuple[str, str]], part: str = "train", columns: str = "text\tlabel") -> str:
    folder.mkdir(exist_ok=True)
    lines = "".join(f"{text}\t{label}\n" for text, label in rows)
    (folder / f"{part}.tsv").write_text(f"{columns}\n{lines}", encoding="utf-8")
    return str(folder)


def some_rows(count: int = 60, start: int = 0) -> list[tuple[str, str]]:
    return [(f"A film of number {n}", "good" if n % 3 else "bad") for n in range(start, start + count)]


def test_rows_classes_and_lengths_are_counted_in_each_part(tmp_path: Path) -> None:
    write(tmp_path / "t", some_rows())
    check = check_labeled(write(tmp_path / "t", [*some_rows(3, 100), ("好看", "bad")], "valid"))
    assert check.parts == {"train": 60, "valid": 4}
    assert check.classes == {"good": {"train": 40, "valid": 2}, "bad": {"train": 20, "valid": 2}}
    assert check.lengths["train"].longest_words == 5 and check.lengths["train"].longest_characters == 19
    assert check.lengths["valid"].median_words == 5 and check.scripts == {"Latin": 0.9844, "Chinese": 0.0156}
    assert "4 texts of valid make a noisy score." in check.warnings


def test_copies_are_found_within_and_across_parts_whatever_their_case_and_spaces(tmp_path: Path) -> None:
    write(tmp_path / "t", [*some_rows(), ("a  FILM of number 1", "good"), ("A film of number 2", "bad")])
    write(tmp_path / "t", [("a film OF number 3", "good"), ("Only here", "bad")], "valid")
    check = check_labeled(write(tmp_path / "t", [("only here", "bad"), ("Never before", "good")], "test"))
    assert (check.repeated, check.contradictory) == (2, 1)
    assert check.leaked == {"valid in train": 1, "test in train": 0, "test in valid": 1}
    assert "50% of valid also stand in train: the score of valid flatters." in check.warnings
    assert "1 equal texts have different targets: no model can get them all right." in check.warnings


def test_suspicious_texts_are_counted_and_shown_with_their_places(tmp_path: Path) -> None:
    odd = [("x", "good"), ("...", "bad"), ("<b>bold</b>", "good"), ("это кино", "bad"), ('"He said ""no"""', "good")]
    check = check_labeled(write(tmp_path / "t", [*some_rows(200), *odd, ("long " * 3_000, "good")]))
    assert check.suspicious == {
        "of one character": 1,
        "without a letter": 1,
        "with tags or entities of HTML": 1,
        "in quotation marks, with others doubled within": 1,
        "of more than 10,000 characters": 1,
        "in another script than the rest": 1,
    }
    assert "train.tsv line 202, of one character: 'x'" in check.examples
    assert any("3,000 words: models read only the beginning" in warning for warning in check.warnings)
    assert any("TSV is read without quoting" in warning for warning in check.warnings)


def test_rare_classes_and_uneven_ones_are_warned_of(tmp_path: Path) -> None:
    check = check_labeled(write(tmp_path / "t", [*((f"film {n}", "good") for n in range(300)), ("odd one", "rare")]))
    assert any(warning == "Fewer than 10 training texts each: rare." for warning in check.warnings)
    assert any("times as many texts as the rarest: look at macro-F1" in warning for warning in check.warnings)


def test_marks_of_entities_are_told_and_are_no_tags(tmp_path: Path) -> None:
    rows = [(f"The <e1>cup</e1> {n} holds <e2>tea</e2>", "ab"[n % 2]) for n in range(40)]
    check = check_labeled(write(tmp_path / "t", rows, columns="text\trelation"))
    assert check.has_marks and not check.suspicious
    assert check.lengths["train"].longest_words == 9
    assert tell(check)[0] == "t: a text that marks two entities a row, each with one of 2 classes"


def test_what_reading_left_out_is_in_the_report(tmp_path: Path) -> None:
    check = check_labeled(write(tmp_path / "t", [*some_rows(), ("", "good"), ("caf\u00e9", "good")]))
    assert "Left out 1 rows of train with no text (train.tsv line 62)." in check.report


def test_labels_are_counted_each(tmp_path: Path) -> None:
    rows = [(f"film {n}", ("new|good", "good", "")[n % 3]) for n in range(60)]
    write(tmp_path / "t", rows)
    check = check_labeled(write(tmp_path / "t", rows[:3], "valid"), target_kind="labels")
    assert check.classes == {"good": {"train": 40, "valid": 2}, "new": {"train": 20, "valid": 1}}


def test_the_task_gives_texts_this_check_and_tables_theirs(tmp_path: Path) -> None:
    folder = write(tmp_path / "t", some_rows())
    found, lines = check_data(folder, task="classification")
    assert found["classes"]["good"]["train"] > found["classes"]["bad"]["train"]
    assert lines[0] == "t: a text a row, each with one of 2 classes" and any("Repeated: 0" in line for line in lines)
    pairs = write(tmp_path / "p", [(f"It rains {n}\tIt is wet", "ab"[n % 2]) for n in range(40)], columns="a\tb\tlabel")
    assert check_data(pairs, task="classification", text_column="a, b")[0]["num_texts"] == 2
    assert check_data("iris", task="classification")[0]["kind"] == "rows"


def test_the_made_up_intents_have_nothing_suspicious() -> None:
    found, _ = check_data("intents", task="classification")
    assert not any(found["leaked"].values()) and not found["suspicious"] and not found["warnings"]
