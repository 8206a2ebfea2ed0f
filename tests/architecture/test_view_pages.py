"""The pages of the views: one for each, with a picture drawn by its own command, and commands whose options exist."""

import inspect
import re
from pathlib import Path

import pytest
from architecture import documents, source

from clearhead.core import catalog
from clearhead.inspector.views.base import ROOM, load_view
from docs import picture_drawing, pictures

DOCS = source.REPOSITORY / "docs"
VIEWS = catalog.entries(ROOM)
OF_THE_COMMAND = {"target", "view", "html", "text", "json", "port", "no_browser"}
"""Options of `clearhead look` itself, which every view has."""
MAX_BYTES = 3_000_000
"""Of all pictures of the views together."""
PAGES = [path for language in pictures.LANGUAGES for path in source.files(DOCS / language, "*.md")]


def looks(path: Path) -> list[list[str]]:
    """List the commands of a page that look into a model."""
    return [words for words in documents.commands(documents.read(path)) if words[:2] == ["clearhead", "look"]]


@pytest.mark.parametrize("language", pictures.LANGUAGES)
def test_every_view_has_a_page_and_the_overview_leads_to_it(language: str) -> None:
    assert sorted(path.stem for path in (DOCS / language / "views").glob("*.md")) == sorted(VIEWS)
    overview = (DOCS / language / "inspect.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"\[`(\w+)`\]\(views/\1\.md\)", overview)) == sorted(VIEWS)


@pytest.mark.parametrize("language", pictures.LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_the_page_of_a_view_names_it_first_and_shows_it(view: str, language: str) -> None:
    page = DOCS / language / "views" / f"{view}.md"
    assert re.match(rf"# {view}[:：]", page.read_text(encoding="utf-8"))
    shown = [picture for picture in pictures.pictures_of(page, language) if picture.name == f"views/{view}"]
    assert [pictures.option(picture.look, "--view") for picture in shown] == [view]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: source.shown(path))
def test_a_look_of_a_page_names_a_view_and_options_that_it_takes(path: Path) -> None:
    for words in looks(path):
        given = {word[2:].partition("=")[0].replace("-", "_") for word in words if word.startswith("--")}
        taken: set[str] = set()
        if "--view" in words:
            view = load_view(pictures.option(words, "--view"))
            taken = set(inspect.signature(view.view).parameters) - {"look"}
        assert given - OF_THE_COMMAND <= taken, " ".join(words)


def test_every_picture_of_the_pages_is_there_and_small() -> None:
    found = pictures.all_pictures()
    sizes = {picture.path: picture.path.stat().st_size for picture in found}
    assert {path.name: size for path, size in sizes.items() if size > picture_drawing.MAX_BYTES} == {}
    assert sum(sizes.values()) <= MAX_BYTES
    assert {picture.name for picture in found} == set(picture_drawing.SHOWN)


def test_no_picture_lies_about_that_no_page_shows() -> None:
    shown = {picture.path for picture in pictures.all_pictures()} | {DOCS / pictures.SAMPLE}
    assert set(source.files(picture_drawing.IMAGES)) == shown


@pytest.mark.parametrize("language", pictures.LANGUAGES)
def test_a_run_is_trained_by_the_same_command_on_every_page_that_shows_it(language: str) -> None:
    commands: dict[str, set[tuple[str, ...]]] = {}
    for picture in pictures.all_pictures():
        for words in picture.trainings if picture.language == language else ():
            commands.setdefault(pictures.option(words, "--out"), set()).add(words)
    assert {out: sorted(each) for out, each in commands.items() if len(each) > 1} == {}
