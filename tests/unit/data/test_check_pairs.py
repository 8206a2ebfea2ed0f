"""The report on pairs before training says what is true of them."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from clearhead.data._check_pairs import check_pairs, tell

PLAIN = [(f"the number {n} is here", f"die Zahl {n} ist hier") for n in range(60)]


def write(folder: Path, **parts: Sequence[tuple[str, str]]) -> str:
    for part, pairs in parts.items():
        text = "en\tde\n" + "".join(f"{source}\t{target}\n" for source, target in pairs)
        (folder / f"{part}.tsv").write_text(text, encoding="utf-8")
    return str(folder)


def test_pairs_and_characters_are_counted_in_each_part(tmp_path: Path) -> None:
    check = check_pairs(write(tmp_path, train=[("ab", "abcd"), ("abc", "abcdef")], valid=[("x", "yy")]))
    train = check.parts["train"]
    assert (train.pairs, train.source_characters, train.target_characters) == (2, 5, 10)
    assert (train.longest_source, train.longest_target) == (3, 6)
    assert check.parts["valid"].pairs == 1
    assert check.usual_ratio == pytest.approx(2.0, rel=0.01)
    assert check.languages == ("en", "de")


def test_repeated_ambiguous_and_leaked_sources_are_told_apart(tmp_path: Path) -> None:
    train = [*PLAIN, PLAIN[0], PLAIN[0], (PLAIN[1][0], "etwas anderes ganz")]
    check = check_pairs(write(tmp_path, train=train, test=[PLAIN[2], ("a new one is here", "eine neue ist hier")]))
    assert check.repeated_pairs == 2
    assert check.ambiguous_sources == 1
    assert check.leaked["test"] == 1
    assert any("50% of the sources of test also stand in training" in warning for warning in check.warnings)


def test_pairs_split_here_never_leak(tmp_path: Path) -> None:
    assert check_pairs(write(tmp_path, train=[*PLAIN, *PLAIN])).leaked == {"valid": 0}


@pytest.mark.parametrize(
    ("pair", "what"),
    [
        (("the same words", "the same words"), "the same on both sides"),
        (("some <b>words</b> here", "einige Worte hier so"), "with tags or entities of HTML"),
        (("some words are here", "einige WÃ¶rter hier â€™"), "with wrongly decoded characters (Ã©, â€™)"),
        (("some words are here", "einige W\ufffdrter hier"), "with characters that are seldom meant"),
        (("words", "einige Worte ohne Ende und Ziel"), "oddly proportioned"),
    ],
)
def test_what_is_seldom_meant_is_counted_and_shown(tmp_path: Path, pair: tuple[str, str], what: str) -> None:
    check = check_pairs(write(tmp_path, train=[*PLAIN, pair], valid=PLAIN[:3]))
    assert check.suspicious == {what: 1}
    assert check.examples == [f"train pair 61, {what}: {pair[0]!r} → {pair[1][:40]!r}"]


def test_the_letters_of_each_side_are_told(tmp_path: Path) -> None:
    check = check_pairs(write(tmp_path, train=[("abc", "中文字"), ("abcd", "中文字a")], valid=[("a", "中")]))
    assert check.scripts["en"] == {"Latin": 1.0}
    assert list(check.scripts["de"]) == ["Chinese", "Latin"]


def test_many_pairs_are_not_warned_of() -> None:
    assert not any("are few" in warning for warning in check_pairs("reversal").warnings)


def test_the_report_is_told_in_lines(tmp_path: Path) -> None:
    lines = tell(check_pairs(write(tmp_path, train=[*PLAIN, PLAIN[0]])))
    assert lines[0].endswith(": en to de")
    assert lines[1].startswith("  train ") and " pairs " in lines[1]
    assert any(line.startswith("Repeated: 1 training pairs stood before") for line in lines)
    assert any(line.startswith("Note: ") for line in lines)
    assert any("Split by a fixed hash" in line for line in lines)


def test_the_sides_can_be_exchanged_and_errors_pass(tmp_path: Path) -> None:
    folder = write(tmp_path, train=PLAIN)
    assert check_pairs(folder, source="de", target="en").languages == ("de", "en")
    with pytest.raises(FileNotFoundError, match="No file or folder"):
        check_pairs(str(tmp_path / "nothing"))
