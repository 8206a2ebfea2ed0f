"""Labelled texts that a word means: which files, which columns, what is left out and what is refused."""

import gzip
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest

from clearhead.data._labeled import LabeledTexts
from clearhead.data.labeled_text import open_labeled_texts

ROWS = [
    (f'A "{word}" film, number {number}', label)
    for number in range(30)
    for word, label in (("good", "1"), ("bad", "0"))
]
TSV = "text\tlabel\n" + "".join(f"{text}\t{label}\n" for text, label in ROWS)


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def said(texts: LabeledTexts, part: str) -> set[tuple[str, str]]:
    names = texts.label_names
    return {(row[0], names[target]) for row, target in zip(texts.texts(part), texts.targets(part), strict=True)}


def told(texts: LabeledTexts) -> str:
    return "\n".join(texts.report)


# What is read


def test_tsv_csv_jsonl_parquet_and_gz_say_the_same(tmp_path: Path) -> None:
    quoted = "".join('"{}",{}\n'.format(text.replace('"', '""'), label) for text, label in ROWS)
    rows = "".join(json.dumps({"id": 1, "text": text, "label": int(label)}) + "\n" for text, label in ROWS)
    write(tmp_path / "a.tsv", TSV)
    write(tmp_path / "a.tsv.gz", gzip.compress(TSV.encode()))
    write(tmp_path / "a.csv", f"text,label\n{quoted}")
    write(tmp_path / "a.jsonl", rows)
    columns = {"text": [text for text, _ in ROWS], "label": [int(label) for _, label in ROWS]}
    pa_parquet.write_table(pa.table(columns), tmp_path / "a.parquet")
    found = [open_labeled_texts(tmp_path / f"a.{end}") for end in ("tsv", "tsv.gz", "csv", "jsonl", "parquet")]
    for texts in found:
        assert texts.splits == ("train", "valid") and texts.label_names == ["0", "1"]
        assert said(texts, "train") | said(texts, "valid") == set(ROWS)
        assert (texts.target_kind, texts.num_texts, texts.has_marks) == ("class", 1, False)
    assert len({texts.fingerprint for texts in found}) == 1, "the same texts have the same fingerprint"


def test_a_row_says_where_it_stands(tmp_path: Path) -> None:
    write(tmp_path / "train.tsv", TSV)
    write(tmp_path / "valid.csv", 'text,label\n"good\nand long",1\nbad,0\n')
    texts = open_labeled_texts(tmp_path)
    assert texts.places("train")[:2] == ["train.tsv line 2", "train.tsv line 3"]
    assert texts.places("valid") == ["valid.csv line 2", "valid.csv line 4"]
    assert texts.texts("valid")[0] == ("good\nand long",)


def test_parts_named_by_files_are_taken_so(tmp_path: Path) -> None:
    for part in ("train", "valid", "test"):
        write(tmp_path / f"{part}.tsv", f"text\tlabel\nof {part}\t1\nand {part}\t0\n")
    texts = open_labeled_texts(tmp_path)
    assert texts.splits == ("train", "valid", "test") and said(texts, "test") == {("of test", "1"), ("and test", "0")}


def test_other_rows_can_be_named_for_validation(tmp_path: Path) -> None:
    write(tmp_path / "a.tsv", TSV)
    other = write(tmp_path / "b.tsv", "id\ttext\tlabel\n1\tfine film\t1\n")
    texts = open_labeled_texts(tmp_path / "a.tsv", valid=other)
    assert said(texts, "valid") == {("fine film", "1")} and len(texts.texts("train")) == len(ROWS)
    assert "Validation rows: b.tsv." in texts.report


def test_without_a_validation_part_a_fixed_tenth_is_set_aside_and_no_text_is_on_both_sides(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", TSV + "".join(f"{text}\t{label}\n" for text, label in ROWS))
    texts = open_labeled_texts(path)
    assert 0 < len(texts.texts("valid")) < len(texts.texts("train")) / 3
    assert not {*texts.texts("valid")} & {*texts.texts("train")}
    assert open_labeled_texts(path).texts("valid") == texts.texts("valid")


def test_a_class_of_one_row_stays_in_training(tmp_path: Path) -> None:
    for number in range(30):
        texts = open_labeled_texts(write(tmp_path / f"{number}.tsv", f"{TSV}Rare one, {number}\trare\n"))
        assert "rare" in texts.label_names and "rare" in {name for _, name in said(texts, "train")}


def test_few_rows_train_and_validate(tmp_path: Path) -> None:
    texts = open_labeled_texts(write(tmp_path / "a.tsv", "text\tlabel\ngood\t1\nbad\t0\n"))
    assert texts.texts("train") == texts.texts("valid") and "Too few" in told(texts)


def test_columns_go_by_their_names_or_by_the_users_words(tmp_path: Path) -> None:
    lines = "".join(f"{number}\tSome words {number}\t{'ab'[number % 2]}\t{'xyz'[number % 3]}\n" for number in range(40))
    path = write(tmp_path / "a.tsv", f"id\tReview\tsentiment\tkind\n{lines}")
    texts = open_labeled_texts(path)
    assert texts.label_names == ["a", "b"]
    assert "Read 'Review' as the text and 'sentiment' as what is to be predicted." in texts.report
    assert open_labeled_texts(path, target="kind").label_names == ["x", "y", "z"]
    assert texts.preprocessing()["text_columns"] == ["Review"]
    assert texts.preprocessing()["target"] == {"column": "sentiment", "kind": "class", "label_names": ["a", "b"]}


def test_two_columns_of_texts_are_read_together(tmp_path: Path) -> None:
    lines = "".join(f"It rains {n}\tIt is wet {n}\t{('yes', 'no')[n % 2]}\n" for n in range(40))
    path = write(tmp_path / "a.tsv", f"premise\thypothesis\tlabel\n{lines}")
    for texts in (open_labeled_texts(path), open_labeled_texts(path, text_columns=("premise", "hypothesis"))):
        assert texts.num_texts == 2 and ("It rains 1", "It is wet 1") in texts.texts("train")
    assert open_labeled_texts(path, text_columns="premise").num_texts == 1


@pytest.mark.parametrize("in_json", [True, False])
def test_several_labels_are_split(tmp_path: Path, in_json: bool) -> None:
    rows = [("film one", ["new", "good"]), ("film two", []), ("film three", ["good"])]
    if in_json:
        lines = "".join(json.dumps({"text": text, "labels": labels}) + "\n" for text, labels in rows)
    else:
        lines = "text\tlabels\n" + "".join(f"{text}\t{'|'.join(labels)}\n" for text, labels in rows)
    texts = open_labeled_texts(write(tmp_path / f"a.{'jsonl' if in_json else 'tsv'}", lines))
    assert (texts.target_kind, texts.label_names) == ("labels", ["good", "new"])
    assert texts.targets("train").tolist() == [[1, 1], [0, 0], [1, 0]] and texts.targets("train").dtype == np.uint8
    as_class = open_labeled_texts(tmp_path / f"a.{'jsonl' if in_json else 'tsv'}", target_kind="class")
    assert "new|good" in as_class.label_names


def test_a_json_list_in_a_field_is_several_labels(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", 'text\ttags\nfilm one\t["new", "good"]\nfilm two\t[]\nfilm three\t[x\n')
    assert open_labeled_texts(path, target_kind="labels").label_names == ["[x", "good", "new"]


def test_a_column_called_labels_with_one_each_is_a_class(tmp_path: Path) -> None:
    assert open_labeled_texts(write(tmp_path / "a.tsv", TSV.replace("label", "labels", 1))).target_kind == "class"


def test_folders_of_text_files_are_classes(tmp_path: Path) -> None:
    for part in ("train", "test"):
        for number in range(4):
            kind = ("neg", "pos")[number % 2]
            write(tmp_path / part / kind / f"{number}_9.txt", f"{part} {kind} {number}")
    write(tmp_path / "train" / "unsup" / "0_0.txt", "nobody knows")
    write(tmp_path / "imdb.vocab", "the")
    texts = open_labeled_texts(tmp_path)
    assert texts.label_names == ["neg", "pos"] and texts.splits == ("train", "valid", "test")
    assert said(texts, "test") == {(f"test {('neg', 'pos')[n % 2]} {n}", ("neg", "pos")[n % 2]) for n in range(4)}
    assert texts.places("test")[0] == "test/neg/0_9.txt"
    assert "Left out 1 texts of unsup: they have no class." in texts.report


# What is left out and told


def test_labels_never_seen_in_training_are_left_out_of_the_score_and_named(tmp_path: Path) -> None:
    write(tmp_path / "train.tsv", TSV)
    write(tmp_path / "valid.tsv", "text\tlabel\ngood film\t1\nbad film\t0\n")
    write(tmp_path / "test.tsv", "text\tlabel\ngood one\t1\nodd one\t7\nodder one\t7\n")
    texts = open_labeled_texts(tmp_path)
    assert said(texts, "test") == {("good one", "1")} and texts.label_names == ["0", "1"]
    assert (
        "Left out 2 of 3 rows of test whose label never stands in training: '7' 2 times (first in test.tsv line 3). "
        "The score of test is over the other rows."
    ) in texts.report


def test_a_part_of_only_unseen_labels_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "train.tsv", TSV)
    write(tmp_path / "test.tsv", "text\tlabel\ngood one\tpositive\n")
    with pytest.raises(
        ValueError, match=r"labels in its test part that training has too, got only .*'positive' 1 times"
    ):
        open_labeled_texts(tmp_path)


def test_empty_texts_and_missing_labels_are_left_out_and_counted(tmp_path: Path) -> None:
    write(tmp_path / "train.tsv", TSV + "  \t1\n\t0\nno label\t\n")
    write(tmp_path / "valid.tsv", "text\tlabel\n\t1\nfine\t1\n")
    texts = open_labeled_texts(tmp_path)
    assert len(texts.texts("train")) == len(ROWS) and texts.texts("valid") == [("fine",)]
    assert "Left out 2 rows of train with no text (train.tsv line 62, train.tsv line 63)." in texts.report
    assert "Left out 1 rows of train with no label (train.tsv line 64)." in texts.report
    assert "Left out 1 rows of valid with no text (valid.tsv line 2)." in texts.report


def test_rows_with_too_many_fields_are_left_out_and_told(tmp_path: Path) -> None:
    texts = open_labeled_texts(write(tmp_path / "a.tsv", f"{TSV}one\ttab\t1\n"))
    assert "Left out 1 bad rows of a.tsv:" in texts.report
    assert "a.tsv line 62 has 3 fields, the header has 2 (text, label). Quote the separator" in told(texts)


def test_rows_that_are_no_objects_or_no_strings_are_left_out_and_told(tmp_path: Path) -> None:
    good = "".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in ROWS)
    bad = '{"text": "a\n[1]\n{"text": {"a": 1}, "label": "1"}\n{"text": "\\ud800", "label": "1"}\n'
    texts = open_labeled_texts(write(tmp_path / "a.jsonl", good + bad))
    assert "Left out 4 bad rows of a.jsonl:" in texts.report and "a.jsonl line 61 is not JSON" in told(texts)
    assert len(texts.texts("train")) + len(texts.texts("valid")) == len(ROWS)


@pytest.mark.parametrize("end", ["tsv", "csv", "jsonl"])
def test_a_line_of_a_megabyte_is_read(tmp_path: Path, end: str) -> None:
    long = "very " * 250_000 + "long"
    rows = [*ROWS, (long, "1")]
    separator = "\t" if end == "tsv" else ","
    lines = f"text{separator}label\n" + "".join(
        f"{t.replace(',', '').replace(chr(34), '')}{separator}{y}\n" for t, y in rows
    )
    if end == "jsonl":
        lines = "".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in rows)
    texts = open_labeled_texts(write(tmp_path / f"a.{end}", lines))
    assert (long,) in [*texts.texts("train"), *texts.texts("valid")]


def test_lines_in_other_encodings_are_read_and_told(tmp_path: Path) -> None:
    chinese = "这家酒店的服务非常好".encode("gb18030")
    french = "Ce café est très agréable".encode("latin-1")
    path = write(tmp_path / "a.tsv", TSV.encode() + chinese + b"\t1\n" + french + b"\t0\n")
    texts = open_labeled_texts(path)
    found = {row[0] for part in texts.splits for row in texts.texts(part)}
    assert {"这家酒店的服务非常好", "Ce café est très agréable"} <= found
    assert "read 1 of 63 lines as GB18030 (line 62)" in told(texts)
    assert "read 1 of 63 lines as Windows-1252 (Latin-1) (line 63)" in told(texts)


# Relations


def test_two_marked_entities_are_recognised(tmp_path: Path) -> None:
    lines = "".join(f"The <e1>cup</e1> {n} holds <e2>tea</e2>\t{'ab'[n % 2]}\n" for n in range(40))
    texts = open_labeled_texts(write(tmp_path / "a.tsv", f"text\trelation\n{lines}"))
    assert texts.has_marks and texts.preprocessing()["has_marks"] is True


def test_a_span_that_is_not_closed_is_named_with_its_line(tmp_path: Path) -> None:
    lines = "".join(f"The <e1>cup</e1> {n} holds <e2>tea</e2>\t{'ab'[n % 2]}\n" for n in range(40))
    path = write(tmp_path / "a.tsv", f"text\trelation\n{lines}The <e1>cup holds <e2>tea</e2>\ta\n")
    with pytest.raises(
        ValueError, match=r"a\.tsv line 42 must mark two entities .* got no </e1> in 'The <e1>cup holds"
    ):
        open_labeled_texts(path)
