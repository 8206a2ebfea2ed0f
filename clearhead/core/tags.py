"""What tags of words mean: which spans they mark, which may follow which, and how spans are written as tags.

    BIO     B-X begins a span of kind X, I-X goes on, O is outside (IOB2)
    BIOES   as BIO, E-X is the last word of a span of several, S-X a span of one word
    BMES    the same with M for I; without O where every word is in a span (Chinese characters into words)
    none    every word has a tag of its own (parts of speech)

A tag may leave its kind out: plain B, I, O or B, M, E, S.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

SCHEMES = ("BIO", "BIOES", "BMES", "none")
"""How tags mark spans of several words; "none": every word has a tag of its own (parts of speech)."""
LETTERS = {"BIO": "BIO", "BIOES": "BIOES", "BMES": "BMESO"}
"""The letters a tag may begin with."""


class Span(NamedTuple):
    """Words that are one thing: [start, end) of a sentence."""

    kind: str
    start: int
    end: int


def split_tag(tag: str) -> tuple[str, str]:
    """Return the letter and the kind of a tag: "B-person" is ("B", "person"), "O" is ("O", "")."""
    letter, _, kind = tag.partition("-")
    return letter, kind


def may_follow(previous: str | None, tag: str | None, scheme: str) -> bool:
    """Tell whether a scheme lets a tag follow another.

    Args:
        previous: None where the sentence begins.
        tag: None where the sentence ends.
    """
    if scheme == "none":
        return True
    before, kind_before = split_tag(previous or "O")
    letter, kind = split_tag(tag or "O")
    is_open = before in ("B", "I", "M")
    if letter in ("I", "M", "E"):
        return is_open and kind == kind_before
    return scheme == "BIO" or not is_open  # BIO says nothing where a span ends


def read_spans(tags: Sequence[str]) -> list[Span]:
    """Return the spans that tags mark, in order; tags that break their scheme mark spans too.

    A span begins at B and S; and at I, M and E after O, E, S, another kind, or at the start. It ends before O and where
    the next one begins.
    """
    spans: list[Span] = []
    before, kind_before = "O", ""
    for index, tag in enumerate(tags):
        letter, kind = split_tag(tag)
        if letter != "O":
            if letter in ("B", "S") or before in ("O", "E", "S") or kind != kind_before:
                spans.append(Span(kind, index, index + 1))
            else:
                spans[-1] = spans[-1]._replace(end=index + 1)
        before, kind_before = letter, kind
    return spans


def write_tags(spans: Iterable[Span], length: int, scheme: str) -> list[str]:
    """Return the tags, in a scheme that marks spans, of a sentence of so many words."""
    tags = ["O"] * length
    inside = "M" if scheme == "BMES" else "I"
    for kind, start, end in spans:
        letters = ["B", *inside * (end - start - 1)]
        if scheme != "BIO":
            letters = ["S"] if end - start == 1 else [*letters[:-1], "E"]
        tags[start:end] = [f"{letter}-{kind}" if kind else letter for letter in letters]
    return tags
