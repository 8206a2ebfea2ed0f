"""Models of every kind in the page: each view opens, nothing is wider than a phone, and all is kept in one file."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser.kinds import KINDS
from browser.steps import OpenPage, after, by_id, ready

from clearhead.inspector.look import Look
from clearhead.inspector.one_file import MAX_BYTES

WRONG = re.compile(r"\b(NaN|nan|undefined|Infinity)\b|\[object|�")
PHONE = {"width": 375, "height": 740}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Look], str]) -> Callable[[str], tuple[Look, str]]:
    """Return a function that makes a look of a kind: the look, and the address of its page."""
    known: dict[str, tuple[Look, str]] = {}

    def open_kind(kind: str) -> tuple[Look, str]:
        if kind not in known:
            seen = KINDS[kind](tmp_path_factory.mktemp(kind))
            known[kind] = seen, serve(seen)
        return known[kind]

    return open_kind


def walk(page: Any, seen: Look) -> Any:
    """Open every view with a click and yield its name; what it says must be sense, in words and numbers."""
    for name in seen.views():
        button = by_id(page, f"view-{name}")
        if button.get_attribute("aria-current") is None:
            after(page, button.click)
        panels = by_id(page, "panels")
        if not by_id(page, "message").is_visible():  # a view may want an option first, and says so
            assert panels.locator("> *").count() > 0, name
            assert page.locator(".panel-plain").count() == 0, name
        wrong = WRONG.search(panels.inner_text())
        assert wrong is None, f"{name}: {wrong and wrong.string[max(0, wrong.start() - 60) : wrong.end() + 60]!r}"
        yield name


@pytest.mark.parametrize("kind", KINDS)
def test_no_view_is_wider_than_a_phone(open_page: OpenPage, opened: Any, kind: str) -> None:
    seen, address = opened(kind)
    page = ready(open_page(address, viewport=PHONE))
    for name in walk(page, seen):
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name


@pytest.mark.parametrize("kind", KINDS)
def test_every_view_is_in_the_file_that_opens_without_a_network(
    open_page: OpenPage, opened: Any, kind: str, tmp_path: Path
) -> None:
    seen, _ = opened(kind)
    path = seen.save_html(tmp_path / "all.html")
    assert path.stat().st_size < MAX_BYTES
    page = ready(open_page(path.as_uri(), offline=True))
    assert list(walk(page, seen)) == seen.views()


def test_on_paper_nothing_covers_a_picture_or_is_wider_than_the_sheet(open_page: OpenPage, opened: Any) -> None:
    _, address = opened("tagger")
    page = ready(open_page(f"{address}#view=layers"))
    for name in ("tags", "gradient_flow"):
        after(page, by_id(page, f"view-{name}").click)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 794, "height": 1123})
        assert page.evaluate("document.documentElement.scrollWidth") <= 794, name
        # A clear canvas would be printed white.
        assert not any(one.is_visible() for one in page.locator("canvas.panel-over").all()), name
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 1200, "height": 900})
