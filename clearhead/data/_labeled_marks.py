"""Whether texts mark two entities as <e1>…</e1> and <e2>…</e2>, and whether every one of them does it well."""

import re
from collections.abc import Sequence

from clearhead.data._read import shown
from clearhead.data._units import MARKS

MARK = re.compile("|".join(map(re.escape, MARKS)))
_MOSTLY = 0.5
"""Texts that marks stand in more often than this are meant to have them."""
_SHOWN_CHARACTERS = 80


def check_marks(texts: Sequence[tuple[str, str]], report: list[str]) -> bool:
    """Return whether texts, each with its place, mark two entities.

    Raises:
        ValueError: most have marks, but one lacks them or has a broken one; the message names its place.
    """
    num_marked = sum(bool(MARK.search(text)) for _, text in texts)
    if num_marked <= _MOSTLY * len(texts):
        if num_marked:
            report.append(f"{num_marked:,} of {len(texts):,} texts hold {MARKS[0]} or the like: read as plain text.")
        return False
    for place, text in texts:
        if problem := broken_mark(text):
            raise ValueError(
                f"{place} must mark two entities as <e1>…</e1> and <e2>…</e2>, got {problem} in "
                f"{shown(text[:_SHOWN_CHARACTERS])!r}. Mend or remove the row."
            )
    report.append("Every text marks two entities, <e1>…</e1> and <e2>…</e2>.")
    return True


def broken_mark(text: str) -> str | None:
    """Say what is wrong with the marks of a text; None where each entity is marked once and well."""
    found = MARK.findall(text)
    for mark in MARKS:
        if found.count(mark) != 1:
            return f"no {mark}" if mark not in found else f"{found.count(mark)} times {mark}"
    first, second = MARKS[:2], MARKS[2:]
    if found not in ([*first, *second], [*second, *first]):
        return f"the order {' '.join(found)}"
    for opening, closing in (first, second):
        if not text[text.index(opening) + len(opening) : text.index(closing)].strip():
            return f"nothing between {opening} and {closing}"
    return None
