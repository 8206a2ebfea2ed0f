"""Which words of a user mean labelled texts."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clearhead.data._find_texts import are_labeled_texts


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("name", ["sst2", "SST2", "trec:fine", "intents", "intents:zh", "semeval2010-task8"])
def test_known_names_are_texts(name: str) -> None:
    assert are_labeled_texts(name)


@pytest.mark.parametrize("name", ["iris", "mnist", "digits", "nothing-there", ""])
def test_other_names_are_not(name: str) -> None:
    assert not are_labeled_texts(name)


@pytest.mark.parametrize(
    "content",
    [
        "Review\tstars\nA good film\t5\nA bad film\t1\n",
        "文本\t类别\n服务很好\t好\n不好\t坏\n",
        "premise\thypothesis\tlabel\nIt rains\tIt is wet\tyes\n",
    ],
)
def test_a_table_with_a_column_of_texts_is_one(tmp_path: Path, content: str) -> None:
    assert are_labeled_texts(write(tmp_path / "a.tsv", content))
    assert are_labeled_texts(write(tmp_path / "folder" / "train.tsv", content).parent)


def test_rows_of_texts_without_a_header_are_texts_so_that_the_missing_header_is_told(tmp_path: Path) -> None:
    assert are_labeled_texts(write(tmp_path / "a.tsv", "A good film\t1\nA bad film\t0\nA fine film\t1\n"))


@pytest.mark.parametrize(
    "content",
    [
        "x\ty\tlabel\n1\t2\ta\n",
        "text\tlabel\nred\t1\nblue\t2\n",
        "image\ttext\tlabel\n1.png\tA good film\t1\n",
        "How did you like it?\tHow old are you?\nVery much indeed\t31\nNot at all\t28\n",
        "text\tlabel\n",
        b"text\tlabel\n\x00\x01",
        b"PK\x03\x04 something",
        "",
    ],
)
def test_other_tables_and_broken_files_are_not(tmp_path: Path, content: str | bytes) -> None:
    assert not are_labeled_texts(write(tmp_path / "a.tsv", content))


def test_a_table_is_one_of_texts_where_the_user_names_their_column(tmp_path: Path) -> None:
    assert are_labeled_texts(write(tmp_path / "a.csv", "remark,kind\nred,1\n"), ["remark"])


def test_folders_of_text_files_are_texts_and_folders_of_images_are_not(tmp_path: Path) -> None:
    for kind in ("a", "b"):
        write(tmp_path / "texts" / kind / "1.txt", "words")
        write(tmp_path / "parted" / "train" / kind / "1.txt", "words")
        (tmp_path / "images" / kind).mkdir(parents=True)
        Image.fromarray(np.zeros((4, 4), np.uint8)).save(tmp_path / "images" / kind / "1.png")
    write(tmp_path / "images" / "readme.txt", "words")
    assert are_labeled_texts(tmp_path / "texts") and are_labeled_texts(tmp_path / "parted")
    assert not are_labeled_texts(tmp_path / "images") and not are_labeled_texts(tmp_path / "texts" / "a")


def test_a_damaged_archive_is_no_text_and_raises_nothing(tmp_path: Path) -> None:
    assert not are_labeled_texts(write(tmp_path / "a.tsv.gz", b"\x1f\x8b\x08 broken"))
    assert not are_labeled_texts(write(tmp_path / "a.parquet", b"no parquet"))
