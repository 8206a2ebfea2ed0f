"""Dates and numbers: each way of writing has one meaning, and it is the right one."""

import random
import re
from datetime import date

import pytest

from clearhead.data import _dates_en, _dates_zh
from clearhead.data.dates import open_pairs
from clearhead.data.parallel_text import open_pairs as open_parallel


def written(write: object, value: object) -> set[str]:
    """Return every way that many draws write a value."""
    chance = random.Random(0)
    return {write(value, chance) for _ in range(3000)}  # type: ignore[operator]


@pytest.mark.parametrize(
    ("number", "ways"),
    [
        (0, {"zero"}),
        (13, {"thirteen"}),
        (42, {"forty-two"}),
        (100, {"one hundred"}),
        (2005, {"two thousand and five", "two thousand five", "2,005"}),
        (312_040, {"three hundred twelve thousand forty", "312,040"}),
    ],
)
def test_english_numbers_are_written_as_they_are_said(number: int, ways: set[str]) -> None:
    assert ways <= written(_dates_en.english_number, number)


@pytest.mark.parametrize(
    ("number", "ways"),
    [
        (0, {"零"}),
        (12, {"十二", "壹拾贰"}),
        (20, {"二十"}),
        (110, {"一百一十", "壹佰壹拾"}),
        (205, {"二百零五", "两百零五"}),
        (3005, {"三千零五", "叁仟零伍"}),
        (2222, {"二千二百二十二", "两千两百二十二"}),
        (20_010, {"二万零一十", "两万零一十"}),
        (105_000, {"十万五千", "10.5万", "壹拾万伍仟"}),
        (120_300, {"十二万零三百"}),
        (200_000, {"二十万", "20万"}),
    ],
)
def test_chinese_numbers_are_written_as_they_are_said(number: int, ways: set[str]) -> None:
    assert ways <= written(_dates_zh.chinese_number, number)


@pytest.mark.parametrize(
    ("day", "ways"),
    [
        (date(1999, 3, 3), {"the third of March, 1999", "March 3rd, nineteen ninety-nine", "on Wednesday, 3 Mar 1999"}),
        (date(2005, 11, 12), {"the twelfth of November, two thousand and five", "2005/11/12", "12th november 2005"}),
        (date(1900, 1, 21), {"the 21st of January, nineteen hundred", "January the twenty-first, 1900"}),
        (date(1908, 8, 30), {"the thirtieth of August, nineteen oh eight", "1908.08.30"}),
    ],
)
def test_english_dates_are_written_as_they_are_said(day: date, ways: set[str]) -> None:
    assert ways <= written(_dates_en.english_date, day)


@pytest.mark.parametrize(
    ("day", "ways"),
    [
        (date(2003, 4, 5), {"二〇〇三年四月五日", "二零零三年四月五号", "2003年4月5日", "公元2003年4月5日"}),
        (date(1999, 12, 31), {"一九九九年十二月三十一日（星期五）", "1999年12月31号，周五"}),
    ],
)
def test_chinese_dates_are_written_as_they_are_said(day: date, ways: set[str]) -> None:
    assert ways <= written(_dates_zh.chinese_date, day)


def test_each_way_of_writing_has_one_meaning_and_one_part() -> None:
    pairs = open_pairs(num_pairs=6000)
    assert pairs.splits == ("train", "valid", "test")
    meaning: dict[str, str] = {}
    part: dict[str, str] = {}
    for split in pairs.splits:
        found = list(pairs.pairs(split))
        assert len(found) == pairs.num_pairs(split) == (6000 if split == "train" else 300)
        for source, target in found:
            assert meaning.setdefault(source.lower(), target) == target
            assert part.setdefault(source, split) == split
            assert re.fullmatch(r"\d{4}-\d\d-\d\d|0|[1-9]\d*", target)
    assert {bool(re.search("[一-龥]", source)) for source in meaning} == {True, False}


def test_the_same_seed_gives_the_same_pairs_and_another_others() -> None:
    first = list(open_pairs("en", num_pairs=100).pairs("train"))
    assert first == list(open_pairs("en", num_pairs=100).pairs("train"))
    assert first != list(open_pairs("en", num_pairs=100, seed=1).pairs("train"))
    marks = {open_pairs(variant, seed=seed).fingerprint for variant in ("en", "zh", "both") for seed in (0, 1)}
    assert len(marks) == 6


def test_the_report_says_what_was_made() -> None:
    assert open_pairs().report == [
        "Made-up dates and numbers to normal form: 20,000 for train, 1,000 for valid, 1,000 for test; "
        "no source is in two parts."
    ]
    with pytest.raises(ValueError, match=r"dates:both\.num_pairs must be at least 1, got 0"):
        open_pairs(num_pairs=0)


@pytest.mark.parametrize(
    ("spec", "name", "train", "test"),
    [
        ("dates:zh", "dates:zh", 20_000, 1_000),
        ("dates:en:60000", "dates:en", 60_000, 1_000),
        ("dates:400", "dates:both", 400, 20),
    ],
)
def test_a_name_may_say_how_many_pairs(spec: str, name: str, train: int, test: int) -> None:
    pairs = open_parallel(spec)
    assert (pairs.name, pairs.num_pairs("train"), pairs.num_pairs("test")) == (name, train, test)  # type: ignore[attr-defined]


def test_a_number_of_pairs_that_is_none_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"dates must be given with a number of pairs, got 'many'\. Use dates:100000\."
    ):
        open_parallel("dates:zh:many")
