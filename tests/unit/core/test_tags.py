"""Tags of words: what a scheme allows, and that spans survive being written as tags."""

from itertools import product

import pytest

from clearhead.core.tags import LETTERS, SCHEMES, Span, may_follow, read_spans, split_tag, write_tags


def keeps_to(row: list[str], scheme: str) -> bool:
    pairs = zip([None, *row], [*row, None], strict=True)
    return all(may_follow(previous, tag, scheme) for previous, tag in pairs)


def rows_of(scheme: str, length: int) -> list[list[str]]:
    """Return every row of so many tags of two kinds, also those that break the scheme."""
    tags = [letter if letter == "O" else f"{letter}-{kind}" for letter in LETTERS[scheme] for kind in "XY"]
    return [list(row) for row in product(dict.fromkeys(tags), repeat=length)]


def test_a_tag_is_cut_at_its_first_hyphen() -> None:
    assert split_tag("B-creative-work") == ("B", "creative-work")
    assert split_tag("O") == ("O", "") and split_tag("S") == ("S", "")


@pytest.mark.parametrize(
    ("row", "scheme", "is_kept"),
    [
        ("O B-X I-X O", "BIO", True),
        ("B-X B-X I-X", "BIO", True),
        ("O I-X", "BIO", False),
        ("I-X", "BIO", False),
        ("B-X I-Y", "BIO", False),
        ("B-X I-X E-X S-Y O", "BIOES", True),
        ("B-X O", "BIOES", False),
        ("B-X", "BIOES", False),
        ("E-X", "BIOES", False),
        ("B-X S-X", "BIOES", False),
        ("E-X I-X", "BIOES", False),
        ("B M E S B E", "BMES", True),
        ("B M S", "BMES", False),
        ("NOUN I-X E", "none", True),
    ],
)
def test_a_row_keeps_to_its_scheme_or_breaks_it(row: str, scheme: str, is_kept: bool) -> None:
    assert keeps_to(row.split(), scheme) is is_kept


@pytest.mark.parametrize("scheme", [scheme for scheme in SCHEMES if scheme != "none"])
def test_spans_written_as_tags_are_read_again_just_where_the_row_keeps_to_its_scheme(scheme: str) -> None:
    for length in (1, 2, 3, 4):
        for row in rows_of(scheme, length):
            again = write_tags(read_spans(row), length, scheme)
            assert (again == row) is keeps_to(row, scheme), row
            assert keeps_to(again, scheme) and read_spans(again) == read_spans(row)


def test_spans_without_a_kind_are_written_as_plain_letters() -> None:
    spans = [Span("", 0, 3), Span("", 3, 4)]
    assert write_tags(spans, 4, "BMES") == ["B", "M", "E", "S"]
    assert write_tags(spans, 5, "BIO") == ["B", "I", "I", "B", "O"]
