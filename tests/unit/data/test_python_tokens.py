"""Tokens of Python with their kinds."""

import tokenize
from pathlib import Path
from types import SimpleNamespace

import pytest

from clearhead.core import catalog
from clearhead.data import python_tokens
from clearhead.data.python_tokens import read_statements
from clearhead.data.tagged_text import open_tagged_texts

CODE = """# A comment alone.
from os import path as way

class Reader(Base, io.Raw):
    def read(self, limit=3):
        if len(self.rows) > limit:  # too many rows
            return self.read(rows, limit=limit)

def helper(x):
    message = "a long message with spaces"; value = f"{x} and {x!r}"
    return helper(Reader(x)) + open_it(x)
"""


def tagged(folder: Path, code: str) -> list[str]:
    path = folder / "a.py"
    path.write_text(code, encoding="utf-8")
    return [
        " ".join(f"{word}/{tag}" for word, tag in zip(each.words, each.tags, strict=True) if tag != "operator")
        for each in read_statements(path)
    ]


def test_each_token_has_its_kind(tmp_path: Path) -> None:
    found = tagged(tmp_path, CODE)
    assert found[0] == "from/keyword os/module import/keyword path/module as/keyword way/module"
    assert found[1] == "class/keyword Reader/class Base/class io/variable Raw/class"
    assert found[2] == "def/keyword read/method self/parameter limit/parameter 3/number"
    assert found[3] == ("if/keyword len/builtin self/variable rows/attribute limit/variable #too…/comment")
    assert found[4] == "return/keyword self/variable read/method rows/variable limit/parameter limit/variable"
    assert found[5] == "def/keyword helper/function x/parameter"
    assert found[6] == 'message/variable "a…/string value/variable f"{x}…/string'
    assert found[7] == ("return/keyword helper/function Reader/class x/variable open_it/function x/variable")


def test_words_that_are_keywords_only_at_times_are_told_apart(tmp_path: Path) -> None:
    found = tagged(tmp_path, "match = find(match)\nmatch match:\n    case 1 if x: y = (1,)\n")
    assert found[0] == "match/variable find/function match/variable"
    assert any(row.startswith("case/keyword 1/number if/keyword x/variable") for row in found)


def test_a_long_string_becomes_one_short_word(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(f"x = '{'a' * 100}' + y\ny = '''one\ntwo''' + z\nz = ' '  + y\n", encoding="utf-8")
    words = [sentence.words[2] for sentence in read_statements(path)]
    assert words == [f"'{'a' * (python_tokens.MAX_WORD_CHARACTERS - 2)}…", "'''one…", "'…"]


def test_a_string_that_is_several_tokens_in_newer_pythons_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    # As Python 3.12 and later cut the line: a string in the braces of another.
    code = """x = f"a{f'{b}'}c" + d\n"""
    kinds = {90: "FSTRING_START", 91: "FSTRING_MIDDLE", 92: "FSTRING_END"}
    cut = [(1, 0, 1), (54, 2, 3), (90, 4, 6), (91, 6, 7), (54, 7, 8), (90, 8, 10), (54, 10, 11), (1, 11, 12)]
    cut += [(54, 12, 13), (92, 13, 14), (54, 14, 15), (91, 15, 16), (92, 16, 17), (54, 18, 19), (1, 20, 21)]
    newer = [tokenize.TokenInfo(kind, code[start:end], (1, start), (1, end), code) for kind, start, end in cut]
    monkeypatch.setattr(tokenize, "tok_name", {1: "NAME", 54: "OP", **kinds})
    monkeypatch.setattr(tokenize, "generate_tokens", lambda readline: iter(newer))
    found = [(kind, word) for kind, word, _ in python_tokens._tokens(code)]
    assert found == [("NAME", "x"), ("OP", "="), ("STRING", """f"a{f'{b}'}c\""""), ("OP", "+"), ("NAME", "d")]


@pytest.mark.parametrize("code", ["def broken(:\n", "x = 'é' + a + b\n", "", "x = (\n"])
def test_a_file_that_cannot_be_read_has_no_statements(tmp_path: Path, code: str) -> None:
    assert tagged(tmp_path, code) == []


def test_files_are_for_one_part_and_statements_stand_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        lines = "".join(f"value_{number}_{line} = make({line}, same)\n" for line in range(3))
        (tmp_path / f"m{number}.py").write_text(f"shared = make(1, same)\n{lines}", encoding="utf-8")
    files = SimpleNamespace(files={"train": sorted(tmp_path.glob("*.py"))}, notes=["Standard library."])
    original = catalog.load
    monkeypatch.setattr(
        catalog,
        "load",
        lambda room, name: SimpleNamespace(open=lambda is_whole: files) if name == "stdlib" else original(room, name),
    )
    texts = open_tagged_texts("python_tokens", scheme="none")
    assert texts.splits == ("train", "valid", "test") and texts.report[0] == "Standard library."
    rows = {split: [tuple(row) for row in texts.sentences(split)] for split in texts.splits}
    everything = [row for part in rows.values() for row in part]
    assert len(everything) == len(set(everything)) == 12 * 3 + 1
    of_part = [{place.split(" ")[0] for place in texts.places(split)} for split in texts.splits]
    assert all(of_part) and not of_part[0] & of_part[1] and not of_part[0] & of_part[2] and not of_part[1] & of_part[2]


def test_the_standard_library_gives_what_was_asked_for() -> None:
    texts = python_tokens.open_tagged()
    assert {split: len(texts.sentences(split)) for split in texts.splits} == python_tokens.NUM_SENTENCES
    assert texts.scheme == "none" and {"keyword", "builtin", "method", "string"} <= set(texts.tag_names)
    assert all(len(words) in python_tokens.LENGTHS for words in texts.sentences("train"))
