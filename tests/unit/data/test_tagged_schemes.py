"""Schemes found from tags, and rows that break them: refused with their place, or mended by one rule."""

import pytest

from clearhead.data._tagged_columns import Sentence
from clearhead.data._tagged_schemes import BrokenRows, find_scheme, mended


def sentence(tags: str) -> Sentence:
    row = tags.split()
    return Sentence([f"w{n}" for n in range(len(row))], row, list(range(7, 7 + len(row))), "a.conll")


@pytest.mark.parametrize(
    ("rows", "scheme"),
    [
        (["O B-X I-X", "B-Y"], "BIO"),
        (["O B I"], "BIO"),
        (["B-NP I-NP B-VP"], "BIO"),
        (["O I-X I-X B-X"], "BIO"),
        (["O B-X I-X E-X", "S-Y"], "BIOES"),
        (["B-X E-X", "S-Y"], "BIOES"),
        (["B-X M-X E-X", "O"], "BMES"),
        (["B M E S", "B E"], "BMES"),
        (["NOUN VERB"], "none"),
        (["O O"], "none"),
        (["S N", "B"], "none"),
        (["B-x C-x", "D"], "none"),
    ],
)
def test_the_scheme_is_found_from_the_tags(rows: list[str], scheme: str) -> None:
    assert find_scheme(map(sentence, rows)) == scheme


@pytest.mark.parametrize("wrong", ["0", "o", "PER", "M-X", "O-X", "B-"])
def test_a_tag_that_is_none_of_the_scheme_is_refused_with_its_place(wrong: str) -> None:
    wanted = "M-X" if wrong == "M-X" else wrong
    row = f"O B-X I-X {wrong}"
    with pytest.raises(
        ValueError, match=rf"a\.conll line 10 has the tag '{wanted}', which is none of BIO \(B-KIND, I-KIND"
    ):
        mended(sentence(row), "BIO", BrokenRows(), repairs_tags=True)


@pytest.mark.parametrize("wrong", ["0", "o", "PER"])
def test_a_slip_among_tags_of_spans_does_not_make_them_parts_of_speech(wrong: str) -> None:
    with pytest.raises(
        ValueError, match=rf"line 9 has the tag '{wrong}', which is none of BIO .*give the scheme 'none'"
    ):
        find_scheme([sentence(f"O B-X {wrong}")])


def test_tags_of_two_schemes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"has the tag 'I-X', which is none of BMES"):
        find_scheme([sentence("O B-X I-X"), sentence("B-X M-X E-X")])


BROKEN = [
    ("O I-X I-X", "BIO", "line 8 has 'I-X' after 'O'", "O B-X I-X"),
    ("B-PER I-LOC", "BIO", "line 8 has 'I-LOC' after 'B-PER'", "B-PER B-LOC"),
    ("I-X O", "BIO", "line 7 has 'I-X' at the start of the sentence", "B-X O"),
    ("O M-X E-X", "BMES", "line 8 has 'M-X' after 'O'", "O B-X E-X"),
    ("O E-X O", "BMES", "line 8 has 'E-X' after 'O'", "O S-X O"),
    ("B-X O", "BMES", "line 8 has 'O' after 'B-X'", "S-X O"),
    ("B-X M-X", "BMES", "line 8 has 'M-X' at the end of the sentence", "B-X E-X"),
    ("B B E", "BMES", "line 8 has 'B' after 'B'", "S B E"),
    ("B-X I-X S-Y", "BIOES", "line 9 has 'S-Y' after 'I-X'", "B-X E-X S-Y"),
]


@pytest.mark.parametrize(("row", "scheme", "problem", "_"), BROKEN)
def test_a_row_that_breaks_its_scheme_is_refused_with_file_line_and_both_tags(
    row: str, scheme: str, problem: str, _: str
) -> None:
    with pytest.raises(ValueError, match=rf"^a\.conll {problem}, which breaks {scheme}\. .*repairs_tags"):
        mended(sentence(row), scheme, BrokenRows(), repairs_tags=False)


@pytest.mark.parametrize(("row", "scheme", "problem", "expected"), BROKEN)
def test_a_broken_row_is_mended_and_counted(row: str, scheme: str, problem: str, expected: str) -> None:
    broken = BrokenRows()
    assert mended(sentence(row), scheme, broken, repairs_tags=True).tags == expected.split()
    changed = sum(old != new for old, new in zip(row.split(), expected.split(), strict=True))
    assert (broken.num_sentences, broken.num_tags) == (1, changed)
    assert broken.told(scheme) == [f"Mended {changed} tags in 1 sentences that break {scheme}: a.conll {problem}."]


def test_sound_rows_stay_as_they_are() -> None:
    broken = BrokenRows()
    for row, scheme in (("O B-X I-X B-X", "BIO"), ("S B M E", "BMES"), ("I-X NOUN", "none")):
        assert mended(sentence(row), scheme, broken, repairs_tags=False).tags == row.split()
    assert broken.told("BIO") == []


def test_tags_of_the_first_shared_task_become_bio() -> None:
    # IOB1 writes B only between two spans of one kind that touch.
    assert mended(sentence("I-X I-X B-X O I-Y"), "BIO", BrokenRows(), repairs_tags=True).tags == (
        "B-X I-X B-X O B-Y".split()
    )
