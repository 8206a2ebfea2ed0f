"""Pairs in files: what is left out and told, how they are split."""

import json
import random
import re
from pathlib import Path

import pytest

from clearhead.data import _pairs_counts
from clearhead.data._pairs import PairSource
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


# What is left out, and told


def test_unfit_pairs_are_left_out_counted_and_told(tmp_path: Path) -> None:
    unfit = ["\t只有译文。", "Only a source.\t ", f"{'long ' * 60}\t{'很长' * 60}", f"{'word ' * 30}\t短", ENGLISH[3]]
    body = TSV + lines([*unfit, f"{ENGLISH[5]}\t{CHINESE[5]}"])
    pairs = open_pairs(write(tmp_path / "a.tsv", body), max_characters=200)
    assert all_pairs(pairs) == PAIRS and sum(map(pairs.num_pairs, pairs.splits)) == 201
    assert pairs.report[1:7] == [
        "Skipped 1 of 206 rows of a.tsv:",
        "  a.tsv line 206 has 1 fields, the header has 2 (en, zh). Remove the extra tab, or add what is missing.",
        "Left out 2 pairs with an empty side (a.tsv line 202, a.tsv line 203).",
        "Left out 1 pairs with more than 200 characters on a side (a.tsv line 204).",
        "1 pairs repeat an earlier one of their part; they are kept.",
        "Left out 1 badly proportioned pairs (a target is usually 0.37 times as long as its source; more than 9 times "
        "longer or shorter than that): a.tsv line 205 (149 and 1 characters).",
    ]
    assert open_pairs(tmp_path / "a.tsv", max_ratio=None).num_pairs("train") > pairs.num_pairs("train")


def test_the_most_extreme_proportions_are_the_examples(tmp_path: Path) -> None:
    sizes = [30] * 60 + [1, 2, 3, 400, 300, 500, 900]
    random.Random(0).shuffle(sizes)
    body = "".join(f"{number:030}\t{'x' * size}\n" for number, size in enumerate(sizes))
    pairs = open_pairs(write(tmp_path / "a.tsv", f"a\tb\n{body}"))
    told = next(sentence for sentence in pairs.report if "badly" in sentence)
    assert told.startswith("Left out 7 badly") and re.findall(r"and (\d+) ch", told) == ["1", "2", "3"]


def test_parts_named_for_test_keep_every_pair_with_two_sides(tmp_path: Path) -> None:
    write(tmp_path / "train.tsv", TSV)
    write(tmp_path / "test.tsv", f"en\tzh\n{'word ' * 30}\t短\n{'long ' * 9000}\t长\nNo answer.\t\n")
    pairs = open_pairs(tmp_path)
    assert pairs.num_pairs("test") == len(list(pairs.pairs("test"))) == 2
    assert "Left out 1 pairs with an empty side (test.tsv line 4)." in pairs.report


def test_bad_rows_of_jsonl_are_told_with_their_line(tmp_path: Path) -> None:
    good = [json.dumps({"a": f"one {number}", "b": "two"}) for number in range(30)]
    bad = ["not json", "[1]", '{"a": "x"}', '{"a": "x", "b": 3}', '{"a": "x", "b": "\\ud800"}', "[" * 100_000]
    pairs = open_pairs(write(tmp_path / "a.jsonl", lines([*good[:5], *bad, *good[5:]])))
    assert sum(map(pairs.num_pairs, pairs.splits)) == 30
    assert pairs.report[1] == "Skipped 6 of 36 rows of a.jsonl:"
    assert pairs.report[2].startswith("  a.jsonl line 6 is not JSON") and "line 7 holds a list" in pairs.report[3]
    assert "line 8 must have a string in column 'b', which is missing. Mend" in pairs.report[4]


# How it is split


def test_no_source_is_on_two_sides(tmp_path: Path) -> None:
    rows = [f"source {number % 100}\ttarget {number}" for number in range(1000)]
    pairs = open_pairs(write(tmp_path / "a.tsv", "a\tb\n" + lines(rows)))
    train, valid = ({source for source, _ in pairs.pairs(split)} for split in pairs.splits)
    assert not train & valid and len(train | valid) == 100
    assert pairs.num_pairs("train") + pairs.num_pairs("valid") == 1000 and 20 <= pairs.num_pairs("valid") <= 250
    assert pairs.report[-1] == (
        f"Split by a fixed hash of the source: {pairs.num_pairs('valid')} of 1,000 pairs are for validation, "
        "and no source is on both sides."
    )


def test_growing_moves_no_pair_to_validation_and_at_most_so_many_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_pairs_counts, "MAX_VALID_PAIRS", 50)
    train: set[tuple[str, str]] = set()
    for size in (40, 200, 400, 600, 1500):
        rows = [f"source {number}\ttarget {number}" for number in range(size)]
        pairs = open_pairs(write(tmp_path / "a.tsv", "a\tb\n" + lines(rows)))
        assert 1 <= pairs.num_pairs("valid") <= 50
        assert pairs.num_pairs("valid") == len(list(pairs.pairs("valid")))
        assert train <= set(pairs.pairs("train"))
        train = set(pairs.pairs("train"))
    assert pairs.num_pairs("valid") == 50


def test_few_pairs_leave_at_least_one_on_each_side(tmp_path: Path) -> None:
    for number in range(20):
        rows = [f"source {number}\tt1", f"other {number}\tt2", f"third {number}\tt3"]
        pairs = open_pairs(write(tmp_path / "a.tsv", "a\tb\n" + lines(rows)))
        assert pairs.num_pairs("train") >= 1 and pairs.num_pairs("valid") >= 1
        assert len(all_pairs(pairs)) == 3


def test_one_source_cannot_be_split(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", "a\tb\nsame\tone\nsame\ttwo\n")
    with pytest.raises(ValueError, match=r"must hold two different sources, .* name other pairs with --valid"):
        open_pairs(path)
    assert open_pairs(path, valid=path).num_pairs("train") == 2


def test_the_fingerprint_is_of_the_content_and_how_it_is_read(tmp_path: Path) -> None:
    one, two = write(tmp_path / "1" / "a.tsv", TSV), write(tmp_path / "2" / "b.tsv", TSV)
    assert open_pairs(one).fingerprint == open_pairs(two).fingerprint
    assert open_pairs(one, max_ratio=3).fingerprint != open_pairs(one).fingerprint
    write(two, TSV.replace("7", "8"))
    assert open_pairs(one).fingerprint != open_pairs(two).fingerprint
