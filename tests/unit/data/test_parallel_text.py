"""Pairs that a word means: which files, which columns, what is refused."""

import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from clearhead.data import _pairs_counts
from clearhead.data._pairs import PairSource
from clearhead.data._read import UnreadableTextError
from clearhead.data.parallel_text import open_pairs

ENGLISH = [f"This is sentence number {number} of many." for number in range(200)]
CHINESE = [f"这是第{number}句话，后面还有。" for number in range(200)]
TSV = "en\tzh\n" + "".join(f"{source}\t{target}\n" for source, target in zip(ENGLISH, CHINESE, strict=True))
PAIRS = set(zip(ENGLISH, CHINESE, strict=True))


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def lines(texts: list[str]) -> str:
    return "".join(f"{text}\n" for text in texts)


def all_pairs(pairs: PairSource) -> set[tuple[str, str]]:
    return {pair for split in pairs.splits for pair in pairs.pairs(split)}


# What is read


def test_tsv_jsonl_gz_and_aligned_files_say_the_same(tmp_path: Path) -> None:
    rows = lines([json.dumps({"id": 1, "en": a, "zh": b}) for a, b in zip(ENGLISH, CHINESE, strict=True)])
    write(tmp_path / "a.tsv", TSV)
    write(tmp_path / "a.tsv.gz", gzip.compress(TSV.encode()))
    write(tmp_path / "a.jsonl", rows)
    write(tmp_path / "a.jsonl.gz", gzip.compress(rows.encode()))
    write(tmp_path / "a.en", lines(ENGLISH))
    write(tmp_path / "a.zh.gz", gzip.compress(lines(CHINESE).encode()))
    for spec in ("a.tsv", "a.tsv.gz", "a.jsonl", "a.jsonl.gz", f"a.en,{tmp_path}/a.zh.gz"):
        pairs = open_pairs(str(tmp_path / spec))
        assert pairs.languages == ("en", "zh") and pairs.splits == ("train", "valid")
        assert all_pairs(pairs) == PAIRS
        assert [pairs.num_pairs(split) for split in pairs.splits] == [
            len(list(pairs.pairs(split))) for split in pairs.splits
        ]


def test_the_names_of_the_sides_choose_the_direction(tmp_path: Path) -> None:
    write(tmp_path / "a.tsv", TSV)
    two = f"{write(tmp_path / 'b.en.txt', lines(ENGLISH))},{write(tmp_path / 'b.zh.txt', lines(CHINESE))}"
    reverse: list[dict[str, Any]] = [{"source": "zh"}, {"target": "en"}, {"source": "zh", "target": "en"}]
    for spec in (tmp_path / "a.tsv", two):
        assert open_pairs(spec).languages == ("en", "zh")
        for named in reverse:
            pairs = open_pairs(spec, **named)
            assert pairs.languages == ("zh", "en") and next(pairs.pairs("train"))[0].startswith("这是第")
            assert pairs.fingerprint != open_pairs(spec).fingerprint


def test_columns_that_are_not_named_are_found_and_told(tmp_path: Path) -> None:
    rows = {
        "a\tb": ("a", "b"),
        "en\tzh\tattribution": ("en", "zh"),
        "id\tzh-CN\tnote\ten_US": ("zh-CN", "en_US"),
        "id\ttarget\tsource": ("source", "target"),
        "title\tabstract\tid": ("abstract", "title"),
    }
    for header, found in rows.items():
        names = header.split("\t")
        values = {name: "中文" if name[:2] == "zh" else "words" for name in names}
        body = "".join("\t".join(f"{values[name]} {n}" for name in names) + "\n" for n in range(30))
        pairs = open_pairs(write(tmp_path / "a.tsv", f"{header}\n{body}"))
        assert pairs.languages == found
        assert pairs.report[0] == (
            f"Read {found[0]!r} as source and {found[1]!r} as target; --source and --target change it."
        )


def test_a_folder_of_parts_is_read_as_its_names_say(tmp_path: Path) -> None:
    for part, texts in (("train", slice(0, 100)), ("dev", slice(100, 150)), ("test", slice(150, 200))):
        write(tmp_path / f"{part}.en", lines(ENGLISH[texts]))
        write(tmp_path / f"{part}.zh", lines(CHINESE[texts]))
    write(tmp_path / "README.md", "About these pairs.")
    pairs = open_pairs(tmp_path)
    assert pairs.splits == ("train", "valid", "test")
    assert [list(pairs.pairs(split)) for split in pairs.splits] == [
        list(zip(ENGLISH[part], CHINESE[part], strict=True))
        for part in (slice(0, 100), slice(100, 150), slice(150, 200))
    ]
    assert pairs.report == [
        "Left out README.md: not pairs of the set.",
        "Read 'en' as source and 'zh' as target; --source and --target change it.",
    ]


def test_other_pairs_can_be_named_for_validation(tmp_path: Path) -> None:
    write(tmp_path / "a.tsv", TSV)
    write(tmp_path / "b.tsv", "zh\ten\n只用来验证。\tFor validation only.\n")
    pairs = open_pairs(tmp_path / "a.tsv", valid=tmp_path / "b.tsv")
    assert pairs.num_pairs("train") == 200
    assert list(pairs.pairs("valid")) == [("For validation only.", "只用来验证。")]
    assert pairs.fingerprint != open_pairs(tmp_path / "a.tsv").fingerprint


def test_marks_and_line_ends_of_editors_go_and_are_told(tmp_path: Path) -> None:
    pairs = open_pairs(write(tmp_path / "a.tsv", b"\xef\xbb\xbf" + TSV.replace("\n", "\r\n").encode()))
    assert all_pairs(pairs) == PAIRS
    assert pairs.report[1:3] == [
        "Removed the byte order mark of a.tsv.",
        r"Turned 201 line ends \r\n or \r into \n in a.tsv.",
    ]


def test_quotes_are_ordinary_and_white_space_around_a_text_goes(tmp_path: Path) -> None:
    body = "".join(f' "a{number}\t "b" \n' for number in range(20))
    assert ('"a7', '"b"') in all_pairs(open_pairs(write(tmp_path / "a.tsv", f"x\ty\n{body}")))


def test_reading_takes_little_memory_however_long_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pairs_counts, "DUPLICATES_AMONG", 1000)
    monkeypatch.setattr("clearhead.data._read.CHUNK_BYTES", 1 << 16)
    with gzip.open(tmp_path / "a.tsv.gz", "wt", encoding="utf-8", compresslevel=1) as file:
        file.write("a\tb\n")
        for number in range(3000):
            file.write(f"{number} {'word ' * 300}\t{number} {'Wort ' * 300}\n")
    tracemalloc.start()
    try:
        pairs = open_pairs(tmp_path / "a.tsv.gz")
        assert sum(pairs.num_pairs(split) for split in pairs.splits) == 3000
        assert sum(1 for _ in pairs.pairs("train")) == pairs.num_pairs("train")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000, "of 9 MB of text"


# What is refused


def test_a_missing_column_lists_those_there_are_and_offers_the_nearest(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", "english\tchinese\tid\nHi.\t你好。\t1\n")
    with pytest.raises(
        ValueError, match=r"no column 'englsh' \(it has 'english', 'chinese', 'id'\)\. Did you mean 'english'\?"
    ):
        open_pairs(path, source="englsh", target="chinese")
    with pytest.raises(ValueError, match=r"must say which two columns are the pair \(it has .*--source NAME --target"):
        open_pairs(path, source="english")
    with pytest.raises(ValueError, match="two different columns, got 'id' twice"):
        open_pairs(path, source="id", target="id")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.tsv", b"", r"a\.tsv must hold pairs, got an empty file"),
        ("a.tsv", b"a\tb\n", r"a\.tsv must hold pairs for its train part, got none: no line with two texts"),
        ("a.tsv", b"a\tb\n\tx\n", r"got none: Left out 1 pairs with an empty side \(a\.tsv line 2\)\. Mend"),
        ("a.tsv", b"a\tb\nx\ny\n", r"a\.tsv line 2 has 1 fields, the header has 2 \(a, b\)\. .* No other row"),
        ("a.tsv", b"Hello there.\tHallo.\nBye.\tTsch\n", r"must begin with the names of its columns, got 'Hello ther"),
        ("a.tsv", b"a\tb\nx\xe9\ty\n", r"a\.tsv must be UTF-8 text, got byte 0xe9 at byte offset 5 \(line 2\)"),
        ("a.tsv", b"a\tb\nx\0\ty\n", r"NUL byte at byte offset 5 \(line 2\)"),
        ("a.tsv", b"PK\x03\x04zip", "is a zip archive"),
        ("a.jsonl", b"nothing\n", r"a\.jsonl line 1 is not JSON"),
        ("a.jsonl", b'{"a": 1, "b": "x"}\n', r"must say which two columns are the pair \(it has 'b'\)"),
        ("a.csv", b"a,b\n", r"a\.csv must be \.tsv or \.jsonl, plain or \.gz, got \.csv"),
        ("a.txt", b"Hello.\n", r"must be a \.tsv or \.jsonl file, or one of two aligned files, got one alone"),
    ],
)
def test_what_is_no_file_of_pairs_is_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    with pytest.raises((ValueError, UnreadableTextError), match=message):
        open_pairs(write(tmp_path / name, content))


def test_a_wrong_word_offers_the_nearest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="Did you mean the known set 'multi30k'"):
        open_pairs("multi3ok")
    with pytest.raises(FileNotFoundError, match="is an address"):
        open_pairs("https://example.org/a.tsv")
    write(tmp_path / "a.en", "Hi.\n")
    with pytest.raises(FileNotFoundError, match=r"No file or folder 'a\.zh'"):
        open_pairs("a.en,a.zh")
    with pytest.raises(ValueError, match=r"must name two aligned files, got 3\. Write them as a\.en,b\.zh"):
        open_pairs("a.en,b.en,c.en")
    with pytest.raises(ValueError, match="must name pairs, got ' '"):
        open_pairs(" ")
    with pytest.raises(ValueError, match=r"max_ratio must be above 1, got 1\."):
        open_pairs("a.en,a.en", max_ratio=1)


def test_built_in_pairs_are_taken_as_they_are() -> None:
    assert open_pairs("dates:zh", source="text").name == "dates:zh"
    with pytest.raises(ValueError, match=r"reversal must be taken as it is made, word to reversed .* got source='en'"):
        open_pairs("reversal", source="en")
    with pytest.raises(ValueError, match=r"No 'fr' in dates\. Available: both, en, zh"):
        open_pairs("dates:fr")


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(ValueError, match=r"No 'vald' in the parts of reversal\. .*Did you mean 'valid'"):
        list(open_pairs("reversal").pairs("vald"))
