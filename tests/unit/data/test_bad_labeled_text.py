"""Labelled texts that cannot be used are refused with the reason and the remedy."""

import gzip
from pathlib import Path

import pytest

from clearhead.data._read import UnreadableTextError
from clearhead.data.labeled_text import open_labeled_texts

LINES = "".join(f"A {word} film, number {n}\t{label}\n" for n in range(30) for word, label in (("good", 1), ("bad", 0)))
TSV = f"text\tlabel\n{LINES}"


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def test_a_missing_column_lists_those_there_are(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", TSV)
    with pytest.raises(
        ValueError, match=r"a\.tsv has no column 'lable' \(it has 'text', 'label'\)\. Did you mean 'label'"
    ):
        open_labeled_texts(path, target="lable")
    with pytest.raises(ValueError, match=r"a\.tsv has no column 'body' \(it has 'text', 'label'\)\. Name one of them"):
        open_labeled_texts(path, text_columns=["body"])


def test_columns_with_other_names_are_listed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", TSV.replace("text\tlabel", "words\tsays", 1))
    with pytest.raises(ValueError, match=r"must have a column of texts called text, .* got 'words', 'says'\. Name the"):
        open_labeled_texts(path)
    lines = "".join(f"a b\t{n % 2}\t{n % 3}\n" for n in range(40))
    with pytest.raises(ValueError, match=r"must have a column of labels called label, .* got 'text', 'x', 'y'"):
        open_labeled_texts(write(tmp_path / "b.tsv", f"text\tx\ty\n{lines}"))


def test_the_only_other_column_is_the_label(tmp_path: Path) -> None:
    texts = open_labeled_texts(write(tmp_path / "a.tsv", TSV.replace("\tlabel", "\tstars", 1)))
    assert texts.preprocessing()["target"]["column"] == "stars"


def test_a_file_without_a_header_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", LINES)
    with pytest.raises(
        ValueError, match=r"a\.tsv must begin with the names of its columns, got what looks like a row: 'A"
    ):
        open_labeled_texts(path)


def test_rows_of_one_class_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", "text\tlabel\n" + "".join(f"film {n}\tgood\n" for n in range(40)))
    with pytest.raises(ValueError, match=r"at least two classes in 'label', got only 'good' in 40 rows\. Add rows"):
        open_labeled_texts(path)


def test_labels_that_never_repeat_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", "text\tlabel\n" + "".join(f"film {n}\tid{n}\n" for n in range(40)))
    with pytest.raises(ValueError, match=r"must repeat its labels, got 40 different ones in 'label' for 40 rows"):
        open_labeled_texts(path)


def test_a_quotation_mark_left_open_is_refused_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'text,label\ngood,1\n"bad,0\nfine,1\n')
    with pytest.raises(
        ValueError, match=r"a\.csv must close every quotation mark, got one left open in the row at line 3"
    ):
        open_labeled_texts(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"a\.tsv must begin with a header, got an empty file"),
        ("text\tlabel\n", r"a\.tsv must hold rows below the names of its columns, got none"),
        ("text\ttext\na\tb\n", r"a\.tsv must name each column once, got 'text' twice"),
        ("text\t\tlabel\na\tb\tc\n", r"a\.tsv must name every column, got none for column 2"),
        ("text\tlabel\n\t1\n \t0\n", r"a\.tsv must hold texts for its train part, got 2 rows, none with text"),
        ("text\tlabel\na\tb\tc\n", r"a\.tsv line 2 has 3 fields, the header has 2 .* No other row of it is better"),
        (b"text\tlabel\na\0b\t1\n", r"a\.tsv is not text: NUL byte in line 2"),
        (b"PK\x03\x04", r"a\.tsv is a zip archive"),
    ],
)
def test_a_file_without_usable_rows_says_why(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        open_labeled_texts(write(tmp_path / "a.tsv", content))


def test_what_is_not_there_offers_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"Did you mean the known set 'intents'"):
        open_labeled_texts("intent")
    with pytest.raises(ValueError, match=r"spec must name texts, got ' '"):
        open_labeled_texts(" ")
    with pytest.raises(ValueError, match=r"No 'number' in the target kinds of texts\. Available: class, labels"):
        open_labeled_texts("intents", target_kind="number")
    with pytest.raises(ValueError, match=r"must be a table that ends in .*, got a\.pdf"):
        open_labeled_texts(write(tmp_path / "a.pdf", "x"))
    with pytest.raises(ValueError, match=r"must hold tables .* or a folder of \.txt files for each class, got a\.pdf"):
        open_labeled_texts(tmp_path)


def test_damaged_gzip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTextError, match="ends too early"):
        open_labeled_texts(write(tmp_path / "a.tsv.gz", gzip.compress(TSV.encode())[:-20]))


def test_a_part_without_labels_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "train.tsv", TSV)
    write(tmp_path / "test.tsv", "text\tlabel\nA film\t\n")
    with pytest.raises(ValueError, match=r"must have labels in 'label' for its test part, got none in 1 rows\. Label"):
        open_labeled_texts(tmp_path)


def test_a_file_of_a_set_with_other_columns_is_named(tmp_path: Path) -> None:
    write(tmp_path / "train.tsv", TSV)
    write(tmp_path / "test.tsv", "id\ttext\n1\tA film\n")
    with pytest.raises(ValueError, match=r"test\.tsv has no column 'label' \(it has 'id', 'text'\)"):
        open_labeled_texts(tmp_path)


def test_the_label_must_stand_in_another_column_than_the_text(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", TSV)
    with pytest.raises(ValueError, match=r"must have its label in another column than its text, got 'text' for both"):
        open_labeled_texts(path, text_columns=["text"], target="text")
    with pytest.raises(ValueError, match=r"by one column of texts or by two different ones, got text, text\. Name"):
        open_labeled_texts(path, text_columns=["text", "text"])
