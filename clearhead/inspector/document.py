"""Pages that read like an article: headings, sentences, commands and panels, in English and Chinese, in one file.

A comparison, tested claims and a model card are documents. A document is written once in each language, so that
nothing in it has to be translated by the page; the reader switches between them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearhead.inspector.one_file import fitted, frame_of, packed
from clearhead.panels.base import Panel
from clearhead.web.static import LANGUAGES, read_strings

ENTRY, STYLES = "inspector/page/document.js", ("inspector/page/document.css",)
WORDS = ("document.", "shell.")
"""The beginnings of the words of the page itself; all others stand in the document."""
LEFT_OUT = {
    "en": "Left out of this file: it is {size} MB, and a document is at most {most} MB.",
    "zh": "未放入本文件：它有 {size} MB，而一份文档至多 {most} MB。",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Section:
    """A part of a document."""

    title: str
    text: tuple[str, ...] = ()
    """Paragraphs of plain text."""
    panels: tuple[Panel, ...] = ()
    """Drawn below the text, each as everywhere else."""
    commands: tuple[str, ...] = ()
    """What to type, line by line; shown as code below the panels, with a button that copies it."""
    tone: str = ""
    """"good", "mixed", "bad": the colour of the section's edge, for what was found; empty for none."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Document:
    """A document in one language."""

    title: str
    facts: str = ""
    """One line below the title: where, when, how many."""
    sections: tuple[Section, ...] = ()
    """More than three are listed at the top, to go to."""


def to_html(pages: Mapping[str, Document]) -> str:
    """Return a document as one HTML file that opens without a network.

    Args:
        pages: the document by language, "en" and "zh".
    """
    assert set(pages) == set(LANGUAGES), sorted(pages)
    sections = [(language, section) for language, page in pages.items() for section in page.sections]
    panels = [section.panels for _, section in sections]
    kinds = {panel.kind for group in panels for panel in group}
    frame = frame_of(pages[LANGUAGES[0]].title, entry=ENTRY, styles=STYLES, kinds=kinds)
    notes = [LEFT_OUT[language] for language, _ in sections]
    found = fitted(panels, notes, frame=frame, values=_values(pages, [[] for _ in panels]))
    return packed(_values(pages, found)).join(frame)


def _values(pages: Mapping[str, Document], panels: Sequence[Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Return what the file holds.

    Args:
        panels: those of each section, in the order of the languages and sections.
    """
    rest = iter(panels)
    told: dict[str, Any] = {}
    for language, page in pages.items():
        sections = [
            {"title": each.title, "text": each.text, "panels": next(rest), "commands": each.commands, "tone": each.tone}
            for each in page.sections
        ]
        told[language] = {"title": page.title, "facts": page.facts, "sections": sections}
    strings = {
        language: {key: text for key, text in words.items() if key.startswith(WORDS)}
        for language, words in read_strings().items()
    }
    return {"pages": told, "strings": strings}


def save(pages: Mapping[str, Document], path: str | Path) -> Path:
    """Write a document and return its path; folders on the way are made."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_html(pages), encoding="utf-8", newline="\n")
    return path
