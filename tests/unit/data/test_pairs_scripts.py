"""What letters and lengths tell: where two files part, sides that are exchanged."""

import random
from pathlib import Path

import pytest

from clearhead.data.parallel_text import open_pairs

ENGLISH = [f"This is sentence number {number} of many." for number in range(200)]
CHINESE = [f"这是第{number}句话，后面还有。" for number in range(200)]
TSV = "en\tzh\n" + "".join(f"{source}\t{target}\n" for source, target in zip(ENGLISH, CHINESE, strict=True))


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def lines(texts: list[str]) -> str:
    return "".join(f"{text}\n" for text in texts)


def test_unequal_files_say_where_they_seem_to_part(tmp_path: Path) -> None:
    chance = random.Random(0)
    sizes = [chance.randint(1, 30) for _ in range(300)]
    source, target = (["x " * size for size in sizes], ["字" * size for size in sizes])
    en = write(tmp_path / "a.en", lines(source))
    zh = write(tmp_path / "a.zh", lines(target[:120] + target[121:]))
    with pytest.raises(ValueError, match=r"must have the same number of lines, got 300 and 299\.") as caught:
        open_pairs(f"{en},{zh}")
    place = int(str(caught.value).split("part at line ")[1].split(",")[0])
    assert abs(place - 121) <= 3 and "where the lengths begin to differ" in str(caught.value)
    write(zh, lines([*target[:50], "", *target[50:]]))
    with pytest.raises(ValueError, match=r"300 and 301\. They seem to part at line 51, where the target is empty\."):
        open_pairs(f"{en},{zh}")
    write(zh, lines(target[:-2]))
    with pytest.raises(ValueError, match=r"300 and 298\. They seem to part at line 299, where the shorter one ends"):
        open_pairs(f"{en},{zh}")
    write(zh, lines([*target, "", ""]))
    assert sum(map(open_pairs(f"{en},{zh}").num_pairs, ("train", "valid"))) == 300


def test_exchanged_languages_are_found_by_their_letters(tmp_path: Path) -> None:
    en, zh = write(tmp_path / "1.txt", lines(ENGLISH)), write(tmp_path / "2.txt", lines(CHINESE))
    with pytest.raises(ValueError) as caught:
        open_pairs(f"{en},{zh}", source="zh", target="en")
    assert str(caught.value) == (
        "1.txt,2.txt must have 'zh' as source and 'en' as target, got Latin letters in the source and Han in the "
        "target. Exchange the files or the names of the columns, or give --source en --target zh."
    )
    assert open_pairs(f"{en},{zh}", source="en", target="zh").languages == ("en", "zh")
    assert open_pairs(f"{en},{zh}").languages == ("source", "target")
    with pytest.raises(ValueError, match="got Latin letters in the source and Han in the target"):
        open_pairs(write(tmp_path / "a.tsv", TSV.replace("en\tzh", "zh\ten", 1)))
